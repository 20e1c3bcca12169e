// manage schema: the JSON Schema of a kind of file, for editors.
#pragma once

#include <string>

#include "cli/command.hpp"
#include "core/error.hpp"

namespace manage::commands {

struct SchemaOptions {
  std::string file;  ///< settings, models or migration
};

inline constexpr cli::Example kSchemaExamples[] = {
    {"manage schema models > models.schema.json",
     "For an editor: in models.yaml, write the line\n"
     "# yaml-language-server: $schema=../models.schema.json"},
};

void configure_schema(CLI::App& app, SchemaOptions& options);
/// JSON: the schema itself.
ExitCode run_schema(const SchemaOptions& options, cli::Context& context);

}  // namespace manage::commands
