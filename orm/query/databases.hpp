// Where queries run: the connections of a project by their aliases, and what is
// to happen when a record must ask again.
//
// Not thread-safe, as its connections are not. Records keep a reference to the
// one they were loaded by, so it outlives them.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "orm/connection.hpp"

namespace manage::orm {

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

  LazyLoading lazy_loading = LazyLoading::kAllow;
  /// Told of what kWarn lets pass: what was asked for, and what cures it.
  std::function<void(const Error& warning)> warn = [](const Error&) {};
  /// Who is told of records that are made, saved and deleted
  /// (orm/writing/model_signals.hpp); nullptr: nobody.
  const ModelSignals* signals = nullptr;

 private:
  Open open_;
};

}  // namespace manage::orm
