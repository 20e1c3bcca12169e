// The entries of `database_routers`: which apps and models live in which
// database. The first entry that names an app or a model decides for it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.hpp"

namespace manage::settings {

struct Route {
  std::vector<std::string> apps;     ///< labels
  std::vector<std::string> models;   ///< "app.model", lower case
  std::vector<std::string> read;     ///< aliases; empty: the default rule
  std::optional<std::string> write;  ///< an alias
  /// Where tables are; nullopt: where rows are written.
  std::optional<std::vector<std::string>> migrate;
  SourcePos where;
};

class Routes {
 public:
  Routes() = default;
  explicit Routes(std::vector<Route> routes) : routes_(std::move(routes)) {}

  /// The databases that rows of the model are read from, in turn, and the one
  /// they are written to, by the first entries that say so; empty, nullopt:
  /// none does.
  std::vector<std::string> read(std::string_view app,
                                std::string_view model) const;
  std::optional<std::string> write(std::string_view app,
                                   std::string_view model) const;

  bool empty() const { return routes_.empty(); }
  const std::vector<Route>& all() const { return routes_; }

  /// Whether the database `alias` has the tables of the app, or of its model
  /// (any case; empty for what is of no model). Without an entry: yes, as in
  /// Django.
  bool allows_migrate(std::string_view alias, std::string_view app,
                      std::string_view model = {}) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace manage::settings
