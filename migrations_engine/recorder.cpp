#include "migrations_engine/recorder.hpp"

#include "core/error.hpp"
#include "orm/catalog.hpp"
#include "orm/dialect.hpp"
#include "orm/schema_editor.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::string_view kTable = "django_migrations";

orm::FieldDef field(std::string name, orm::FieldKind kind, DataMap arguments) {
  orm::FieldDef made;
  made.name = std::move(name);
  made.type = &orm::field_type(kind);
  made.arguments = std::move(arguments);
  return made;
}

/// Django's MigrationRecorder.Migration.
orm::ModelDef recorder_model(const std::string& default_auto_field) {
  orm::ModelDef model;
  model.app = "migrations";
  model.name = "Migration";
  model.options.set("db_table", kTable);
  const orm::FieldType* id = orm::find_field_type(default_auto_field);
  model.fields = {
      field("id", id ? id->kind : orm::FieldKind::kBigAuto,
            {{"primary_key", true}}),
      field("app", orm::FieldKind::kChar, {{"max_length", 255}}),
      field("name", orm::FieldKind::kChar, {{"max_length", 255}}),
      field("applied", orm::FieldKind::kDateTime, {}),
  };
  return model;
}

}  // namespace

Recorder::Recorder(orm::Connection& connection, std::string default_auto_field)
    : connection_(connection) {
  orm::ModelDef model = recorder_model(default_auto_field);
  orm::ModelKey key = model.key();
  models_.put(std::move(model));
  model_ = models_.find(key);
}

bool Recorder::table_exists() {
  return orm::introspector(connection_)->table(kTable).has_value();
}

std::map<MigrationKey, DateTime> Recorder::applied() {
  std::map<MigrationKey, DateTime> found;
  if (!table_exists()) return found;
  const orm::Dialect& dialect = connection_.dialect();
  orm::Result result =
      connection_.query(orm::StatementBuilder(dialect, kTable)
                            .select_all({"app", "name", "applied"})
                            .sql);
  for (const orm::Row& row : result.rows) {
    orm::Value moment = dialect.from_db(orm::FieldKind::kDateTime, row[2]);
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

void Recorder::ensure_table() {
  if (table_exists()) return;
  orm::Transaction transaction(connection_);
  orm::Catalog catalog;
  std::unique_ptr<orm::SchemaEditor> editor =
      connection_.dialect().schema_editor(catalog);
  editor->create_model(*model_, models_);
  try {
    for (const orm::Statement& statement : editor->take()) {
      connection_.execute(statement.sql);
    }
    transaction.commit();
  } catch (const Error&) {
    // Two first runs at once: the other one made it.
    connection_.rollback();
    if (!table_exists()) throw;
  }
}

void Recorder::record_applied(const MigrationKey& key, DateTime now) {
  const orm::Dialect& dialect = connection_.dialect();
  std::vector<orm::Row> rows{
      {key.app, key.name, dialect.to_db(orm::FieldKind::kDateTime, now)}};
  run(orm::StatementBuilder(dialect, kTable)
          .insert({"app", "name", "applied"}, rows));
}

void Recorder::record_unapplied(const MigrationKey& key) {
  std::vector<orm::Row> rows{{key.app, key.name}};
  run(orm::StatementBuilder(connection_.dialect(), kTable)
          .remove({"app", "name"}, rows));
}

void Recorder::run(const std::vector<orm::BoundStatement>& statements) {
  for (const orm::BoundStatement& statement : statements) {
    connection_.execute(statement.sql, statement.parameters);
  }
}

void Recorder::lock() {
  std::string sql = connection_.dialect().lock_table(kTable);
  if (!sql.empty()) connection_.execute(sql);
}

}  // namespace manage::migrations_engine
