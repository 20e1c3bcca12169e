// The models that a database has, as the handlers of signals see them.
#pragma once

#include <vector>

#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "orm/model_def.hpp"

namespace manage::contrib {

/// The models of the apps, proxies and unmanaged ones too: apps in their order,
/// models of one app in the order of the files that declare them. Those that
/// another model replaces are left out.
std::vector<const orm::ModelDef*> installed_models(const orm::Apps& apps,
                                                   const orm::ModelSet& models);

/// Whether the model of a built-in app is one of `models`, and its table in the
/// database. A project's own app of that name is another matter.
bool has_table(orm::Connection& connection, const orm::Apps& apps,
               const orm::ModelSet& models, const orm::ModelKey& key);

}  // namespace manage::contrib
