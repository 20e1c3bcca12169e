#include "migrations_engine/operations/rename_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

namespace {

/// Everything in the state that named the old model names the new one.
void follow(ProjectState& state, const orm::ModelKey& from,
            const orm::ModelKey& to) {
  auto is_old = [&](const std::string& base) {
    return orm::ModelKey::parse(base) == from;
  };
  auto refers = [&](const orm::ModelDef& model) {
    return std::any_of(model.bases.begin(), model.bases.end(), is_old) ||
           std::any_of(model.fields.begin(), model.fields.end(),
                       [&](const orm::FieldDef& field) {
                         return field_references(field, from);
                       });
  };
  std::vector<orm::ModelKey> owners;
  for (const auto& [key, model] : state.models().all()) {
    if (refers(*model)) owners.push_back(key);
  }
  for (const orm::ModelKey& owner : owners) {
    state.change(owner, [&](orm::ModelDef& model) {
      std::replace_if(model.bases.begin(), model.bases.end(), is_old,
                      to.text());
      for (orm::FieldDef& field : model.fields) repoint(field, from, to);
    });
  }
}

}  // namespace

RenameModel::RenameModel(std::string old_name, std::string new_name)
    : ModelOperation(std::move(old_name)), new_name_(std::move(new_name)) {}

std::shared_ptr<Operation> RenameModel::read(ArgumentReader& arguments) {
  std::string old_name = arguments.text("old_name");
  return std::make_shared<RenameModel>(std::move(old_name),
                                       arguments.text("new_name"));
}

std::string RenameModel::new_name_lower() const {
  return text::lower(new_name_);
}

std::string RenameModel::describe() const {
  return fmt::format("Rename model {} to {}", name(), new_name_);
}

std::string RenameModel::fragment() const {
  return fmt::format("rename_{}_{}", name_lower(), new_name_lower());
}

Data RenameModel::to_data() const {
  return DataMap{{"old_name", name()}, {"new_name", new_name_}};
}

void RenameModel::apply(orm::ModelDef& model) const { model.name = new_name_; }

void RenameModel::state_forwards(std::string_view app,
                                 ProjectState& state) const {
  orm::ModelDef model = state.model(key(app));
  apply(model);
  const orm::ModelKey renamed = model.key();
  // A name that is taken is found before anything is changed.
  const bool same = renamed == key(app);
  if (same) state.remove_model(key(app));
  state.add_model(std::move(model));
  if (!same) state.remove_model(key(app));
  follow(state, key(app), renamed);
}

void RenameModel::database_forwards(std::string_view app,
                                    orm::SchemaEditor& editor,
                                    const ProjectState& from,
                                    const ProjectState& to) const {
  const orm::ModelDef& before = from.model(key(app));
  if (!has_table(before)) return;
  editor.rename_model(before, to.model({std::string(app), new_name_lower()}),
                      from.models(), to.models());
}

void RenameModel::database_backwards(std::string_view app,
                                     orm::SchemaEditor& editor,
                                     const ProjectState& from,
                                     const ProjectState& to) const {
  const orm::ModelDef& before =
      from.model({std::string(app), new_name_lower()});
  if (!has_table(before)) return;
  editor.rename_model(before, to.model(key(app)), from.models(), to.models());
}

ModelNames RenameModel::own_models() const {
  return {name_lower(), new_name_lower()};
}

Reduction RenameModel::reduce(const Operation& later,
                              std::string_view app) const {
  if (auto* next = dynamic_cast<const RenameModel*>(&later);
      next && next->name_lower() == new_name_lower()) {
    return Reduction::replace(
        {std::make_shared<RenameModel>(name(), next->new_name())});
  }
  Reduction plain = Operation::reduce(later, app);
  if (plain.kind != Reduction::Kind::kBlocked) return plain;
  return Reduction::pass_if(!later.references_model(name_lower(), app) &&
                            !later.references_model(new_name_lower(), app));
}

}  // namespace manage::migrations_engine
