#include "orm/sqlite/connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <cmath>
#include <filesystem>
#include <utility>

#include "core/text.hpp"
#include "orm/dialect.hpp"
#include "orm/sqlite/bulk_writer.hpp"
#include "orm/sqlite/errors.hpp"
#include "orm/sqlite/functions.hpp"

namespace manage::orm {

namespace {

/// Statements kept prepared: as many as a command uses over and over.
constexpr std::size_t kCachedStatements = 64;
constexpr std::size_t kMaxSql = 1'000'000'000;  // SQLite's own limit
constexpr double kLongestTimeout = 1e6;
const std::string kInMemory = ":memory:";

Error option_error(const settings::DatabaseConfig& config,
                   std::string_view option, std::string_view what) {
  return Error("database.option", fmt::format("databases.{}.options.{} {}",
                                              config.alias, option, what))
      .at(config.where);
}

double seconds(const settings::DatabaseConfig& config, const Data& value) {
  std::optional<Decimal> number;
  if (const std::int64_t* integer = value.integer()) {
    number = Decimal::parse(fmt::format("{}", *integer));
  } else if (const Real* real = value.real()) {
    number = Decimal::parse(real->text);
  }
  if (!number || *number < Decimal() ||
      *number > *Decimal::parse(fmt::format("{}", kLongestTimeout))) {
    throw option_error(config, "timeout", "must be a number of seconds");
  }
  return std::stod(number->text());
}

std::string begin_statement(const settings::DatabaseConfig& config,
                            const Data& value) {
  const std::string* mode = value.text();
  std::string upper = mode ? text::upper(*mode) : "";
  if (upper != "DEFERRED" && upper != "IMMEDIATE" && upper != "EXCLUSIVE") {
    throw option_error(config, "transaction_mode",
                       "must be deferred, immediate or exclusive");
  }
  return "BEGIN " + upper;
}

void read_column(sqlite3_stmt* statement, int column, Value& value) {
  const auto text = [&](const void* data) {
    return std::string_view(
        static_cast<const char*>(data),
        static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      value.emplace<std::int64_t>(sqlite3_column_int64(statement, column));
      return;
    case SQLITE_FLOAT:
      value.emplace<double>(sqlite3_column_double(statement, column));
      return;
    case SQLITE_TEXT:
      value.emplace<std::string>(text(sqlite3_column_text(statement, column)));
      return;
    case SQLITE_BLOB:
      value = Bytes{std::string(text(sqlite3_column_blob(statement, column)))};
      return;
    default:
      value.emplace<Null>();
  }
}

void read_row(sqlite3_stmt* statement, int columns, Row& row) {
  row.resize(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) {
    read_column(statement, column, row[static_cast<std::size_t>(column)]);
  }
}

/// Whether anything but white space, comments and semicolons is left.
bool is_blank(sqlite3* handle, std::string_view sql) {
  while (!sql.empty()) {
    sqlite3_stmt* statement = nullptr;
    const char* tail = nullptr;
    int code = sqlite3_prepare_v2(
        handle, sql.data(), static_cast<int>(sql.size()), &statement, &tail);
    sqlite3_finalize(statement);
    if (code != SQLITE_OK || statement) return false;
    std::size_t used = static_cast<std::size_t>(tail - sql.data());
    if (used == 0) return false;  // a NUL byte
    sql.remove_prefix(used);
  }
  return true;
}

/// Resets a statement at the end of a scope, so that it holds no lock.
class Reset {
 public:
  explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
  Reset(const Reset&) = delete;
  Reset& operator=(const Reset&) = delete;
  ~Reset() { sqlite3_reset(statement_); }

 private:
  sqlite3_stmt* statement_;
};

}  // namespace

void FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

std::unique_ptr<Connection> open_sqlite(
    const settings::DatabaseConfig& config) {
  return std::make_unique<SqliteConnection>(config);
}

SqliteConnection::SqliteConnection(const settings::DatabaseConfig& config)
    : alias_(config.alias), path_(config.name) {
  check_folder(config);
  read_options(config);
  absent_ = !has_file();
  try {
    open(absent_ ? kInMemory : path_);
    set_up();
  } catch (...) {
    sqlite3_close_v2(handle_);
    throw;
  }
}

SqliteConnection::~SqliteConnection() {
  cached_.clear();
  cache_.clear();
  sqlite3_close_v2(handle_);
}

void SqliteConnection::check_folder(const settings::DatabaseConfig& config) {
  std::filesystem::path file(path_);
  std::error_code ignored;
  if (path_ != kInMemory && file.has_parent_path() &&
      !std::filesystem::is_directory(file.parent_path(), ignored)) {
    throw Error("database.connect",
                fmt::format("the database \"{}\" cannot be opened: there is no "
                            "folder {}",
                            alias_, file.parent_path().string()))
        .at(config.where)
        .hint("create the folder, or change databases." + alias_ + ".name");
  }
}

bool SqliteConnection::has_file() const {
  // The empty name is a temporary database. What cannot be looked at is opened,
  // to fail with SQLite's words.
  std::error_code unknown;
  return path_.empty() || path_ == kInMemory ||
         std::filesystem::exists(path_, unknown) || unknown;
}

void SqliteConnection::open(const std::string& path) {
  // Counting every allocation under a mutex costs a tenth of a long run, and
  // nobody asks for the count. It must be said before SQLite starts.
  static const int kUncounted = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(kUncounted);
  sqlite3* opened = nullptr;
  int code = sqlite3_open_v2(
      path.c_str(), &opened,
      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX,
      nullptr);
  if (!opened) throw std::bad_alloc();
  cached_.clear();
  cache_.clear();
  // interrupt() may come between any two of these.
  sqlite3* before = std::exchange(handle_, opened);
  sqlite3_close_v2(before);
  sqlite3_extended_result_codes(handle_, 1);
  if (code != SQLITE_OK) fail(sqlite3_extended_errcode(handle_));
  add_functions(handle_);
}

void SqliteConnection::make_file() {
  if (!absent_) return;
  const bool begun = in_transaction();
  open(path_);
  set_up();
  if (begun) execute_script(begin_sql_);
  absent_ = false;
}

void SqliteConnection::read_options(const settings::DatabaseConfig& config) {
  for (const auto& [name, value] : config.options) {
    if (name == "timeout") {
      timeout_ = seconds(config, value);
    } else if (name == "transaction_mode") {
      begin_sql_ = begin_statement(config, value);
    } else if (name == "init_command" && value.text()) {
      init_command_ = *value.text();
    } else {
      throw option_error(config, name, "is not an option of SQLite")
          .hint("it takes timeout, transaction_mode and init_command");
    }
  }
}

void SqliteConnection::set_up() {
  sqlite3_busy_timeout(handle_, static_cast<int>(std::lround(timeout_ * 1000)));
  execute_script("PRAGMA foreign_keys = ON");
  // SQLite opens lazily; this reads the file's head, so that a file which is no
  // database is named here and not at some later statement.
  execute_script("PRAGMA schema_version");
  if (!init_command_.empty()) execute_script(init_command_);
}

void SqliteConnection::execute_script(const std::string& sql) {
  int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(code);
}

const Dialect& SqliteConnection::dialect() const { return sqlite_dialect(); }

SqliteStatement SqliteConnection::prepare(std::string_view sql, bool keep) {
  if (sql.size() > kMaxSql) fail(SQLITE_TOOBIG);
  sqlite3_stmt* raw = nullptr;
  const char* tail = nullptr;
  int code =
      sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                         keep ? SQLITE_PREPARE_PERSISTENT : 0, &raw, &tail);
  SqliteStatement statement(raw);
  if (code != SQLITE_OK) fail(code);
  if (raw && !is_blank(handle_, sql.substr(static_cast<std::size_t>(
                                    tail - sql.data())))) {
    throw DatabaseError("database.error",
                        "more than one statement where one is expected");
  }
  return statement;
}

sqlite3_stmt* SqliteConnection::statement_for(std::string_view sql,
                                              std::span<const Value> parameters,
                                              SqliteStatement& owned) {
  if (parameters.empty()) {
    owned = prepare(sql, false);
    if (owned) bind_all(owned.get(), parameters);
    return owned.get();
  }
  auto found = cached_.find(sql);
  if (found == cached_.end()) {
    cache_.push_front({std::string(sql), prepare(sql, true)});
    found = cached_.emplace(cache_.front().sql, cache_.begin()).first;
    if (cache_.size() > kCachedStatements) {
      cached_.erase(cache_.back().sql);
      cache_.pop_back();
    }
  } else {
    cache_.splice(cache_.begin(), cache_, found->second);
  }
  sqlite3_stmt* statement = found->second->statement.get();
  bind_all(statement, parameters);
  return statement;
}

void SqliteConnection::bind_all(sqlite3_stmt* statement,
                                std::span<const Value> parameters) {
  int expected = sqlite3_bind_parameter_count(statement);
  if (static_cast<std::size_t>(expected) != parameters.size()) {
    throw DatabaseError(
        "database.error",
        fmt::format(
            "the statement takes {}, but got {}",
            text::count(static_cast<std::size_t>(expected), "parameter"),
            parameters.size()));
  }
  int number = 0;
  for (const Value& value : parameters) bind(statement, ++number, value);
}

void SqliteConnection::bind(sqlite3_stmt* statement, int number,
                            const Value& value) {
  int code = SQLITE_OK;
  if (is_null(value)) {
    code = sqlite3_bind_null(statement, number);
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    code = sqlite3_bind_int64(statement, number, *integer);
  } else if (const double* real = std::get_if<double>(&value)) {
    code = sqlite3_bind_double(statement, number, *real);
  } else if (const auto* text = std::get_if<std::string>(&value)) {
    code = sqlite3_bind_text64(statement, number, text->data(), text->size(),
                               SQLITE_STATIC, SQLITE_UTF8);
  } else if (const Bytes* bytes = std::get_if<Bytes>(&value)) {
    // An empty string's data() is not null, so this is no NULL.
    code = sqlite3_bind_blob64(statement, number, bytes->data.data(),
                               bytes->data.size(), SQLITE_STATIC);
  } else {
    Value stored = dialect().to_db(FieldKind::kText, value);
    if (const auto* text = std::get_if<std::string>(&stored)) {
      code = sqlite3_bind_text64(statement, number, text->data(), text->size(),
                                 SQLITE_TRANSIENT, SQLITE_UTF8);
    } else {
      code =
          sqlite3_bind_int64(statement, number, std::get<std::int64_t>(stored));
    }
  }
  if (code != SQLITE_OK) fail(code);
}

std::int64_t SqliteConnection::run(sqlite3_stmt* statement) {
  Reset reset(statement);
  // sqlite3_changes keeps the count of an older statement where this one
  // changes no rows at all, as DDL does not.
  std::int64_t before = sqlite3_total_changes64(handle_);
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(statement);
  if (code != SQLITE_DONE) fail(code);
  bool changed = sqlite3_total_changes64(handle_) != before;
  return changed ? sqlite3_changes64(handle_) : 0;
}

std::int64_t SqliteConnection::execute(std::string_view sql,
                                       std::span<const Value> parameters) {
  make_file();
  SqliteStatement owned;
  sqlite3_stmt* statement = statement_for(sql, parameters, owned);
  return statement ? run(statement) : 0;
}

Result SqliteConnection::query(std::string_view sql,
                               std::span<const Value> parameters) {
  Result result;
  // Somebody else may have made it meanwhile.
  if (absent_ && has_file()) make_file();
  SqliteStatement owned;
  sqlite3_stmt* statement = statement_for(sql, parameters, owned);
  if (absent_ && statement && sqlite3_stmt_readonly(statement) == 0) {
    make_file();
    statement = statement_for(sql, parameters, owned);
  }
  if (!statement) return result;
  Reset reset(statement);
  // The first step prepares it anew if the schema has changed; only then are
  // the columns known.
  int code = sqlite3_step(statement);
  int columns = sqlite3_column_count(statement);
  for (int column = 0; column < columns; ++column) {
    const char* name = sqlite3_column_name(statement, column);
    if (!name) throw std::bad_alloc();
    result.columns.emplace_back(name);
  }
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
    read_row(statement, columns, result.rows.emplace_back());
  }
  if (code != SQLITE_DONE) fail(code);
  return result;
}

