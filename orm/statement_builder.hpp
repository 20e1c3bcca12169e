// Statements that write and read rows of one table by their keys: the lowest
// layer of the SQL compiler, for imports, fixtures and tables of our own.
//
// Names are quoted, values are always parameters, and a statement never has
// more parameters than the database takes: many rows make several statements.
// Statements of the same number of rows have the same text, so that a
// connection prepares it once.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "orm/dialect.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// What to run: for Connection::execute or query.
struct BoundStatement {
  std::string sql;
  std::vector<Value> parameters;
};

/// What an INSERT does with a row whose key exists already.
struct OnConflict {
  enum class Action { kError, kNothing, kUpdate };
  Action action = Action::kError;
  /// The columns of a unique constraint; empty with kNothing means any.
  std::vector<std::string> keys;
  /// What kUpdate takes from the new row. If empty, as kNothing.
  std::vector<std::string> updates;
};

/// A column whose value the database computes.
struct ComputedColumn {
  std::string name;
  std::string sql;  ///< no text from outside
};

/// Immutable; `dialect` outlives it. Values are the dialect's (to_db).
class StatementBuilder {
 public:
  /// `table` is an unquoted name.
  StatementBuilder(const Dialect& dialect, std::string_view table);

  /// Each row has a value for each column. Without columns, rows of defaults.
  /// One key twice within one call is an error on PostgreSQL with kUpdate.
  /// `returning`: columns of the rows written that the statement answers with.
  /// `most`: rows in one statement; 0: as many as pay off.
  /// `computed`: further columns. REQUIRES: `columns` is not empty then.
  std::vector<BoundStatement> insert(
      const std::vector<std::string>& columns, std::span<const Row> rows,
      const OnConflict& on_conflict = {},
      const std::vector<std::string>& returning = {},
      const std::vector<ComputedColumn>& computed = {},
      std::size_t most = 0) const;

  /// Sets `columns` in the row whose `keys` are given; the values of `columns`
  /// come first. REQUIRES: neither is empty.
  std::string update_sql(const std::vector<std::string>& columns,
                         const std::vector<std::string>& keys) const;
  /// One such statement for each row.
  std::vector<BoundStatement> update(const std::vector<std::string>& columns,
                                     const std::vector<std::string>& keys,
                                     std::span<const Row> rows) const;

  /// The same for many rows at once: as many statements as it takes. `types`
  /// are the SQL types of the columns and keys, in their order, where the
  /// database cannot tell them from parameters; empty elsewhere.
  std::vector<BoundStatement> update_many(
      const std::vector<std::string>& columns,
      const std::vector<std::string>& keys,
      const std::vector<std::string>& types, std::span<const Row> rows,
      std::size_t most = 0) const;

  /// The rows whose `keys` are one of `values`, in no order. A value that is
  /// NULL equals nothing.
  /// REQUIRES: `columns` and `keys` are not empty.
  std::vector<BoundStatement> select(const std::vector<std::string>& columns,
                                     const std::vector<std::string>& keys,
                                     std::span<const Row> values) const;

  /// Every row, in no order; with `most`, only so many of them.
  BoundStatement select_all(const std::vector<std::string>& columns,
                            std::optional<std::size_t> most = {}) const;

  /// Deletes what select() finds.
  std::vector<BoundStatement> remove(const std::vector<std::string>& keys,
                                     std::span<const Row> values) const;

 private:
  std::string names(const std::vector<std::string>& columns) const;
  /// " ON CONFLICT …", or nothing.
  std::string conflict_clause(const OnConflict& on_conflict) const;
  /// `head` with " WHERE keys in values" behind it, in as many statements as it
  /// takes.
  std::vector<BoundStatement> by_keys(const std::string& head,
                                      const std::vector<std::string>& keys,
                                      std::span<const Row> values) const;
  std::size_t rows_that_fit(std::size_t values_per_row, std::size_t most) const;

  const Dialect& dialect_;
  std::string table_;  ///< quoted
};

}  // namespace manage::orm
