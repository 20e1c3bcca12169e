// What scripts would stumble over.
#pragma once

#include "core/checks.hpp"
#include "orm/apps.hpp"
#include "orm/model_def.hpp"

namespace manage::scripting {

/// Tag "models": fields that Lua has no name for (manage.W006), and functions
/// of models whose file is not there (manage.E003). Tag "scripts": files of the
/// apps that are no Lua. Nothing is run. Both outlive the list.
void add_checks(CheckList& list, const orm::Apps& apps,
                const orm::ModelSet& models);

}  // namespace manage::scripting
