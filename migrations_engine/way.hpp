// Scripts of several migrations, to be run by hand: they record what they do,
// so that `migrate` finds it done.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/planner.hpp"

namespace manage::migrations_engine {

/// What a database has, and the steps from there.
struct Way {
  std::set<MigrationKey> applied;
  std::vector<Step> steps;
};

/// The ends of a way in an app, or in all: names, unique prefixes, or "zero".
struct WayEnds {
  std::optional<std::string> app;
  std::optional<std::string> from;  ///< nullopt: from nothing
  std::optional<std::string> to;    ///< nullopt: to the last ones
};

/// The way from the state after `from`, with no more than that needs, to the
/// one after `to`. Backwards if that comes earlier.
///
/// Throws a usage error for names that are not there, for ends of which neither
/// comes after the other, and where a migration of another app may have to be
/// undone first, which only a database can tell; "migrations.conflict" without
/// `to` for an app with several last migrations; "migrations.irreversible".
/// REQUIRES: an app, if `from` or `to` is given.
Way find_way(Loader& loader, const WayEnds& ends);

/// The plans of the steps, made from the plans of all that is applied: so the
/// names of what exists are known without a database. Defaults of the steps
/// that are functions of the project's own are what `callables` says.
std::vector<Plan> plan_offline(const Loader& loader, const Way& way,
                               const orm::Dialect& dialect,
                               const TableFilter& has_tables = {},
                               orm::Callables* callables = nullptr);

/// Has each plan write, in its transaction, the rows of django_migrations that
/// `migrate` would; they get the moment at which the script runs.
void add_records(std::vector<Plan>& plans, const orm::Dialect& dialect);

}  // namespace manage::migrations_engine
