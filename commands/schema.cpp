#include "commands/schema.hpp"

#include <algorithm>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "migrations_engine/json_schema.hpp"
#include "orm/json_schema.hpp"
#include "settings/json_schema.hpp"

namespace manage::commands {

namespace {

struct File {
  std::string_view name;
  Data (*schema)();
};

constexpr File kFiles[] = {
    {"settings", settings::settings_json_schema},
    {"models", orm::models_json_schema},
    {"migration", migrations_engine::migration_json_schema},
};

}  // namespace

void configure_schema(CLI::App& app, SchemaOptions& options) {
  std::vector<std::string> names;
  for (const File& file : kFiles) names.emplace_back(file.name);
  cli::add_argument(app, "file", options.file,
                    "Which kind of file: settings, models or migration")
      .required()
      .choices(names);
}

ExitCode run_schema(const SchemaOptions& options, cli::Context& context) {
  const File* file =
      std::find_if(std::begin(kFiles), std::end(kFiles),
                   [&](const File& one) { return one.name == options.file; });
  Data schema = file->schema();
  context.out().rendered(to_json(schema, 2) + "\n");
  context.out().document() = *schema.map();
  return ExitCode::kDone;
}

}  // namespace manage::commands
