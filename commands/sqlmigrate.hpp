// sqlmigrate: the SQL of one migration or of many, made without a database.
#pragma once

#include <optional>
#include <string>

#include "cli/command.hpp"

namespace manage::commands {

struct SqlmigrateOptions {
  std::optional<std::string> app;
  std::optional<std::string> name;
  std::optional<std::string> from;  ///< a name, a unique prefix, or "zero"
  std::optional<std::string> to;    ///< the same
  std::string database = "default";
  std::optional<std::string> dialect;
  bool backwards = false;
  bool pending = false;  ///< from what the database has
};

inline constexpr cli::Example kSqlmigrateExamples[] = {
    {"manage sqlmigrate shop 0001", "What migrate would run"},
    {"manage sqlmigrate shop 0002 --backwards", "What undoing it would run"},
    {"manage sqlmigrate shop 0001 --dialect postgresql",
     "For another database"},
    {"manage sqlmigrate shop --from 0003 --to 0009",
     "A script of several, which also records them"},
    {"manage sqlmigrate --pending", "A script of all that is not applied"},
};

void configure_sqlmigrate(CLI::App& app, SqlmigrateOptions& options);
ExitCode run_sqlmigrate(const SqlmigrateOptions& options,
                        cli::Context& context);

}  // namespace manage::commands
