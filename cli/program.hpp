// What a program plugs into cli/, which knows no concrete command.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "cli/topic.hpp"
#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "orm/signals.hpp"
#include "settings/settings.hpp"

namespace manage::cli {

/// A command that people know from elsewhere and will not find here.
struct AbsentCommand {
  std::string name;
  std::string reason;  ///< a sentence part: "translations are not its business"
  std::string hint;
};

/// Where a Context gets what it keeps; tests put their own in. Readers report
/// what is wrong, and give what they could read.
struct Sources {
  std::function<settings::Settings(const settings::LoadOptions&, Diagnostics&)>
      settings;
  std::function<orm::Apps(const settings::Settings&, Diagnostics&)> apps;
  std::function<orm::ModelSet(const orm::Apps&, const settings::Settings&,
                              Diagnostics&)>
      models;
  std::function<std::unique_ptr<orm::Connection>(const settings::Settings&,
                                                 std::string_view alias)>
      connect;
  /// Commands of the apps' own: the one of that name, or all if it is empty.
  /// Throws what is wrong with the one; of all, a summary says so.
  std::function<std::vector<Command>(const orm::Apps&, std::string_view name)>
      commands = {};
};

struct Program {
  /// Has the commands "help" and "version".
  CommandTable commands;
  NeedTable needs;
  std::vector<AbsentCommand> absent;
  Sources sources;
  std::vector<Topic> topics = {};
  orm::Signals signals = {};
  /// Called with each statement of a migration before it is run. For tests,
  /// which die here.
  std::function<void(std::string_view sql)> on_statement = {};
};

}  // namespace manage::cli
