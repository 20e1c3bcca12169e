// sqlmigrate: the SQL of one migration, made without a database.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct SqlmigrateOptions {
  std::string app;
  std::string name;
  std::string database = "default";
  std::optional<std::string> dialect;
  bool backwards = false;
};

inline constexpr cli::Example kSqlmigrateExamples[] = {
    {"manage sqlmigrate shop 0001", "What migrate would run"},
    {"manage sqlmigrate shop 0002 --backwards", "What undoing it would run"},
    {"manage sqlmigrate shop 0001 --dialect postgresql",
     "For another database"},
};

void configure_sqlmigrate(CLI::App& app, SqlmigrateOptions& options);
ExitCode run_sqlmigrate(const SqlmigrateOptions& options,
                        cli::Context& context);

}  // namespace manage::commands
