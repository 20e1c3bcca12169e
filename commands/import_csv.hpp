// import_csv: loads CSV files into the table of a model.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.hpp"

namespace manage::commands {

struct ImportCsvOptions {
  std::vector<std::string> files;
  std::optional<std::string> model;
  std::vector<std::string> map;
  bool no_header = false;
  std::optional<std::string> columns;
  bool ignore_extra = false;
  std::vector<std::string> set_values;
  std::vector<std::string> null_tokens;
  std::string delimiter = ",";
  std::string quote = "\"";
  std::string escape;
  std::string comment;
  std::int64_t skip_lines = 0;
  bool update = false;
  std::optional<std::string> key;
  std::optional<std::string> on_conflict;
  std::optional<std::string> on_error;
  std::optional<std::string> max_errors;
  std::optional<std::string> rejects;
  bool dry_run = false;
  std::string transaction = "all";
  std::int64_t batch_size = 5000;
  std::string database = "default";
};

inline constexpr cli::Example kImportCsvExamples[] = {
    {"manage import_csv books.csv --model shop.Book",
     "All rows, or none if one is bad"},
    {"manage import_csv books.csv --model shop.Book --update --key isbn",
     "Update the books that exist, insert the others"},
    {"manage import_csv books.csv --model shop.Book --rejects bad.csv",
     "Keep the good rows; the bad ones go to bad.csv with the reasons"},
    {"manage import_csv books.csv --model shop.Book --map "
     "\"Author=author__email"
     "\" --dry-run",
     "Look authors up by e-mail address; change nothing"},
    {"zcat routes.gz | manage import_csv - --model air.Route --no-header "
     "--columns airline__iata,_,source,target --null '\\N'",
     "From standard input, without a header"},
};

void configure_import_csv(CLI::App& app, ImportCsvOptions& options);
ExitCode run_import_csv(const ImportCsvOptions& options, cli::Context& context);

}  // namespace manage::commands
