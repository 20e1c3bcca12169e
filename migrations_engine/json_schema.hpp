// The JSON Schema of a migration file.
#pragma once

#include "core/data.hpp"

namespace manage::migrations_engine {

Data migration_json_schema();

}  // namespace manage::migrations_engine
