// What only PostgreSQL has: indexes and constraints made while others write,
// extensions, collations.
#include <fmt/format.h>

#include "orm/postgresql/schema_editor.hpp"

namespace manage::orm {

namespace {

/// The index is built while others write.
void make_concurrent(Statement& statement) {
  const std::string_view create = statement.sql.starts_with("CREATE UNIQUE")
                                      ? "CREATE UNIQUE INDEX"
                                      : "CREATE INDEX";
  statement.sql.insert(create.size(), " CONCURRENTLY");
  statement.lock = LockLevel::kShareUpdateExclusive;
}

}  // namespace

void PostgresqlSchemaEditor::change_index_name(const std::string& old_name,
                                               SchemaObject index) {
  const std::string table = index.statement.table;
  emit(table,
       fmt::format("ALTER INDEX {} RENAME TO {}", sql_.quote(old_name),
                   sql_.quote(index.info.name)),
       LockLevel::kShareUpdateExclusive);
  if (TableInfo* known = catalog_.find(table)) {
    known->erase_constraint(old_name);
    known->constraints.push_back(std::move(index.info));
  }
}

void PostgresqlSchemaEditor::add_index_concurrently(const ModelDef& model,
                                                    const IndexDef& index,
                                                    const ModelSet& models) {
  SchemaObject object = sql_.model_index(model, index, models);
  make_concurrent(object.statement);
  create(std::move(object));
}

void PostgresqlSchemaEditor::remove_index_concurrently(const ModelDef& model,
                                                       const IndexDef& index,
                                                       const ModelSet& models) {
  drop_index_concurrently(models.table(model),
                          sql_.model_index(model, index, models).info.name);
}

void PostgresqlSchemaEditor::drop_index_concurrently(const std::string& table,
                                                     const std::string& name) {
  require(table, name);
  emit(table, "DROP INDEX CONCURRENTLY IF EXISTS " + sql_.quote(name),
       LockLevel::kShareUpdateExclusive);
  if (TableInfo* known = catalog_.find(table)) known->erase_constraint(name);
}

void PostgresqlSchemaEditor::add_constraint_concurrently(
    const ModelDef&, const ModelDef& to, const ConstraintDef& constraint,
    const ModelSet& models) {
  SchemaObject object = sql_.unique_index(to, constraint, models);
  make_concurrent(object.statement);
  const std::string table = object.statement.table;
  create(std::move(object));
  if (is_unique_index(constraint)) return;
  const std::string name = sql_.quote(constraint.name());
  alter(table, fmt::format("ADD CONSTRAINT {} UNIQUE USING INDEX {}{}", name,
                           name, pg_.deferrable_clause(constraint)))
      .comment = "takes the index over";
  if (TableInfo* known = catalog_.find(table)) {
    known->erase_constraint(sql_.kept_name(constraint.name()));
    known->constraints.push_back(
        sql_.table_constraint_info(to, constraint, models));
  }
}

void PostgresqlSchemaEditor::remove_constraint_concurrently(
    const ModelDef& from, const ModelDef& to, const ConstraintDef& constraint,
    const ModelSet& models) {
  if (is_unique_index(constraint)) {
    drop_index_concurrently(models.table(from),
                            sql_.kept_name(constraint.name()));
  } else {
    remove_constraint(from, to, constraint, models);
  }
}

void PostgresqlSchemaEditor::add_constraint_not_valid(
    const ModelDef& from, const ModelDef& to, const ConstraintDef& constraint,
    const ModelSet& models) {
  add_table_constraint({from, to, models, models}, constraint);
  last_statement().sql += " NOT VALID";
}

void PostgresqlSchemaEditor::validate_constraint(const ModelDef& model,
                                                 const std::string& name,
                                                 const ModelSet& models) {
  validate(models.table(model), sql_.kept_name(name));
}

void PostgresqlSchemaEditor::validate_foreign_key(const ModelDef& model,
                                                  const FieldDef& field,
                                                  const ModelSet& models) {
  const std::string table = models.table(model);
  const ConstraintInfo wanted =
      pg_.foreign_keys(table, field, models).front().info;
  for (const std::string& name :
       existing({model, model, models, models}, wanted)) {
    // What is made at the end of the migration is valid from its beginning.
    if (!is_deferred(table, name)) validate(table, name);
  }
}

void PostgresqlSchemaEditor::validate(const std::string& table,
                                      const std::string& name) {
  alter(table, "VALIDATE CONSTRAINT " + sql_.quote(name),
        LockLevel::kShareUpdateExclusive);
}

void PostgresqlSchemaEditor::create_extension(const std::string& name) {
  emit("", "CREATE EXTENSION IF NOT EXISTS " + sql_.quote(name),
       LockLevel::kNone);
}

void PostgresqlSchemaEditor::drop_extension(const std::string& name) {
  emit("", "DROP EXTENSION IF EXISTS " + sql_.quote(name), LockLevel::kNone);
}

void PostgresqlSchemaEditor::create_collation(const CollationDef& collation) {
  emit("",
       fmt::format("CREATE COLLATION {} (locale = {}, provider = {}{})",
                   sql_.quote(collation.name),
                   dialect().literal(collation.locale), collation.provider,
                   collation.deterministic ? "" : ", deterministic = false"),
       LockLevel::kNone);
}

void PostgresqlSchemaEditor::drop_collation(const std::string& name) {
  emit("", "DROP COLLATION " + sql_.quote(name), LockLevel::kNone);
}

}  // namespace manage::orm
