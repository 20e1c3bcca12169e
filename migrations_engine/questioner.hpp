// What the autodetector cannot know and asks: an answer comes from an option,
// from a person at a terminal, or not at all.
//
// The engine only knows this interface; commands/ implements it.
#pragma once

#include <optional>
#include <string>

#include "core/data.hpp"
#include "orm/model_def.hpp"

namespace manage::migrations_engine {

class Questioner {
 public:
  virtual ~Questioner() = default;

  /// The value that existing rows get for a new NOT NULL field without a
  /// default, typed by the field. Throws when nobody can say: without it the
  /// migration could not run.
  virtual Data default_for_added(const orm::ModelDef& model,
                                 const orm::FieldDef& field) = 0;

  /// The value that replaces NULLs in a field that becomes NOT NULL; nullopt
  /// if there are none to replace, as far as is known.
  virtual std::optional<Data> default_for_altered(
      const orm::ModelDef& model, const orm::FieldDef& field) = 0;

  /// A field is gone and an equal one is new. Returns normally if they have
  /// nothing to do with each other; throws otherwise.
  virtual void confirm_not_renamed(const orm::ModelDef& model,
                                   const orm::FieldDef& old_field,
                                   const orm::FieldDef& new_field) = 0;
  /// Likewise for a model.
  virtual void confirm_not_renamed(const orm::ModelDef& old_model,
                                   const orm::ModelDef& new_model) = 0;
};

}  // namespace manage::migrations_engine