void SqliteConnection::stream(std::string_view sql,
                              std::span<const Value> parameters, std::size_t,
                              const std::function<void(Row&)>& see) {
  // Not one of the cache: `see` may run the same statement.
  const SqliteStatement statement = prepare(sql, false);
  if (!statement) return;
  bind_all(statement.get(), parameters);
  int code = sqlite3_step(statement.get());
  const int columns = sqlite3_column_count(statement.get());
  Row row;
  for (; code == SQLITE_ROW; code = sqlite3_step(statement.get())) {
    read_row(statement.get(), columns, row);
    see(row);
  }
  if (code != SQLITE_DONE) fail(code);
}

void SqliteConnection::begin(std::span<const std::string> first) {
  if (in_transaction()) {
    throw DatabaseError("database.error",
                        "a transaction cannot begin within a transaction");
  }
  execute_script(begin_sql_);
  try {
    for (const std::string& statement : first) execute(statement, {});
  } catch (const Error&) {
    rollback();
    throw;
  }
}

void SqliteConnection::commit() { execute_script("COMMIT"); }

void SqliteConnection::rollback() noexcept {
  // A failed statement may have rolled back already.
  if (in_transaction()) {
    sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
  }
}

bool SqliteConnection::in_transaction() const {
  return sqlite3_get_autocommit(handle_) == 0;
}

void SqliteConnection::savepoint(std::string_view name) {
  execute("SAVEPOINT " + dialect().quote_name(name), {});
}

void SqliteConnection::release_savepoint(std::string_view name) {
  execute("RELEASE SAVEPOINT " + dialect().quote_name(name), {});
}

void SqliteConnection::rollback_to_savepoint(std::string_view name) {
  execute("ROLLBACK TO SAVEPOINT " + dialect().quote_name(name), {});
}

void SqliteConnection::interrupt() noexcept { sqlite3_interrupt(handle_); }

int SqliteConnection::parameter_limit() const {
  return sqlite3_limit(handle_, SQLITE_LIMIT_VARIABLE_NUMBER, -1);
}

std::unique_ptr<BulkWriter> SqliteConnection::bulk_writer(
    std::string table, std::vector<std::string> columns) {
  make_file();
  return std::make_unique<SqliteBulkWriter>(*this, table, columns);
}

void SqliteConnection::fail(int code) const {
  int extended = sqlite3_extended_errcode(handle_);
  // The handle may already hold the outcome of a later call.
  if ((extended & 0xff) != (code & 0xff)) extended = code;
  throw sqlite_error({extended, sqlite3_errmsg(handle_), alias_, path_});
}

}  // namespace manage::orm
