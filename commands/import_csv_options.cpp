#include "commands/import_csv_options.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cli/context.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

using loaders::ImportOptions;
using loaders::OnConflict;
using loaders::OnError;
using loaders::TransactionMode;

/// One character; nullopt for an empty text.
std::optional<char> character(std::string_view option,
                              const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (text == "\\t" || text == "tab") return '\t';
  auto byte = static_cast<unsigned char>(text.front());
  if (text.size() == 1 && byte < 0x80 && text != "\n" && text != "\r") {
    return text.front();
  }
  throw usage_error(
      fmt::format("{} takes one ASCII character, not \"{}\"", option, text));
}

loaders::CsvDialect dialect(const ImportCsvOptions& options) {
  loaders::CsvDialect dialect;
  std::optional<char> delimiter = character("--delimiter", options.delimiter);
  if (!delimiter) throw usage_error("--delimiter takes one ASCII character");
  dialect.delimiter = *delimiter;
  dialect.quote = character("--quote", options.quote);
  dialect.escape = character("--escape", options.escape);
  dialect.comment = character("--comment", options.comment);
  dialect.skip_lines = static_cast<std::size_t>(options.skip_lines);
  struct Role {
    std::string_view option;
    std::optional<char> byte;
  };
  const Role roles[] = {{"--delimiter", dialect.delimiter},
                        {"--quote", dialect.quote},
                        {"--escape", dialect.escape},
                        {"--comment", dialect.comment}};
  for (const Role& a : roles) {
    for (const Role& b : roles) {
      bool doubled = a.option == "--quote" && b.option == "--escape";
      if (&a >= &b || doubled || !a.byte || a.byte != b.byte) continue;
      throw usage_error(
          fmt::format("{} and {} are the same character", a.option, b.option));
    }
  }
  return dialect;
}

/// "left=right" at the first or last equals sign.
std::pair<std::string, std::string> pair(std::string_view option,
                                         const std::string& text, bool last) {
  std::size_t split = last ? text.rfind('=') : text.find('=');
  if (split == std::string::npos) {
    throw usage_error(
        fmt::format("{} takes two parts with = between them, not "
                    "\"{}\"",
                    option, text));
  }
  return {text.substr(0, split), text.substr(split + 1)};
}

loaders::ErrorBudget budget(const std::string& text) {
  loaders::ErrorBudget budget;
  std::string_view number = text;
  bool percent = !number.empty() && number.back() == '%';
  if (percent) number.remove_suffix(1);
  const char* end = number.data() + number.size();
  if (percent) {
    double share = -1;
    auto [stop, error] = std::from_chars(number.data(), end, share);
    bool read = error == std::errc() && stop == end;
    if (read && share >= 0 && share <= 100) budget.percent = share;
  } else {
    std::uint64_t rows = 0;
    auto [stop, error] = std::from_chars(number.data(), end, rows);
    if (error == std::errc() && stop == end) budget.rows = rows;
  }
  if (budget.rows || budget.percent) return budget;
  throw usage_error(
      fmt::format("--max-errors takes a number of rows such as 100, or a share "
                  "such as 2.5%, not \"{}\"",
                  text));
}

void read_columns(const ImportCsvOptions& options, ImportOptions& import) {
  import.has_header = !options.no_header;
  if (options.no_header != options.columns.has_value()) {
    throw usage_error(
        options.no_header ? "--no-header needs --columns"
                          : "--columns is for files without a header",
        options.no_header ? "name the fields: --columns title,price,_"
                          : "add --no-header, or use --map \"HEADER=FIELD\"");
  }
  if (options.columns) import.columns = text::split(*options.columns, ',');
  for (const std::string& text : options.map) {
    import.map.push_back(pair("--map", text, true));
  }
  for (const std::string& text : options.set_values) {
    import.set_values.push_back(pair("--set-value", text, false));
  }
  if (options.no_header && !import.map.empty()) {
    throw usage_error("--map is for files with a header, --columns for others");
  }
}

void read_conflicts(const ImportCsvOptions& options, ImportOptions& import) {
  if (options.update && options.on_conflict) {
    throw usage_error("--update and --on-conflict exclude each other",
                      "--update is the same as --on-conflict update");
  }
  if (options.update || options.on_conflict == "update") {
    import.on_conflict = OnConflict::kUpdate;
  } else if (options.on_conflict == "skip") {
    import.on_conflict = OnConflict::kSkip;
  }
  if (!options.key) return;
  if (import.on_conflict == OnConflict::kError) {
    throw usage_error("--key is of use only with --update or --on-conflict");
  }
  import.key = text::split(*options.key, ',');
}

void read_errors(const ImportCsvOptions& options, cli::Context& context,
                 ImportOptions& import) {
  bool implied = options.rejects || options.max_errors;
  bool skip = options.on_error ? *options.on_error == "skip" : implied;
  import.on_error = skip ? OnError::kSkip : OnError::kStop;
  if (options.max_errors) import.budget = budget(*options.max_errors);
  if (!options.rejects) return;
  if (options.rejects->empty()) throw usage_error("--rejects needs a file");
  import.rejects = *options.rejects;
  import.rejects_path = context.working_directory() / *options.rejects;
}

}  // namespace

ImportOptions import_options(const ImportCsvOptions& options,
                             cli::Context& context) {
  ImportOptions import;
  import.dialect = dialect(options);
  read_columns(options, import);
  import.ignore_extra = options.ignore_extra;
  import.null_tokens = options.null_tokens;
  read_conflicts(options, import);
  read_errors(options, context, import);
  import.transaction = options.transaction == "batch" ? TransactionMode::kBatch
                                                      : TransactionMode::kAll;
  import.dry_run = options.dry_run;
  import.batch_size = static_cast<std::size_t>(options.batch_size);
  import.now = context.now();
  const settings::Settings& settings = context.settings();
  if (!settings.use_tz) return import;
  std::optional<TimeZone> zone = TimeZone::find(settings.time_zone);
  if (!zone) {
    throw Error("settings.time-zone",
                "time_zone: there is no time zone " + settings.time_zone)
        .hint("use a name such as Europe/Prague, or install tzdata");
  }
  import.time_zone = *zone;
  return import;
}

}  // namespace manage::commands
