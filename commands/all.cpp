#include "commands/all.hpp"

#include "commands/check.hpp"
#include "commands/completion.hpp"
#include "commands/diffsettings.hpp"
#include "commands/help.hpp"
#include "commands/import_csv.hpp"
#include "commands/makemigrations.hpp"
#include "commands/migrate.hpp"
#include "commands/optimizemigration.hpp"
#include "commands/rebasemigration.hpp"
#include "commands/schema.hpp"
#include "commands/shell.hpp"
#include "commands/showmigrations.hpp"
#include "commands/sqlmigrate.hpp"
#include "commands/squashmigrations.hpp"
#include "commands/startapp.hpp"
#include "commands/startproject.hpp"
#include "commands/version.hpp"

namespace manage::commands {

using cli::attach;
using cli::Group;
using cli::Need;

std::vector<cli::Command> all_commands() {
  // One line for each, in the order of the help.
  // clang-format off
  return {
      {"makemigrations", Group::kMigrations, "Write the migrations that the models need", {Need::kChecks}, attach<MakemigrationsOptions, configure_makemigrations, run_makemigrations>(), kMakemigrationsExamples},
      {"migrate", Group::kMigrations, "Apply or undo migrations", {Need::kChecks}, attach<MigrateOptions, configure_migrate, run_migrate>(), kMigrateExamples},
      {"showmigrations", Group::kMigrations, "Show the migrations, and which are applied", {Need::kModels, Need::kDatabase}, attach<ShowmigrationsOptions, configure_showmigrations, run_showmigrations>(), kShowmigrationsExamples},
      {"sqlmigrate", Group::kMigrations, "Print the SQL of a migration, or of many", {Need::kModels}, attach<SqlmigrateOptions, configure_sqlmigrate, run_sqlmigrate>(), kSqlmigrateExamples},
      {"squashmigrations", Group::kMigrations, "Write one migration in the place of many", {Need::kModels}, attach<SquashmigrationsOptions, configure_squashmigrations, run_squashmigrations>(), kSquashmigrationsExamples},
      {"optimizemigration", Group::kMigrations, "Fold the operations of a migration", {Need::kModels}, attach<OptimizemigrationOptions, configure_optimizemigration, run_optimizemigration>(), kOptimizemigrationExamples},
      {"rebasemigration", Group::kMigrations, "Put one branch's migrations behind the other's", {Need::kModels}, attach<RebasemigrationOptions, configure_rebasemigration, run_rebasemigration>(), kRebasemigrationExamples},
      {"startproject", Group::kProject, "Make a new project", {}, attach<StartprojectOptions, configure_startproject, run_startproject>(), kStartprojectExamples},
      {"startapp", Group::kProject, "Make a new app in the project", {Need::kSettings}, attach<StartappOptions, configure_startapp, run_startapp>(), kStartappExamples},
      {"check", Group::kProject, "Check the settings, models and migrations", {}, attach<CheckOptions, configure_check, run_check>(), kCheckExamples},
      {"diffsettings", Group::kProject, "Show the settings that differ from their defaults", {Need::kSettings}, attach<DiffsettingsOptions, configure_diffsettings, run_diffsettings>(), kDiffsettingsExamples},
      {"import_csv", Group::kData, "Load CSV files into the table of a model", {Need::kModels, Need::kDatabase}, attach<ImportCsvOptions, configure_import_csv, run_import_csv>(), kImportCsvExamples},
      {"shell", Group::kServer, "Run Lua scripts and lines with the project's models", {Need::kModels}, attach<ShellOptions, configure_shell, run_shell>(), kShellExamples},
      {"schema", Group::kProject, "Print the JSON Schema of a kind of file", {}, attach<SchemaOptions, configure_schema, run_schema>(), kSchemaExamples},
      {"completion", Group::kProject, "Print the script that lets a shell complete command lines", {}, attach<CompletionOptions, configure_completion, run_completion>(), kCompletionExamples},
      {"help", Group::kProject, "Show the commands, or all about one of them", {}, attach<HelpOptions, configure_help, run_help>(), kHelpExamples},
      {"version", Group::kProject, "Show the version of this program", {}, attach<VersionOptions, configure_version, run_version>()},
  };
  // clang-format on
}

std::vector<cli::AbsentCommand> absent_commands() {
  const char* own_tools = "a project is tested with its own language's tools";
  const char* texts = "translations stay with the project's own tools";
  return {
      {"test", own_tools, "manage check looks at the settings and models"},
      {"testserver", own_tools, {}},
      {"makemessages", texts, {}},
      {"compilemessages", texts, {}},
      {"createcachetable", "caches belong to the application", {}},
      {"sendtestemail", "mail is sent by the application", {}},
      {"ogrinspect", "there are no geographic fields", {}},
  };
}

}  // namespace manage::commands
