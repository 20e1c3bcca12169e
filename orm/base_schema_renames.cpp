// Other names for what is there: tables with their join tables, and indexes.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/base_schema_editor.hpp"

namespace manage::orm {

void BaseSchemaEditor::rename_model(const ModelDef& from, const ModelDef& to,
                                    const ModelSet& from_models,
                                    const ModelSet& to_models) {
  const std::string old_table = from_models.table(from);
  const std::string new_table = to_models.table(to);
  if (old_table != new_table) rename_table(old_table, new_table);
  // As it was, but with the table where it is now: so foreign keys to it have
  // not changed.
  ModelSet moved = from_models;
  ModelSet arrived = to_models;
  ModelDef there = from;
  there.options.set("db_table", new_table);
  if (from.key() != to.key()) arrived.put(there);
  moved.put(std::move(there));
  for (const auto& [key, owner] : to_models.all()) {
    const bool own = key == to.key();
    const ModelDef* before = from_models.find(own ? from.key() : key);
    if (!before || !owner->managed() || owner->proxy()) continue;
    for (const FieldDef& field : owner->fields) {
      if (!has_join_table(field)) continue;
      if (!own && to_models.resolve(field.to()) != to.key()) continue;
      const FieldDef* old_field = before->find_field(field.name);
      if (!old_field || !has_join_table(*old_field)) continue;
      alter_join_table(from_models.through_model(*before, *old_field),
                       to_models.through_model(*owner, field), moved, arrived,
                       &BaseSchemaEditor::rename_join_column);
    }
  }
}

void BaseSchemaEditor::alter_many_to_many(const FieldChange& change) {
  alter_join_table(
      change.from_models.through_model(change.from, change.old_field),
      change.to_models.through_model(change.to, change.new_field),
      change.from_models, change.to_models, &BaseSchemaEditor::alter_column);
}

void BaseSchemaEditor::alter_join_table(ModelDef from, const ModelDef& to,
                                        const ModelSet& from_models,
                                        const ModelSet& to_models,
                                        ColumnChange change_column) {
  const std::string old_table = from_models.table(from);
  const std::string new_table = to_models.table(to);
  if (old_table != new_table) rename_table(old_table, new_table);
  from.options.set("db_table", new_table);
  // The key to the other model, then the one to the owner: Django's order.
  ModelDef between = from;
  between.fields[2] = to.fields[2];
  DataList together(1, DataList{from.fields[1].name, to.fields[2].name});
  between.options.set("unique_together", std::move(together));
  (this->*change_column)(
      {{from, between, from_models, to_models}, from.fields[2], to.fields[2]});
  (this->*change_column)(
      {{between, to, from_models, to_models}, from.fields[1], to.fields[1]});
}

void BaseSchemaEditor::alter_table_comment(const ModelDef& to,
                                           const ModelSet& models) {
  if (!dialect().features().comments) return;
  const std::string table = models.table(to);
  Statement comment = sql_.table_comment(to, models);
  emit(table, std::move(comment.sql), comment.lock);
}

void BaseSchemaEditor::alter_index_together(const ModelDef& from,
                                            const ModelDef& to,
                                            const ModelSet& models) {
  if (join(to, models, "alter index_together")) return;
  const std::string table = models.table(to);
  const auto before = from.index_together();
  const auto after = to.index_together();
  auto missing = [](const auto& lists, const auto& fields) {
    return std::find(lists.begin(), lists.end(), fields) == lists.end();
  };
  for (const std::vector<std::string>& fields : before) {
    if (!missing(after, fields)) continue;
    const ConstraintInfo wanted =
        sql_.index_together(table, sql_.columns(from, fields, models)).info;
    for (const std::string& name :
         existing({from, to, models, models}, wanted)) {
      drop_index(table, name);
    }
  }
  for (const std::vector<std::string>& fields : after) {
    if (!missing(before, fields)) continue;
    create(sql_.index_together(table, sql_.columns(to, fields, models)));
  }
}

void BaseSchemaEditor::rename_index(const ModelDef& to,
                                    const std::string& old_name,
                                    const IndexDef& index,
                                    const ModelSet& models) {
  set_index_name(to, sql_.kept_name(old_name),
                 sql_.model_index(to, index, models), models);
}

void BaseSchemaEditor::name_index(const ModelDef& from, const ModelDef& to,
                                  const std::vector<std::string>& old_fields,
                                  const IndexDef& index,
                                  const ModelSet& models) {
  const ConstraintInfo wanted =
      sql_.index_together(models.table(from),
                          sql_.columns(from, old_fields, models))
          .info;
  const std::vector<std::string> names =
      existing({from, to, models, models}, wanted);
  if (names.size() > 1) {
    throw Error(
        "schema.ambiguous",
        fmt::format("table {} has several indexes on ({}): {}",
                    models.table(from), text::join(wanted.columns, ", "),
                    text::join(names, ", ")))
        .hint("give RenameIndex the old_name of the one that is meant");
  }
  set_index_name(to, names.front(), sql_.model_index(to, index, models),
                 models);
}

void BaseSchemaEditor::set_index_name(const ModelDef& to,
                                      const std::string& old_name,
                                      SchemaObject index,
                                      const ModelSet& models) {
  if (old_name == index.info.name) return;
  if (join(to, models, "rename index " + old_name)) return;
  const std::string table = index.statement.table;
  TableInfo* known = catalog_.find(table);
  if (forget_deferred(table, old_name)) {
    if (known) known->erase_constraint(old_name);
    defer(std::move(index));
    return;
  }
  require(table, old_name);
  change_index_name(old_name, std::move(index));
}

}  // namespace manage::orm
