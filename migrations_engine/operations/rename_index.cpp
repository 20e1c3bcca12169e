#include "migrations_engine/operations/rename_index.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

namespace {

orm::IndexDef index_on(const std::vector<std::string>& fields,
                       const std::string& name) {
  orm::IndexDef index;
  index.arguments = {{"fields", fields}, {"name", name}};
  return index;
}

}  // namespace

RenameIndex::RenameIndex(std::string model_name, std::string new_name,
                         std::optional<std::string> old_name,
                         std::vector<std::string> old_fields)
    : IndexOperation(std::move(model_name)),
      new_name_(std::move(new_name)),
      old_name_(std::move(old_name)),
      old_fields_(std::move(old_fields)) {}

std::shared_ptr<Operation> RenameIndex::read(ArgumentReader& arguments) {
  std::string model = arguments.text("model_name");
  std::string new_name = arguments.text("new_name");
  std::optional<std::string> old_name;
  if (arguments.get("old_name")) old_name = arguments.text_or_null("old_name");
  std::vector<std::string> old_fields = arguments.texts("old_fields");
  if (old_name.has_value() == !old_fields.empty()) {
    arguments.diagnostics().add(
        "migrations.operation", arguments.pos(),
        "RenameIndex needs either old_name or old_fields",
        "old_fields is for an index of index_together, which has no name");
  }
  return std::make_shared<RenameIndex>(std::move(model), std::move(new_name),
                                       std::move(old_name),
                                       std::move(old_fields));
}

std::string RenameIndex::describe() const {
  if (old_name_) {
    return fmt::format("Rename index {} on {} to {}", *old_name_, model_name(),
                       new_name_);
  }
  return fmt::format("Rename unnamed index for {} on {} to {}",
                     text::join(old_fields_, ", "), model_name(), new_name_);
}

std::string RenameIndex::fragment() const {
  if (old_name_) {
    return fmt::format("rename_{}_{}", text::lower(*old_name_),
                       text::lower(new_name_));
  }
  return fmt::format("rename_{}_{}_{}", model_name_lower(),
                     text::join(old_fields_, "_"), text::lower(new_name_));
}

Data RenameIndex::to_data() const {
  DataMap data{{"model_name", model_name()}, {"new_name", new_name_}};
  if (old_name_) data.set("old_name", *old_name_);
  if (!old_fields_.empty()) data.set("old_fields", old_fields_);
  return data;
}

void RenameIndex::apply(orm::ModelDef& model) const {
  if (old_name_) {
    for (orm::IndexDef& index : model.indexes) {
      if (index.name() == *old_name_) index.arguments.set("name", new_name_);
    }
    return;
  }
  std::vector<std::vector<std::string>> lists = model.index_together();
  std::erase(lists, old_fields_);
  set_together(model, "index_together", lists);
  model.indexes.push_back(index_on(old_fields_, new_name_));
}

void RenameIndex::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) {
    const auto lists = model.index_together();
    if (old_name_ && !find_named(model.indexes, *old_name_)) {
      throw_missing(model, "index", *old_name_);
    }
    if (!old_name_ &&
        std::find(lists.begin(), lists.end(), old_fields_) == lists.end()) {
      throw_missing(model, "index_together", text::join(old_fields_, ", "));
    }
    apply(model);
  });
}

void RenameIndex::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  const orm::IndexDef& index = *find_named(after.indexes, new_name_);
  if (old_name_) {
    editor.rename_index(after, *old_name_, index, to.models());
  } else {
    editor.name_index(from.model(key(app)), after, old_fields_, index,
                      to.models());
  }
}

void RenameIndex::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState& from,
                                     const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (!has_table(after)) return;
  if (old_name_) {
    editor.rename_index(after, new_name_,
                        *find_named(after.indexes, *old_name_), to.models());
    return;
  }
  // Back to the name that index_together gives.
  const orm::ModelDef& before = from.model(key(app));
  orm::ModelDef without = before;
  drop_named(without.indexes, new_name_);
  editor.remove_index(before, *find_named(before.indexes, new_name_),
                      from.models());
  editor.alter_index_together(without, after, to.models());
}

Reduction RenameIndex::reduce(const Operation& later,
                              std::string_view app) const {
  if (auto* next = dynamic_cast<const RenameIndex*>(&later);
      next && next->model_name_lower() == model_name_lower() &&
      next->old_name() == new_name_) {
    return Reduction::replace({std::make_shared<RenameIndex>(
        model_name(), next->new_name(), old_name_, old_fields_)});
  }
  return IndexOperation::reduce(later, app);
}

}  // namespace manage::migrations_engine
