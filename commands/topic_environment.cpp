// manage help environment.
#include "commands/topics.hpp"

namespace manage::commands {

cli::Page environment_page() {
  return {
      "environment",
      "Environment variables",
      "",
      {{"",
        {},
        "",
        {
            {"MANAGE_PROJECT", "The project's folder, as --project"},
            {"MANAGE_ENV", "Which settings to use, as --env"},
            {"MANAGE_KEY",
             "Any setting: MANAGE_TIME_ZONE=UTC, with __ between levels: "
             "MANAGE_DATABASES__DEFAULT__NAME=x.db. A list or map is a YAML "
             "value: MANAGE_ALLOWED_HOSTS='[a.example]'"},
            {"MANAGE_KEY_FILE",
             "A file that holds the value of that setting, such as a mounted "
             "secret"},
            {"NO_COLOR, FORCE_COLOR", "As --no-color and --force-color"},
            {"CI", "If set, nothing is asked, as --no-input"},
            {"GITHUB_ACTIONS",
             "If set, errors are annotations too, as --annotations github"},
            {"GITHUB_WORKSPACE",
             "The folder that annotations name files relative to"},
            {"SOURCE_DATE_EPOCH",
             "Seconds since 1970: the moment that is written into files"},
            {"PGPASSFILE, PGSSLMODE, …",
             "What the settings leave out of a PostgreSQL connection; they are "
             "libpq's"},
        }},
       {"",
        {"The file .env in the project's root is a weaker environment: for "
         "MANAGE_* and for ${…} in settings, where the real one has no such "
         "variable."}}}};
}

}  // namespace manage::commands
