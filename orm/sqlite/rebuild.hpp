// A table on its way to a new definition, by way of a second table: what
// SQLite's ALTER TABLE cannot do. Several changes of a table join in one.
//
// The procedure is SQLite's own (sqlite.org/lang_altertable.html, section 7),
// with everything put back that dropping the old table takes away: indexes and
// triggers the models do not know, and the AUTOINCREMENT counter.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "orm/catalog.hpp"
#include "orm/model_def.hpp"
#include "orm/schema_editor.hpp"
#include "orm/schema_sql.hpp"

namespace manage::orm {

class Rebuild {
 public:
  /// `known` is the table as it is, or nullptr if nobody knows. Throws
  /// "schema.drift" if the table has what the model does not know and what a
  /// rebuild would therefore lose: columns, unique, foreign key and check
  /// constraints.
  Rebuild(const SchemaSql& sql, const ModelDef& from, const ModelSet& models,
          const TableInfo* known);

  const std::string& table() const { return table_; }

  /// A new column at the end; `value` is what existing rows get.
  void add(const std::string& column, std::string value);
  void drop(const std::string& column);
  /// `fill` replaces NULLs, if given.
  void alter(const std::string& column, const std::optional<std::string>& fill);
  /// The definition that the table will have, and why.
  void aim(const ModelDef& to, const ModelSet& models, std::string reason);

  /// The table as the statements will leave it.
  TableInfo result() const;
  /// They begin with a check that the table is what the rebuild knows: SQL
  /// statements may have changed it, or a script runs a second time.
  std::vector<Statement> statements() const;

 private:
  struct Column {
    std::string name;
    std::string source;       ///< SQL over the old table
    std::string default_sql;  ///< a DEFAULT of the user's, kept
  };

  Column& find(const std::string& column);
  Fields fields() const;
  std::vector<SchemaObject> indexes() const;
  Statement statement(std::string sql,
                      LockLevel lock = LockLevel::kAccessExclusive) const;
  /// Makes the second table and copies the rows.
  void add_copy(const std::string& made, std::vector<Statement>& all) const;
  Statement check_known() const;

  const SchemaSql& sql_;
  std::string table_;
  std::vector<Column> columns_;  ///< of the new table, in order
  std::vector<std::string> old_columns_;
  std::vector<std::string> old_objects_;  ///< indexes and triggers
  std::vector<ConstraintInfo> kept_indexes_;
  std::vector<TriggerInfo> triggers_;
  bool drops_ = false;
  ModelDef to_;
  ModelSet models_;
  std::vector<std::string> reasons_;
};

}  // namespace manage::orm
