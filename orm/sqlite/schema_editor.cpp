#include "orm/sqlite/schema_editor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/column_clauses.hpp"
#include "orm/sqlite/schema_sql.hpp"

namespace manage::orm {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || static_cast<signed char>(c) < 0;
}

/// The statement with every identifier `from`, quoted or not, replaced by the
/// quoted `to`. Texts in single quotes stay.
std::string rename_identifier(const std::string& sql, const std::string& from,
                              const std::string& to, const SchemaSql& names) {
  std::string out;
  for (std::size_t at = 0; at < sql.size();) {
    std::size_t end = at + 1;
    const char first = sql[at];
    if (first == '\'' || first == '"') {
      end = sql.find(first, at + 1);
      end = end == std::string::npos ? sql.size() : end + 1;
    } else if (is_word(first)) {
      while (end < sql.size() && is_word(sql[end])) ++end;
    }
    const std::string token = sql.substr(at, end - at);
    const bool same =
        token == names.quote(from) || text::lower(token) == text::lower(from);
    out += same ? names.quote(to) : token;
    at = end;
  }
  return out;
}

/// Whether ADD COLUMN can make it: no key, nothing that every row must have
/// computed, and no DEFAULT that would stay though the field has none.
bool can_be_added(const FieldDef& field) {
  if (field.unique()) return false;
  if (field.is_generated()) return !field.flag("db_persist");
  if (!field.has_db_default()) return field.null();
  const Data& given = *field.arguments.find("db_default");
  // A reference must begin as NULL, and a NOT NULL column as something else.
  return has_literal_db_default(field) && !has_foreign_key(field) &&
         (field.null() || !given.is_null());
}

/// SQLite rewrites the statements that it keeps.
void rename_in_sql(TableInfo& table, const std::string& from,
                   const std::string& to, const SchemaSql& names) {
  for (ConstraintInfo& info : table.constraints) {
    info.sql = rename_identifier(info.sql, from, to, names);
  }
  for (TriggerInfo& trigger : table.triggers) {
    trigger.sql = rename_identifier(trigger.sql, from, to, names);
  }
}

}  // namespace

std::unique_ptr<SchemaEditor> SqliteDialect::schema_editor(
    Catalog& catalog) const {
  return std::make_unique<SqliteSchemaEditor>(catalog);
}

SqliteSchemaEditor::SqliteSchemaEditor(Catalog& catalog)
    : BaseSchemaEditor(std::make_unique<SqliteSchemaSql>(), catalog) {}

void SqliteSchemaEditor::flush() {
  while (!pending_.empty()) flush_table(pending_.front().table());
}

void SqliteSchemaEditor::flush_table(const std::string& table) {
  auto found = std::find_if(
      pending_.begin(), pending_.end(),
      [&](const Rebuild& rebuild) { return rebuild.table() == table; });
  if (found == pending_.end()) return;
  std::list<Rebuild> due;
  due.splice(due.begin(), pending_, found);
  for (Statement& made : due.front().statements()) {
    Statement& placed = emit(table, std::move(made.sql), made.lock);
    placed.comment = std::move(made.comment);
    placed.must_be_empty = made.must_be_empty;
    placed.with_previous = made.with_previous;
  }
}

SchemaEditor::Around SqliteSchemaEditor::around() const {
  if (!keys_off_) return {};
  auto statement = [](std::string sql, std::string comment) {
    Statement made;
    made.sql = std::move(sql);
    made.comment = std::move(comment);
    made.lock = LockLevel::kNone;
    return made;
  };
  Around around;
  // Dropping a table would delete its rows first, and those that refer to them.
  around.before = {statement("PRAGMA foreign_keys = OFF",
                             "foreign keys are checked at the end instead")};
  around.checks = {
      statement("SELECT * FROM pragma_foreign_key_check",
                "checks that every row is there that another refers to")};
  around.checks.front().must_be_empty = true;
  around.after = {statement("PRAGMA legacy_alter_table = OFF", ""),
                  statement("PRAGMA foreign_keys = ON", "")};
  return around;
}

void SqliteSchemaEditor::before_statement(const std::string& table) {
  flush_table(table);
}

Rebuild* SqliteSchemaEditor::pending(const std::string& table) {
  auto found = std::find_if(
      pending_.begin(), pending_.end(),
      [&](const Rebuild& rebuild) { return rebuild.table() == table; });
  return found == pending_.end() ? nullptr : &*found;
}

