#include "commands/wiring.hpp"

#include "commands/all.hpp"
#include "commands/own_commands.hpp"
#include "commands/prepare.hpp"
#include "commands/topics.hpp"
#include "contrib/builtin_apps.hpp"
#include "contrib/signal_handlers.hpp"
#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "settings/settings.hpp"

namespace manage::commands {

namespace {

cli::Sources sources() {
  return {
      settings::load,
      [](const settings::Settings& settings, Diagnostics& diagnostics) {
        return orm::load_apps(settings, contrib::builtin_apps(), diagnostics);
      },
      orm::load_models,
      [](const settings::Settings& settings, std::string_view alias) {
        return orm::connect(settings, alias);
      },
      own_commands,
  };
}

orm::Signals signals() {
  orm::Signals signals;
  contrib::connect_handlers(signals);
  return signals;
}

}  // namespace

cli::Program program() {
  return {cli::CommandTable(all_commands()),
          needs(),
          absent_commands(),
          sources(),
          all_topics(),
          signals()};
}

}  // namespace manage::commands
