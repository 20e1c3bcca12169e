#include "commands/all.hpp"

#include "commands/help.hpp"
#include "commands/version.hpp"

namespace manage::commands {

using cli::attach;
using cli::Group;
using cli::Need;

std::vector<cli::Command> all_commands() {
  return {
      {"help",
       Group::kProject,
       "Show the commands, or all about one of them",
       {},
       attach<HelpOptions, configure_help, run_help>(),
       kHelpExamples},
      {"version",
       Group::kProject,
       "Show the version of this program",
       {},
       attach<VersionOptions, configure_version, run_version>()},
  };
}

std::vector<cli::AbsentCommand> absent_commands() {
  return {
      {"test", "a project is tested with the tools of its own language",
       "manage check looks at the settings and models"},
      {"testserver", "a project is tested with the tools of its own language",
       "manage loaddata and manage runserver together serve fixtures"},
      {"makemessages", "translations are made with the tools of the project",
       ""},
      {"compilemessages", "translations are made with the tools of the project",
       ""},
      {"createcachetable", "caches belong to the application", ""},
      {"sendtestemail", "it sends no mail", ""},
      {"ogrinspect", "there are no geographic fields",
       "manage inspectdb prints models for existing tables"},
  };
}

}  // namespace manage::commands
