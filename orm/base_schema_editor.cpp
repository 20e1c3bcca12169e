#include "orm/base_schema_editor.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

bool contains(const std::vector<std::string>& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

Error drift(const std::string& table, std::string message) {
  return Error("schema.drift", std::move(message))
      .hint(fmt::format(
          "the database and the migrations differ about table {}; bring the "
          "table into line, or use RunSQL",
          table));
}

std::string_view kind_text(const ConstraintInfo& wanted) {
  switch (wanted.kind) {
    case ConstraintKind::kPrimaryKey:
      return "primary key";
    case ConstraintKind::kUnique:
      return "unique constraint";
    case ConstraintKind::kForeignKey:
      return "foreign key";
    case ConstraintKind::kCheck:
      return "check constraint";
    case ConstraintKind::kIndex:
      break;
  }
  return wanted.unique ? "unique index" : "index";
}

}  // namespace

void BaseSchemaEditor::create_model(const ModelDef& model,
                                    const ModelSet& models) {
  const std::string table = models.table(model);
  const Fields fields = model.columns();
  emit(table, sql_.create_table(table, model, fields, models),
       LockLevel::kNone);
  catalog_.put(sql_.table_info(model, fields, models));
  for (Statement& comment : sql_.comments(model, models)) {
    emit(table, std::move(comment.sql), comment.lock);
  }
  for (SchemaObject& object : sql_.after_table(model, models)) {
    defer(std::move(object));
  }
  for (const FieldDef& field : model.fields) {
    if (has_join_table(field)) {
      create_model(models.through_model(model, field), models);
    }
  }
}

void BaseSchemaEditor::delete_model(const ModelDef& model,
                                    const ModelSet& models) {
  for (const FieldDef& field : model.fields) {
    if (has_join_table(field)) {
      delete_model(models.through_model(model, field), models);
    }
  }
  const std::string table = models.table(model);
  drop_table(table);
  forget_deferred_of_table(table);
}

void BaseSchemaEditor::add_field(const ModelDef& from, const ModelDef& to,
                                 const FieldDef& field,
                                 const ModelSet& models) {
  if (has_join_table(field)) {
    create_model(models.through_model(to, field), models);
  } else if (field.has_column()) {
    add_column({from, to, models, models}, field);
  } else if (field.is_composite()) {
    refuse_new_key({{from, to, models, models}, field, field});
  }
}

void BaseSchemaEditor::remove_field(const ModelDef& from, const ModelDef& to,
                                    const FieldDef& field,
                                    const ModelSet& models) {
  if (has_join_table(field)) {
    delete_model(models.through_model(from, field), models);
  } else if (field.has_column()) {
    drop_column({from, to, models, models}, field);
  } else if (field.is_composite()) {
    refuse_new_key({{from, to, models, models}, field, field});
  }
}

void BaseSchemaEditor::alter_field(const ModelDef& from, const ModelDef& to,
                                   const FieldDef& old_field,
                                   const FieldDef& new_field,
                                   const ModelSet& from_models,
                                   const ModelSet& to_models) {
  alter_field({{from, to, from_models, to_models}, old_field, new_field});
}

void BaseSchemaEditor::alter_field(const FieldChange& change) {
  const FieldDef& old_field = change.old_field;
  const FieldDef& new_field = change.new_field;
  refuse_new_key(change);
  if (new_field.is_generated() && !old_field.is_generated() &&
      old_field.has_column()) {
    throw Error("schema.unsupported",
                fmt::format("{}.{} has values of its own, which a "
                            "GeneratedField cannot keep",
                            change.from.label(), old_field.name))
        .at(new_field.pos)
        .hint("remove the field and add the new one");
  }
  if (old_field.has_column() && new_field.has_column()) {
    alter_column(change);
  } else if (has_join_table(old_field) && has_join_table(new_field)) {
    alter_many_to_many(change);
  } else if (old_field.has_column() != new_field.has_column() ||
             has_join_table(old_field) != has_join_table(new_field)) {
    throw Error("schema.unsupported",
                fmt::format("{}.{} cannot become {} with its data",
                            change.from.label(), old_field.name,
                            new_field.has_column()
                                ? std::string(new_field.type->name)
                                : "a many-to-many field of another kind"))
        .at(new_field.pos)
        .hint("remove the field and add the new one");
  }
}

void BaseSchemaEditor::refuse_new_key(const FieldChange& change) {
  if (change.from.composite_key() == change.to.composite_key()) return;
  throw Error("schema.unsupported",
              fmt::format("the composite primary key of {} cannot change",
                          change.from.label()))
      .at(change.new_field.pos)
      .hint(
          "make a new model with the other key, move the rows with RunSQL, and "
          "delete the old model");
}

