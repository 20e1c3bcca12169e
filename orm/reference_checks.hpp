// What a model names must be there: fields of its own in options, indexes,
// constraints and conditions, models and fields that its relations lead to, and
// what it inherits from. For models of a history, where nothing else is judged.
#pragma once

#include "core/error.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// Where in a migration the model is looked at.
enum class HistoryPoint {
  kInside,  ///< after an operation: join models and orders may come later
  kEnd,     ///< after the last one
};

/// Reports what `model`, one of `models`, names and what is not there, by
/// Django's check ids, whatever the database. What `known` has too (nullptr:
/// nothing) is left out, except relations.
void check_references(const ModelSet& models, const ModelDef& model,
                      const ModelDef* known, HistoryPoint point,
                      Diagnostics& diagnostics);

}  // namespace manage::orm
