// What migrate says: progress, and what stands in its way.
#pragma once

#include <vector>

#include "cli/context.hpp"
#include "migrations_engine/executor.hpp"

namespace manage::commands {

/// Shows each step when it is done, never before.
class MigratePrinter : public migrations_engine::ExecutionObserver {
 public:
  /// Appends a document for each step to `done`. All outlive it.
  MigratePrinter(cli::Context& context, int retries, DataList& done)
      : context_(context), retries_(retries), done_(done) {}

  void started(const migrations_engine::Step& step) override;
  void finished(const migrations_engine::Step& step,
                const migrations_engine::StepOutcome& outcome) override;
  void retrying(const migrations_engine::Step& step, const Error& error,
                int attempt, double seconds) override;
  void before_statement(std::string_view sql) override;

 private:
  cli::Context& context_;
  int retries_;
  DataList& done_;
};

/// Says so when the models are ahead of the migrations.
void remark_changes(cli::Context& context,
                    const migrations_engine::Loader& loader);

/// Error "migrations.half-done": what must be continued first. Whether another
/// run is at it is known only to who holds the lock of runs.
Error half_done_error(const migrations_engine::HalfDone& half,
                      const migrations_engine::Loader& loader, bool holds_lock);

/// Warns of applied migrations that were edited since; if `strict`, throws.
/// `log` is what they were.
void report_edits(const migrations_engine::Loader& loader,
                  const std::set<migrations_engine::MigrationKey>& applied,
                  const std::map<migrations_engine::MigrationKey,
                                 migrations_engine::Checksums>& log,
                  bool strict, cli::Context& context);

}  // namespace manage::commands