void BaseSchemaEditor::alter_unique_together(const ModelDef& from,
                                             const ModelDef& to,
                                             const ModelSet& models) {
  if (join(to, models, "alter unique_together")) return;
  const std::string table = models.table(to);
  auto missing = [](const auto& set, const auto& fields) {
    return std::find(set.begin(), set.end(), fields) == set.end();
  };
  const auto before = from.unique_together();
  const auto after = to.unique_together();
  for (const std::vector<std::string>& fields : before) {
    if (!missing(after, fields)) continue;
    const ConstraintInfo wanted =
        sql_.unique_together(table, sql_.columns(from, fields, models)).info;
    std::vector<std::string> names =
        existing({from, to, models, models}, wanted);
    if (contains(names, wanted.name)) names = {wanted.name};
    for (const std::string& name : names) drop_unique_together(table, name);
  }
  for (const std::vector<std::string>& fields : after) {
    if (!missing(before, fields)) continue;
    create(sql_.unique_together(table, sql_.columns(to, fields, models)));
  }
}

void BaseSchemaEditor::add_index(const ModelDef& model, const IndexDef& index,
                                 const ModelSet& models) {
  SchemaObject object = sql_.model_index(model, index, models);
  if (join(model, models, "add index " + object.info.name)) return;
  create(std::move(object));
}

void BaseSchemaEditor::remove_index(const ModelDef& model,
                                    const IndexDef& index,
                                    const ModelSet& models) {
  const std::string name = sql_.model_index(model, index, models).info.name;
  ModelDef without = model;
  std::erase(without.indexes, index);
  if (join(without, models, "remove index " + name)) return;
  drop_index(models.table(model), name);
}

void BaseSchemaEditor::add_constraint(const ModelDef& from, const ModelDef& to,
                                      const ConstraintDef& constraint,
                                      const ModelSet& models) {
  if (!sql_.supports(constraint)) return;
  if (is_unique_index(constraint)) {
    if (join(to, models, "add constraint " + constraint.name())) return;
    create(sql_.unique_index(to, constraint, models));
  } else {
    add_table_constraint({from, to, models, models}, constraint);
  }
}

void BaseSchemaEditor::remove_constraint(const ModelDef& from,
                                         const ModelDef& to,
                                         const ConstraintDef& constraint,
                                         const ModelSet& models) {
  if (!sql_.supports(constraint)) return;
  if (is_unique_index(constraint)) {
    if (join(to, models, "remove constraint " + constraint.name())) return;
    drop_index(models.table(from), sql_.kept_name(constraint.name()));
  } else {
    remove_table_constraint({from, to, models, models}, constraint);
  }
}

void BaseSchemaEditor::run_sql(std::string sql, std::vector<Value> parameters) {
  flush();
  catalog_.doubt();
  emit("", std::move(sql), LockLevel::kAccessExclusive).parameters =
      std::move(parameters);
}

std::vector<Statement> BaseSchemaEditor::take() {
  return std::exchange(statements_, {});
}

std::vector<Statement> BaseSchemaEditor::take_deferred() {
  flush();
  std::vector<Statement> all = take();
  for (SchemaObject& object : std::exchange(deferred_, {})) {
    all.push_back(std::move(object.statement));
  }
  return all;
}

Statement& BaseSchemaEditor::emit(const std::string& table, std::string sql,
                                  LockLevel lock) {
  before_statement(table);
  Statement statement;
  statement.sql = std::move(sql);
  statement.table = table;
  statement.lock = lock;
  return statements_.emplace_back(std::move(statement));
}

void BaseSchemaEditor::create(SchemaObject object) {
  const std::string table = object.statement.table;
  emit(table, std::move(object.statement.sql), object.statement.lock);
  if (TableInfo* known = catalog_.find(table)) {
    known->constraints.push_back(std::move(object.info));
  }
}

void BaseSchemaEditor::defer(SchemaObject object) {
  if (TableInfo* known = catalog_.find(object.statement.table)) {
    known->constraints.push_back(object.info);
  }
  deferred_.push_back(std::move(object));
}

void BaseSchemaEditor::drop_index(const std::string& table,
                                  const std::string& name) {
  if (!forget_deferred(table, name)) {
    require(table, name);
    emit(table, drop_index_sql(name), LockLevel::kAccessExclusive);
  }
  if (TableInfo* known = catalog_.find(table)) known->erase_constraint(name);
}

