#include "migrations_engine/model_renames.hpp"

#include <algorithm>

#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/model_edits.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "migrations_engine/operations/separate_database_and_state.hpp"

namespace manage::migrations_engine {

namespace {

/// The model of another app that has the table of `model`.
const orm::ModelDef* same_table(const orm::ModelDef& model,
                                const orm::ModelSet& models) {
  if (!has_table(model)) return nullptr;
  const std::string table = models.table(model);
  for (const auto& [key, other] : models.all()) {
    if (key.app != model.app && has_table(*other) &&
        models.table(*other) == table) {
      return other.get();
    }
  }
  return nullptr;
}

class Search {
 public:
  Search(const Step& step, const ProjectState& after)
      : app_(step.migration->key.app), after_(after) {}

  /// `state_only`: the tables stay as they are.
  void look(const Operation& operation, bool state_only) {
    if (auto* rename = dynamic_cast<const RenameModel*>(&operation)) {
      found_.push_back(
          {{app_, rename->name_lower()}, {app_, rename->new_name_lower()}});
    } else if (auto* made = dynamic_cast<const CreateModel*>(&operation)) {
      if (!state_only) return;
      orm::ModelDef model = made->model();
      model.app = app_;
      if (const auto* old = same_table(model, after_.models())) {
        found_.push_back({old->key(), model.key()});
      }
    } else if (auto* both =
                   dynamic_cast<const SeparateDatabaseAndState*>(&operation)) {
      for (const OperationPtr& one : both->state_operations()) {
        look(*one, true);
      }
    }
  }

  std::vector<ModelRename> take() { return std::move(found_); }

 private:
  const std::string& app_;
  const ProjectState& after_;
  std::vector<ModelRename> found_;
};

}  // namespace

std::vector<ModelRename> model_renames(const Step& step,
                                       const ProjectState& after) {
  Search search(step, after);
  for (const OperationPtr& operation : step.migration->operations) {
    search.look(*operation, false);
  }
  std::vector<ModelRename> found = search.take();
  if (!step.backwards) return found;
  std::reverse(found.begin(), found.end());
  for (ModelRename& rename : found) std::swap(rename.from, rename.to);
  return found;
}

}  // namespace manage::migrations_engine
