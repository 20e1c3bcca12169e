#include "commands/all.hpp"

#include "commands/help.hpp"
#include "commands/makemigrations.hpp"
#include "commands/migrate.hpp"
#include "commands/showmigrations.hpp"
#include "commands/sqlmigrate.hpp"
#include "commands/version.hpp"

namespace manage::commands {

using cli::attach;
using cli::Group;
using cli::Need;

std::vector<cli::Command> all_commands() {
  return {
      {"makemigrations",
       Group::kMigrations,
       "Write the migrations that the models need",
       {Need::kModels},
       attach<MakemigrationsOptions, configure_makemigrations,
              run_makemigrations>(),
       kMakemigrationsExamples},
      {"migrate",
       Group::kMigrations,
       "Apply or undo migrations",
       {Need::kModels, Need::kDatabase},
       attach<MigrateOptions, configure_migrate, run_migrate>(),
       kMigrateExamples},
      {"showmigrations",
       Group::kMigrations,
       "Show the migrations, and which are applied",
       {Need::kModels, Need::kDatabase},
       attach<ShowmigrationsOptions, configure_showmigrations,
              run_showmigrations>(),
       kShowmigrationsExamples},
      {"sqlmigrate",
       Group::kMigrations,
       "Print the SQL of a migration",
       {Need::kModels},
       attach<SqlmigrateOptions, configure_sqlmigrate, run_sqlmigrate>(),
       kSqlmigrateExamples},
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
