// What is wrong with models that only the whole shows: names that clash,
// fields that do not exist, relations that lead nowhere. Codes are Django's
// check ids.
#pragma once

#include <set>
#include <string>

#include "core/error.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/models_yaml.hpp"

namespace manage::orm {

/// `sources` say where things stand, and which fields could not be read;
/// `unread` are apps whose file could not be read at all. Nothing that may
/// stand in either is reported as missing. Conditions must be what `dialect`
/// can say.
void check_models(const ModelSet& models, const ModelSources& sources,
                  const std::set<std::string>& unread, const Dialect& dialect,
                  Diagnostics& diagnostics);

}  // namespace manage::orm
