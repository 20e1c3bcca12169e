#include "orm/schema_sql.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/condition.hpp"
#include "orm/convert.hpp"
#include "orm/effective_default.hpp"
#include "orm/names.hpp"

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

/// `{desc: x}`, `{asc: x}`: takes the order off.
const Data& without_order(const Data& expression, bool& descending) {
  const DataMap* map = expression.map();
  if (!map) return expression;
  for (std::string_view order : {"asc", "desc"}) {
    if (const Data* inner = map->find(order)) {
      descending = order == "desc";
      return *inner;
    }
  }
  return expression;
}

/// The name of the field an index expression is, if it is only that.
const std::string* plain_field(const Data& expression) {
  if (const std::string* name = expression.text()) return name;
  const DataMap* map = expression.map();
  const Data* f = map && map->size() == 1 ? map->find("F") : nullptr;
  return f ? f->text() : nullptr;
}

std::string condition_of(const DataMap& arguments, const ModelDef& model,
                         const ModelSet& models, const Dialect& dialect) {
  const Data* condition = arguments.find("condition");
  if (!condition || condition->is_null()) return {};
  return condition_sql(*condition, model, models, dialect);
}

std::vector<std::string> texts(const DataMap& arguments, std::string_view key) {
  const Data* value = arguments.find(key);
  return value ? value->texts() : std::vector<std::string>{};
}

IndexPart column_part(const SchemaSql& sql, const std::string& column) {
  return {column, sql.quote(column), false, {}};
}

/// `fields` (with "-" for descending) or `expressions`, with their opclasses.
std::vector<IndexPart> index_parts(const SchemaSql& sql,
                                   const DataMap& arguments,
                                   const ModelDef& model,
                                   const ModelSet& models) {
  std::vector<IndexPart> parts;
  for (std::string field : texts(arguments, "fields")) {
    bool descending = field.starts_with('-');
    if (descending) field.erase(0, 1);
    parts.push_back(
        column_part(sql, sql.columns(model, {field}, models).front()));
    parts.back().descending = descending;
  }
  const Data* given = arguments.find("expressions");
  const DataList* expressions = given ? given->list() : nullptr;
  for (const Data& item : expressions ? *expressions : DataList{}) {
    bool descending = false;
    const Data& expression = without_order(item, descending);
    if (const std::string* name = plain_field(expression)) {
      parts.push_back(
          column_part(sql, sql.columns(model, {*name}, models).front()));
    } else {
      parts.push_back(
          {{},
           "(" + expression_sql(expression, model, models, sql.dialect()) + ")",
           false,
           {}});
    }
    parts.back().descending = descending;
  }
  std::vector<std::string> opclasses = texts(arguments, "opclasses");
  for (std::size_t i = 0; i < opclasses.size() && i < parts.size(); ++i) {
    parts[i].opclass = opclasses[i];
  }
  return parts;
}

IndexSpec index_spec(const SchemaSql& sql, const DataMap& arguments,
                     const ModelDef& model, const ModelSet& models) {
  IndexSpec spec;
  spec.parts = index_parts(sql, arguments, model, models);
  spec.include = sql.columns(model, texts(arguments, "include"), models);
  spec.condition = condition_of(arguments, model, models, sql.dialect());
  const Data* nulls = arguments.find("nulls_distinct");
  if (nulls && nulls->boolean()) spec.nulls_distinct = *nulls->boolean();
  return spec;
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

bool is_unique_index(const ConstraintDef& constraint) {
  return !is_check(constraint) &&
         (given(constraint, "condition") || given(constraint, "include") ||
          given(constraint, "opclasses") || given(constraint, "expressions"));
}

bool has_foreign_key(const FieldDef& field) {
  return field.has_column() && field.is_relation() && field.db_constraint();
}

SchemaSql::SchemaSql(const Dialect& dialect) : dialect_(dialect) {
  using std::chrono::microseconds;
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  time_.now.micros = std::chrono::duration_cast<microseconds>(since).count();
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
          .at(model.pos);
    }
    all.push_back(field->column());
  }
  return all;
}

std::string SchemaSql::definition(const FieldDef& field, const ModelSet& models,
                                  const std::string& default_sql) const {
  std::string sql = dialect_.column_type(field, models);
  std::string collated = value_field(field, models).text("db_collation");
  if (!collated.empty()) sql += " COLLATE " + collation(collated);
  if (!default_sql.empty()) sql += " DEFAULT " + default_sql;
  sql += field.null() ? " NULL" : " NOT NULL";
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
  std::string body =
      is_check(constraint)
          ? "CHECK (" +
                condition_of(constraint.arguments, model, models, dialect_) +
                ")"
          : unique_clause(constraint,
                          columns(model, constraint.fields(), models));
  return fmt::format("CONSTRAINT {} {}", quote(constraint.name()), body);
}

std::string SchemaSql::create_table(
    const std::string& name, const ModelDef& model, const Fields& fields,
    const ModelSet& models,
    const std::map<std::string, std::string>& defaults) const {
  std::vector<std::string> lines;
  for (const FieldDef* field : fields) {
    auto kept = defaults.find(field->column());
    std::string line =
        quote(field->column()) + " " +
        definition(*field, models, kept == defaults.end() ? "" : kept->second);
    if (inline_foreign_keys() && has_foreign_key(*field)) {
      line += " " + references(*field, models);
    }
    lines.push_back(std::move(line));
  }
  for (const ConstraintDef& constraint : model.constraints) {
    if (is_unique_index(constraint) || !supports(constraint)) continue;
    lines.push_back(table_constraint(model, constraint, models));
  }
  return fmt::format("CREATE TABLE {} ({})", quote(name),
                     text::join(lines, ", "));
}

std::optional<std::string> SchemaSql::row_default(
    const FieldDef& field, const ModelSet& models) const {
  const FieldDef& value = value_field(field, models);
  std::optional<Value> found = effective_default(field, value, time_);
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
  if (spec.name.empty()) {
    Columns names;
    std::vector<bool> descending;
    for (const IndexPart& part : spec.parts) {
      names.push_back(part.column);
      descending.push_back(part.descending);
    }
    spec.name = index_name(table, names, descending);
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

std::vector<SchemaObject> SchemaSql::field_indexes(const std::string& table,
                                                   const FieldDef& field,
                                                   const ModelSet&) const {
  if (!field.db_index() || field.unique()) return {};
  IndexSpec spec;
  spec.name = auto_name(table, {field.column()}, "");
  spec.parts = {column_part(*this, field.column())};
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
  info.null = field.null();
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
  } else {
    info.kind = ConstraintKind::kUnique;
    info.unique = true;
    info.columns = columns(model, constraint.fields(), models);
  }
  return info;
}

}  // namespace manage::orm
