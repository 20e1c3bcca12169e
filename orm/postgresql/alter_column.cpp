// AlterField on PostgreSQL, aspect by aspect. The order is Django's: what
// stands in the way goes first, then type and NULL, then what comes new.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "orm/column_types.hpp"
#include "orm/postgresql/schema_editor.hpp"

namespace manage::orm {

namespace {

bool became_primary_key(const FieldChange& change) {
  return !change.old_field.primary_key() && change.new_field.primary_key();
}

bool has_own_index(const FieldDef& field) {
  return field.db_index() && !field.unique();
}

/// The column type before its arguments: Django casts when these differ. It
/// builds CharField's in another way than those of the other text fields, so
/// these are two.
std::string type_family(const FieldDef& field, const ModelSet& models,
                        const Dialect& dialect) {
  std::string type = dialect.column_type(field, models);
  switch (field.kind()) {
    case FieldKind::kChar:
    case FieldKind::kEmail:
    case FieldKind::kUrl:
      return "varchar";
    case FieldKind::kSlug:
    case FieldKind::kFile:
    case FieldKind::kFilePath:
    case FieldKind::kImage:
      return "varchar%";
    case FieldKind::kDecimal:
      return "numeric%";
    default:
      return type;
  }
}

std::string collation_of(const FieldDef& field, const ModelSet& models) {
  return value_field(field, models).text("db_collation");
}

/// The check of a field as if its column had that name.
std::string check_named(FieldDef field, const std::string& column,
                        const Dialect& dialect) {
  field.arguments.set("db_column", column);
  return dialect.type_check(field);
}

/// Whether what stands in the parentheses of an index or constraint names the
/// quoted column.
bool is_on(std::string_view sql, std::string_view column) {
  const std::size_t body = sql.find('(');
  return body != std::string_view::npos &&
         sql.find(column, body) != std::string_view::npos;
}

std::string target_of(const FieldDef& field, const ModelSet& models) {
  if (!has_foreign_key(field)) return {};
  return models.table(models.target(field)) + "." +
         models.target_field(field).column();
}

}  // namespace

bool PostgresqlSchemaEditor::changes_database(const FieldChange& change) const {
  const FieldDef& before = change.old_field;
  const FieldDef& after = change.new_field;
  return before.column() != after.column() ||
         sql_.definition(change.from, before, change.from_models) !=
             sql_.definition(change.to, after, change.to_models) ||
         target_of(before, change.from_models) !=
             target_of(after, change.to_models) ||
         before.db_index() != after.db_index() ||
         before.text("db_comment") != after.text("db_comment");
}

void PostgresqlSchemaEditor::alter_column(const FieldChange& change) {
  if (!changes_database(change)) return;
  if (change.new_field.is_generated()) return recompute_column(change);
  Alteration a{change,
               change.to_models.table(change.to),
               change.new_field.column(),
               dialect().column_type(change.old_field, change.from_models),
               dialect().column_type(change.new_field, change.to_models),
               false,
               false,
               {},
               {}};
  a.check_changed = check_named(change.old_field, a.column, dialect()) !=
                    check_named(change.new_field, a.column, dialect());
  drop_own_foreign_key(a);
  drop_old_unique(a);
  drop_referring_keys(a);
  drop_old_index(a);
  drop_old_check(a);
  rename_column(change);
  alter_type_and_null(a);
  drop_old_primary_key(a);
  add_new_keys(a);
  alter_referrers(a);
  add_new_foreign_keys(a);
  add_new_check(a);
  if (!a.temporary_default.empty()) {
    alter(a.table,
          fmt::format("ALTER COLUMN {} DROP DEFAULT", sql_.quote(a.column)))
        .comment = "it was for the rows that are there";
  }
  add_new_like_index(a);
  comment(a);
}

void PostgresqlSchemaEditor::recompute_column(const FieldChange& change) {
  const std::string table = change.to_models.table(change.to);
  const std::string from = change.old_field.column();
  const std::string to = sql_.quote(change.new_field.column());
  // Without CASCADE: what other tables and views have of it is not ours.
  alter(table, "DROP COLUMN " + sql_.quote(from)).comment =
      "it is computed anew, with the indexes and constraints on it";
  forget_deferred_of_column(table, from);
  TableInfo* known = catalog_.find(table);
  if (known) known->drop_column(from);
  for (SchemaObject& object :
       sql_.after_table(change.from, change.from_models)) {
    if (known && is_on(object.statement.sql, sql_.quote(from))) {
      known->erase_constraint(object.info.name);
    }
  }
  add_column(change, change.new_field);
  const std::vector<SchemaObject> own =
      sql_.field_indexes(table, change.new_field, change.to_models);
  for (SchemaObject& object : sql_.after_table(change.to, change.to_models)) {
    const bool deferred =
        std::any_of(own.begin(), own.end(), [&](const SchemaObject& index) {
          return index.info.name == object.info.name;
        });
    if (!deferred && is_on(object.statement.sql, to)) {
      create(std::move(object));
    }
  }
  for (const ConstraintDef& constraint : change.to.constraints) {
    if (is_unique_index(constraint)) continue;
    if (is_on(sql_.table_constraint(change.to, constraint, change.to_models),
              to)) {
      if (known) known->erase_constraint(sql_.kept_name(constraint.name()));
      add_table_constraint(change, constraint);
    }
  }
}

void PostgresqlSchemaEditor::drop_own_foreign_key(Alteration& a) {
  const FieldDef& field = a.change.old_field;
  if (!has_foreign_key(field)) return;
  const ConstraintInfo wanted =
      pg_.foreign_keys(a.table, field, a.change.from_models).front().info;
  for (const std::string& name : existing_if_any(a.change, wanted)) {
    drop_foreign_key(a.table, name);
    a.foreign_key_dropped = true;
  }
}

void PostgresqlSchemaEditor::drop_old_unique(Alteration& a) {
  const FieldDef& field = a.change.old_field;
  if (!field.unique() || field.primary_key() ||
      (a.change.new_field.unique() && !became_primary_key(a.change))) {
    return;
  }
  ConstraintInfo wanted;
  wanted.kind = ConstraintKind::kUnique;
  wanted.name = pg_.inline_name(a.table, field.column(), "key");
  wanted.columns = {field.column()};
  wanted.unique = true;
  for (const std::string& name : existing(a.change, wanted)) {
    drop_constraint(a.table, name);
  }
}

void PostgresqlSchemaEditor::drop_referring_keys(Alteration& a) {
  const FieldDef& before = a.change.old_field;
  const FieldDef& after = a.change.new_field;
  const bool key = (before.primary_key() && after.primary_key()) ||
                   (before.unique() && after.unique());
  const bool same_type =
      a.old_type == a.new_type && collation_of(before, a.change.from_models) ==
                                      collation_of(after, a.change.to_models);
  if (!key || same_type) return;
  a.referrers = referrers(a.change);
  for (const Referrer& referrer : a.referrers) {
    if (!has_foreign_key(referrer.old_field)) continue;
    const ModelSet& models = a.change.from_models;
    const std::string table = models.table(referrer.table.from);
    const ConstraintInfo wanted =
        pg_.foreign_keys(table, referrer.old_field, models).front().info;
    ModelChange of_table{referrer.table.from, referrer.table.to,
                         a.change.from_models, a.change.to_models};
    for (const std::string& name : existing_if_any(of_table, wanted)) {
      drop_foreign_key(table, name);
    }
  }
}

void PostgresqlSchemaEditor::drop_old_index(Alteration& a) {
  if (!has_own_index(a.change.old_field) || has_own_index(a.change.new_field)) {
    return;
  }
  ConstraintInfo wanted;
  wanted.columns = {a.change.old_field.column()};
  wanted.name = sql_.kept_name(sql_.auto_name(a.table, wanted.columns, ""));
  for (const std::string& name : existing(a.change, wanted)) {
    drop_index(a.table, name);
  }
  if (!pattern_opclass(a.old_type).empty()) {
    drop_like_index(a.table, wanted.columns.front());
  }
}

void PostgresqlSchemaEditor::drop_old_check(Alteration& a) {
  const FieldDef& field = a.change.old_field;
  if (!a.check_changed || dialect().type_check(field).empty()) return;
  ConstraintInfo wanted;
  wanted.kind = ConstraintKind::kCheck;
  wanted.name = pg_.inline_name(a.table, field.column(), "check");
  wanted.columns = {field.column()};
  for (const std::string& name : existing(a.change, wanted)) {
    drop_constraint(a.table, name);
  }
}

void PostgresqlSchemaEditor::rename_column(const FieldChange& change) {
  const std::string table = change.to_models.table(change.to);
  const std::string from = change.old_field.column();
  const std::string to = change.new_field.column();
  if (from == to) return;
  alter(table, fmt::format("RENAME COLUMN {} TO {}", sql_.quote(from),
                           sql_.quote(to)));
  rename_deferred_column(table, from, to);
  catalog_.rename_column(table, from, to);
}

void PostgresqlSchemaEditor::rename_join_column(const FieldChange& change) {
  rename_column(change);
}

std::string PostgresqlSchemaEditor::type_clause(
    const FieldDef& old_field, const FieldDef& new_field,
    const ModelSet& old_models, const ModelSet& new_models) const {
  const std::string column = sql_.quote(new_field.column());
  const std::string type = dialect().column_type(new_field, new_models);
  std::string clause = fmt::format("ALTER COLUMN {} TYPE {}", column, type);
  const std::string collation = collation_of(new_field, new_models);
  if (!collation.empty()) clause += " COLLATE " + pg_.collation(collation);
  if (type_family(old_field, old_models, dialect()) !=
      type_family(new_field, new_models, dialect())) {
    clause += fmt::format(" USING {}::{}", column, type);
  }
  return clause;
}

void PostgresqlSchemaEditor::alter_db_default(
    const Alteration& a, std::vector<std::string>& actions) const {
  const FieldDef& before = a.change.old_field;
  const FieldDef& after = a.change.new_field;
  const std::string column = "ALTER COLUMN " + sql_.quote(a.column);
  const std::string kept = sql_.db_default(after, a.change.to_models);
  const std::string old_kept = sql_.db_default(before, a.change.from_models);
  const bool recast = type_family(before, a.change.from_models, dialect()) !=
                      type_family(after, a.change.to_models, dialect());
  if (recast && !kept.empty() && !old_kept.empty()) {
    // The server may have no way to cast the old default by itself.
    actions.insert(actions.begin(), column + " DROP DEFAULT");
    actions.push_back(column + " SET DEFAULT " + kept);
  } else if (!kept.empty() && kept != old_kept) {
    actions.push_back(column + " SET DEFAULT " + kept);
  } else if (kept.empty() && !old_kept.empty()) {
    actions.push_back(column + " DROP DEFAULT");
  }
}

void PostgresqlSchemaEditor::alter_type_and_null(Alteration& a) {
  const FieldDef& before = a.change.old_field;
  const FieldDef& after = a.change.new_field;
  const std::string column = "ALTER COLUMN " + sql_.quote(a.column);
  std::vector<std::string> actions;
  if (before.is_generated()) actions.push_back(column + " DROP EXPRESSION");
  const bool retyped = a.old_type != a.new_type ||
                       before.type->automatic != after.type->automatic ||
                       collation_of(before, a.change.from_models) !=
                           collation_of(after, a.change.to_models);
  if (retyped) {
    if (pattern_opclass(a.old_type) != pattern_opclass(a.new_type)) {
      drop_like_index(a.table, a.column);
    }
    change_identity(a, true);
    actions.push_back(
        type_clause(before, after, a.change.from_models, a.change.to_models));
  }
  alter_db_default(a, actions);
  const bool was_null = before.null() || before.is_generated();
  std::optional<std::string> fill;
  if (was_null && !after.null()) {
    fill = sql_.null_fill(after, a.change.to_models);
  }
  if (fill && !after.has_db_default() &&
      fill != sql_.row_default(before, a.change.from_models)) {
    a.temporary_default = *fill;
    actions.push_back(column + " SET DEFAULT " + *fill);
  }
  const std::string null_action =
      column + (after.null() ? " DROP NOT NULL" : " SET NOT NULL");
  const bool null_changed = was_null != after.null();
  if (null_changed && !fill) actions.push_back(null_action);
  if (!actions.empty()) {
    alter(a.table, fmt::format("{}", fmt::join(actions, ", ")));
  }
  if (fill) {
    emit(a.table,
         fmt::format("UPDATE {} SET {} = {} WHERE {} IS NULL",
                     sql_.quote(a.table), sql_.quote(a.column), *fill,
                     sql_.quote(a.column)),
         LockLevel::kRowExclusive);
    emit(a.table, "SET CONSTRAINTS ALL IMMEDIATE", LockLevel::kNone).comment =
        "no check of the rows may be pending when the table changes";
    alter(a.table, null_action);
  }
  if (retyped) change_identity(a, false);
  TableInfo* known = catalog_.find(a.table);
  if (ColumnInfo* info = known ? known->find_column(a.column) : nullptr) {
    ColumnInfo made = sql_.column_info(after, a.change.to_models);
    made.default_sql = info->default_sql;
    *info = std::move(made);
  }
}

void PostgresqlSchemaEditor::change_identity(Alteration& a, bool before) {
  const bool was = a.change.old_field.type->automatic;
  const bool is = a.change.new_field.type->automatic;
  const std::string column = sql_.quote(a.column);
  if (before) {
    if (was && !is) {
      alter(a.table,
            fmt::format("ALTER COLUMN {} DROP IDENTITY IF EXISTS", column));
    }
    return;
  }
  if (is && !was) {
    alter(a.table, fmt::format("ALTER COLUMN {} ADD GENERATED BY DEFAULT AS "
                               "IDENTITY",
                               column));
    emit(a.table,
         fmt::format("SELECT setval(pg_get_serial_sequence({}, {}), "
                     "coalesce(max({}), 0) + 1, false) FROM {}",
                     dialect().literal(sql_.quote(a.table)),
                     dialect().literal(a.column), column, sql_.quote(a.table)),
         LockLevel::kNone)
        .comment = "the next number is above those in use";
  } else if (was && !is) {
    emit(a.table,
         fmt::format("DROP SEQUENCE IF EXISTS {} CASCADE",
                     sequence_name(a.table, a.column)),
         LockLevel::kAccessExclusive)
        .comment = "a serial column has one";
    TableInfo* known = catalog_.find(a.table);
    ColumnInfo* info = known ? known->find_column(a.column) : nullptr;
    if (info) info->default_sql.reset();
  } else if (was && is) {
    emit(a.table,
         fmt::format("ALTER SEQUENCE IF EXISTS {} AS {}",
                     sequence_name(a.table, a.column), a.new_type),
         LockLevel::kShareRowExclusive);
  }
}

void PostgresqlSchemaEditor::drop_old_primary_key(Alteration& a) {
  if (!a.change.old_field.primary_key() || a.change.new_field.primary_key()) {
    return;
  }
  ConstraintInfo wanted;
  wanted.kind = ConstraintKind::kPrimaryKey;
  wanted.name = pg_.inline_name(a.table, "", "pkey");
  wanted.columns = {a.column};
  wanted.unique = true;
  for (const std::string& name : existing_if_any(a.change, wanted)) {
    drop_constraint(a.table, name);
  }
}

void PostgresqlSchemaEditor::add_new_keys(Alteration& a) {
  const FieldDef& before = a.change.old_field;
  const FieldDef& after = a.change.new_field;
  if (!after.primary_key() && after.unique() &&
      (!before.unique() || before.primary_key())) {
    create(sql_.unique_together(a.table, {a.column}));
  }
  if (has_own_index(after) && !has_own_index(before)) {
    for (SchemaObject& index :
         pg_.SchemaSql::field_indexes(a.table, after, a.change.to_models)) {
      create(std::move(index));
    }
  }
  if (!became_primary_key(a.change)) return;
  const std::string name = sql_.auto_name(a.table, {a.column}, "_pk");
  SchemaObject key;
  key.statement.table = a.table;
  key.statement.sql =
      fmt::format("ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ({})",
                  sql_.quote(a.table), sql_.quote(name), sql_.quote(a.column));
  key.info.kind = ConstraintKind::kPrimaryKey;
  key.info.name = sql_.kept_name(name);
  key.info.columns = {a.column};
  key.info.unique = true;
  create(std::move(key));
}

void PostgresqlSchemaEditor::alter_referrers(Alteration& a) {
  for (const Referrer& referrer : a.referrers) {
    const std::string table = a.change.to_models.table(referrer.table.to);
    alter(table, type_clause(referrer.old_field, referrer.new_field,
                             a.change.from_models, a.change.to_models));
    TableInfo* known = catalog_.find(table);
    ColumnInfo* info =
        known ? known->find_column(referrer.new_field.column()) : nullptr;
    if (info) {
      info->type =
          sql_.column_info(referrer.new_field, a.change.to_models).type;
    }
  }
}

void PostgresqlSchemaEditor::add_new_foreign_keys(Alteration& a) {
  const FieldDef& field = a.change.new_field;
  const ModelSet& models = a.change.to_models;
  if (has_foreign_key(field) &&
      (a.foreign_key_dropped || !has_foreign_key(a.change.old_field))) {
    SchemaObject key = pg_.foreign_keys(a.table, field, models).front();
    if (a.change.not_valid) key.statement.sql += " NOT VALID";
    create(std::move(key));
  }
  for (const Referrer& referrer : a.referrers) {
    if (!has_foreign_key(referrer.new_field)) continue;
    create(pg_.foreign_key(models.table(referrer.table.to), referrer.new_field,
                           models, "_fk"));
  }
}

void PostgresqlSchemaEditor::add_new_check(Alteration& a) {
  const std::string check = dialect().type_check(a.change.new_field);
  if (!a.check_changed || check.empty()) return;
  const std::string name = sql_.auto_name(a.table, {a.column}, "_check");
  SchemaObject object;
  object.statement.table = a.table;
  object.statement.sql =
      fmt::format("ALTER TABLE {} ADD CONSTRAINT {} CHECK ({})",
                  sql_.quote(a.table), sql_.quote(name), check);
  object.info.kind = ConstraintKind::kCheck;
  object.info.name = sql_.kept_name(name);
  object.info.columns = {a.column};
  object.info.sql = check;
  create(std::move(object));
}

void PostgresqlSchemaEditor::add_new_like_index(Alteration& a) {
  const FieldDef& before = a.change.old_field;
  const FieldDef& after = a.change.new_field;
  const bool had = before.db_index() || before.unique();
  const bool retyped =
      had && pattern_opclass(a.old_type) != pattern_opclass(a.new_type);
  if ((!had && after.db_index()) || (!before.unique() && after.unique()) ||
      retyped) {
    for (SchemaObject& like :
         pg_.like_index(a.table, after, a.change.to_models)) {
      create(std::move(like));
    }
  }
  if (before.unique() && !after.unique() && !after.db_index() &&
      !pattern_opclass(a.old_type).empty()) {
    drop_like_index(a.table, a.column);
  }
}

void PostgresqlSchemaEditor::comment(Alteration& a) {
  if (a.change.old_field.text("db_comment") ==
      a.change.new_field.text("db_comment")) {
    return;
  }
  Statement statement = pg_.column_comment(a.table, a.change.new_field);
  emit(a.table, std::move(statement.sql), statement.lock);
}

std::vector<PostgresqlSchemaEditor::Referrer> PostgresqlSchemaEditor::referrers(
    const FieldChange& change) const {
  const std::vector<TableChange> tables = tables_of(change);
  std::vector<Referrer> found;
  std::set<std::pair<ModelKey, std::string>> seen;
  // A key to a key to the field follows too, right after the key it points to.
  auto follow = [&](const auto& self, const ModelKey& model,
                    const std::string& field) -> void {
    if (!seen.emplace(model, field).second) return;
    for (const TableChange& table : tables) {
      for (const FieldDef& key : table.to.fields) {
        const FieldDef* before = table.from.find_field(key.name);
        if (!before || !key.has_column() || !key.is_relation() ||
            !before->has_column() || !before->is_relation() ||
            change.to_models.target(key).key() != model ||
            change.to_models.target_field(key).name != field) {
          continue;
        }
        found.push_back({table, *before, key});
        self(self, table.to.key(), key.name);
      }
    }
  };
  follow(follow, change.to.key(), change.new_field.name);
  return found;
}

}  // namespace manage::orm
