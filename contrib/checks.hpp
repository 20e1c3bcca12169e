// Checks of the built-in apps: auth.E005 to E008, E011, E012, and
// contenttypes.E005.
#pragma once

#include "core/checks.hpp"
#include "orm/apps.hpp"
#include "orm/model_def.hpp"

namespace manage::contrib {

/// Each app's checks only where it is installed. What is given outlives the
/// list.
void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models);

}  // namespace manage::contrib
