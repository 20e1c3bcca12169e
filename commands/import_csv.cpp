#include "commands/import_csv.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/import_csv_options.hpp"
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

/// "8 created, 2 rejected": what there is none of is left out, except for the
/// first.
std::string counts(const ImportReport& report) {
  std::string text = text::thousands(report.created) + " created";
  auto add = [&](std::uint64_t number, std::string_view what) {
    if (number > 0) text += ", " + text::thousands(number) + std::string(what);
  };
  add(report.updated, " updated");
  add(report.unchanged, " unchanged");
  add(report.skipped, " skipped");
  add(report.rejected, " rejected");
  return text;
}

void show_rejections(const ImportReport& report, cli::Output& out) {
  for (const loaders::Rejection& rejection : report.rejections) {
    out.note(fmt::format("{}:{}: {}", rejection.file, rejection.line,
                         rejection.reason),
             0);
  }
  std::uint64_t more = report.rejected - report.rejections.size();
  if (more > 0) {
    out.note(fmt::format("and {} more", text::count(more, "bad row")), 0);
  }
}

void show(const ImportReport& report, cli::Output& out) {
  show_rejections(report, out);
  for (const loaders::Difference& difference : report.differences) {
    out.line(fmt::format("{}:{}: {}: {}: {} -> {}", difference.file,
                         difference.line, difference.key, difference.field,
                         difference.before, difference.after));
  }
  bool failed = report.outcome == ImportOutcome::kStopped ||
                report.outcome == ImportOutcome::kOverBudget;
  if (!failed) {
    out.say(fmt::format("{}{}: {}", report.dry_run ? "Dry run of " : "",
                        report.model, counts(report)));
  }
  if (!report.rejects_file.empty() && report.rejected > 0) {
    out.note("The rejected rows are in " + report.rejects_file);
  }
}

/// What a run that gave up says at its end.
Error failure(const ImportReport& report, const ImportCsvOptions& options) {
  std::string kept = "nothing was written";
  if (report.created + report.updated > 0) {
    kept = fmt::format(
        "only the batches before the first bad one were written "
        "({})",
        counts(report));
  }
  if (report.outcome == ImportOutcome::kOverBudget) {
    return Error("import.too-many-errors",
                 fmt::format("{} of {} rejected, more than --max-errors {}; {}",
                             text::thousands(report.rejected),
                             text::count(report.read, "row"),
                             *options.max_errors, kept));
  }
  return Error("import.bad-rows",
               fmt::format("{} of {} cannot be imported; {}",
                           text::thousands(report.rejected),
                           text::count(report.read, "row"), kept))
      .hint("correct the file, or import the good rows with --on-error skip");
}

}  // namespace

void configure_import_csv(CLI::App& app, ImportCsvOptions& options) {
  cli::add_argument(app, "FILE", options.files,
                    "CSV files in UTF-8; - is standard input")
      .required();
  cli::add_option(app, "--model", "APP.MODEL", options.model,
                  "The model (default: the only one that the header fits)");
  cli::add_option(app, "--map", "HEADER=FIELD", options.map,
                  "The field of a column; _ ignores the column (repeatable). "
                  "author__email looks the author up by that field");
  cli::add_flag(app, "--no-header", options.no_header,
                "The first line is a row; --columns names the fields");
  cli::add_option(app, "--columns", "FIELD,...", options.columns,
                  "With --no-header: the field of each column, _ for none");
  cli::add_flag(app, "--ignore-extra", options.ignore_extra,
                "Ignore columns whose header names no field");
  cli::add_option(app, "--set-value", "FIELD=VALUE", options.set_values,
                  "Give every row this value (repeatable)");
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
  cli::add_flag(app, "--update", options.update,
                "Update rows that exist, insert the others");
  cli::add_option(app, "--key", "FIELD,...", options.key,
                  "Find existing rows by these fields (default: the natural "
                  "key, else the one unique field in the file)");
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
                  "Keep the good rows; write the bad ones to this file");
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
                  "The database to import into");
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
  show(report, context.out());
  switch (report.outcome) {
    case ImportOutcome::kDone:
      return ExitCode::kDone;
    case ImportOutcome::kRejected:
      return ExitCode::kRejected;
    default:
      throw failure(report, options);
  }
}

}  // namespace manage::commands
