// The validators that a field may name, as Django's (5.2) are called. Here only
// their names and arguments are judged; they run where values come in.
#pragma once

#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/field_def.hpp"

namespace manage::orm {

struct ValidatorType {
  std::string_view name;
  /// In the order in which a list gives them.
  std::vector<std::string_view> arguments;
  std::size_t required = 0;  ///< so many of them must be given
};

const std::vector<ValidatorType>& validator_types();

/// `validators:` of a field: names, {Name: argument}, {Name: [arguments]},
/// {Name: {argument: value}} or {lua: app.module.function}. What is wrong is
/// fields.E008.
void check_validators(const FieldDef& field, const yaml::Node& list,
                      Diagnostics& diagnostics);

}  // namespace manage::orm
