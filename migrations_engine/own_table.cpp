#include "migrations_engine/own_table.hpp"

#include "core/error.hpp"
#include "orm/catalog.hpp"
#include "orm/dialect.hpp"
#include "orm/schema_editor.hpp"

namespace manage::migrations_engine {

namespace {

orm::FieldDef field(const OwnTableModel::Column& column) {
  orm::FieldDef made;
  made.name = column.name;
  made.type = &orm::field_type(column.kind);
  made.arguments = column.arguments;
  return made;
}

}  // namespace

OwnTableModel::OwnTableModel(std::string name, std::string model,
                             const std::string& default_auto_field,
                             std::initializer_list<Column> columns)
    : name_(std::move(name)) {
  orm::ModelDef made;
  made.app = "migrations";
  made.name = std::move(model);
  made.options.set("db_table", name_);
  const orm::FieldType* id = orm::find_field_type(default_auto_field);
  made.fields.push_back(field({"id",
                               id ? id->kind : orm::FieldKind::kBigAuto,
                               {{"primary_key", true}}}));
  for (const Column& column : columns) made.fields.push_back(field(column));
  key_ = made.key();
  models_.put(std::move(made));
}

std::vector<orm::Statement> OwnTableModel::creation(
    const orm::Dialect& dialect) const {
  orm::Catalog catalog;
  std::unique_ptr<orm::SchemaEditor> editor = dialect.schema_editor(catalog);
  editor->create_model(*models_.find(key_), models_);
  return editor->take();
}

bool OwnTable::exists() {
  // Once seen, it stays: nothing here drops it.
  seen_ =
      seen_ || orm::introspector(connection_)->table(model_.name()).has_value();
  return seen_;
}

void OwnTable::ensure() {
  if (exists()) return;
  orm::Transaction transaction(connection_);
  try {
    for (const orm::Statement& statement : model_.creation(dialect())) {
      connection_.execute(statement.sql);
    }
    transaction.commit();
  } catch (const Error&) {
    // Two first runs at once: the other one made it.
    connection_.rollback();
    if (!exists()) throw;
  }
}

orm::StatementBuilder OwnTable::statements() const {
  return orm::StatementBuilder(connection_.dialect(), model_.name());
}

orm::Value OwnTable::to_db(orm::FieldKind kind, const orm::Value& value) const {
  return dialect().to_db(kind, value);
}

void OwnTable::run(const std::vector<orm::BoundStatement>& statements) {
  for (const orm::BoundStatement& statement : statements) {
    connection_.later(statement.sql, statement.parameters);
  }
}

std::vector<orm::Row> OwnTable::query(const orm::BoundStatement& statement) {
  return connection_.query(statement.sql, statement.parameters).rows;
}

std::vector<orm::Row> OwnTable::query(
    const std::vector<orm::BoundStatement>& statements) {
  std::vector<orm::Row> rows;
  for (const orm::BoundStatement& statement : statements) {
    for (orm::Row& row : query(statement)) rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace manage::migrations_engine
