// The plans of a row of steps.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

#include "migrations_engine/execution.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/planner.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

/// The plans of the steps without running them. Each is made on what the ones
/// before it would leave behind. `catalog` is what the database has now;
/// offline (sqlmigrate) an empty one, and every migration planned before.
std::vector<Plan> make_plans(const Loader& loader,
                             const std::vector<Step>& steps,
                             const std::set<MigrationKey>& applied,
                             orm::Catalog& catalog, const orm::Dialect& dialect,
                             const TableFilter& has_tables = {},
                             orm::Callables* callables = nullptr);

/// Whether the next step is the one that stopped half-way.
bool continues(const ExecuteOptions& options, const Step& step);
/// Whether a step is recorded without being run.
bool only_recorded(const Step& step, const ExecuteOptions& options);

/// The plans of steps that are being run. Tables are read when a plan first
/// needs them; after that the plans keep them up to date, until SQL of the
/// user's may have changed anything.
class RunPlans {
 public:
  /// Both outlive it.
  RunPlans(orm::Connection& connection, const Loader& loader)
      : connection_(connection), loader_(loader) {}

  /// Plans every step before the first one is run: what does not fit together,
  /// or what the dialect cannot do, is found while nothing has been changed,
  /// and thrown. The plans are kept up to the first step whose database nobody
  /// knows yet. `steps` outlive their plans.
  void rehearse(const std::vector<Step>& steps,
                const std::set<MigrationKey>& applied,
                const ExecuteOptions& options);
  /// The plan of the next step; `state` is the one before its migration.
  Plan take(const Step& step, const ProjectState& state,
            const ExecuteOptions& options);
  /// The database is not what the plans would have made of it.
  void forget();

 private:
  bool plan_ahead(const std::vector<Step>& steps,
                  const std::set<MigrationKey>& applied,
                  const ExecuteOptions& options);
  Plan plan(const Step& step, const ProjectState& state,
            const ExecuteOptions& options, orm::Callables* callables);

  orm::Connection& connection_;
  const Loader& loader_;
  std::unique_ptr<orm::Introspector> introspector_;
  std::optional<orm::Catalog> catalog_;
  std::map<const Step*, Plan> ahead_;
};

}  // namespace manage::migrations_engine
