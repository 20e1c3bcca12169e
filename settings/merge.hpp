// Laying one layer of settings over another.
#pragma once

#include <string_view>

#include "core/yaml.hpp"

namespace manage::settings {

/// Maps merge key by key; lists and scalars replace. Then `key+` appends to
/// the list `key` (to the default of the schema where no layer has one) and
/// `key-` removes from it; removing what is absent is a diagnostic
/// "settings.merge". A replaced value has the origin of the later layer.
void merge(yaml::Node& base, const yaml::Node& layer, Diagnostics& diagnostics);

}  // namespace manage::settings
