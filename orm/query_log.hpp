// What a connection is asked, and how long each answer takes: for tests, for
// verbosity 3 and for the setting orm.query_log. Costs nothing where nobody
// asked for it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orm/connection.hpp"

namespace manage::orm {

/// One statement, BEGIN and COMMIT among them. Valid during the call.
struct LoggedStatement {
  std::string_view alias;
  std::string_view sql;
  std::span<const Value> parameters;
  /// nullopt: it goes with the next statement, and so does its time.
  std::optional<std::int64_t> microseconds;
  bool failed = false;

  /// "(0.001204 s, default) SELECT 1; 1, 'x'", one line.
  std::string text() const;
};

/// Called when the statement is done, or has failed. Must not throw.
using StatementSink = std::function<void(const LoggedStatement&)>;

/// The same connection, which tells of each statement.
std::unique_ptr<Connection> logged(std::unique_ptr<Connection> connection,
                                   StatementSink sink);

}  // namespace manage::orm
