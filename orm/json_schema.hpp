// The JSON Schema of models.yaml, made from the tables of field types, Meta
// options, indexes and constraints.
#pragma once

#include "core/data.hpp"

namespace manage::orm {

Data models_json_schema();

/// What models and migrations are made of, by name: "field", and each type;
/// "index", "constraint", "meta", "Q".
DataMap json_schema_definitions();

/// Meta in migrations, which know options that models.yaml has no more.
Data history_options_json_schema();

}  // namespace manage::orm
