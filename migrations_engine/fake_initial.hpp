// migrate --fake-initial: whether a database has already what an app's first
// migration would make.
//
// Django looks for the names of tables and columns only; here the whole schema
// is compared: tables, columns with types and NULL, keys, constraints and
// indexes, by what they are on, and by name where a model gives it.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/plan.hpp"
#include "migrations_engine/planner.hpp"
#include "orm/connection.hpp"

namespace manage::migrations_engine {

enum class Presence {
  kNothing,  ///< none of its tables and columns is there: run it
  kAll,      ///< everything is there, as it would make it: record it
  kPartly,   ///< some of it is there, or is different
};

struct InitialCheck {
  Presence presence = Presence::kNothing;
  std::vector<std::string> differences;  ///< with kPartly, one line for each
};

/// What a first migration makes: tables, and columns of tables that are older.
struct Expectation {
  MigrationPtr migration;
  std::vector<orm::TableInfo> tables;
  /// Only the new columns, with what is on them.
  std::vector<orm::TableInfo> additions;
  /// Names that its models give; others are automatic and may be different.
  std::set<std::string> declared;
};

/// Compares each with a database. What one of them adds to a table is no
/// difference of another that makes the table.
std::vector<InitialCheck> compare_initial(
    const std::vector<Expectation>& expectations, orm::Introspector& database,
    const orm::Dialect& dialect);

/// The migrations among `steps` that need not run, because the database has
/// what they make. Only initial ones forwards are asked about: those marked so,
/// and those without a dependency on their own app. Tables that `has_tables`
/// denies are not looked for. Changes nothing. Throws Error
/// "migrations.fake-initial" with every difference if some of what they make is
/// there, but not all, or not so.
std::set<MigrationKey> find_present(const Loader& loader,
                                    const std::vector<Step>& steps,
                                    orm::Connection& connection,
                                    const TableFilter& has_tables = {});

}  // namespace manage::migrations_engine
