// The names of models and fields, read from single models.yaml files.
//
// For completion: it has no time for the models of the whole project, and what
// is wrong elsewhere is no reason to offer nothing. Commands use orm::ModelSet.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/apps.hpp"

namespace manage::cli {

struct FieldName {
  std::string name;
  std::string type;  ///< as it is written
};

/// The models of an app that have rows: not the abstract ones. Throws what
/// reading its file throws; empty if there is no such app.
std::vector<std::string> model_names(const orm::Apps& apps,
                                     std::string_view app);

/// The fields of "app.Model", those it inherits first; empty if there is no
/// such model.
std::vector<FieldName> field_names(const orm::Apps& apps,
                                   std::string_view model);

}  // namespace manage::cli
