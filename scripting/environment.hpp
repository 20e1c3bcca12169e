// What scripts work on: the models and the databases of a project, or of a
// moment of its history.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/apps.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/databases.hpp"
#include "orm/query/record.hpp"
#include "orm/registry.hpp"
#include "scripting/files.hpp"
#include "scripting/lua.hpp"
#include "scripting/mail.hpp"

namespace manage::scripting {

class Environment {
 public:
  Environment(const orm::Registry& registry, const orm::Databases& databases)
      : registry_(registry), databases_(databases) {}

  const orm::Registry& registry() const { return registry_; }
  const orm::Databases& databases() const { return databases_; }

  /// The order of the apps, whose first model of a name is the global one.
  std::vector<std::string> apps = {};

  /// Whose files are modules (modules.hpp); nullptr: there are none.
  const orm::Apps* installed = nullptr;
  /// What open() may open.
  FileAccess files = {};
  /// How send_mail sends.
  MailSettings mail = {};
  /// Nothing is to be sent or changed for good: a dry run.
  bool dry_run = false;
  /// What signals.lua connects to (signals.hpp).
  orm::ModelSignals model_signals = {};
  orm::Signals signals = {};

  /// Whether `models` has them; a migration has those of its time instead.
  bool current_models = true;
  /// Whether they are globals too.
  bool global_models = true;

  /// Where print() writes a line, with its end.
  std::function<void(std::string_view)> print = [](std::string_view) {};
  /// What is doubtful: a name that two models have.
  std::function<void(std::string_view)> warn = [](std::string_view) {};
  /// Whose documents were looked at (records.cpp).
  std::map<const orm::Record*, std::weak_ptr<orm::Record>> documents = {};
  std::size_t most_documents = 1000;

  /// Asks a person before all rows of a model are changed; none: nobody is
  /// asked.
  std::function<bool(const std::string& question)> confirm = nullptr;

 private:
  const orm::Registry& registry_;
  const orm::Databases& databases_;
};

/// The code of the Error that exit() ends a script with; its exit code is the
/// script's.
inline constexpr const char* kExit = "script.exit";

/// That of the state. Throws "script.models" where there is none.
Environment& environment(lua_State* lua);

/// The functions and objects that scripts find; the state's environment is set.
void define_orm(lua_State* lua);

}  // namespace manage::scripting
