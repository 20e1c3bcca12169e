#include "commands/migrate_work.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/migrate_report.hpp"
#include "commands/migrate_run.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

std::vector<engine::Target> find_targets(const MigrateOptions& options,
                                         engine::Loader& loader,
                                         const orm::Apps& apps) {
  if (!options.app) return engine::latest(loader);
  apps.get(*options.app);
  if (!options.name) return engine::latest(loader, *options.app);
  if (*options.name == "zero") return {{*options.app, std::nullopt}};
  return {
      {*options.app, loader.find_in_graph(*options.app, *options.name).name}};
}

}  // namespace

MigrateJob::MigrateJob(const MigrateOptions& options, cli::Context& context)
    : connection(migration_connection(options, context)),
      loader(context.apps(), context.models()),
      recorder(connection, context.settings().default_auto_field),
      log(connection, context.settings().default_auto_field),
      options_(options) {}

MigrateWork MigrateJob::look() {
  MigrateWork work;
  work.applied = loader.join(recorder.applied_keys());
  loader.check_conflicts();
  loader.check_history(work.applied);
  targets_ = find_targets(options_, loader, loader.apps());
  work.steps = engine::plan_steps(loader, work.applied, targets_);
  work.half = log.half_done();
  return work;
}

void MigrateJob::continue_half_done(MigrateWork& work) const {
  if (!work.half) return;
  const engine::HalfDone& half = *work.half;
  bool among = std::any_of(work.steps.begin(), work.steps.end(),
                           [&](const engine::Step& step) {
                             return step.migration->key == half.key &&
                                    step.backwards == half.backwards;
                           });
  if (options_.fake && among) {
    work.half.reset();
    return;
  }
  bool resumes = options_.resume || options_.resume_at;
  engine::MigrationPtr migration = loader.graph().find(half.key);
  if (!resumes || !migration) throw half_done_error(half, loader, true);
  std::set<engine::MigrationKey> after = work.applied;
  if (half.backwards) {
    after.erase(half.key);
  } else {
    after.insert(half.key);
  }
  work.steps = {{migration, half.backwards}};
  // Who was going back does not want to go forwards to everything again.
  if (only_undoes(half)) return;
  for (engine::Step& step : engine::plan_steps(loader, after, targets_)) {
    work.steps.push_back(std::move(step));
  }
}

bool MigrateJob::only_undoes(const engine::HalfDone& half) const {
  return half.backwards && !options_.name;
}

std::string MigrateJob::goal(const MigrateWork& work) const {
  if (work.half && only_undoes(*work.half)) {
    return fmt::format("the end of undoing {}", work.half->key.text());
  }
  if (!options_.app) return "everything";
  if (!options_.name) return fmt::format("all of {}", *options_.app);
  const engine::Target& target = targets_.front();
  if (!target.name) return fmt::format("none of {}", *options_.app);
  return fmt::format("{}.{}", *options_.app, *target.name);
}

OpenedJob open_job(const MigrateOptions& options, cli::Context& context) {
  OpenedJob opened;
  const auto look = [&] {
    opened.job = std::make_unique<MigrateJob>(options, context);
    opened.work = opened.job->look();
  };
  try {
    look();
  } catch (const Error& error) {
    // Nobody can read a SQLite file into which another run writes a lot, or
    // which it commits; so that run is waited for first.
    const bool changes = !options.plan && !options.check && !options.dry_run;
    if (error.code() != "database.locked" || !changes) throw;
    opened.lock = lock_runs(options, nullptr, context);
    look();
  }
  return opened;
}

}  // namespace manage::commands
