#include "migrations_engine/fake_initial.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/schema_diff.hpp"

namespace manage::migrations_engine {

namespace {

using orm::ColumnInfo;
using orm::ConstraintInfo;
using orm::TableInfo;

bool uses(const ConstraintInfo& info, const TableInfo& columns_of) {
  return std::any_of(info.columns.begin(), info.columns.end(),
                     [&](const std::string& column) {
                       return columns_of.find_column(column) != nullptr;
                     });
}

/// The columns that `after` has and `before` has not, and what is on them.
TableInfo added_part(const TableInfo& before, const TableInfo& after) {
  TableInfo part;
  part.name = after.name;
  for (const ColumnInfo& column : after.columns) {
    if (!before.find_column(column.name)) part.columns.push_back(column);
  }
  for (const ConstraintInfo& info : after.constraints) {
    if (uses(info, part)) part.constraints.push_back(info);
  }
  return part;
}

/// Those columns of `found` that `part` names, and what is on them.
TableInfo same_part(const TableInfo& part, const TableInfo& found) {
  TableInfo same;
  same.name = found.name;
  for (const ColumnInfo& column : found.columns) {
    if (part.find_column(column.name)) same.columns.push_back(column);
  }
  for (const ConstraintInfo& info : found.constraints) {
    if (uses(info, part)) same.constraints.push_back(info);
  }
  return same;
}

/// The table without what the others add to it.
TableInfo without_additions(TableInfo found, const TableInfo& expected,
                            const std::vector<Expectation>& expectations) {
  for (const Expectation& one : expectations) {
    for (const TableInfo& part : one.additions) {
      if (part.name != found.name) continue;
      for (const ColumnInfo& column : part.columns) {
        if (expected.find_column(column.name)) continue;
        found.drop_column(column.name);
      }
    }
  }
  return found;
}

Expectation expectation(const Plan& plan, orm::Catalog& before,
                        orm::Catalog& after) {
  Expectation made;
  made.migration = plan.migration;
  std::set<std::string> names;
  for (const PlannedOperation& operation : plan.operations) {
    for (const orm::Statement& statement : operation.statements) {
      names.insert(statement.table);
    }
  }
  for (const std::string& name : names) {
    const TableInfo* wanted = name.empty() ? nullptr : after.find(name);
    if (!wanted) continue;
    if (const TableInfo* known = before.find(name)) {
      TableInfo part = added_part(*known, *wanted);
      if (!part.columns.empty()) made.additions.push_back(std::move(part));
    } else {
      made.tables.push_back(*wanted);
    }
  }
  return made;
}

bool is_initial(const Migration& migration) {
  return migration.initial ||
         std::none_of(migration.dependencies.begin(),
                      migration.dependencies.end(),
                      [&](const Dependency& dependency) {
                        return !dependency.swappable &&
                               dependency.key.app == migration.key.app;
                      });
}

/// Compares one of them; `all` are those it stands among.
class Comparison {
 public:
  Comparison(const std::vector<Expectation>& all, orm::Introspector& database,
             const orm::Dialect& dialect)
      : all_(all), database_(database) {
    options_.spell_type = [&dialect](std::string_view type) {
      return dialect.stored_type(type);
    };
  }

  InitialCheck check(const Expectation& one) {
    InitialCheck check;
    options_.declared = one.declared;
    bool any = false;
    for (const TableInfo& table : one.tables) {
      std::optional<TableInfo> found = find(table, check);
      if (!found) continue;
      any = true;
      add(table, without_additions(std::move(*found), table, all_), check);
    }
    for (const TableInfo& part : one.additions) {
      std::optional<TableInfo> found = find(part, check);
      if (!found) continue;
      TableInfo same = same_part(part, *found);
      any = any || !same.columns.empty();
      add(part, same, check);
    }
    if (!any) return {};
    check.presence =
        check.differences.empty() ? Presence::kAll : Presence::kPartly;
    return check;
  }

 private:
  std::optional<TableInfo> find(const TableInfo& expected,
                                InitialCheck& check) {
    std::optional<TableInfo> found = database_.table(expected.name);
    if (!found) {
      check.differences.push_back(
          fmt::format("table {}: one expected, found none", expected.name));
    }
    return found;
  }

  void add(const TableInfo& expected, const TableInfo& found,
           InitialCheck& check) {
    for (std::string& line : diff_tables(expected, found, options_)) {
      check.differences.push_back(std::move(line));
    }
  }

  const std::vector<Expectation>& all_;
  orm::Introspector& database_;
  SchemaDiffOptions options_;
};

/// What the asked ones make, found as sqlmigrate does: what every migration
/// leaves behind, without a database.
std::vector<Expectation> expectations(const Loader& loader,
                                      std::set<MigrationKey> asked,
                                      const orm::Dialect& dialect,
                                      const TableFilter& has_tables) {
  std::vector<Expectation> found;
  orm::Catalog catalog;
  ProjectState state = loader.empty_state();
  for (const MigrationKey& key : loader.graph().full_plan()) {
    if (asked.empty()) break;
    MigrationPtr migration = loader.graph().find(key);
    orm::Catalog before = catalog;
    Plan plan =
        make_plan({migration, false}, state, catalog, dialect, has_tables);
    migration->apply_to(state);
    if (asked.erase(key) > 0) {
      found.push_back(expectation(plan, before, catalog));
      found.back().declared = declared_names(state.models());
    }
  }
  return found;
}

Error partly(const std::vector<std::pair<MigrationPtr, InitialCheck>>& found) {
  std::vector<Diagnostic> all;
  for (const auto& [migration, check] : found) {
    for (const std::string& line : check.differences) {
      all.push_back({"migrations.fake-initial",
                     fmt::format("the database has not what {} makes: {}",
                                 migration->key.text(), line),
                     {migration->file, 0, 0},
                     {}});
    }
  }
  all.back().hint =
      "nothing was changed; bring the tables to that form, or change the "
      "models and the migration to what is there";
  return Error(std::move(all));
}

}  // namespace

std::vector<InitialCheck> compare_initial(
    const std::vector<Expectation>& expectations, orm::Introspector& database,
    const orm::Dialect& dialect) {
  Comparison comparison(expectations, database, dialect);
  std::vector<InitialCheck> checks;
  for (const Expectation& one : expectations) {
    checks.push_back(comparison.check(one));
  }
  return checks;
}

std::set<MigrationKey> find_present(const Loader& loader,
                                    const std::vector<Step>& steps,
                                    orm::Connection& connection,
                                    const TableFilter& has_tables) {
  std::set<MigrationKey> asked;
  for (const Step& step : steps) {
    if (!step.backwards && is_initial(*step.migration)) {
      asked.insert(step.migration->key);
    }
  }
  const orm::Dialect& dialect = connection.dialect();
  std::vector<Expectation> wanted =
      expectations(loader, std::move(asked), dialect, has_tables);
  std::unique_ptr<orm::Introspector> database = orm::introspector(connection);
  std::vector<InitialCheck> checks =
      compare_initial(wanted, *database, dialect);
  std::set<MigrationKey> present;
  std::vector<std::pair<MigrationPtr, InitialCheck>> differing;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const MigrationPtr& migration = wanted[i].migration;
    if (checks[i].presence == Presence::kAll) present.insert(migration->key);
    if (checks[i].presence == Presence::kPartly) {
      differing.emplace_back(migration, std::move(checks[i]));
    }
  }
  if (!differing.empty()) throw partly(differing);
  return present;
}

}  // namespace manage::migrations_engine
