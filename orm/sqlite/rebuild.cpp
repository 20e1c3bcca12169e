#include "orm/sqlite/rebuild.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

Columns column_names(const ModelDef& model) {
  Columns names;
  for (const FieldDef* field : model.columns()) {
    names.push_back(field->column());
  }
  return names;
}

/// Those that no statement can set.
Columns computed_columns(const ModelDef& model) {
  Columns names;
  for (const FieldDef* field : model.columns()) {
    if (field->is_generated()) names.push_back(field->column());
  }
  return names;
}

/// Whether the model says what the column's DEFAULT is.
bool has_own_default(const ModelDef& model, std::string_view column) {
  for (const FieldDef* field : model.columns()) {
    if (field->column() == column) return field->has_db_default();
  }
  return false;
}

/// What the model knows of its table, to tell what it does not.
struct Expected {
  Columns columns;
  std::vector<Columns> uniques;
  std::vector<Columns> foreign_keys;
  std::vector<std::string> check_names;
  std::vector<std::string> checks;  ///< plain
};

/// A condition without what does not change its meaning.
std::string plain(std::string_view sql) {
  std::string out;
  for (char c : sql) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '(' && c != ')') out += c;
  }
  return text::lower(out);
}

Expected expected_of(const SchemaSql& sql, const ModelDef& model,
                     const ModelSet& models) {
  Expected expected;
  expected.columns = column_names(model);
  for (const FieldDef* field : model.columns()) {
    if (field->unique()) expected.uniques.push_back({field->column()});
    if (has_foreign_key(*field)) {
      expected.foreign_keys.push_back({field->column()});
    }
    std::string check = sql.dialect().type_check(*field);
    if (!check.empty()) expected.checks.push_back(plain(check));
  }
  for (const std::vector<std::string>& fields : model.unique_together()) {
    expected.uniques.push_back(sql.columns(model, fields, models));
  }
  expected.uniques.push_back(sql.columns(model, model.composite_key(), models));
  for (const ConstraintDef& constraint : model.constraints) {
    if (is_check(constraint)) {
      expected.check_names.push_back(constraint.name());
    } else {
      expected.uniques.push_back(
          sql.columns(model, constraint.fields(), models));
    }
  }
  return expected;
}

/// What a rebuild would lose, for the message; empty if nothing.
std::string unknown_part(const ConstraintInfo& info, const Expected& expected) {
  auto known = [&](const std::vector<Columns>& all) {
    return std::find(all.begin(), all.end(), info.columns) != all.end();
  };
  const std::string columns = text::join(info.columns, ", ");
  switch (info.kind) {
    case ConstraintKind::kPrimaryKey:
      if (known(expected.uniques)) return {};
      return fmt::format("a primary key ({})", columns);
    case ConstraintKind::kUnique:
      if (known(expected.uniques)) return {};
      return fmt::format("a unique constraint on ({})", columns);
    case ConstraintKind::kForeignKey:
      if (known(expected.foreign_keys)) return {};
      return fmt::format("a foreign key on ({})", columns);
    case ConstraintKind::kCheck:
      if (contains(expected.check_names, info.name) ||
          contains(expected.checks, plain(info.sql))) {
        return {};
      }
      return fmt::format("a constraint CHECK ({})", info.sql);
    case ConstraintKind::kIndex:
      break;
  }
  return {};
}

void refuse_unknown(const TableInfo& known, const ModelDef& model,
                    const Expected& expected) {
  auto refuse = [&](std::string_view what, std::string hint) {
    throw Error("schema.drift",
                fmt::format("table {} cannot be rebuilt: {}", known.name, what))
        .hint(std::move(hint));
  };
  for (const ColumnInfo& column : known.columns) {
    if (contains(expected.columns, column.name)) continue;
    refuse(fmt::format("it has a column {} that model {} does not know",
                       column.name, model.label()),
           "add the field to the model, or drop the column with RunSQL");
  }
  for (const std::string& column : expected.columns) {
    if (known.find_column(column)) continue;
    refuse(fmt::format("it has no column {}, which model {} has", column,
                       model.label()),
           "add the column with RunSQL, or correct the migrations");
  }
  for (const ConstraintInfo& info : known.constraints) {
    std::string lost = unknown_part(info, expected);
    if (lost.empty()) continue;
    refuse(fmt::format("it has {} that model {} does not know", lost,
                       model.label()),
           "declare it in the model, or remove it with RunSQL");
  }
}

/// Whether the name ends as automatic names do: a digest and perhaps "_uniq".
bool looks_automatic(std::string_view name) {
  if (name.ends_with("_uniq")) name.remove_suffix(5);
  if (name.size() < 9) return false;
  std::string_view digest = name.substr(name.size() - 9);
  return digest[0] == '_' && digest.find_first_not_of("0123456789abcdef", 1) ==
                                 std::string_view::npos;
}

