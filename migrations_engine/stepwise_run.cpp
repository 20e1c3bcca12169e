#include "migrations_engine/stepwise_run.hpp"

#include <fmt/format.h>

#include <chrono>

#include "migrations_engine/code_runner.hpp"
#include "migrations_engine/replacements.hpp"

namespace manage::migrations_engine {

namespace {

using Use = orm::StatementManner::Transaction;

Error changed(const Step& step, const HalfDone& half, bool within = false) {
  const std::string part = within ? " and a part of the next one" : "";
  return Error("migrations.changed",
               fmt::format("{} has changed since {} of its {} statements{} "
                           "ran, and not only after them",
                           step.migration->key.text(), half.done, half.total,
                           part))
      .at({step.migration->file, 0, 0})
      .hint(
          "restore the file, or undo by hand what it did and begin anew: "
          "manage migrate --resume-at 1");
}

Error doubtful(const Step& step, const HalfDone& half,
               const StoredPlan::Item& item) {
  return Error("migrations.doubtful",
               fmt::format("statement {} of {} of {} was interrupted, and "
                           "nobody can tell whether it took effect: {}",
                           half.done + 1, half.total,
                           step.migration->key.text(), item.statement.sql))
      .at({step.migration->file, 0, 0})
      .hint(fmt::format("look, and run manage migrate --resume-at {} if it "
                        "did, or --resume-at {} to run it again",
                        half.done + 2, half.done + 1));
}

/// Whether its next statement is a program that has done a part.
bool is_within(const StoredPlan& plan, std::size_t done) {
  return done < plan.items.size() &&
         !orm::is_null(plan.items[done].progress.reached);
}

/// Whether anything of it is kept.
bool is_under_way(const HalfDone& half) {
  return half.done > 0 || half.doubtful || is_within(read_plan(half.plan), 0);
}

/// Behind all that is said already.
Error with_hint(const Error& error, std::string_view hint) {
  std::vector<Diagnostic> all = error.diagnostics();
  std::string& last = all.back().hint;
  if (!last.empty()) last += "; ";
  last += hint;
  return Error(std::move(all)).exit(error.exit_code());
}

}  // namespace

/// Of the program at `at_`, in the plan that the log keeps.
class StepwiseRun::Position : public CodePosition {
 public:
  explicit Position(StepwiseRun& run) : run_(run) {}

  CodeProgress get() const override { return item().progress; }
  void set(const CodeProgress& progress) override {
    item().progress = progress;
    run_.runner_.tell("note the position");
    run_.log_.keep_plan(run_.row_, write_plan(run_.plan_));
  }

 private:
  StoredPlan::Item& item() const { return run_.plan_.items[run_.at_]; }

