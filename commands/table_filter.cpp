#include "commands/table_filter.hpp"

namespace manage::commands {

migrations_engine::TableFilter table_filter(const std::string& alias,
                                            cli::Context& context) {
  const settings::Routes& routes = context.settings().routes;
  if (routes.empty()) return {};
  return [&routes, alias](std::string_view app, std::string_view model) {
    return routes.allows_migrate(alias, app, model);
  };
}

}  // namespace manage::commands
