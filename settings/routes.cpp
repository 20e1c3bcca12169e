#include "settings/routes.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

bool names(const Route& route, std::string_view app, std::string_view model) {
  return contains(route.apps, app) ||
         (!model.empty() &&
          contains(route.models,
                   std::string(app) + "." + text::lower(std::string(model))));
}

}  // namespace

std::vector<std::string> Routes::read(std::string_view app,
                                      std::string_view model) const {
  for (const Route& route : routes_) {
    if (!names(route, app, model)) continue;
    if (!route.read.empty()) return route.read;
    if (route.write) return {*route.write};
  }
  return {};
}

std::optional<std::string> Routes::write(std::string_view app,
                                         std::string_view model) const {
  for (const Route& route : routes_) {
    if (names(route, app, model) && route.write) return route.write;
  }
  return std::nullopt;
}

bool Routes::allows_migrate(std::string_view alias, std::string_view app,
                            std::string_view model) const {
  for (const Route& route : routes_) {
    if (!names(route, app, model)) continue;
    if (route.migrate) return contains(*route.migrate, alias);
    if (route.write) return *route.write == alias;
  }
  return true;
}

}  // namespace manage::settings
