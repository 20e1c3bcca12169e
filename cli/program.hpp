// What a program plugs into cli/, which knows no concrete command.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "settings/settings.hpp"

namespace manage::cli {

/// A command that people know from elsewhere and will not find here.
struct AbsentCommand {
  std::string name;
  std::string reason;  ///< a sentence part: "translations are not its business"
  std::string hint;
};

/// Where a Context gets what it keeps; tests put their own in.
struct Sources {
  std::function<settings::Settings(const settings::LoadOptions&)> settings;
  std::function<orm::Apps(const settings::Settings&)> apps;
  std::function<orm::ModelSet(const orm::Apps&, const settings::Settings&)>
      models;
  std::function<std::unique_ptr<orm::Connection>(const settings::Settings&,
                                                 std::string_view alias)>
      connect;
};

struct Program {
  /// Has the commands "help" and "version".
  CommandTable commands;
  NeedTable needs;
  std::vector<AbsentCommand> absent;
  Sources sources;
};

}  // namespace manage::cli
