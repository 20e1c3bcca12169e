#include "migrations_engine/recorder.hpp"

#include <fmt/format.h>

#include "orm/dialect.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::migrations_engine {

namespace {

/// Django's MigrationRecorder.Migration.
OwnTableModel records_model(const std::string& default_auto_field) {
  return OwnTableModel(kRecordsTable, "Migration", default_auto_field,
                       {{"app", orm::FieldKind::kChar, {{"max_length", 255}}},
                        {"name", orm::FieldKind::kChar, {{"max_length", 255}}},
                        {"applied", orm::FieldKind::kDateTime}});
}

}  // namespace

std::vector<orm::Statement> create_records(
    const orm::Dialect& dialect, const std::string& default_auto_field) {
  constexpr std::string_view kCreate = "CREATE TABLE ";
  std::vector<orm::Statement> statements =
      records_model(default_auto_field).creation(dialect);
  for (orm::Statement& statement : statements) {
    if (!statement.sql.starts_with(kCreate)) continue;
    statement.sql.insert(kCreate.size(), "IF NOT EXISTS ");
  }
  return statements;
}

Recorder::Recorder(orm::Connection& connection,
                   const std::string& default_auto_field)
    : connection_(connection),
      table_(connection, records_model(default_auto_field)) {}

std::map<MigrationKey, DateTime> Recorder::applied() {
  std::map<MigrationKey, DateTime> found;
  if (!table_.exists()) return found;
  for (const orm::Row& row : table_.query(
           table_.statements().select_all({"app", "name", "applied"}))) {
    orm::Value moment =
        table_.dialect().from_db(orm::FieldKind::kDateTime, row[2]);
    found[{std::get<std::string>(row[0]), std::get<std::string>(row[1])}] =
        std::get<DateTime>(moment);
  }
  return found;
}

std::set<MigrationKey> Recorder::applied_keys() {
  std::set<MigrationKey> keys;
  for (const auto& [key, moment] : applied()) keys.insert(key);
  return keys;
}

std::vector<orm::BoundStatement> Recorder::select(
    const MigrationKey& key) const {
  const std::vector<orm::Row> keys{{key.app, key.name}};
  return table_.statements().select({"name"}, {"app", "name"}, keys);
}

bool Recorder::is_applied(const MigrationKey& key) {
  return !table_.query(select(key)).empty();
}

bool Recorder::fail_if(const MigrationKey& key, bool applied) {
  const orm::SqlSyntax& syntax = table_.dialect().sql_syntax();
  const std::string_view form =
      applied ? syntax.fail_if_any : syntax.fail_if_none;
  if (form.empty()) return false;
  orm::BoundStatement look = select(key).front();
  connection_.later(fmt::format(fmt::runtime(form), look.sql),
                    std::move(look.parameters),
                    [text = key.text()](const Error& error) {
                      // That is how it says so; anything else is an error of
                      // its own.
                      return error.code() == "database.value"
                                 ? Error(kDoneCode, text + " is done")
                                 : error;
                    });
  return true;
}

void Recorder::record_applied(const MigrationKey& key, DateTime now) {
  std::vector<orm::Row> rows{
      {key.app, key.name, table_.to_db(orm::FieldKind::kDateTime, now)}};
  table_.run(table_.statements().insert({"app", "name", "applied"}, rows));
}

void Recorder::record_unapplied(const MigrationKey& key) {
  std::vector<orm::Row> rows{{key.app, key.name}};
  table_.run(table_.statements().remove({"app", "name"}, rows));
}

std::vector<std::string> Recorder::lock() const {
  std::string sql = connection_.dialect().lock_table(kRecordsTable);
  if (sql.empty()) return {};
  return {std::move(sql)};
}

}  // namespace manage::migrations_engine
