#include "commands/topics.hpp"

#include "cli/help.hpp"

namespace manage::commands {

std::vector<cli::Topic> all_topics() {
  return {
      {"settings", "Where settings come from, and every key", settings_page,
       "manage-settings", settings_entries, setting_page},
      {"models", "How models are declared, and every field type", models_page,
       "manage-models", models_entries, field_type_page},
      {"migration-files", "What a migration file holds", migration_files_page,
       "manage-migrations"},
      {"environment", "The environment variables that count", environment_page},
      {"exit-codes", "What each exit code means", cli::exit_code_page},
  };
}

}  // namespace manage::commands
