// The JSON Schema of a settings file, made from the table of keys.
#pragma once

#include "core/data.hpp"

namespace manage::settings {

Data settings_json_schema();

}  // namespace manage::settings
