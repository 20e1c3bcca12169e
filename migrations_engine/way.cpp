#include "migrations_engine/way.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations_engine/asking.hpp"
#include "migrations_engine/executor.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::string_view kZero = "zero";

using Keys = std::set<MigrationKey>;

Keys needed_for(const Loader& loader, const MigrationKey& key) {
  const std::vector<MigrationKey> plan = loader.graph().forwards_plan(key);
  return {plan.begin(), plan.end()};
}

/// nullopt: nothing, or not given.
std::optional<MigrationKey> find_end(Loader& loader, const WayEnds& ends,
                                     const std::optional<std::string>& name) {
  if (!name || *name == kZero) return std::nullopt;
  return loader.find_in_graph(*ends.app, *name);
}

void require_one_line(const Loader& loader, const MigrationKey& from,
                      const MigrationKey& to) {
  if (needed_for(loader, from).contains(to) ||
      needed_for(loader, to).contains(from)) {
    return;
  }
  throw usage_error(fmt::format("neither of {} and {} comes after the other",
                                from.text(), to.text()),
                    "they are on two branches; say where those part, or meet");
}

std::vector<Target> targets_of(const Loader& loader, const WayEnds& ends,
                               const std::optional<MigrationKey>& to) {
  if (to) return {{to->app, to->name}};
  if (ends.to) return {{*ends.app, std::nullopt}};
  loader.check_conflicts();
  if (ends.app) return latest(loader, *ends.app);
  return latest(loader);
}

/// Whether a database that has no more of `app` than `applied` may have it.
bool may_be_applied(const Loader& loader, const MigrationKey& key,
                    const std::string& app, const Keys& applied) {
  const Keys needed = needed_for(loader, key);
  return std::all_of(needed.begin(), needed.end(),
                     [&](const MigrationKey& one) {
                       return one.app != app || applied.contains(one);
                     });
}

/// What other apps built on that which is undone must be undone before.
void require_certain(const Loader& loader, const Way& way,
                     const std::string& app) {
  for (const Step& step : way.steps) {
    if (!step.backwards) continue;
    for (const MigrationKey& key :
         loader.graph().backwards_plan(step.migration->key)) {
      if (way.applied.contains(key) ||
          !may_be_applied(loader, key, app, way.applied)) {
        continue;
      }
      throw usage_error(
          fmt::format("{} needs {}, and only a database can tell whether it is "
                      "to be undone too",
                      key.text(), step.migration->key.text()),
          fmt::format("ask it: manage sqlmigrate {} --pending --to NAME", app));
    }
  }
}

orm::Statement of_records(orm::BoundStatement made) {
  orm::Statement statement;
  statement.sql = std::move(made.sql);
  statement.parameters = std::move(made.parameters);
  statement.table = kRecordsTable;
  return statement;
}

orm::Statement row_written(const MigrationKey& key,
                           const orm::Dialect& dialect) {
  const std::vector<orm::Row> rows{{key.app, key.name}};
  return of_records(orm::StatementBuilder(dialect, kRecordsTable)
                        .insert({"app", "name"}, rows, {}, {},
                                {{"applied", "CURRENT_TIMESTAMP"}})
                        .front());
}

orm::Statement row_removed(const MigrationKey& key,
                           const orm::Dialect& dialect) {
  const std::vector<orm::Row> rows{{key.app, key.name}};
  return of_records(orm::StatementBuilder(dialect, kRecordsTable)
                        .remove({"app", "name"}, rows)
                        .front());
}

}  // namespace

Way find_way(Loader& loader, const WayEnds& ends) {
  // Either of them may change which squashed migrations are in the graph.
  find_end(loader, ends, ends.from);
  const auto to = find_end(loader, ends, ends.to);
  const auto from = find_end(loader, ends, ends.from);
  Way way;
  if (from && to) require_one_line(loader, *from, *to);
  if (from) way.applied = needed_for(loader, *from);
  way.steps = plan_steps(loader, way.applied, targets_of(loader, ends, to));
  check_reversible(way.steps);
  if (ends.app) require_certain(loader, way, *ends.app);
  return way;
}

std::vector<Plan> plan_offline(const Loader& loader, const Way& way,
                               const orm::Dialect& dialect,
                               const TableFilter& has_tables,
                               orm::Callables* callables) {
  std::vector<Step> before;
  for (const MigrationKey& key : loader.graph().full_plan()) {
    if (!way.applied.contains(key)) continue;
    before.push_back({loader.graph().find(key), false});
  }
  Unasked unasked;
  const bool back =
      std::any_of(way.steps.begin(), way.steps.end(),
                  [](const Step& step) { return step.backwards; });
  if (!back) {
    // Together, so that everything that is wrong is told at once.
    std::vector<Step> all = before;
    all.insert(all.end(), way.steps.begin(), way.steps.end());
    orm::Catalog catalog;
    std::vector<Plan> plans =
        make_plans(loader, all, {}, catalog, dialect, has_tables, &unasked);
    plans.erase(plans.begin(),
                plans.begin() + static_cast<std::ptrdiff_t>(before.size()));
    if (!unasked.asked) return plans;
  }
  orm::Catalog catalog;
  make_plans(loader, before, {}, catalog, dialect, has_tables, &unasked);
  return make_plans(loader, way.steps, way.applied, catalog, dialect,
                    has_tables, callables);
}

void add_records(std::vector<Plan>& plans, const orm::Dialect& dialect) {
  for (Plan& plan : plans) {
    PlannedOperation records;
    records.description =
        fmt::format("{} {}", plan.backwards ? "Take it out of" : "Record it in",
                    kRecordsTable);
    records.pos = {plan.migration->file, 0, 0};
    records.transaction = plan.checks_transaction;
    // A squashed migration stands for all it replaces.
    std::vector<MigrationKey> keys = plan.migration->replaced_keys();
    keys.push_back(plan.migration->key);
    for (const MigrationKey& key : keys) {
      records.statements.push_back(plan.backwards ? row_removed(key, dialect)
                                                  : row_written(key, dialect));
    }
    plan.operations.push_back(std::move(records));
  }
}

}  // namespace manage::migrations_engine
