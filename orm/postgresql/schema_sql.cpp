#include "orm/postgresql/schema_sql.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/names.hpp"

namespace manage::orm {

namespace {

std::string comment_of(const ModelDef& model) {
  const Data* comment = model.options.find("db_table_comment");
  return comment && comment->text() ? *comment->text() : std::string();
}

std::string nulls_clause(const std::optional<bool>& distinct) {
  if (!distinct) return {};
  return *distinct ? " NULLS DISTINCT" : " NULLS NOT DISTINCT";
}

}  // namespace

std::string_view pattern_opclass(std::string_view column_type) {
  if (column_type.ends_with(']')) return {};
  if (column_type.starts_with("varchar")) return "varchar_pattern_ops";
  if (column_type.starts_with("text")) return "text_pattern_ops";
  return {};
}

SchemaObject PostgresqlSchemaSql::unique_together(
    const std::string& table, const Columns& columns) const {
  const std::string name = auto_name(table, columns, "_uniq");
  SchemaObject object;
  object.statement.sql =
      fmt::format("ALTER TABLE {} ADD CONSTRAINT {} UNIQUE ({})", quote(table),
                  quote(name), quote_all(columns));
  object.statement.table = table;
  object.info.kind = ConstraintKind::kUnique;
  object.info.name = kept_name(name);
  object.info.columns = columns;
  object.info.unique = true;
  return object;
}

std::vector<SchemaObject> PostgresqlSchemaSql::field_indexes(
    const std::string& table, const FieldDef& field,
    const ModelSet& models) const {
  std::vector<SchemaObject> all =
      SchemaSql::field_indexes(table, field, models);
  for (SchemaObject& like : like_index(table, field, models)) {
    all.push_back(std::move(like));
  }
  return all;
}

std::vector<SchemaObject> PostgresqlSchemaSql::like_index(
    const std::string& table, const FieldDef& field,
    const ModelSet& models) const {
  std::string_view opclass =
      pattern_opclass(dialect_.column_type(field, models));
  if (opclass.empty() || !(field.db_index() || field.unique())) return {};
  IndexSpec spec;
  spec.name = auto_name(table, {field.column()}, "_like");
  spec.parts = {
      {field.column(), quote(field.column()), false, std::string(opclass)}};
  return {index(table, spec)};
}

std::vector<SchemaObject> PostgresqlSchemaSql::foreign_keys(
    const std::string& table, const FieldDef& field,
    const ModelSet& models) const {
  if (!has_foreign_key(field)) return {};
  return {foreign_key(table, field, models, foreign_key_suffix(field, models))};
}

std::string PostgresqlSchemaSql::foreign_key_suffix(
    const FieldDef& field, const ModelSet& models) const {
  return fmt::format(
      "_fk_{}_{}", split_identifier(models.table(models.target(field))).second,
      models.target_field(field).column());
}

SchemaObject PostgresqlSchemaSql::foreign_key(const std::string& table,
                                              const FieldDef& field,
                                              const ModelSet& models,
                                              std::string_view suffix) const {
  const std::string name = auto_name(table, {field.column()}, suffix);
  SchemaObject object;
  object.statement.sql = fmt::format(
      "ALTER TABLE {} ADD CONSTRAINT {} FOREIGN KEY ({}) {}", quote(table),
      quote(name), quote(field.column()), references(field, models));
  object.statement.table = table;
  object.statement.lock = LockLevel::kShareRowExclusive;
  object.info = foreign_key_info(kept_name(name), field, models);
  return object;
}

std::vector<Statement> PostgresqlSchemaSql::comments(
    const ModelDef& model, const ModelSet& models) const {
  const std::string table = models.table(model);
  std::vector<Statement> all;
  if (!comment_of(model).empty()) all.push_back(table_comment(model, models));
  for (const FieldDef* field : model.columns()) {
    if (!field->text("db_comment").empty()) {
      all.push_back(column_comment(table, *field));
    }
  }
  return all;
}

Statement PostgresqlSchemaSql::table_comment(const ModelDef& model,
                                             const ModelSet& models) const {
  Statement statement;
  statement.table = models.table(model);
  statement.sql =
      fmt::format("COMMENT ON TABLE {} IS {}", quote(statement.table),
                  dialect_.literal(comment_of(model)));
  statement.lock = LockLevel::kShareUpdateExclusive;
  return statement;
}

Statement PostgresqlSchemaSql::column_comment(const std::string& table,
                                              const FieldDef& field) const {
  Statement statement;
  statement.sql = fmt::format("COMMENT ON COLUMN {}.{} IS {}", quote(table),
                              quote(field.column()),
                              dialect_.literal(field.text("db_comment")));
  statement.table = table;
  statement.lock = LockLevel::kShareUpdateExclusive;
  return statement;
}

std::string PostgresqlSchemaSql::kept_type(const std::string& type) const {
  // As format_type spells it: it knows neither dimensions nor sizes of arrays.
  const std::size_t array = type.find('[');
  if (array != std::string::npos) {
    return kept_type(type.substr(0, array)) + "[]";
  }
  if (type.starts_with("varchar")) return "character varying" + type.substr(7);
  return text::replace_all(type, ", ", ",");
}

std::string PostgresqlSchemaSql::kept_name(const std::string& name) const {
  return server_identifier(name);
}

std::string PostgresqlSchemaSql::inline_name(const std::string& table,
                                             const std::string& column,
                                             std::string_view label) const {
  const std::string own = split_identifier(table).second;
  std::string name = server_object_name(own, column, label);
  for (int number = 1; catalog_.uses_name(name); ++number) {
    name = server_object_name(own, column, fmt::format("{}{}", label, number));
  }
  return name;
}

std::string PostgresqlSchemaSql::identity_clause() const {
  return "GENERATED BY DEFAULT AS IDENTITY";
}

std::string PostgresqlSchemaSql::collation(const std::string& name) const {
  return quote(name);
}

std::string PostgresqlSchemaSql::create_index(const std::string& table,
                                              const IndexSpec& spec) const {
  std::vector<std::string> parts;
  for (const IndexPart& part : spec.parts) {
    parts.push_back(part.sql +
                    (part.opclass.empty() ? "" : " " + part.opclass) +
                    (part.descending ? " DESC" : ""));
  }
  return fmt::format(
      "CREATE {}INDEX {} ON {}{} ({}){}{}{}{}", spec.unique ? "UNIQUE " : "",
      quote(spec.name), quote(table),
      spec.method.empty() ? "" : " USING " + spec.method,
      text::join(parts, ", "),
      spec.include.empty() ? "" : " INCLUDE (" + quote_all(spec.include) + ")",
      nulls_clause(spec.nulls_distinct),
      spec.storage.empty() ? "" : " WITH (" + spec.storage + ")",
      spec.condition.empty() ? "" : " WHERE " + spec.condition);
}

std::string PostgresqlSchemaSql::unique_clause(const ConstraintDef& constraint,
                                               const Columns& columns) const {
  const Data* nulls = constraint.arguments.find("nulls_distinct");
  std::optional<bool> distinct;
  if (nulls && nulls->boolean()) distinct = *nulls->boolean();
  return fmt::format("UNIQUE{} ({}){}", nulls_clause(distinct),
                     quote_all(columns), deferrable_clause(constraint));
}

std::string PostgresqlSchemaSql::deferrable_clause(
    const ConstraintDef& constraint) {
  const Data* deferrable = constraint.arguments.find("deferrable");
  if (!deferrable || !deferrable->text()) return {};
  // "deferred", or as Django spells it, "Deferrable.DEFERRED".
  return " DEFERRABLE INITIALLY " +
         text::upper(text::split(*deferrable->text(), '.').back());
}

}  // namespace manage::orm
