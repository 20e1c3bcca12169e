// manage help migration-files, with the table of operations.
#include "commands/topics.hpp"
#include "core/text.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::commands {

namespace {

cli::Section keys() {
  return {"Keys",
          {},
          "",
          {{"initial", "true for the first migration of an app"},
           {"dependencies",
            "what comes before: [app label, migration], or {swappable: "
            "auth_user_model}"},
           {"run_before", "what comes after, in the same form"},
           {"replaces",
            "of a squashed migration: what it stands for, as [app label, "
            "migration]"},
           {"lint_ignore", "rules that do not hold here: {rule: reason}"},
           {"atomic",
            "false: not in one transaction; a RunSQL or RunLua may say it for "
            "itself, either way"},
           {"operations",
            "a list of maps: an operation's name, and its arguments"}}};
}

cli::Section example() {
  return {
      "Example",
      {},
      "dependencies:\n"
      "  - [shop, 0001_initial]\n"
      "operations:\n"
      "  - AddField:\n"
      "      model_name: book\n"
      "      name: pages\n"
      "      field: {type: IntegerField, null: true}\n"
      "  - RunSQL:\n"
      "      sql: {sqlite: \"ANALYZE\", postgresql: \"ANALYZE shop_book\"}\n"
      "      reverse_sql: noop\n"
      "  - RunLua: {code: 0002_fill.lua}\n"
      "  - Backfill:\n"
      "      model_name: book\n"
      "      set: {pages: 100}\n"
      "      where: {pages: null}"};
}

}  // namespace

cli::Page migration_files_page() {
  return {"migration-files",
          "Migrations, in APP/migrations/NNNN_name.yaml",
          "",
          {{"",
            {"manage makemigrations writes them; they are committed, and may "
             "be edited until somebody has run them. Names and meanings are "
             "Django's."}},
           keys(),
           {"Operations",
            {text::join(migrations_engine::operation_type_names(), ", ")}},
           example()}};
}

}  // namespace manage::commands
