// Which statements PostgreSQL runs only outside a transaction, and what an
// interrupted one leaves behind.
#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/connection.hpp"
#include "orm/postgresql/dialect.hpp"
#include "orm/sql_words.hpp"

namespace manage::orm {

namespace {

using Kind = StatementManner::Transaction;

/// CREATE INDEX CONCURRENTLY, taken apart.
struct IndexBuild {
  bool unique = false;
  std::string name;   ///< as written; empty: the server picks one
  std::string table;  ///< as written
  std::string rest;   ///< from USING or the columns on
};

std::optional<IndexBuild> read_index_build(std::string_view sql) {
  SqlWords words(sql);
  IndexBuild build;
  if (!words.take("CREATE")) return std::nullopt;
  build.unique = words.take("UNIQUE");
  if (!words.take("INDEX") || !words.take("CONCURRENTLY")) return std::nullopt;
  if (words.take("IF")) {
    words.take("NOT");
    words.take("EXISTS");
  }
  if (!words.take("ON")) {
    build.name = words.name();
    if (!words.take("ON")) return std::nullopt;
  }
  words.take("ONLY");
  build.table = words.name();
  build.rest = words.rest();
  return build;
}

/// The name of DROP INDEX CONCURRENTLY.
std::optional<std::string> read_index_drop(std::string_view sql) {
  SqlWords words(sql);
  if (!words.take("DROP") || !words.take("INDEX") ||
      !words.take("CONCURRENTLY")) {
    return std::nullopt;
  }
  if (words.take("IF")) words.take("EXISTS");
  return words.name();
}

/// CREATE … and DROP … of what stands outside any one database, and ALTER …
bool is_outside_definition(SqlWords words, bool alters) {
  if (words.take("DATABASE")) return !alters;
  if (words.take("TABLESPACE")) return !alters;
  if (words.take("SUBSCRIPTION")) return true;
  return alters && words.take("SYSTEM");
}

bool has_word(SqlWords words, std::string_view wanted) {
  for (std::string word = words.next(); !word.empty(); word = words.next()) {
    if (word == wanted) return true;
  }
  return false;
}

Kind kind_of(const std::string& first, SqlWords words) {
  if (first == "BEGIN" || first == "START") return Kind::kBegins;
  if (first == "COMMIT" || first == "END" || first == "ABORT") {
    return Kind::kEnds;
  }
  if (first == "PREPARE") {
    return words.take("TRANSACTION") ? Kind::kEnds : Kind::kAny;
  }
  if (first == "ROLLBACK") {
    if (!words.take("WORK")) words.take("TRANSACTION");
    return words.take("TO") ? Kind::kAny : Kind::kEnds;
  }
  // A procedure may commit, which it cannot do inside; so may a block.
  if (first == "VACUUM" || first == "CALL" ||
      (first == "DO" && has_word(words, "COMMIT"))) {
    return Kind::kOutside;
  }
  bool defines = first == "CREATE" || first == "DROP" || first == "ALTER";
  if (defines && is_outside_definition(words, first == "ALTER")) {
    return Kind::kOutside;
  }
  if (first == "REINDEX" || first == "CLUSTER") return Kind::kOutside;
  return Kind::kAny;
}

/// An index as the server has it.
struct IndexState {
  bool exists = false;
  bool valid = false;
  std::string table;       ///< as regclass prints it
  std::string definition;  ///< what follows the table, and whether it is unique
};

/// `name` with its quotes, and perhaps a schema.
IndexState index_state(Connection& connection, const std::string& name) {
  std::vector<Value> parameters{name};
  Result result = connection.query(
      "SELECT indisvalid, indrelid::regclass::text, "
      "substring(pg_get_indexdef(indexrelid) from ' USING .*') || "
      "CASE WHEN indisunique THEN ' unique' ELSE '' END "
      "FROM pg_index WHERE indexrelid = to_regclass($1)",
      parameters);
  if (result.rows.empty()) return {};
  const Row& row = result.rows.front();
  return {true, std::get<bool>(row[0]), display(row[1]), display(row[2])};
}

/// A build whose client died goes on until the server notices; it holds this
/// lock to its end.
void wait_for_builds(Connection& connection, const std::string& table) {
  Transaction transaction(connection);
  connection.execute("LOCK TABLE " + table + " IN SHARE UPDATE EXCLUSIVE MODE");
  transaction.commit();
}

/// What the server would make of the build: told by an index on an empty table
/// of the same columns, which nobody ever sees. Empty if it cannot be told.
std::string definition_of(Connection& connection, const IndexBuild& build) {
  try {
    Transaction transaction(connection);
    connection.execute(fmt::format(
        "CREATE TEMPORARY TABLE manage_probe (LIKE {})", build.table));
    connection.execute(fmt::format(
        "CREATE {}INDEX manage_probe_index ON pg_temp.manage_probe{}",
        build.unique ? "UNIQUE " : "", build.rest));
    return index_state(connection, "pg_temp.manage_probe_index").definition;
  } catch (const Error&) {
    return {};  // then the server says what is wrong with the real one
  }
}

bool index_is_built(Connection& connection, const IndexBuild& build) {
  if (build.name.empty()) return false;
  IndexState state = index_state(connection, build.name);
  if (state.exists && !state.valid) {
    wait_for_builds(connection, state.table);
    state = index_state(connection, build.name);
  }
  if (!state.exists) return false;
  if (state.valid) return state.definition == definition_of(connection, build);
  connection.execute("DROP INDEX CONCURRENTLY IF EXISTS " + build.name);
  return false;
}

}  // namespace

StatementManner PostgresqlDialect::manner(std::string_view sql) const {
  SqlWords words(sql);
  const std::string first = words.next();
  StatementManner manner;
  manner.transaction = kind_of(first, words);
  bool alters_table = first == "ALTER" && words.take("TABLE");
  bool reindexes = first == "REINDEX" && has_word(words, "CONCURRENTLY");
  bool detaches = alters_table && has_word(words, "DETACH") &&
                  has_word(words, "CONCURRENTLY");
  manner.builds_index = read_index_build(sql).has_value();
  if (manner.builds_index || read_index_drop(sql) || reindexes || detaches) {
    manner.transaction = Kind::kOutside;
    manner.patient = true;
  } else if (alters_table && has_word(words, "VALIDATE")) {
    manner.patient = true;
  }
  return manner;
}

std::optional<bool> PostgresqlDialect::took_effect(Connection& connection,
                                                   std::string_view sql) const {
  if (auto build = read_index_build(sql)) {
    return index_is_built(connection, *build);
  }
  if (auto dropped = read_index_drop(sql)) {
    return !index_state(connection, *dropped).exists;
  }
  SqlWords words(sql);
  const std::string first = words.next();
  bool repeatable = first == "VACUUM" || first == "REINDEX" ||
                    first == "CLUSTER" ||
                    (first == "ALTER" && words.take("SYSTEM"));
  if (repeatable) return false;
  return std::nullopt;
}

std::string PostgresqlDialect::set_timeout(
    Timeout which, std::optional<std::int64_t> milliseconds, bool local) const {
  return fmt::format(
      "SET {}{} TO {}", local ? "LOCAL " : "",
      which == Timeout::kLock ? "lock_timeout" : "statement_timeout",
      milliseconds ? fmt::format("{}", *milliseconds) : "DEFAULT");
}

}  // namespace manage::orm
