// What only PostgreSQL has: indexes and constraints made while others write,
// extensions, collations.
#include <fmt/format.h>

#include "orm/postgresql/schema_editor.hpp"

namespace manage::orm {

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
  constexpr std::string_view kCreate = "CREATE INDEX";
  object.statement.sql.insert(kCreate.size(), " CONCURRENTLY");
  object.statement.lock = LockLevel::kShareUpdateExclusive;
  create(std::move(object));
}

void PostgresqlSchemaEditor::remove_index_concurrently(const ModelDef& model,
                                                       const IndexDef& index,
                                                       const ModelSet& models) {
  const std::string table = models.table(model);
  const std::string name = sql_.model_index(model, index, models).info.name;
  require(table, name);
  emit(table, "DROP INDEX CONCURRENTLY IF EXISTS " + sql_.quote(name),
       LockLevel::kShareUpdateExclusive);
  if (TableInfo* known = catalog_.find(table)) known->erase_constraint(name);
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
  alter(models.table(model),
        "VALIDATE CONSTRAINT " + sql_.quote(sql_.kept_name(name)),
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