/// The indexes that are not the model's. An automatic index may have the name
/// of an earlier time; then it is known by its columns.
std::vector<ConstraintInfo> unknown_indexes(
    const TableInfo& known, const std::vector<SchemaObject>& of_model) {
  std::vector<ConstraintInfo> left;
  for (const ConstraintInfo& info : known.constraints) {
    if (info.kind == ConstraintKind::kIndex) left.push_back(info);
  }
  auto take = [&](const auto& matches) {
    auto found = std::find_if(left.begin(), left.end(), matches);
    if (found == left.end()) return false;
    left.erase(found);
    return true;
  };
  for (const SchemaObject& object : of_model) {
    const ConstraintInfo& wanted = object.info;
    if (take([&](const auto& info) { return info.name == wanted.name; }) ||
        !looks_automatic(wanted.name)) {
      continue;
    }
    take([&](const ConstraintInfo& info) {
      return info.columns == wanted.columns && info.unique == wanted.unique &&
             looks_automatic(info.name);
    });
  }
  return left;
}

}  // namespace

Rebuild::Rebuild(const SchemaSql& sql, const ModelDef& from,
                 const ModelSet& models, const TableInfo* known)
    : sql_(sql), table_(models.table(from)), to_(from), models_(models) {
  if (!known) {
    old_columns_ = column_names(from);
    for (const std::string& column : old_columns_) {
      columns_.push_back({column, sql_.quote(column), {}});
    }
    for (const SchemaObject& object : sql_.after_table(from, models)) {
      old_objects_.push_back(object.info.name);
    }
    return;
  }
  refuse_unknown(*known, from, expected_of(sql, from, models));
  for (const ColumnInfo& column : known->columns) {
    columns_.push_back({column.name, sql_.quote(column.name),
                        has_own_default(from, column.name)
                            ? std::string()
                            : column.default_sql.value_or("")});
    old_columns_.push_back(column.name);
  }
  for (const ConstraintInfo& info : known->constraints) {
    if (info.kind == ConstraintKind::kIndex) old_objects_.push_back(info.name);
  }
  kept_indexes_ = unknown_indexes(*known, sql_.after_table(from, models));
  triggers_ = known->triggers;
  for (const TriggerInfo& trigger : triggers_) {
    old_objects_.push_back(trigger.name);
  }
}

void Rebuild::add(const std::string& column, std::string value) {
  columns_.push_back({column, std::move(value), {}});
}

void Rebuild::drop(const std::string& column) {
  std::erase_if(columns_, [&](const Column& c) { return c.name == column; });
  // As PostgreSQL does, an index goes with any of its columns.
  std::erase_if(kept_indexes_, [&](const ConstraintInfo& index) {
    return contains(index.columns, column);
  });
  drops_ = true;
}

void Rebuild::alter(const std::string& column,
                    const std::optional<std::string>& fill) {
  if (!fill) return;
  Column& altered = find(column);
  altered.source = fmt::format("coalesce({}, {})", altered.source, *fill);
}

void Rebuild::aim(const ModelDef& to, const ModelSet& models,
                  std::string reason) {
  to_ = to;
  models_ = models;
  reasons_.push_back(std::move(reason));
}

Rebuild::Column& Rebuild::find(const std::string& column) {
  auto found = std::find_if(columns_.begin(), columns_.end(),
                            [&](const Column& c) { return c.name == column; });
  if (found != columns_.end()) return *found;
  throw Error("schema.drift",
              fmt::format("table {} has no column {}", table_, column));
}

Fields Rebuild::fields() const {
  const Fields all = to_.columns();
  Fields ordered;
  for (const Column& column : columns_) {
    auto found = std::find_if(all.begin(), all.end(), [&](const FieldDef* f) {
      return f->column() == column.name;
    });
    if (found != all.end()) ordered.push_back(*found);
  }
  return ordered;
}

std::vector<SchemaObject> Rebuild::indexes() const {
  return sql_.after_table(to_, models_);
}

TableInfo Rebuild::result() const {
  TableInfo info = sql_.table_info(to_, fields(), models_);
  for (const Column& column : columns_) {
    ColumnInfo* made = info.find_column(column.name);
    if (made && !column.default_sql.empty()) {
      made->default_sql = column.default_sql;
    }
  }
  for (const SchemaObject& object : indexes()) {
    info.constraints.push_back(object.info);
  }
  info.constraints.insert(info.constraints.end(), kept_indexes_.begin(),
                          kept_indexes_.end());
  info.triggers = triggers_;
  return info;
}

Statement Rebuild::statement(std::string sql, LockLevel lock) const {
  Statement statement;
  statement.sql = std::move(sql);
  statement.table = table_;
  statement.lock = lock;
  return statement;
}

