// Where queries run: the connections of a project by their aliases, which of
// them is asked about which model, and what is to happen when a record must ask
// again.
//
// Not thread-safe, as its connections are not. Records keep a reference to the
// one they were loaded by, so it outlives them.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "orm/connection.hpp"
#include "settings/routes.hpp"

namespace manage::orm {

class Callables;
class Model;
struct ModelSignals;

/// What happens when a record asks the database for what its query did not load
/// (settings.orm.lazy_loading): one question for each record of a list.
enum class LazyLoading { kAllow, kWarn, kRaise };

class Databases {
 public:
  using Open = std::function<Connection&(const std::string& alias)>;

  /// `open` gives the connection of an alias, the same one each time.
  explicit Databases(Open open) : open_(std::move(open)) {}
  /// That one connection, whatever the alias.
  explicit Databases(Connection& connection)
      : open_([&connection](const std::string&) -> Connection& {
          return connection;
        }) {}

  Connection& connection(const std::string& alias = "default") const {
    return open_(alias);
  }

  /// Where rows of the model are read from, if nobody names a database: as
  /// `routes` say, several in turn; without an entry `near`, the database of
  /// the record that they belong to. What was written in a transaction that is
  /// still open is read where it was written.
  std::string read_alias(const Model& model,
                         const std::string& near = "default") const;
  /// Where they are written to.
  std::string write_alias(const Model& model,
                          const std::string& near = "default") const;
  /// The connection, to write to.
  Connection& writing(const std::string& alias) const;
  /// Whether records of these databases may be related: those of one primary
  /// and its replicas.
  bool allows_relation(const std::string& a, const std::string& b) const;

  /// database_routers of the settings.
  settings::Routes routes = {};
  LazyLoading lazy_loading = LazyLoading::kAllow;
  /// Told of what kWarn lets pass: what was asked for, and what cures it.
  std::function<void(const Error& warning)> warn = [](const Error&) {};
  /// Who is told of records that are made, saved and deleted
  /// (orm/model_signals.hpp); nullptr: nobody.
  const ModelSignals* signals = nullptr;
  /// What models name of the project's own functions (orm/callables.hpp);
  /// nullptr: a model that names one cannot be written.
  Callables* callables = nullptr;

 private:
  Open open_;
  mutable std::size_t turn_ = 0;
  mutable std::set<std::string, std::less<>> written_;
};

}  // namespace manage::orm
