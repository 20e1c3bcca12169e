// What a migration does to a database, as data: the one thing that sqlmigrate,
// --plan and execution all render or run.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/migration.hpp"
#include "migrations_engine/planner.hpp"
#include "orm/catalog.hpp"
#include "orm/dialect.hpp"
#include "orm/schema_editor.hpp"

namespace manage::migrations_engine {

/// A program that runs in the place of its statement.
struct PlannedCode {
  OperationPtr operation;
  std::string app;
  bool backwards = false;
  orm::ModelSet models;  ///< at its place in the history
};

/// One operation with its statements; without an operation, what was put off
/// to the end of the migration (foreign keys, indexes).
struct PlannedOperation {
  OperationPtr operation;
  std::string description;
  bool reversible = true;
  SourcePos pos;
  std::vector<orm::Statement> statements;
  /// Of an operation that is a program: one statement, a comment, stands for
  /// it, or none where there is nothing to do.
  std::shared_ptr<const PlannedCode> code;
  /// The number of the transaction it is in, from 1; 0: its statements run one
  /// by one.
  int transaction = 0;
};

struct Plan {
  MigrationPtr migration;
  bool backwards = false;
  /// Outside the transaction, around it (SQLite: foreign keys off and on).
  std::vector<orm::Statement> before;
  std::vector<PlannedOperation> operations;
  /// The last ones inside: they check what the others left behind.
  std::vector<orm::Statement> checks;
  int checks_transaction = 0;  ///< as that of an operation
  std::vector<orm::Statement> after;

  /// Whether it is one transaction. If not, statements that stay together are
  /// marked `with_previous`.
  bool atomic() const { return migration->one_transaction(); }
  /// Whether it changes nothing in the database.
  bool empty() const;
};

/// Whether a database has the tables of an app, or of one of its models (lower
/// case; empty for what is of no model).
using TableFilter =
    std::function<bool(std::string_view app, std::string_view model)>;

/// The transaction of each operation, in the order in which they run, and last
/// that of what comes at the end of the migration. An atomic migration puts
/// rows of operations into one transaction, up to those that run outside; in
/// one that is not, an operation may be a transaction of its own.
std::vector<int> transactions(const Migration& migration, bool backwards);

/// Throws Error "migrations.atomic" for an operation that cannot run in the
/// transaction that the migration asks for, or the operation itself.
void check_atomic(const Migration& migration);

/// The program of the operation that stands at `index` in the step's plan;
/// nullptr: it is none. `state` as for make_plan.
std::shared_ptr<const PlannedCode> planned_code(const Step& step,
                                                const ProjectState& state,
                                                std::size_t index);

/// The plan of one step. `state` is the one before the migration forwards
/// also when the step goes backwards; it is not changed. `catalog` is what the
/// database has before the step, and what it has after it on return.
///
/// `callables` give defaults that are functions of the project's own.
///
/// Operations on models that `has_tables` denies make no statements, nor does
/// SQL of an app that it denies; without it all make theirs. Throws Error
/// "migrations.atomic" for an operation that cannot run in the transaction that
/// the migration asks for.
Plan make_plan(const Step& step, const ProjectState& state,
               orm::Catalog& catalog, const orm::Dialect& dialect,
               const TableFilter& has_tables = {},
               orm::Callables* callables = nullptr);

}  // namespace manage::migrations_engine
