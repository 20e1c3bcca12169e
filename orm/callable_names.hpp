// Where models name functions of the project's own (orm/callables.hpp).
#pragma once

#include <string_view>
#include <vector>

#include "core/yaml.hpp"
#include "orm/callables.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// "app.module.function", with as many modules as there are.
bool is_callable_name(std::string_view name);
/// Whether the node is `{lua: app.module.function}`.
bool is_callable(const yaml::Node& node);

/// Those of all models, in their order.
std::vector<Callable> named_callables(const ModelSet& models);

}  // namespace manage::orm
