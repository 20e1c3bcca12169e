// What the autodetector cannot know and asks: an answer comes from an option,
// from a person at a terminal, or not at all.
//
// The engine only knows this interface; commands/ implements it.
#pragma once

#include <optional>
#include <string>

#include "core/data.hpp"
#include "core/error.hpp"
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

  /// A new unique field computes its default once for all existing rows, so
  /// that the migration fails if there are several. May throw.
  virtual void unique_default(const orm::ModelDef& model,
                              const orm::FieldDef& field) = 0;

  /// The old name of a new model, or of a new field, if somebody has said so
  /// beforehand.
  virtual std::optional<orm::ModelKey> old_model(
      const orm::ModelDef& new_model) = 0;
  virtual std::optional<std::string> old_field(
      const orm::ModelDef& model, const orm::FieldDef& new_field) = 0;

  /// A `renamed_from` names nothing that is gone, but others are, which would
  /// be deleted. Returns to go on without it.
  virtual void renamed_from_nothing(const Error& error) { throw Error(error); }

  /// A field is gone and an equal one is new: whether it is the same. Throws
  /// when nobody can say.
  virtual bool was_renamed(const orm::ModelDef& model,
                           const orm::FieldDef& old_field,
                           const orm::FieldDef& new_field) = 0;
  /// Likewise for a model.
  virtual bool was_renamed(const orm::ModelDef& old_model,
                           const orm::ModelDef& new_model) = 0;
};

}  // namespace manage::migrations_engine
