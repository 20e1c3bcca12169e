#include "orm/postgresql/errors.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include "core/text.hpp"

namespace manage::orm {

namespace {

/// What an SQLSTATE, or its first two characters, means to us.
struct StateMeaning {
  std::string_view state;
  const char* code;
  const char* hint;
};

constexpr StateMeaning kMeanings[] = {
    {"23505", "database.unique", ""},
    {"23P01", "database.unique", ""},
    {"23503", "database.foreign-key", ""},
    {"23502", "database.not-null", ""},
    {"23514", "database.check", ""},
    {"55P03", "database.locked",
     "another session holds the lock; try again when it is done"},
    {"57014", "database.interrupted", ""},
    {"40001", "database.error", "another session was faster; try again"},
    {"40P01", "database.error",
     "two sessions waited for each other; try again"},
    {"57P", "database.lost", "the server ended the connection; run it again"},
    {"08", "database.lost", "the connection broke; run it again"},
    {"22P02", "database.value", ""},
    {"42501", "database.error", "the database user lacks a privilege"},
    {"53100", "database.resource", "free space on the server's disk"},
    {"26000", "database.error",
     "behind a transaction pooler, set databases.ALIAS.pooled to true"},
};

const StateMeaning* meaning_of(std::string_view state) {
  for (const StateMeaning& meaning : kMeanings) {
    if (state.substr(0, meaning.state.size()) == meaning.state) {
      return &meaning;
    }
  }
  return nullptr;
}

std::string field(const PGresult* result, int code) {
  const char* text = result ? PQresultErrorField(result, code) : nullptr;
  return text ? text : "";
}

/// Server messages may have several lines, each with a label of libpq's.
std::string one_line(std::string_view message) {
  std::string line(text::trim(message));
  for (char& c : line) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return line;
}

/// The columns in a detail such as
/// `Key (title, author_id)=(x, 1) already exists.`, in any language.
std::vector<std::string> key_columns(const std::string& detail) {
  std::size_t open = detail.find('(');
  std::size_t close = detail.find(")=(");
  if (open == std::string::npos || close == std::string::npos || close < open) {
    return {};
  }
  std::string_view list(detail);
  list = list.substr(open + 1, close - open - 1);
  // A bracket or a cast belongs to an expression, which has no columns.
  if (list.find_first_of("(:") != std::string_view::npos) return {};
  std::vector<std::string> columns;
  for (const std::string& part : text::split(list, ',')) {
    std::string_view name = text::trim(part);
    if (name.size() >= 2 && name.front() == '"') {
      name = name.substr(1, name.size() - 2);
    }
    columns.emplace_back(name);
  }
  return columns;
}

DatabaseError lost_error(const std::string& alias, std::string_view message) {
  DatabaseError error(
      "database.lost",
      fmt::format("the connection to the database \"{}\" was lost{}{}", alias,
                  message.empty() ? "" : ": ", message));
  error.hint("whatever was not committed is undone; run it again");
  return error;
}

}  // namespace

DatabaseError postgresql_error(pg_conn* handle, const pg_result* result,
                               const std::string& alias) {
  std::string state = field(result, PG_DIAG_SQLSTATE);
  std::string message = field(result, PG_DIAG_MESSAGE_PRIMARY);
  const StateMeaning* meaning = meaning_of(state);
  std::string code = meaning ? meaning->code : "database.error";
  if (PQstatus(handle) == CONNECTION_BAD || code == "database.lost") {
    return lost_error(
        alias, one_line(message.empty() ? PQerrorMessage(handle) : message));
  }
  if (message.empty()) {
    message = one_line(result ? PQresultErrorMessage(result)
                              : PQerrorMessage(handle));
  }
  std::string detail = field(result, PG_DIAG_MESSAGE_DETAIL);
  DatabaseError error(code, detail.empty()
                                ? one_line(message)
                                : one_line(message + " (" + detail + ")"));
  std::string hint = field(result, PG_DIAG_MESSAGE_HINT);
  if (hint.empty() && meaning) {
    hint = text::replace_all(meaning->hint, "ALIAS", alias);
  }
  error.hint(one_line(hint));
  error.constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
  error.table = field(result, PG_DIAG_TABLE_NAME);
  error.columns = key_columns(detail);
  std::string column = field(result, PG_DIAG_COLUMN_NAME);
  if (!column.empty()) error.columns = {column};
  if (code == "database.locked") error.exit(ExitCode::kLocked);
  if (code == "database.interrupted") error.exit(ExitCode::kInterrupted);
  return error;
}

}  // namespace manage::orm