BaseSchemaEditor::Deferred::iterator BaseSchemaEditor::find_deferred(
    const std::string& table, std::string_view name) {
  return std::find_if(
      deferred_.begin(), deferred_.end(), [&](const SchemaObject& object) {
        return object.statement.table == table && object.info.name == name;
      });
}

bool BaseSchemaEditor::is_deferred(const std::string& table,
                                   std::string_view name) {
  return find_deferred(table, name) != deferred_.end();
}

bool BaseSchemaEditor::forget_deferred(const std::string& table,
                                       std::string_view name) {
  auto found = find_deferred(table, name);
  if (found == deferred_.end()) return false;
  deferred_.erase(found);
  return true;
}

void BaseSchemaEditor::forget_deferred_of_table(const std::string& table) {
  std::erase_if(deferred_, [&](const SchemaObject& object) {
    return object.statement.table == table || object.info.target_table == table;
  });
}

void BaseSchemaEditor::forget_deferred_of_column(const std::string& table,
                                                 const std::string& column) {
  std::erase_if(deferred_, [&](const SchemaObject& object) {
    return (object.statement.table == table &&
            contains(object.info.columns, column)) ||
           (object.info.target_table == table &&
            object.info.target_column == column);
  });
}

void BaseSchemaEditor::rename_deferred_table(const std::string& from,
                                             const std::string& to) {
  for (SchemaObject& object : deferred_) {
    Statement& statement = object.statement;
    if (statement.table == from) statement.table = to;
    if (object.info.target_table == from) object.info.target_table = to;
    statement.sql = text::replace_all(std::move(statement.sql),
                                      sql_.quote(from), sql_.quote(to));
  }
}

void BaseSchemaEditor::rename_deferred_column(const std::string& table,
                                              const std::string& from,
                                              const std::string& to) {
  for (SchemaObject& object : deferred_) {
    ConstraintInfo& info = object.info;
    const bool target =
        info.target_table == table && info.target_column == from;
    if (object.statement.table != table && !target) continue;
    object.statement.sql = text::replace_all(std::move(object.statement.sql),
                                             sql_.quote(from), sql_.quote(to));
    if (target) info.target_column = to;
    if (object.statement.table == table) {
      std::replace(info.columns.begin(), info.columns.end(), from, to);
    }
  }
}

std::vector<std::string> BaseSchemaEditor::existing_if_any(
    const ModelChange& change, const ConstraintInfo& wanted) {
  const TableInfo* known = catalog_.find(change.from_models.table(change.from));
  if (!known) return {wanted.name};
  std::vector<std::string> of_meta, found;
  for (const IndexDef& index : change.from.indexes) {
    of_meta.push_back(index.name());
  }
  for (const ConstraintDef& constraint : change.from.constraints) {
    of_meta.push_back(constraint.name());
  }
  for (const ConstraintInfo& info : known->constraints) {
    if (info.kind == wanted.kind && info.columns == wanted.columns &&
        info.unique == wanted.unique && !contains(of_meta, info.name)) {
      found.push_back(info.name);
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> BaseSchemaEditor::existing(
    const ModelChange& change, const ConstraintInfo& wanted) {
  std::vector<std::string> found = existing_if_any(change, wanted);
  if (!found.empty()) return found;
  if (!catalog_.certain()) return {wanted.name};
  const std::string table = change.from_models.table(change.from);
  throw drift(
      table, fmt::format("table {} has no {} on ({})", table, kind_text(wanted),
                         text::join(wanted.columns, ", ")));
}

std::vector<TableChange> BaseSchemaEditor::tables_of(
    const ModelChange& change) {
  std::vector<TableChange> all;
  for (const auto& [key, to] : change.to_models.all()) {
    const ModelDef* from = change.from_models.find(key);
    if (!from || to->proxy() || to->swapped || !to->managed()) continue;
    all.push_back({*from, *to});
    for (const FieldDef& field : to->fields) {
      const FieldDef* before = from->find_field(field.name);
      if (!before || !has_join_table(field) || !has_join_table(*before)) {
        continue;
      }
      all.push_back({change.from_models.through_model(*from, *before),
                     change.to_models.through_model(*to, field)});
    }
  }
  return all;
}

void BaseSchemaEditor::require(const std::string& table,
                               const std::string& name) {
  if (!catalog_.certain()) return;
  const TableInfo* known = catalog_.find(table);
  if (known && known->find_constraint(name)) return;
  throw drift(table, fmt::format("table {} has no index or constraint {}",
                                 table, name));
}

}  // namespace manage::orm
