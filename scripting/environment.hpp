// What scripts work on: the models and the databases of a project, or of a
// moment of its history.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/databases.hpp"
#include "orm/registry.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

class Environment {
 public:
  Environment(const orm::Registry& registry, const orm::Databases& databases)
      : registry_(registry), databases_(databases) {}

  const orm::Registry& registry() const { return registry_; }
  const orm::Databases& databases() const { return databases_; }

  /// The order of the apps, whose first model of a name is the global one.
  std::vector<std::string> apps = {};

  /// Where print() writes a line, with its end.
  std::function<void(std::string_view)> print = [](std::string_view) {};
  /// Where warn() writes, and what a name is that two models have.
  std::function<void(std::string_view)> warn = [](std::string_view) {};

 private:
  const orm::Registry& registry_;
  const orm::Databases& databases_;
};

/// That of the state. Throws "script.models" where there is none.
Environment& environment(lua_State* lua);

/// The functions and objects that scripts find; the state's environment is set.
void define_orm(lua_State* lua);

}  // namespace manage::scripting
