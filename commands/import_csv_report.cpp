#include "commands/import_csv_report.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::commands {

using loaders::ImportOutcome;
using loaders::ImportReport;

namespace {

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

}  // namespace

void show_import(const ImportReport& report, cli::Output& out) {
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

Error import_failure(const ImportReport& report,
                     const ImportCsvOptions& options) {
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

}  // namespace manage::commands
