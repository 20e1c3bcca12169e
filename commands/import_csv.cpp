#include "commands/import_csv.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/import_csv_options.hpp"
#include "commands/import_csv_report.hpp"
#include "core/text.hpp"
#include "loaders/importer.hpp"

namespace manage::commands {

namespace fs = std::filesystem;
using loaders::ImportOutcome;
using loaders::ImportReport;

namespace {

const orm::ModelDef* find_model(const ImportCsvOptions& options,
                                cli::Context& context) {
  if (!options.model) return nullptr;
  const orm::ModelSet& models = context.models();
  if (auto* found = models.find(orm::ModelKey::parse(*options.model))) {
    return found;
  }
  std::vector<std::string> labels;
  for (const auto& [key, model] : models.all()) {
    labels.push_back(model->label());
  }
  throw usage_error("--model: there is no model " + *options.model,
                    text::did_you_mean(*options.model, labels));
}

std::vector<std::unique_ptr<loaders::ByteSource>> open_files(
    const ImportCsvOptions& options, const fs::path& rejects,
    cli::Context& context) {
  std::vector<std::unique_ptr<loaders::ByteSource>> files;
  for (const std::string& name : options.files) {
    if (name == "-") {
      files.push_back(loaders::descriptor_bytes(0, "standard input"));
      continue;
    }
    fs::path path = context.working_directory() / name;
    files.push_back(loaders::file_bytes(path, name));
    std::error_code none;
    if (!rejects.empty() && fs::equivalent(path, rejects, none)) {
      throw usage_error("--rejects would overwrite the imported file " + name,
                        "name another file");
    }
  }
  return files;
}

void declare_input(CLI::App& app, ImportCsvOptions& options) {
  cli::add_argument(app, "FILE", options.files,
                    "CSV files in UTF-8; - is standard input")
      .required()
      .takes(cli::ValueKind::kFile);
  cli::add_option(app, "--model", "APP.MODEL", options.model,
                  "The model (default: the only one that the header fits)")
      .takes(cli::ValueKind::kModel);
  cli::add_option(app, "--map", "HEADER=FIELD", options.map,
                  "The field of a column; _ ignores the column (repeatable). "
                  "author__email looks the author up by that field")
      .takes(cli::ValueKind::kField, cli::ValueShape::kAfter);
  cli::add_flag(app, "--no-header", options.no_header,
                "The first line is a row; --columns names the fields");
  cli::add_option(app, "--columns", "FIELD,...", options.columns,
                  "With --no-header: the field of each column, _ for none")
      .takes(cli::ValueKind::kField, cli::ValueShape::kList);
  cli::add_flag(app, "--ignore-extra", options.ignore_extra,
                "Ignore columns whose header names no field");
  cli::add_option(app, "--set-value", "FIELD=VALUE", options.set_values,
                  "Give every row this value (repeatable)")
      .takes(cli::ValueKind::kField, cli::ValueShape::kBefore);
}

void declare_dialect(CLI::App& app, ImportCsvOptions& options) {
  cli::add_option(app, "--null", "TOKEN", options.null_tokens,
                  "A text that means NULL unless it is quoted (repeatable)");
  cli::add_option(app, "--delimiter", "CHAR", options.delimiter,
                  "Between fields (default: a comma; \\t for a tab)");
  cli::add_option(app, "--quote", "CHAR", options.quote,
                  "Around fields (default: \"; empty for none)");
  cli::add_option(app, "--escape", "CHAR", options.escape,
                  "Before characters without their meaning (default: none)");
  cli::add_option(app, "--comment", "CHAR", options.comment,
                  "Ignore lines that begin with it");
  cli::add_option(app, "--skip-lines", "N", options.skip_lines,
                  "Ignore so many lines at the beginning")
      .at_least(0);
}

void declare_writing(CLI::App& app, ImportCsvOptions& options) {
  cli::add_flag(app, "--update", options.update,
                "Update rows that exist, insert the others");
  cli::add_option(app, "--key", "FIELD,...", options.key,
                  "Find existing rows by these fields (default: the natural "
                  "key, else the one unique field in the file)")
      .takes(cli::ValueKind::kField, cli::ValueShape::kList);
  cli::add_option(app, "--on-conflict", "WHAT", options.on_conflict,
                  "For a row whose unique key exists: error, skip or update "
                  "(default: error)")
      .choices({"error", "skip", "update"});
  cli::add_option(app, "--on-error", "WHAT", options.on_error,
                  "With bad rows: stop writes nothing, skip keeps the good "
                  "rows (default: stop)")
      .choices({"stop", "skip"});
  cli::add_option(app, "--max-errors", "N|P%", options.max_errors,
                  "Keep the good rows unless more rows than that are bad");
  cli::add_option(app, "--rejects", "FILE", options.rejects,
                  "Keep the good rows; write the bad ones to this file")
      .takes(cli::ValueKind::kFile);
  cli::add_flag(app, "--dry-run", options.dry_run,
                "Do everything but the commit, and show what would change");
  cli::add_option(app, "--transaction", "WHAT", options.transaction,
                  "all in one, or one for each batch: others wait less, but a "
                  "failure leaves the batches before it (default: all)")
      .choices({"all", "batch"});
  cli::add_option(app, "--batch-size", "N", options.batch_size,
                  "Rows of a batch (default: 5000)")
      .at_least(1);
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database to import into")
      .takes(cli::ValueKind::kDatabase);
}

}  // namespace

void configure_import_csv(CLI::App& app, ImportCsvOptions& options) {
  declare_input(app, options);
  declare_dialect(app, options);
  declare_writing(app, options);
}

ExitCode run_import_csv(const ImportCsvOptions& options,
                        cli::Context& context) {
  loaders::ImportOptions import = import_options(options, context);
  loaders::ImportJob job{context.connection(options.database), context.models(),
                         find_model(options, context),
                         open_files(options, import.rejects_path, context)};
  ImportReport report;
  try {
    report = loaders::import_csv(std::move(job), import, context.progress());
  } catch (const Error&) {
    // An interrupted statement fails too; the signal is the reason.
    context.check_interrupted();
    throw;
  }
  for (const auto& [key, value] : report.to_data()) {
    context.out().document().set(key, value);
  }
  show_import(report, context.out());
  switch (report.outcome) {
    case ImportOutcome::kDone:
      return ExitCode::kDone;
    case ImportOutcome::kRejected:
      return ExitCode::kRejected;
    default:
      throw import_failure(report, options);
  }
}

}  // namespace manage::commands
