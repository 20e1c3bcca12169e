#include "settings/routes.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

}  // namespace

bool Routes::allows_migrate(std::string_view alias, std::string_view app,
                            std::string_view model) const {
  const std::string label =
      std::string(app) + "." + text::lower(std::string(model));
  for (const Route& route : routes_) {
    if (!contains(route.apps, app) &&
        (model.empty() || !contains(route.models, label))) {
      continue;
    }
    if (route.migrate) return contains(*route.migrate, alias);
    if (route.write) return *route.write == alias;
  }
  return true;
}

}  // namespace manage::settings
