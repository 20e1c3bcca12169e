#include "orm/sql_words.hpp"
#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

StatementManner SqliteDialect::manner(std::string_view sql) const {
  using Transaction = StatementManner::Transaction;
  SqlWords words(sql, false);
  std::string first = words.next();
  StatementManner manner;
  if (first == "BEGIN" || first == "SAVEPOINT") {
    manner.transaction = Transaction::kBegins;
  } else if (first == "COMMIT" || first == "END" || first == "RELEASE") {
    manner.transaction = Transaction::kEnds;
  } else if (first == "ROLLBACK") {
    words.take("TRANSACTION");
    if (!words.take("TO")) manner.transaction = Transaction::kEnds;
  } else if (first == "PRAGMA" || first == "VACUUM" || first == "ATTACH" ||
             first == "DETACH") {
    manner.transaction = Transaction::kOutside;
  }
  return manner;
}

std::optional<bool> SqliteDialect::took_effect(Connection&,
                                               std::string_view) const {
  // Settings of the connection, which is a new one, and VACUUM: what has to be
  // run again, or may be.
  return false;
}

std::string SqliteDialect::set_timeout(Timeout, std::optional<std::int64_t>,
                                       bool) const {
  return {};
}

}  // namespace manage::orm
