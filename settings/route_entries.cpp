#include "settings/route_entries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace {

class RouteReader {
 public:
  RouteReader(const std::vector<std::string>& aliases, Converter& converter,
              Diagnostics& diagnostics)
      : aliases_(aliases), converter_(converter), diagnostics_(diagnostics) {}

  Route read(const yaml::Node& item) {
    Route route;
    route.where = item.pos();
    route.apps = texts(item, "apps");
    for (const std::string& model : texts(item, "models")) {
      const std::size_t dot = model.find('.');
      if (dot == std::string::npos) {
        complain(item.find("models")->pos(),
                 fmt::format("{} is not a model with its app", model),
                 "write it as shop.Book");
        continue;
      }
      route.models.push_back(model.substr(0, dot) +
                             text::lower(model.substr(dot)));
    }
    if (!item.find("apps") && !item.find("models")) {
      complain(item.pos(), "an item of database_routers needs apps or models",
               "write {apps: [shop], write: default}");
    }
    route.read = known_aliases(item, "read");
    const std::vector<std::string> write = known_aliases(item, "write");
    if (write.size() > 1) {
      complain(item.find("write")->pos(), "rows are written to one database");
    }
    if (!write.empty()) route.write = write.front();
    if (item.find("migrate")) route.migrate = known_aliases(item, "migrate");
    return route;
  }

 private:
  void complain(const SourcePos& where, std::string message,
                std::string hint = {}) {
    diagnostics_.add("settings.route", where, std::move(message),
                     std::move(hint));
  }

  /// A list of texts, or one text as a list of one.
  std::vector<std::string> texts(const yaml::Node& item, std::string_view key) {
    std::vector<std::string> found;
    const yaml::Node* node = item.find(key);
    if (!node || node->is_null()) return found;
    auto add = [&](const yaml::Node& one) {
      if (const auto text = converter_.text(one, std::string(key))) {
        found.push_back(*text);
      }
    };
    if (!node->is_sequence()) {
      add(*node);
    } else {
      for (const yaml::Node& one : node->items) add(one);
    }
    return found;
  }

  std::vector<std::string> known_aliases(const yaml::Node& item,
                                         std::string_view key) {
    std::vector<std::string> found = texts(item, key);
    for (const std::string& alias : found) {
      if (std::find(aliases_.begin(), aliases_.end(), alias) !=
          aliases_.end()) {
        continue;
      }
      complain(item.find(key)->pos(),
               fmt::format("there is no database {}", alias),
               text::did_you_mean(alias, aliases_));
    }
    return found;
  }

  const std::vector<std::string>& aliases_;
  Converter& converter_;
  Diagnostics& diagnostics_;
};

}  // namespace

Routes read_routes(const yaml::Node& list,
                   const std::vector<std::string>& aliases,
                   Converter& converter, Diagnostics& diagnostics) {
  RouteReader reader(aliases, converter, diagnostics);
  std::vector<Route> routes;
  for (const yaml::Node& item : list.items) {
    // Anything else is reported as an item of the wrong type.
    if (item.is_map()) routes.push_back(reader.read(item));
  }
  return Routes(std::move(routes));
}

}  // namespace manage::settings
