// Whether migrations fit together: what each operation names must be there when
// its turn comes. So a wrong name is found before anything has run, and not at
// the step that stumbles over it.
//
// Models are looked at after each operation that changes them. What an
// operation takes away from others (a field of theirs, the model they point to)
// may be put right by a later one, so that is looked at when the migration
// ends.
#pragma once

#include <map>
#include <set>
#include <string>

#include "core/error.hpp"
#include "migrations_engine/loader.hpp"
#include "orm/reference_checks.hpp"

namespace manage::migrations_engine {

class ReferenceChecks {
 public:
  /// What is wrong goes to `found`, at the operation's place.
  explicit ReferenceChecks(Diagnostics& found) : found_(found) {}

  /// Changes the state by every operation that can be applied to it.
  void apply(const Migration& migration, ProjectState& state);

 private:
  using Change = ProjectState::Change;
  using ModelPtr = std::shared_ptr<const orm::ModelDef>;
  /// What a migration did to a model.
  struct Touched {
    ModelPtr before;                    ///< as the migration found it
    const Operation* last = nullptr;    ///< the last that changed it
    const Operation* taking = nullptr;  ///< the last that took something away
  };

  void apply(const Operations& operations, std::string_view app,
             ProjectState& state);
  void apply_one(const Operation& operation, std::string_view app,
                 ProjectState& state);
  void look_inside(const Change& change, const Operation& operation,
                   const ProjectState& state);
  void look_at_end(const ProjectState& state);
  void look_at_referrers(const ProjectState& state);
  void look(const orm::ModelDef& model, const orm::ModelDef* known,
            orm::HistoryPoint point, const Operation& operation,
            const ProjectState& state);

  Diagnostics& found_;
  std::map<orm::ModelKey, Touched> touched_;  ///< by the migration under way
  std::set<orm::ModelKey> unsound_;  ///< an operation could not be applied
  std::set<std::string> reported_;
};

/// The state after every migration. Throws with everything that does not fit
/// together.
ProjectState checked_final_state(const Loader& loader);

}  // namespace manage::migrations_engine
