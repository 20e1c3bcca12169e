#include "commands/migrate_report.hpp"

#include <fmt/format.h>

#include "commands/migration_names.hpp"
#include "commands/migration_questions.hpp"
#include "core/text.hpp"
#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/stored_plan.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

std::string describe(const engine::Step& step,
                     const engine::StepOutcome& outcome) {
  const std::string name = step.migration->key.text();
  const char* done = step.backwards ? "Undid" : "Applied";
  if (outcome.skipped) {
    return fmt::format("Skipped {}: another tool {} it meanwhile", name,
                       text::lower(done));
  }
  std::string how = outcome.faked ? " (faked)" : "";
  if (outcome.resumed_after) {
    how =
        fmt::format(" (continued at statement {})", *outcome.resumed_after + 1);
  }
  return fmt::format("{} {}{}", done, name, how);
}

/// On one line, and not all of a long one.
std::string shortened(const std::string& sql) {
  constexpr std::size_t kLongest = 300;
  std::string line = text::replace_all(sql, "\n", " ");
  if (text::length(line) <= kLongest) return line;
  return std::string(text::prefix(line, kLongest)) + "…";
}

}  // namespace

void MigratePrinter::started(const engine::Step& step) {
  context_.check_interrupted();
  context_.out().note(
      (step.backwards ? "Undoing " : "Applying ") + step.migration->key.text(),
      2);
}

void MigratePrinter::finished(const engine::Step& step,
                              const engine::StepOutcome& outcome) {
  context_.out().say("  " + describe(step, outcome));
  DataMap document = step_document(step);
  document.set("faked", outcome.faked);
  document.set("skipped", outcome.skipped);
  document.set("resumed_after",
               outcome.resumed_after ? Data(*outcome.resumed_after) : Data());
  document.set("retries", outcome.retries);
  document.set("seconds",
               Real{fmt::format(
                   "{:.6f}", static_cast<double>(outcome.microseconds) / 1e6)});
  done_.push_back(std::move(document));
}

void MigratePrinter::retrying(const engine::Step&, const Error& error,
                              int attempt, double) {
  context_.out().note(fmt::format("{}; trying again ({} of {})",
                                  error.message(), attempt, retries_));
}

void MigratePrinter::before_statement(std::string_view sql) {
  context_.on_statement(sql);
}

void remark_changes(cli::Context& context, const engine::Loader& loader) {
  SilentQuestioner questioner;
  engine::DetectOptions options;
  options.track_non_db = context.settings().track_non_db;
  std::vector<engine::Migration> changes = engine::detect_changes(
      loader.final_state(), engine::ProjectState(context.models()),
      loader.graph(), questioner, options);
  if (changes.empty()) return;
  std::vector<std::string> apps;
  for (const engine::Migration& migration : changes) {
    if (apps.empty() || apps.back() != migration.key.app) {
      apps.push_back(migration.key.app);
    }
  }
  context.out().warn(
      fmt::format("the models of {} have changes that no migration has yet",
                  text::join(apps, ", ")),
      "run `manage makemigrations`");
}

Error half_done_error(const engine::HalfDone& half,
                      const engine::Loader& loader, bool holds_lock) {
  engine::StoredPlan plan = engine::read_plan(half.plan);
  std::string stop = holds_lock ? "was interrupted"
                                : "was interrupted, or another run is at it";
  if (half.failed) stop = fmt::format("failed: {}", half.error);
  const std::size_t end = plan.end_of_group(half.done);
  const bool one = end == half.done + 1;
  std::string what = fmt::format(
      "all of its {} statements ran, but it is not recorded", half.total);
  std::string hint = "to go on with it: manage migrate --resume";
  if (half.done < plan.items.size()) {
    what = one ? fmt::format("statement {} of {} {}", end, half.total, stop)
               : fmt::format("statements {} to {} of {}, one transaction, {}",
                             half.done + 1, end, half.total, stop);
    hint += fmt::format("; the {} is: {}", one ? "statement" : "first of them",
                        shortened(plan.items[half.done].statement.sql));
  }
  Error error("migrations.half-done",
              fmt::format("{} of {} is half-done: {}",
                          half.backwards ? "the undoing" : "the migration",
                          half.key.text(), what));
  const engine::MigrationPtr migration = loader.graph().find(half.key);
  if (migration) error.at({migration->file, 0, 0});
  return error.hint(std::move(hint));
}

void report_edits(const engine::Loader& loader,
                  const std::set<engine::MigrationKey>& applied,
                  const std::map<engine::MigrationKey, engine::Checksums>& log,
                  bool strict, cli::Context& context) {
  std::vector<Diagnostic> edits;
  for (const auto& [key, checksums] : log) {
    const engine::MigrationPtr migration = loader.graph().find(key);
    if (!migration || !applied.contains(key)) continue;
    if (engine::unchanged(*migration, checksums)) continue;
    Diagnostic edit;
    edit.code = "migrations.edited";
    edit.message =
        fmt::format("{} was edited after it was applied", key.text());
    edit.where.file = migration->file;
    edit.hint = fmt::format(
        "restore it, or say that the edit is right: manage migrate "
        "--accept-edit {}",
        key.text());
    edit.level = strict ? Level::kError : Level::kWarning;
    edits.push_back(std::move(edit));
  }
  if (strict && !edits.empty()) throw Error(std::move(edits));
  for (Diagnostic& edit : edits) context.out().report(std::move(edit));
}

}  // namespace manage::commands