Statement Rebuild::check_known() const {
  auto literals = [&](const std::vector<std::string>& names) {
    std::vector<std::string> quoted;
    for (const std::string& name : names) {
      quoted.push_back(sql_.dialect().literal(name));
    }
    return text::join(quoted, ", ");
  };
  Statement check = statement(
      fmt::format(
          "SELECT 'columns' AS \"found\", \"names\" FROM (SELECT "
          "group_concat(\"name\", ', ') AS \"names\", count(*) AS \"all\", "
          "sum(\"name\" IN ({1})) AS \"known\" FROM pragma_table_xinfo({0}) "
          "WHERE \"hidden\" <> 1) WHERE \"all\" <> {2} OR \"known\" <> {2} "
          "UNION ALL SELECT \"type\", \"name\" FROM \"sqlite_master\" WHERE "
          "\"tbl_name\" = {0} COLLATE NOCASE AND \"type\" IN ('index', "
          "'trigger') AND \"sql\" IS NOT NULL AND \"name\" NOT IN ({3})",
          sql_.dialect().literal(table_), literals(old_columns_),
          old_columns_.size(), literals(old_objects_)),
      LockLevel::kNone);
  check.must_be_empty = true;
  check.comment = fmt::format(
      "checks that {} has the columns, indexes and triggers that its rebuild "
      "knows",
      table_);
  return check;
}

std::vector<Statement> Rebuild::statements() const {
  const std::string made = "new__" + table_;
  const std::string old_name = sql_.quote(table_);
  const std::string new_name = sql_.quote(made);
  std::vector<Statement> all{check_known()};
  // Views and the triggers of other tables keep meaning the table by its name,
  // also while it is not there.
  all.push_back(statement("PRAGMA legacy_alter_table = ON", LockLevel::kNone));
  all.back().comment =
      fmt::format("rebuild {}: {}", table_, text::join(reasons_, "; "));
  add_copy(made, all);
  all.push_back(statement("DROP TABLE " + old_name));
  all.push_back(statement(
      fmt::format("ALTER TABLE {} RENAME TO {}", new_name, old_name)));
  all.push_back(statement("PRAGMA legacy_alter_table = OFF", LockLevel::kNone));
  for (const SchemaObject& object : indexes()) {
    all.push_back(statement(object.statement.sql));
  }
  for (const ConstraintInfo& index : kept_indexes_) {
    all.push_back(statement(index.sql));
  }
  for (const TriggerInfo& trigger : triggers_) {
    all.push_back(statement(trigger.sql));
  }
  if (drops_ && !columns_.empty()) {
    // Renaming anything makes SQLite look at every view and trigger.
    const std::string column = sql_.quote(columns_.front().name);
    all.push_back(statement(fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}",
                                        old_name, column, column)));
    all.back().comment = "checks that no view or trigger uses what is gone";
  }
  for (Statement& later : std::span(all).subspan(1)) {
    later.with_previous = true;
  }
  return all;
}

void Rebuild::add_copy(const std::string& made,
                       std::vector<Statement>& all) const {
  std::vector<std::string> names, sources;
  std::map<std::string, std::string> defaults;
  const Columns computed = computed_columns(to_);
  for (const Column& column : columns_) {
    if (!contains(computed, column.name)) {
      names.push_back(column.name);
      sources.push_back(column.source);
    }
    if (!column.default_sql.empty()) {
      defaults[column.name] = "(" + column.default_sql + ")";
    }
  }
  const std::string old_name = sql_.quote(table_);
  const std::string new_name = sql_.quote(made);
  all.push_back(
      statement(sql_.create_table(made, to_, fields(), models_, defaults)));
  const FieldDef* key = to_.primary_key();
  if (key && key->type->automatic) {
    all.push_back(statement(fmt::format(
        "INSERT INTO \"sqlite_sequence\" (\"name\", \"seq\") "
        "SELECT {}, \"seq\" FROM \"sqlite_sequence\" "
        "WHERE \"name\" = {} COLLATE NOCASE",
        sql_.dialect().literal(made), sql_.dialect().literal(table_))));
  }
  // A tool that stops here without closing its transaction leaves none open.
  all.push_back(statement(
      fmt::format("INSERT OR ROLLBACK INTO {} ({}) SELECT {} FROM {}", new_name,
                  sql_.quote_all(names), text::join(sources, ", "), old_name)));
  all.push_back(
      statement(fmt::format("SELECT \"before\", \"after\" FROM "
                            "(SELECT count(*) AS \"before\" FROM {}), "
                            "(SELECT count(*) AS \"after\" FROM {}) "
                            "WHERE \"before\" <> \"after\"",
                            old_name, new_name),
                LockLevel::kNone));
  all.back().must_be_empty = true;
  all.back().comment =
      fmt::format("checks that every row of {} was copied", table_);
}

}  // namespace manage::orm
