#include "migrations_engine/reference_checks.hpp"

#include <algorithm>

#include "migrations_engine/operations/separate_database_and_state.hpp"

namespace manage::migrations_engine {

namespace {

/// Whether a field that `before` has is gone, or is no column any more, or may
/// no longer be pointed to.
bool loses_fields(const orm::ModelDef& before, const orm::ModelDef& after) {
  return std::any_of(before.fields.begin(), before.fields.end(),
                     [&](const orm::FieldDef& field) {
                       const orm::FieldDef* now = after.find_field(field.name);
                       return !now || now->type != field.type ||
                              (field.unique() && !now->unique());
                     });
}

bool takes_away(const ProjectState::Change& change) {
  return change.before &&
         (!change.after || loses_fields(*change.before, *change.after));
}

}  // namespace

void ReferenceChecks::apply(const Migration& migration, ProjectState& state) {
  touched_.clear();
  state.note_changes();
  apply(migration.operations, migration.key.app, state);
  look_at_referrers(state);
  look_at_end(state);
}

void ReferenceChecks::apply(const Operations& operations, std::string_view app,
                            ProjectState& state) {
  for (const OperationPtr& operation : operations) {
    if (auto* both =
            dynamic_cast<const SeparateDatabaseAndState*>(operation.get())) {
      // What is made has no part in the models: it is looked at on a copy.
      ProjectState made = state;
      const std::map<orm::ModelKey, Touched> touched = touched_;
      apply(both->database_operations(), app, made);
      touched_ = touched;
      apply(both->state_operations(), app, state);
    } else {
      apply_one(*operation, app, state);
    }
  }
}

void ReferenceChecks::apply_one(const Operation& operation,
                                std::string_view app, ProjectState& state) {
  const orm::ModelKey key{std::string(app), operation.model_lower()};
  try {
    apply_to_state(operation, app, state);
  } catch (const Error& error) {
    // One that could not be applied makes others of its model look wrong.
    if (unsound_.insert(key).second) found_.add(error);
  }
  // As the operation leaves them: it may need several steps.
  std::map<orm::ModelKey, Change> changes;
  for (Change& change : state.take_changes()) {
    const auto [place, is_first] = changes.try_emplace(change.key, change);
    if (!is_first) place->second.after = std::move(change.after);
  }
  for (const auto& [changed, change] : changes) {
    look_inside(change, operation, state);
  }
}

void ReferenceChecks::look_inside(const Change& change,
                                  const Operation& operation,
                                  const ProjectState& state) {
  const auto [place, is_first] = touched_.try_emplace(change.key);
  Touched& touched = place->second;
  if (is_first) touched.before = change.before;
  touched.last = &operation;
  if (takes_away(change)) touched.taking = &operation;
  if (!change.after) return;
  look(*change.after, change.before.get(), orm::HistoryPoint::kInside,
       operation, state);
}

void ReferenceChecks::look_at_end(const ProjectState& state) {
  for (const auto& [key, touched] : touched_) {
    const orm::ModelDef* model = state.models().find(key);
    if (!model) continue;
    const orm::ModelDef* known =
        touched.taking ? nullptr : touched.before.get();
    look(*model, known, orm::HistoryPoint::kEnd,
         touched.taking ? *touched.taking : *touched.last, state);
  }
}

void ReferenceChecks::look_at_referrers(const ProjectState& state) {
  std::map<orm::ModelKey, const Operation*> losers;
  for (const auto& [key, touched] : touched_) {
    if (touched.taking) losers.emplace(key, touched.taking);
  }
  if (losers.empty()) return;
  for (const auto& [key, model] : state.models().all()) {
    const auto look_from = [&, &one = *model](const std::string& reference) {
      if (reference.empty()) return;
      const auto loser = losers.find(state.models().resolve(reference));
      if (loser == losers.end()) return;
      look(one, &one, orm::HistoryPoint::kEnd, *loser->second, state);
    };
    for (const std::string& base : model->bases) look_from(base);
    for (const orm::FieldDef& field : model->fields) {
      if (!field.is_relation()) continue;
      look_from(field.to());
      look_from(field.text("through"));
    }
  }
}

void ReferenceChecks::look(const orm::ModelDef& model,
                           const orm::ModelDef* known, orm::HistoryPoint point,
                           const Operation& operation,
                           const ProjectState& state) {
  if (unsound_.contains(model.key())) return;
  Diagnostics wrong;
  orm::check_references(state.models(), model, known, point, wrong);
  for (Diagnostic problem : wrong.all()) {
    if (!reported_.insert(problem.message).second) continue;
    problem.message += ", at this point of the migrations";
    problem.where = operation.pos;
    found_.add(std::move(problem));
  }
}

ProjectState checked_final_state(const Loader& loader) {
  ProjectState state = loader.empty_state();
  Diagnostics found;
  ReferenceChecks checks(found);
  for (const MigrationKey& key : loader.graph().full_plan()) {
    checks.apply(loader.graph().get(key), state);
  }
  found.throw_if_errors();
  return state;
}

}  // namespace manage::migrations_engine
