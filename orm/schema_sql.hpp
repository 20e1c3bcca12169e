// The SQL of tables, columns, indexes and constraints, and how the catalog
// knows them once they are there. Texts only: a SchemaEditor puts them in
// order.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/catalog.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/schema_editor.hpp"

namespace manage::orm {

/// One part of an index: a column or an expression.
struct IndexPart {
  std::string column;  ///< empty for an expression
  std::string sql;     ///< `"a"` or `(LOWER("a"))`, without an order
  bool descending = false;
  std::string opclass;
};

struct IndexSpec {
  std::string name;
  std::vector<IndexPart> parts;
  bool unique = false;
  std::vector<std::string> include;  ///< columns
  std::string condition;             ///< SQL, or empty
  std::string method;                ///< USING, or empty
  std::string storage;               ///< what WITH has, or empty
  std::optional<bool> nulls_distinct;
};

/// A statement that makes an index or a constraint, and what it leaves in the
/// catalog.
struct SchemaObject {
  Statement statement;
  ConstraintInfo info;
};

using Columns = std::vector<std::string>;
using Fields = std::vector<const FieldDef*>;

/// Whether it is a CheckConstraint.
bool is_check(const ConstraintDef& constraint);
/// Whether it is an ExclusionConstraint; what is neither is a UniqueConstraint.
bool is_exclusion(const ConstraintDef& constraint);
/// Whether the constraint is made by CREATE UNIQUE INDEX, outside the table.
bool is_unique_index(const ConstraintDef& constraint);
/// Whether the field has a foreign key in the database.
bool has_foreign_key(const FieldDef& field);

class SchemaSql {
 public:
  explicit SchemaSql(const Dialect& dialect);
  virtual ~SchemaSql() = default;

  const Dialect& dialect() const { return dialect_; }
  void set_defaults(DefaultOptions defaults) {
    defaults_ = std::move(defaults);
  }
  std::string quote(std::string_view name) const {
    return dialect_.quote_name(name);
  }
  std::string quote_all(const Columns& names) const;
  std::string auto_name(const std::string& table, const Columns& columns,
                        std::string_view suffix) const;
  /// The columns of fields by name. Throws "models.unknown".
  Columns columns(const ModelDef& model, const std::vector<std::string>& fields,
                  const ModelSet& models) const;

  /// Type, COLLATE, DEFAULT, what it is computed from, NULL, keys, CHECK and
  /// identity of a column, without its name and its foreign key. `default_sql`
  /// is a DEFAULT beside that of the field.
  std::string definition(const ModelDef& model, const FieldDef& field,
                         const ModelSet& models,
                         const std::string& default_sql = {}) const;
  /// `REFERENCES "t" ("id") DEFERRABLE INITIALLY DEFERRED`.
  std::string references(const FieldDef& field, const ModelSet& models) const;
  /// `CONSTRAINT "n" CHECK (…)` or `CONSTRAINT "n" UNIQUE (…)`.
  std::string table_constraint(const ModelDef& model,
                               const ConstraintDef& constraint,
                               const ModelSet& models) const;
  /// `PRIMARY KEY ("a", "b")` of a composite key; empty without one.
  std::string composite_key(const ModelDef& model,
                            const ModelSet& models) const;
  /// `defaults`: DEFAULT expressions by column.
  std::string create_table(
      const std::string& name, const ModelDef& model, const Fields& fields,
      const ModelSet& models,
      const std::map<std::string, std::string>& defaults = {}) const;
  /// What the rows that are there get in a new or no longer nullable column, as
  /// a literal: the default, '' for texts that may be blank, the time for
  /// auto_now; nullopt if nothing.
  std::optional<std::string> row_default(const FieldDef& field,
                                         const ModelSet& models) const;
  /// What NULLs become in a column that is no longer nullable: what the
  /// database gives by default, else row_default.
  std::optional<std::string> null_fill(const FieldDef& field,
                                       const ModelSet& models) const;
  /// What follows DEFAULT for good; empty without a db_default.
  std::string db_default(const FieldDef& field, const ModelSet& models) const;

  SchemaObject index(const std::string& table, const IndexSpec& spec) const;
  SchemaObject model_index(const ModelDef& model, const IndexDef& index,
                           const ModelSet& models) const;
  SchemaObject unique_index(const ModelDef& model,
                            const ConstraintDef& constraint,
                            const ModelSet& models) const;
  virtual SchemaObject unique_together(const std::string& table,
                                       const Columns& columns) const = 0;
  SchemaObject index_together(const std::string& table,
                              const Columns& columns) const;
  /// The indexes that db_index, and unique, bring beside the column.
  virtual std::vector<SchemaObject> field_indexes(const std::string& table,
                                                  const FieldDef& field,
                                                  const ModelSet& models) const;
  /// The foreign keys of a field that are not in its definition.
  virtual std::vector<SchemaObject> foreign_keys(
      const std::string& table, const FieldDef& field,
      const ModelSet& models) const = 0;
  /// Comments on the table and its columns.
  virtual std::vector<Statement> comments(const ModelDef& model,
                                          const ModelSet& models) const = 0;
  /// The comment on the table; none empties it. REQUIRES: features().comments.
  virtual Statement table_comment(const ModelDef& model,
                                  const ModelSet& models) const = 0;
  /// What comes after CREATE TABLE, in Django's order.
  std::vector<SchemaObject> after_table(const ModelDef& model,
                                        const ModelSet& models) const;

  /// The table as CREATE TABLE leaves it.
  TableInfo table_info(const ModelDef& model, const Fields& fields,
                       const ModelSet& models) const;
  /// Adds a column and what its definition brings.
  void add_column(TableInfo& info, const FieldDef& field,
                  const ModelSet& models) const;
  ColumnInfo column_info(const FieldDef& field, const ModelSet& models) const;
  ConstraintInfo foreign_key_info(std::string name, const FieldDef& field,
                                  const ModelSet& models) const;
  ConstraintInfo table_constraint_info(const ModelDef& model,
                                       const ConstraintDef& constraint,
                                       const ModelSet& models) const;

  // What differs between databases.

  /// Whether the definition of a table holds its foreign keys.
  virtual bool inline_foreign_keys() const = 0;
  /// Whether the constraint can be made; if not it is left out, as Django does.
  virtual bool supports(const ConstraintDef& constraint) const = 0;
  /// A type, or a name, as the database keeps it.
  virtual std::string kept_type(const std::string& type) const = 0;
  virtual std::string kept_name(const std::string& name) const = 0;

 protected:
  /// The clause of automatic keys: "AUTOINCREMENT".
  virtual std::string identity_clause() const = 0;
  /// Whether the catalog marks their columns.
  virtual bool has_identity() const = 0;
  virtual std::string collation(const std::string& name) const = 0;
  /// What the database names what stands unnamed in a definition; `label` is
  /// "pkey", "key" or "check".
  virtual std::string inline_name(const std::string& table,
                                  const std::string& column,
                                  std::string_view label) const = 0;
  virtual std::string create_index(const std::string& table,
                                   const IndexSpec& spec) const = 0;
  virtual std::string unique_clause(const ConstraintDef& constraint,
                                    const Columns& columns) const = 0;

  const Dialect& dialect_;

 private:
  DefaultOptions defaults_;
};

}  // namespace manage::orm
