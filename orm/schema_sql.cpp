#include "orm/schema_sql.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_clauses.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/effective_default.hpp"
#include "orm/index_parts.hpp"
#include "orm/names.hpp"
#include "orm/part_types.hpp"
#include "orm/query/definition.hpp"

namespace manage::orm {

namespace {

/// The columns an SQL expression names, in the order of the fields.
Columns columns_in(const std::string& sql, const ModelDef& model,
                   const Dialect& dialect) {
  Columns found;
  for (const FieldDef* field : model.columns()) {
    if (sql.find(dialect.quote_name(field->column())) != std::string::npos) {
      found.push_back(field->column());
    }
  }
  return found;
}

std::string condition_of(const DataMap& arguments, const ModelDef& model,
                         const ModelSet& models, const Dialect& dialect) {
  const Data* condition = arguments.find("condition");
  if (!condition || condition->is_null()) return {};
  return condition_sql(*condition, model, models, dialect);
}

bool given(const ConstraintDef& constraint, std::string_view argument) {
  const Data* value = constraint.arguments.find(argument);
  if (!value || value->is_null()) return false;
  return !value->list() || !value->list()->empty();
}

}  // namespace

bool is_check(const ConstraintDef& constraint) {
  return constraint.type == "CheckConstraint";
}

bool is_exclusion(const ConstraintDef& constraint) {
  return constraint.type == "ExclusionConstraint";
}

bool is_unique_index(const ConstraintDef& constraint) {
  return !is_check(constraint) && !is_exclusion(constraint) &&
         (given(constraint, "condition") || given(constraint, "include") ||
          given(constraint, "opclasses") || given(constraint, "expressions"));
}

bool has_foreign_key(const FieldDef& field) {
  return field.has_column() && field.is_relation() && field.db_constraint();
}

SchemaSql::SchemaSql(const Dialect& dialect) : dialect_(dialect) {
  using std::chrono::microseconds;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  defaults_.now.micros =
      std::chrono::duration_cast<microseconds>(since).count();
}

std::string SchemaSql::quote_all(const Columns& names) const {
  std::vector<std::string> quoted;
  for (const std::string& name : names) quoted.push_back(quote(name));
  return text::join(quoted, ", ");
}

std::string SchemaSql::auto_name(const std::string& table,
                                 const Columns& columns,
                                 std::string_view suffix) const {
  return orm::auto_name(table, columns, suffix, dialect_.max_name_length());
}

Columns SchemaSql::columns(const ModelDef& model,
                           const std::vector<std::string>& fields,
                           const ModelSet& models) const {
  Columns all;
  for (const std::string& name : fields) {
    const FieldDef* field = models.find_field(model, name);
    if (!field) {
      throw Error("models.unknown",
                  fmt::format("{} has no field {}", model.label(), name))
          .hint(text::did_you_mean(name, models.field_names(model)));
    }
    all.push_back(field->column());
  }
  return all;
}

std::string SchemaSql::definition(const ModelDef& model, const FieldDef& field,
                                  const ModelSet& models,
                                  const std::string& default_sql) const {
  std::string sql = dialect_.column_type(field, models);
  if (sql.empty()) {
    throw Error("schema.unsupported",
                fmt::format("{} has no type for {}.{}: {}", dialect_.title(),
                            model.label(), field.name, field.type->name))
        .at(field.pos)
        .hint("use another field type, or PostgreSQL");
  }
  std::string collated = value_field(field, models).text("db_collation");
  if (!collated.empty()) sql += " COLLATE " + collation(collated);
  const std::string kept = db_default(field, models);
  if (!kept.empty() || !default_sql.empty()) {
    sql += " DEFAULT " + (kept.empty() ? default_sql : kept);
  }
  if (field.is_generated()) {
    sql += " " + generated_clause(model, field, models, dialect_);
  } else {
    sql += field.null() ? " NULL" : " NOT NULL";
  }
  if (field.primary_key()) {
    sql += " PRIMARY KEY";
  } else if (field.unique()) {
    sql += " UNIQUE";
  }
  std::string check = dialect_.type_check(field);
  if (!check.empty()) sql += " CHECK (" + check + ")";
  if (field.type->automatic) sql += " " + identity_clause();
  return sql;
}

std::string SchemaSql::references(const FieldDef& field,
                                  const ModelSet& models) const {
  return fmt::format("REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                     quote(models.table(models.target(field))),
                     quote(models.target_field(field).column()));
}

std::string SchemaSql::table_constraint(const ModelDef& model,
                                        const ConstraintDef& constraint,
                                        const ModelSet& models) const {
  std::string body;
  if (is_check(constraint)) {
    body = "CHECK (" +
           condition_of(constraint.arguments, model, models, dialect_) + ")";
  } else if (is_exclusion(constraint)) {
    body = exclusion_clause(*this, constraint.arguments, model, models);
  } else {
    body =
        unique_clause(constraint, columns(model, constraint.fields(), models));
  }
  return fmt::format("CONSTRAINT {} {}", quote(constraint.name()), body);
}

std::string SchemaSql::create_table(
    const std::string& name, const ModelDef& model, const Fields& fields,
    const ModelSet& models,
    const std::map<std::string, std::string>& defaults) const {
  std::vector<std::string> lines;
  for (const FieldDef* field : fields) {
    auto kept = defaults.find(field->column());
    std::string line = quote(field->column()) + " " +
                       definition(model, *field, models,
                                  kept == defaults.end() ? "" : kept->second);
    if (inline_foreign_keys() && has_foreign_key(*field)) {
      line += " " + references(*field, models);
    }
    lines.push_back(std::move(line));
  }
  for (const ConstraintDef& constraint : model.constraints) {
    if (is_unique_index(constraint) || !supports(constraint)) continue;
    lines.push_back(table_constraint(model, constraint, models));
  }
  std::string key = composite_key(model, models);
  if (!key.empty()) lines.push_back(std::move(key));
  return fmt::format("CREATE TABLE {} ({})", quote(name),
                     text::join(lines, ", "));
}

std::string SchemaSql::composite_key(const ModelDef& model,
                                     const ModelSet& models) const {
  const std::vector<std::string> fields = model.composite_key();
  if (fields.empty()) return {};
  return "PRIMARY KEY (" + quote_all(columns(model, fields, models)) + ")";
}

std::string SchemaSql::db_default(const FieldDef& field,
                                  const ModelSet& models) const {
  return field.has_db_default() ? db_default_sql(field, models, dialect_)
                                : std::string();
}

std::optional<std::string> SchemaSql::null_fill(const FieldDef& field,
                                                const ModelSet& models) const {
  const std::string kept = db_default(field, models);
  const bool useful = !kept.empty() && kept != "NULL";
  return useful ? kept : row_default(field, models);
}

std::optional<std::string> SchemaSql::row_default(
    const FieldDef& field, const ModelSet& models) const {
  if (field.filled_by_database() || field.has_db_default()) {
    return std::nullopt;
  }
  const FieldDef& value = value_field(field, models);
  std::optional<Value> found = effective_default(field, value, defaults_);
  if (!found || is_null(*found)) return std::nullopt;
  return dialect_.literal(dialect_.to_db(value.kind(), *found));
}

SchemaObject SchemaSql::index(const std::string& table,
                              const IndexSpec& spec) const {
  SchemaObject object;
  object.statement.sql = create_index(table, spec);
  object.statement.table = table;
  object.statement.lock = LockLevel::kShare;
  object.info.kind = ConstraintKind::kIndex;
  object.info.name = kept_name(spec.name);
  object.info.unique = spec.unique;
  object.info.sql = object.statement.sql;
  for (const IndexPart& part : spec.parts) {
    object.info.columns.push_back(part.column);
    // An index over an expression is known by its name only.
    if (part.column.empty()) {
      object.info.columns.clear();
      break;
    }
  }
  return object;
}

SchemaObject SchemaSql::model_index(const ModelDef& model,
                                    const IndexDef& index,
                                    const ModelSet& models) const {
  IndexSpec spec = index_spec(*this, index.arguments, model, models);
  spec.name = index.name();
  std::string table = models.table(model);
  const PartType& type = *find_part_type(index_types(), index.type);
  if (!type.method.empty() && !dialect_.features().index_methods) {
    throw Error("schema.unsupported",
                fmt::format("{} has no {}, such as {}", dialect_.title(),
                            index.type, index.name()))
        .at(index.pos)
        .hint("use a plain Index, or PostgreSQL");
  }
  spec.method = type.method;
  spec.storage = storage_parameters(type, index.arguments);
  if (spec.name.empty()) {
    Columns names;
    std::vector<bool> descending;
    for (const IndexPart& part : spec.parts) {
      names.push_back(part.column);
      descending.push_back(part.descending);
    }
    spec.name = index_name(table, names, descending, type.suffix);
  }
  return this->index(table, spec);
}

SchemaObject SchemaSql::unique_index(const ModelDef& model,
                                     const ConstraintDef& constraint,
                                     const ModelSet& models) const {
  IndexSpec spec = index_spec(*this, constraint.arguments, model, models);
  spec.name = constraint.name();
  spec.unique = true;
  return index(models.table(model), spec);
}

SchemaObject SchemaSql::index_together(const std::string& table,
                                       const Columns& columns) const {
  IndexSpec spec;
  spec.name = auto_name(table, columns, "_idx");
  for (const std::string& column : columns) {
    spec.parts.push_back({column, quote(column), false, {}});
  }
  return index(table, spec);
}

std::vector<SchemaObject> SchemaSql::field_indexes(const std::string& table,
                                                   const FieldDef& field,
                                                   const ModelSet&) const {
  if (!field.db_index() || field.unique()) return {};
  IndexSpec spec;
  spec.name = auto_name(table, {field.column()}, "");
  spec.parts = {{field.column(), quote(field.column()), false, {}}};
  return {index(table, spec)};
}

std::vector<SchemaObject> SchemaSql::after_table(const ModelDef& model,
                                                 const ModelSet& models) const {
  std::string table = models.table(model);
  std::vector<SchemaObject> all;
  auto add = [&](std::vector<SchemaObject> objects) {
    for (SchemaObject& object : objects) all.push_back(std::move(object));
  };
  for (const std::vector<std::string>& fields : model.unique_together()) {
    all.push_back(unique_together(table, columns(model, fields, models)));
  }
  for (const FieldDef* field : model.columns()) {
    add(foreign_keys(table, *field, models));
  }
  for (const ConstraintDef& constraint : model.constraints) {
    if (is_unique_index(constraint) && supports(constraint)) {
      all.push_back(unique_index(model, constraint, models));
    }
  }
  for (const FieldDef* field : model.columns()) {
    add(field_indexes(table, *field, models));
  }
  for (const std::vector<std::string>& fields : model.index_together()) {
    all.push_back(index_together(table, columns(model, fields, models)));
  }
  for (const IndexDef& index : model.indexes) {
    all.push_back(model_index(model, index, models));
  }
  return all;
}

TableInfo SchemaSql::table_info(const ModelDef& model, const Fields& fields,
                                const ModelSet& models) const {
  TableInfo info;
  info.name = models.table(model);
  for (const FieldDef* field : fields) add_column(info, *field, models);
  for (const ConstraintDef& constraint : model.constraints) {
    if (is_unique_index(constraint) || !supports(constraint)) continue;
    info.constraints.push_back(
        table_constraint_info(model, constraint, models));
  }
  const std::vector<std::string> key = model.composite_key();
  if (!key.empty()) {
    ConstraintInfo made;
    made.kind = ConstraintKind::kPrimaryKey;
    made.name = inline_name(info.name, "", "pkey");
    made.columns = columns(model, key, models);
    made.unique = true;
    info.constraints.push_back(std::move(made));
  }
  return info;
}

void SchemaSql::add_column(TableInfo& info, const FieldDef& field,
                           const ModelSet& models) const {
  const std::string column = field.column();
  info.columns.push_back(column_info(field, models));
  if (field.primary_key() || field.unique()) {
    ConstraintInfo key;
    key.kind = field.primary_key() ? ConstraintKind::kPrimaryKey
                                   : ConstraintKind::kUnique;
    key.name = field.primary_key() ? inline_name(info.name, "", "pkey")
                                   : inline_name(info.name, column, "key");
    key.columns = {column};
    key.unique = true;
    info.constraints.push_back(std::move(key));
  }
  std::string check = dialect_.type_check(field);
  if (!check.empty()) {
    ConstraintInfo constraint;
    constraint.kind = ConstraintKind::kCheck;
    constraint.name = inline_name(info.name, column, "check");
    constraint.columns = {column};
    constraint.sql = check;
    info.constraints.push_back(std::move(constraint));
  }
  if (inline_foreign_keys() && has_foreign_key(field)) {
    info.constraints.push_back(foreign_key_info("", field, models));
  }
}

ColumnInfo SchemaSql::column_info(const FieldDef& field,
                                  const ModelSet& models) const {
  ColumnInfo info;
  info.name = field.column();
  info.type = kept_type(dialect_.column_type(field, models));
  // What is computed may come out as NULL, whatever the field says.
  info.null = field.null() || field.is_generated();
  info.identity = field.type->automatic && has_identity();
  return info;
}

ConstraintInfo SchemaSql::foreign_key_info(std::string name,
                                           const FieldDef& field,
                                           const ModelSet& models) const {
  ConstraintInfo info;
  info.kind = ConstraintKind::kForeignKey;
  info.name = std::move(name);
  info.columns = {field.column()};
  info.target_table = models.table(models.target(field));
  info.target_column = models.target_field(field).column();
  return info;
}

ConstraintInfo SchemaSql::table_constraint_info(const ModelDef& model,
                                                const ConstraintDef& constraint,
                                                const ModelSet& models) const {
  ConstraintInfo info;
  info.name = kept_name(constraint.name());
  if (is_check(constraint)) {
    info.kind = ConstraintKind::kCheck;
    info.sql = condition_of(constraint.arguments, model, models, dialect_);
    info.columns = columns_in(info.sql, model, dialect_);
  } else if (is_exclusion(constraint)) {
    // The server lists it as the index that it is.
    info.kind = ConstraintKind::kIndex;
  } else {
    info.kind = ConstraintKind::kUnique;
    info.unique = true;
    info.columns = columns(model, constraint.fields(), models);
  }
  return info;
}

}  // namespace manage::orm