Rebuild& SqliteSchemaEditor::rebuild(const ModelDef& from,
                                     const ModelSet& models) {
  const std::string table = models.table(from);
  if (Rebuild* begun = pending(table)) return *begun;
  keys_off_ = true;
  Rebuild& begun =
      pending_.emplace_back(sql_, from, models, catalog_.find(table));
  // The rebuild makes them itself.
  forget_deferred_of_table(table);
  return begun;
}

void SqliteSchemaEditor::aim(Rebuild& rebuild, const ModelDef& to,
                             const ModelSet& models, std::string reason) {
  rebuild.aim(to, models, std::move(reason));
  catalog_.put(rebuild.result());
}

bool SqliteSchemaEditor::join(const ModelDef& to, const ModelSet& models,
                              const std::string& reason) {
  Rebuild* begun = pending(models.table(to));
  if (begun) aim(*begun, to, models, reason);
  return begun != nullptr;
}

void SqliteSchemaEditor::add_column(const ModelChange& change,
                                    const FieldDef& field) {
  const std::string table = change.to_models.table(change.to);
  std::optional<std::string> value = sql_.row_default(field, change.to_models);
  if (value || !can_be_added(field) || pending(table)) {
    Rebuild& rebuilt = rebuild(change.from, change.from_models);
    rebuilt.add(field.column(),
                sql_.null_fill(field, change.to_models).value_or("NULL"));
    aim(rebuilt, change.to, change.to_models, "add " + field.column());
    return;
  }
  emit(table,
       fmt::format("ALTER TABLE {} ADD COLUMN {} {}", sql_.quote(table),
                   sql_.quote(field.column()),
                   full_definition(change.to, field, change.to_models)),
       LockLevel::kAccessExclusive);
  if (TableInfo* known = catalog_.find(table)) {
    sql_.add_column(*known, field, change.to_models);
  }
  for (SchemaObject& index :
       sql_.field_indexes(table, field, change.to_models)) {
    defer(std::move(index));
  }
}

void SqliteSchemaEditor::drop_column(const ModelChange& change,
                                     const FieldDef& field) {
  const std::string table = change.from_models.table(change.from);
  const std::string column = field.column();
  const TableInfo* known = catalog_.find(table);
  auto uses_column = [&](const ConstraintInfo& info) {
    return info.kind != ConstraintKind::kCheck &&
           std::find(info.columns.begin(), info.columns.end(), column) !=
               info.columns.end();
  };
  const bool plain =
      !field.unique() && !field.db_index() && !has_foreign_key(field) &&
      !(known && std::any_of(known->constraints.begin(),
                             known->constraints.end(), uses_column));
  if (!plain || pending(table)) {
    Rebuild& rebuilt = rebuild(change.from, change.from_models);
    rebuilt.drop(column);
    aim(rebuilt, change.to, change.to_models, "drop " + column);
    return;
  }
  emit(table,
       fmt::format("ALTER TABLE {} DROP COLUMN {}", sql_.quote(table),
                   sql_.quote(column)),
       LockLevel::kAccessExclusive);
  if (TableInfo* info = catalog_.find(table)) info->drop_column(column);
}

std::string SqliteSchemaEditor::full_definition(const ModelDef& model,
                                                const FieldDef& field,
                                                const ModelSet& models) const {
  std::string definition = sql_.definition(model, field, models);
  if (has_foreign_key(field))
    definition += " " + sql_.references(field, models);
  return definition;
}

void SqliteSchemaEditor::alter_column(const FieldChange& change) {
  if (change.old_field.column() != change.new_field.column()) {
    const ModelDef moved = rename_column(change);
    alter_definition({{moved, change.to, change.from_models, change.to_models},
                      *moved.find_field(change.old_field.name),
                      change.new_field},
                     has_foreign_key(change.new_field));
  } else {
    alter_definition(change, false);
  }
}

void SqliteSchemaEditor::alter_definition(const FieldChange& change,
                                          bool always) {
  const std::string column = change.new_field.column();
  if (!always &&
      full_definition(change.from, change.old_field, change.from_models) ==
          full_definition(change.to, change.new_field, change.to_models)) {
    alter_indexes(change);
    follow_type(change);
    return;
  }
  std::optional<std::string> fill;
  if (change.old_field.null() && !change.new_field.null()) {
    fill = sql_.null_fill(change.new_field, change.to_models);
  }
  Rebuild& rebuilt = rebuild(change.from, change.from_models);
  rebuilt.alter(column, fill);
  aim(rebuilt, change.to, change.to_models, "alter " + column);
  follow_type(change);
}

