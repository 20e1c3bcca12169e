// makemigrations: write the migrations that lead to the models as they are.
#pragma once

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace manage::commands {

struct MakemigrationsOptions {
  std::vector<std::string> apps;
  bool dry_run = false;
  bool check = false;
  bool merge = false;
  bool allow_overlap = false;
  bool empty = false;
  bool lua = false;
  bool update = false;
  bool no_header = false;
  bool skip_checks = false;
  std::string name;
  std::vector<std::string> defaults;  ///< app.Model.field=VALUE
  std::vector<std::string> renamed;
  std::vector<std::string> not_renamed;  ///< app.Model or app.Model.field
};

inline constexpr cli::Example kMakemigrationsExamples[] = {
    {"manage makemigrations", "Write what the models changed"},
    {"manage makemigrations shop --dry-run", "Show it for one app"},
    {"manage makemigrations --check", "In CI: exit 1 if something is missing"},
    {"manage makemigrations --default shop.Author.age=0",
     "Give existing authors an age"},
    {"manage makemigrations --update", "Put it into the last migration"},
    {"manage makemigrations shop --empty --name fill_prices",
     "A file to write RunSQL into"},
    {"manage makemigrations shop --empty --lua --name fill_prices",
     "A migration of data, in Lua"},
    {"manage makemigrations --merge", "Join two branches of work"},
};

void configure_makemigrations(CLI::App& app, MakemigrationsOptions& options);
ExitCode run_makemigrations(const MakemigrationsOptions& options,
                            cli::Context& context);

}  // namespace manage::commands
