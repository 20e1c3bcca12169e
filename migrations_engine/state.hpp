// The models of a project at one point of its migration history.
//
// A state is a value: copying it is cheap, changing one copy leaves the others
// alone. Operations change states; the autodetector compares two of them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::migrations_engine {

class ProjectState {
 public:
  ProjectState() = default;
  /// Without the fields that migrations do not know.
  explicit ProjectState(orm::ModelSet models);

  const orm::ModelSet& models() const { return models_; }
  /// Throws Error "migrations.state" if there is no such model (now).
  const orm::ModelDef& model(const orm::ModelKey& key) const;

  /// Throws Error "migrations.state" if the model exists already.
  void add_model(orm::ModelDef model);
  void remove_model(const orm::ModelKey& key);
  /// Replaces the model by a changed copy.
  void change(const orm::ModelKey& key,
              const std::function<void(orm::ModelDef&)>& edit);

  /// What became of a model; nullptr where it was not there.
  struct Change {
    orm::ModelKey key;
    std::shared_ptr<const orm::ModelDef> before, after;
  };
  /// From here on changes are noted, for take_changes().
  void note_changes() { notes_changes_ = true; }
  /// Those since the last call, in order.
  std::vector<Change> take_changes() { return std::exchange(changes_, {}); }

  /// A foreign key, one-to-one or many-to-many field that points to a model.
  struct Relation {
    orm::ModelKey owner;
    const orm::FieldDef* field;
  };
  /// Every relation to `key`, sorted by owner.
  std::vector<Relation> relations_to(const orm::ModelKey& key) const;

 private:
  void put(orm::ModelDef model);

  orm::ModelSet models_;
  bool notes_changes_ = false;
  std::vector<Change> changes_;
};

}  // namespace manage::migrations_engine
