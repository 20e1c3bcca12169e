#include "migrations_engine/state.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace manage::migrations_engine {

namespace {

std::shared_ptr<const orm::ModelDef> shared(const orm::ModelSet& models,
                                            const orm::ModelKey& key) {
  const auto found = models.all().find(key);
  return found == models.all().end() ? nullptr : found->second;
}

}  // namespace

ProjectState::ProjectState(orm::ModelSet models) : models_(std::move(models)) {
  const auto is_foreign = [](const orm::FieldDef& field) {
    return !field.type->in_history;
  };
  const orm::ModelMap given = models_.all();
  for (const auto& [key, model] : given) {
    if (std::none_of(model->fields.begin(), model->fields.end(), is_foreign)) {
      continue;
    }
    orm::ModelDef kept = *model;
    std::erase_if(kept.fields, is_foreign);
    models_.put(std::move(kept));
  }
}

const orm::ModelDef& ProjectState::model(const orm::ModelKey& key) const {
  if (const orm::ModelDef* found = models_.find(key)) return *found;
  throw Error("migrations.state",
              fmt::format("model {} does not exist at this point of the "
                          "migrations",
                          key.text()));
}

void ProjectState::add_model(orm::ModelDef model) {
  if (models_.find(model.key())) {
    throw Error("migrations.state",
                fmt::format("model {} exists already at this point of the "
                            "migrations",
                            model.key().text()));
  }
  put(std::move(model));
}

void ProjectState::remove_model(const orm::ModelKey& key) {
  model(key);
  if (notes_changes_) changes_.push_back({key, shared(models_, key), nullptr});
  models_.erase(key);
}

void ProjectState::put(orm::ModelDef model) {
  if (!notes_changes_) {
    models_.put(std::move(model));
    return;
  }
  const orm::ModelKey key = model.key();
  std::shared_ptr<const orm::ModelDef> before = shared(models_, key);
  models_.put(std::move(model));
  changes_.push_back({key, std::move(before), shared(models_, key)});
}

void ProjectState::change(const orm::ModelKey& key,
                          const std::function<void(orm::ModelDef&)>& edit) {
  orm::ModelDef changed = model(key);
  edit(changed);
  put(std::move(changed));
}

std::vector<ProjectState::Relation> ProjectState::relations_to(
    const orm::ModelKey& key) const {
  std::vector<Relation> found;
  for (const auto& [owner, model] : models_.all()) {
    for (const orm::FieldDef& field : model->fields) {
      if (field.is_relation() && models_.resolve(field.to()) == key) {
        found.push_back({owner, &field});
      }
    }
  }
  return found;
}

}  // namespace manage::migrations_engine