  StepwiseRun& run_;
};

StepwiseRun::StepwiseRun(orm::Connection& connection, Recorder& recorder,
                         MigrationLog& log, StatementRunner& runner,
                         const Step& step, const ExecuteOptions& options,
                         std::function<void()> changed)
    : connection_(connection),
      recorder_(recorder),
      log_(log),
      runner_(runner),
      step_(step),
      options_(options),
      changed_(std::move(changed)),
      started_(options.now()) {}

bool StepwiseRun::run(const StoredPlan& plan) {
  plan_ = plan;
  bool skipped = false;
  runner_.in_transaction(recorder_.lock(), [&] {
    skipped = is_recorded(recorder_, *step_.migration) != step_.backwards;
    if (skipped) return;
    runner_.tell("begin the migration");
    row_ = log_.add_running(step_, started_, plan_.items.size(),
                            write_plan(plan_));
  });
  if (!skipped) finish();
  return !skipped;
}

void StepwiseRun::resume(const HalfDone& half,
                         const std::function<StoredPlan()>& fresh,
                         const std::function<std::shared_ptr<const PlannedCode>(
                             std::size_t operation)>& code) {
  row_ = half.id;
  plan_ = read_plan(half.plan);
  for (StoredPlan::Item& item : plan_.items) {
    if (item.program != 0) item.code = code(item.program - 1);
  }
  if (half.checksum != canonical_checksum(*step_.migration)) {
    StoredPlan now;
    try {
      now = fresh();
    } catch (const Error&) {
      throw changed(step_, half);
    }
    const bool within = !options_.resume_at && is_within(plan_, half.done);
    std::size_t fixed = half.done + (half.doubtful || within ? 1 : 0);
    if (!same_beginning(plan_, now, fixed)) throw changed(step_, half, within);
    if (within) {
      now.items[half.done].progress = plan_.items[half.done].progress;
    }
    plan_ = std::move(now);
    log_.change_plan(row_, step_, plan_.items.size(), write_plan(plan_));
  }
  at_ = resumed_after_ = first_to_run(half);
  if (options_.resume_at) begin_again();
  finish();
}

std::size_t StepwiseRun::first_to_run(const HalfDone& half) {
  if (options_.resume_at) {
    std::size_t at = *options_.resume_at - 1;
    bool inside =
        at < plan_.items.size() && plan_.items[at].statement.with_previous;
    if (at <= plan_.items.size() && !inside) return at;
    throw usage_error(
        inside ? fmt::format("statement {} belongs to the one before it, they "
                             "run together",
                             at + 1)
               : fmt::format("there is no statement {}: {} has {}", at + 1,
                             step_.migration->key.text(), plan_.items.size()));
  }
  if (!half.doubtful || half.done >= plan_.items.size()) return half.done;
  const StoredPlan::Item& item = plan_.items[half.done];
  return half.done + (is_done(item, half) ? 1 : 0);
}

/// What follows is run from its beginning, and the log says so before it is.
void StepwiseRun::begin_again() {
  for (std::size_t i = at_; i < plan_.items.size(); ++i) {
    plan_.items[i].progress = {};
  }
  runner_.in_transaction({}, [&] {
    runner_.tell("note where it goes on");
    log_.keep_plan(row_, write_plan(plan_));
    log_.reached(row_, at_);
  });
}

bool StepwiseRun::is_done(const StoredPlan::Item& item, const HalfDone& half) {
  std::optional<bool> took;
  if (!item.code) {
    took = connection_.dialect().took_effect(connection_, item.statement.sql);
  }
  if (!took) throw doubtful(step_, half, item);
  return *took;
}

void StepwiseRun::finish() {
  const auto begin = std::chrono::steady_clock::now();
  AtExit restore(connection_, plan_.after);
  try {
    runner_.run_all(plan_.before, {});
    run_rest();
    runner_.in_transaction(recorder_.lock(), [&] {
      auto time = std::chrono::steady_clock::now() - begin;
      record();
      log_.finish(
          row_, step_,
          std::chrono::duration_cast<std::chrono::microseconds>(time).count());
    });
  } catch (const Error& error) {
    connection_.rollback();
    if (!note_stop(error)) throw;
    throw with_hint(error, "to go on with it: manage migrate --resume");
  }
}

void StepwiseRun::run_rest() {
  while (at_ < plan_.items.size()) run_group();
  if (!connection_.in_transaction()) return;
  throw Error("migrations.open-transaction",
              fmt::format("{} begins a transaction and does not end it",
                          step_.migration->key.text()))
      .at({step_.migration->file, 0, 0})
      .hint("add the COMMIT, and continue: manage migrate --resume");
}

void StepwiseRun::run_group() {
  const std::size_t end = plan_.end_of_group(at_);
  if (connection_.in_transaction()) {
    run_in_own_transaction();
    return;
  }
  const StoredPlan::Item& item = plan_.items[at_];
  if (item.code && item.outside) {
    run_outside();
    return;
  }
  const orm::Dialect& dialect = connection_.dialect();
  orm::StatementManner manner = dialect.manner(item.statement.sql);
  if (end > at_ + 1 || manner.transaction == Use::kAny) {
    run_together(end);
  } else if (manner.builds_index &&
             dialect.took_effect(connection_, item.statement.sql) == true) {
    note(at_ + 1);
  } else if (manner.transaction == Use::kOutside) {
    run_outside();
  } else {
    runner_.run(item.statement, item.pos);
    note(at_ + 1);
  }
}

void StepwiseRun::run_together(std::size_t end) {
  runner_.in_transaction({}, [&] {
    for (std::size_t i = at_; i < end; ++i) {
      run_item(plan_.items[i]);
    }
    runner_.tell("note the statement");
    log_.reached(row_, end);
  });
  at_ = end;
}

void StepwiseRun::run_outside() {
  const StoredPlan::Item& item = plan_.items[at_];
  if (item.code && !item.position_key.is_null()) {
    Position position(*this);
    runner_.run_code(*item.code, item.statement, &position);
  } else {
    note(at_, true);
    run_alone(item);
  }
  note(at_ + 1);
}

void StepwiseRun::run_alone(const StoredPlan::Item& item) {
  if (item.code) {
    runner_.run_code(*item.code, item.statement);
  } else {
    runner_.alone(item.statement, item.pos);
  }
}

void StepwiseRun::run_item(const StoredPlan::Item& item) {
  if (item.code) {
    runner_.run_code(*item.code, item.statement);
  } else {
    runner_.run(item.statement, item.pos);
  }
}

void StepwiseRun::run_in_own_transaction() {
  const StoredPlan::Item& item = plan_.items[at_];
  orm::StatementManner manner =
      connection_.dialect().manner(item.statement.sql);
  // COMMIT takes the note of itself along.
  if (manner.transaction == Use::kEnds) note(at_ + 1);
  run_item(item);
  // After ROLLBACK it has to be written again.
  note(manner.transaction == Use::kEnds ? at_ : at_ + 1);
}

void StepwiseRun::note(std::size_t done, bool begun) {
  runner_.tell("note the statement");
  log_.reached(row_, done, begun);
  at_ = done;
}

bool StepwiseRun::note_stop(const Error& error) noexcept {
  try {
    // What a transaction of the migration's own had noted is gone with it.
    std::optional<HalfDone> kept = log_.half_done();
    const bool anything = kept && is_under_way(*kept);
    log_.stop(row_, runner_.reason(error), anything);
    return anything;
  } catch (const std::exception&) {
    return true;  // the row says "running", which is as good
  }
}

void StepwiseRun::record() {
  runner_.tell("record the migration");
  if (is_recorded(recorder_, *step_.migration) != step_.backwards) return;
  changed_();
  if (step_.backwards) {
    record_unapplied(recorder_, *step_.migration);
  } else {
    record_applied(recorder_, *step_.migration, options_.now());
  }
}

}  // namespace manage::migrations_engine
