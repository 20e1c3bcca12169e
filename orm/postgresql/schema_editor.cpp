#include "orm/postgresql/schema_editor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orm/names.hpp"

namespace manage::orm {

std::unique_ptr<SchemaEditor> PostgresqlDialect::schema_editor(
    Catalog& catalog) const {
  return std::make_unique<PostgresqlSchemaEditor>(catalog);
}

PostgresqlSchemaEditor::PostgresqlSchemaEditor(Catalog& catalog)
    : BaseSchemaEditor(std::make_unique<PostgresqlSchemaSql>(catalog), catalog),
      pg_(static_cast<const PostgresqlSchemaSql&>(sql_)) {}

Statement& PostgresqlSchemaEditor::alter(const std::string& table,
                                         std::string_view changes,
                                         LockLevel lock) {
  return emit(table,
              fmt::format("ALTER TABLE {} {}", sql_.quote(table), changes),
              lock);
}

void PostgresqlSchemaEditor::drop_constraint(const std::string& table,
                                             const std::string& name) {
  if (!forget_deferred(table, name)) {
    require(table, name);
    alter(table, "DROP CONSTRAINT " + sql_.quote(name));
  }
  if (TableInfo* known = catalog_.find(table)) known->erase_constraint(name);
}

void PostgresqlSchemaEditor::drop_foreign_key(const std::string& table,
                                              const std::string& name) {
  if (!forget_deferred(table, name)) {
    require(table, name);
    emit(table, fmt::format("SET CONSTRAINTS {} IMMEDIATE", sql_.quote(name)),
         LockLevel::kNone)
        .comment = "checks what is still to be checked, so that it can go";
    alter(table, "DROP CONSTRAINT " + sql_.quote(name));
  }
  if (TableInfo* known = catalog_.find(table)) known->erase_constraint(name);
}

void PostgresqlSchemaEditor::add_column(const ModelChange& change,
                                        const FieldDef& field) {
  const ModelSet& models = change.to_models;
  const std::string table = models.table(change.to);
  const std::string column = sql_.quote(field.column());
  const std::optional<std::string> value = sql_.row_default(field, models);
  std::string definition =
      sql_.definition(change.to, field, models, value.value_or(""));
  std::optional<ConstraintInfo> key;
  if (has_foreign_key(field)) {
    const std::string name = sql_.auto_name(
        table, {field.column()}, pg_.foreign_key_suffix(field, models));
    if (change.not_valid) {
      definition +=
          fmt::format(", ADD CONSTRAINT {} FOREIGN KEY ({}) {} NOT VALID",
                      sql_.quote(name), column, sql_.references(field, models));
    } else {
      definition += fmt::format(
          " CONSTRAINT {} REFERENCES {}({}) DEFERRABLE INITIALLY DEFERRED",
          sql_.quote(name), sql_.quote(models.table(models.target(field))),
          sql_.quote(models.target_field(field).column()));
    }
    key = sql_.foreign_key_info(sql_.kept_name(name), field, models);
  }
  alter(table, fmt::format("ADD COLUMN {} {}", column, definition));
  if (key) {
    emit(table,
         fmt::format("SET CONSTRAINTS {} IMMEDIATE", sql_.quote(key->name)),
         LockLevel::kNone);
  }
  if (TableInfo* known = catalog_.find(table)) {
    sql_.add_column(*known, field, models);
    if (key) known->constraints.push_back(*key);
  }
  if (value) {
    alter(table, fmt::format("ALTER COLUMN {} DROP DEFAULT", column)).comment =
        "it was for the rows that are there";
  }
  if (!field.text("db_comment").empty()) {
    Statement comment = pg_.column_comment(table, field);
    emit(table, std::move(comment.sql), comment.lock);
  }
  for (SchemaObject& index : sql_.field_indexes(table, field, models)) {
    defer(std::move(index));
  }
}

void PostgresqlSchemaEditor::drop_column(const ModelChange& change,
                                         const FieldDef& field) {
  const std::string table = change.from_models.table(change.from);
  const std::string column = field.column();
  if (has_foreign_key(field)) {
    const ConstraintInfo wanted =
        pg_.foreign_keys(table, field, change.from_models).front().info;
    for (const std::string& name : existing_if_any(change, wanted)) {
      drop_foreign_key(table, name);
    }
  }
  alter(table, fmt::format("DROP COLUMN {} CASCADE", sql_.quote(column)));
  if (TableInfo* known = catalog_.find(table)) known->drop_column(column);
  catalog_.drop_foreign_keys_to(table, column);
  forget_deferred_of_column(table, column);
}

void PostgresqlSchemaEditor::add_table_constraint(
    const ModelChange& change, const ConstraintDef& constraint) {
  const std::string table = change.to_models.table(change.to);
  alter(table, "ADD " + sql_.table_constraint(change.to, constraint,
                                              change.to_models));
  if (TableInfo* known = catalog_.find(table)) {
    known->constraints.push_back(
        sql_.table_constraint_info(change.to, constraint, change.to_models));
  }
}

void PostgresqlSchemaEditor::remove_table_constraint(
    const ModelChange& change, const ConstraintDef& constraint) {
  drop_constraint(change.from_models.table(change.from),
                  sql_.kept_name(constraint.name()));
}

void PostgresqlSchemaEditor::drop_unique_together(const std::string& table,
                                                  const std::string& name) {
  drop_constraint(table, name);
}

std::string PostgresqlSchemaEditor::drop_index_sql(
    const std::string& name) const {
  return "DROP INDEX IF EXISTS " + sql_.quote(name);
}

void PostgresqlSchemaEditor::drop_table(const std::string& table) {
  emit(table, fmt::format("DROP TABLE {} CASCADE", sql_.quote(table)),
       LockLevel::kAccessExclusive);
  catalog_.erase(table);
  catalog_.drop_foreign_keys_to(table);
}

void PostgresqlSchemaEditor::rename_table(const std::string& from,
                                          const std::string& to) {
  alter(from, "RENAME TO " + sql_.quote(to));
  catalog_.rename(from, to);
  rename_deferred_table(from, to);
}

void PostgresqlSchemaEditor::drop_like_index(const std::string& table,
                                             const std::string& column) {
  const std::string name =
      sql_.kept_name(sql_.auto_name(table, {column}, "_like"));
  const TableInfo* known = catalog_.find(table);
  if (!known || known->find_constraint(name)) drop_index(table, name);
}

std::string PostgresqlSchemaEditor::sequence_name(const std::string& table,
                                                  const std::string& column) {
  // A serial column names its sequence, also after the table was renamed:
  // nextval('"old_id_seq"'::regclass).
  const TableInfo* known = catalog_.find(table);
  const ColumnInfo* info = known ? known->find_column(column) : nullptr;
  const std::string given = info ? info->default_sql.value_or("") : "";
  constexpr std::string_view kStart = "nextval('";
  const std::size_t end = given.find("'::regclass)");
  if (given.starts_with(kStart) && end != std::string::npos) {
    return given.substr(kStart.size(), end - kStart.size());
  }
  return sql_.quote(
      server_object_name(split_identifier(table).second, column, "seq"));
}

}  // namespace manage::orm
