// SQLite's result codes as errors of ours: the one place that knows them.
#pragma once

#include <string>
#include <string_view>

#include "orm/connection.hpp"

namespace manage::orm {

/// What failed on which database, for the messages.
struct SqliteFailure {
  int code = 0;  ///< the extended result code
  std::string message;
  std::string alias;
  std::string path;
};

/// A DatabaseError with the code that connection.hpp lists.
DatabaseError sqlite_error(const SqliteFailure& failure);

}  // namespace manage::orm
