#include "commands/wiring.hpp"

#include "commands/all.hpp"
#include "commands/prepare.hpp"
#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "settings/settings.hpp"

namespace manage::commands {

namespace {

cli::Sources sources() {
  return {
      settings::load,
      [](const settings::Settings& settings) {
        return orm::load_apps(settings, {});
      },
      orm::load_models,
      [](const settings::Settings& settings, std::string_view alias) {
        return orm::connect(settings, alias);
      },
  };
}

}  // namespace

cli::Program program() {
  return {cli::CommandTable(all_commands()), needs(), absent_commands(),
          sources()};
}

}  // namespace manage::commands
