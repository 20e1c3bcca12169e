// What is wrong with models that only the whole shows: names that clash,
// fields that do not exist, relations that lead nowhere. Codes are Django's
// check ids.
#pragma once

#include "core/error.hpp"
#include "orm/model_def.hpp"
#include "orm/models_yaml.hpp"

namespace manage::orm {

/// `sources` say where things stand, and which fields could not be read.
/// Nothing that may stand in those, or in an app that could not be read at all,
/// is reported as missing.
void check_models(const ModelSet& models, const ModelSources& sources,
                  const ModelsContext& project, Diagnostics& diagnostics);

}  // namespace manage::orm