ModelDef SqliteSchemaEditor::rename_column(const FieldChange& change) {
  const std::string table = change.to_models.table(change.to);
  const std::string from = change.old_field.column();
  const std::string to = change.new_field.column();
  flush();
  emit(table,
       fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", sql_.quote(table),
                   sql_.quote(from), sql_.quote(to)),
       LockLevel::kAccessExclusive);
  rename_deferred_column(table, from, to);
  catalog_.rename_column(table, from, to);
  if (TableInfo* known = catalog_.find(table)) {
    rename_in_sql(*known, from, to, sql_);
  }
  ModelDef moved = change.from;
  moved.find_field(change.old_field.name)->arguments.set("db_column", to);
  return moved;
}

void SqliteSchemaEditor::alter_indexes(const FieldChange& change) {
  const std::string table = change.to_models.table(change.to);
  const bool had = change.old_field.db_index() && !change.old_field.unique();
  const bool has = change.new_field.db_index() && !change.new_field.unique();
  if (had == has) return;
  if (join(change.to, change.to_models, "alter " + change.new_field.column())) {
    return;
  }
  const FieldDef& field = had ? change.old_field : change.new_field;
  const ModelSet& models = had ? change.from_models : change.to_models;
  for (SchemaObject& index : sql_.field_indexes(table, field, models)) {
    if (has) {
      create(std::move(index));
      continue;
    }
    for (const std::string& name : existing(change, index.info)) {
      drop_index(table, name);
    }
  }
}

void SqliteSchemaEditor::follow_type(const FieldChange& change) {
  if (!change.new_field.unique()) return;
  auto follows = [&](const ModelDef& from, const ModelDef& to) {
    return std::any_of(
        to.fields.begin(), to.fields.end(), [&](const FieldDef& field) {
          const FieldDef* before = from.find_field(field.name);
          return before && field.has_column() && field.is_relation() &&
                 before->has_column() &&
                 dialect().column_type(*before, change.from_models) !=
                     dialect().column_type(field, change.to_models);
        });
  };
  for (const TableChange& table : tables_of(change)) {
    // The table itself may be on its way already; else its keys to itself
    // decide as those of the others do.
    const bool begun = table.to.key() == change.to.key() &&
                       pending(change.to_models.table(table.to));
    if (begun || !follows(table.from, table.to)) continue;
    aim(rebuild(table.from, change.from_models), table.to, change.to_models,
        fmt::format("follow {}.{}", change.to.label(), change.new_field.name));
  }
}

void SqliteSchemaEditor::add_table_constraint(const ModelChange& change,
                                              const ConstraintDef& constraint) {
  aim(rebuild(change.from, change.from_models), change.to, change.to_models,
      "add constraint " + constraint.name());
}

void SqliteSchemaEditor::remove_table_constraint(
    const ModelChange& change, const ConstraintDef& constraint) {
  aim(rebuild(change.from, change.from_models), change.to, change.to_models,
      "remove constraint " + constraint.name());
}

void SqliteSchemaEditor::drop_unique_together(const std::string& table,
                                              const std::string& name) {
  drop_index(table, name);
}

std::string SqliteSchemaEditor::drop_index_sql(const std::string& name) const {
  return "DROP INDEX " + sql_.quote(name);
}

void SqliteSchemaEditor::drop_table(const std::string& table) {
  // What was about to become of the table does not matter any more.
  pending_.remove_if(
      [&](const Rebuild& rebuild) { return rebuild.table() == table; });
  keys_off_ = true;
  emit(table, "DROP TABLE " + sql_.quote(table), LockLevel::kAccessExclusive);
  catalog_.erase(table);
}

void SqliteSchemaEditor::rename_table(const std::string& from,
                                      const std::string& to) {
  // Rebuilds that are held back would bring back references to the old name.
  flush();
  emit(from,
       fmt::format("ALTER TABLE {} RENAME TO {}", sql_.quote(from),
                   sql_.quote(to)),
       LockLevel::kAccessExclusive);
  catalog_.rename(from, to);
  if (TableInfo* known = catalog_.find(to)) {
    rename_in_sql(*known, from, to, sql_);
  }
  rename_deferred_table(from, to);
}

void SqliteSchemaEditor::change_index_name(const std::string& old_name,
                                           SchemaObject index) {
  drop_index(index.statement.table, old_name);
  create(std::move(index));
}

}  // namespace manage::orm
