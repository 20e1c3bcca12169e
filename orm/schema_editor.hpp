// Turns changes of models into DDL statements. It never touches a database:
// what exists it knows from the Catalog, what it makes is data.
//
// The shared part of the work is in base_schema_editor, what differs between
// databases in orm/<dialect>/schema_editor.cpp. Names and statements are
// Django's (5.2 where versions differ), with two exceptions: what leaves the
// column as it is gives no statement, and SQLite's rebuild of a table keeps all
// that Django's loses.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/catalog.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/value.hpp"

namespace manage::orm {

/// How strongly a statement locks out others while it runs (PostgreSQL's lock
/// levels; on SQLite every write locks the file). Read by lint later.
enum class LockLevel {
  kNone,
  kShareUpdateExclusive,
  kShare,
  kShareRowExclusive,
  kRowExclusive,
  kAccessExclusive,
};

/// One SQL statement of a plan.
struct Statement {
  std::string sql;  ///< without a semicolon at the end
  std::vector<Value> parameters;
  std::string comment;  ///< why, where it is not obvious
  std::string table;    ///< the table it is about; empty for a user's own
  LockLevel lock = LockLevel::kAccessExclusive;
  /// A query that must return no rows; the first row is the error's detail.
  bool must_be_empty = false;
  /// It belongs to the statement before it: never committed apart from it.
  bool with_previous = false;
};

/// CREATE COLLATION, by Django's names.
struct CollationDef {
  std::string name;
  std::string locale;
  std::string provider = "libc";
  bool deterministic = true;
};

/// One editor serves one migration, in the order of its operations. Models that
/// have no table (proxy, managed: false) are not for it.
///
/// Errors: "schema.drift" when an online catalog contradicts the model, because
/// then a change would lose data or fail half-way.
class SchemaEditor {
 public:
  virtual ~SchemaEditor() = default;

  virtual const Dialect& dialect() const = 0;

  /// What default values mean by now, and what gives those that are functions
  /// of the project's own; else it is the system's clock, in UTC, and nothing.
  virtual void set_defaults(const DefaultOptions& defaults) = 0;

  /// With the join tables of its many-to-many fields.
  virtual void create_model(const ModelDef& model, const ModelSet& models) = 0;
  /// `models` still has the model and all it refers to.
  virtual void delete_model(const ModelDef& model, const ModelSet& models) = 0;
  /// `from` and `to` are the model before and after. The default of `field`
  /// fills the rows there are; it does not stay in the database.
  virtual void add_field(const ModelDef& from, const ModelDef& to,
                         const FieldDef& field, const ModelSet& models) = 0;
  virtual void remove_field(const ModelDef& from, const ModelDef& to,
                            const FieldDef& field, const ModelSet& models) = 0;
  /// The default of `new_field` fills NULLs where null becomes not null.
  /// Columns that refer to the field follow its type.
  virtual void alter_field(const ModelDef& from, const ModelDef& to,
                           const FieldDef& old_field, const FieldDef& new_field,
                           const ModelSet& from_models,
                           const ModelSet& to_models) = 0;
  virtual void alter_unique_together(const ModelDef& from, const ModelDef& to,
                                     const ModelSet& models) = 0;
  /// The plain indexes of Django before 5.1.
  virtual void alter_index_together(const ModelDef& from, const ModelDef& to,
                                    const ModelSet& models) = 0;
  /// Another name of the model, or of its table: the join tables named after it
  /// follow. What refers to the table follows by itself.
  virtual void rename_model(const ModelDef& from, const ModelDef& to,
                            const ModelSet& from_models,
                            const ModelSet& to_models) = 0;
  virtual void alter_table_comment(const ModelDef& to,
                                   const ModelSet& models) = 0;
  virtual void add_index(const ModelDef& model, const IndexDef& index,
                         const ModelSet& models) = 0;
  virtual void remove_index(const ModelDef& model, const IndexDef& index,
                            const ModelSet& models) = 0;
  /// `to` has it under its new name.
  virtual void rename_index(const ModelDef& to, const std::string& old_name,
                            const IndexDef& index, const ModelSet& models) = 0;
  /// An index of index_together becomes one of Meta.indexes.
  virtual void name_index(const ModelDef& from, const ModelDef& to,
                          const std::vector<std::string>& old_fields,
                          const IndexDef& index, const ModelSet& models) = 0;
  virtual void add_constraint(const ModelDef& from, const ModelDef& to,
                              const ConstraintDef& constraint,
                              const ModelSet& models) = 0;
  virtual void remove_constraint(const ModelDef& from, const ModelDef& to,
                                 const ConstraintDef& constraint,
                                 const ModelSet& models) = 0;

  // What only some databases have; the others do the plain thing, or nothing.

  /// Without keeping writers out. REQUIRES: outside a transaction.
  virtual void add_index_concurrently(const ModelDef& model,
                                      const IndexDef& index,
                                      const ModelSet& models) = 0;
  virtual void remove_index_concurrently(const ModelDef& model,
                                         const IndexDef& index,
                                         const ModelSet& models) = 0;
  /// A unique constraint, by an index of that kind.
  virtual void add_constraint_concurrently(const ModelDef& from,
                                           const ModelDef& to,
                                           const ConstraintDef& constraint,
                                           const ModelSet& models) = 0;
  virtual void remove_constraint_concurrently(const ModelDef& from,
                                              const ModelDef& to,
                                              const ConstraintDef& constraint,
                                              const ModelSet& models) = 0;
  /// For new rows only, until validate_constraint looks at the others.
  virtual void add_constraint_not_valid(const ModelDef& from,
                                        const ModelDef& to,
                                        const ConstraintDef& constraint,
                                        const ModelSet& models) = 0;
  virtual void validate_constraint(const ModelDef& model,
                                   const std::string& name,
                                   const ModelSet& models) = 0;
  /// As add_field and alter_field; the field's foreign key is for new rows
  /// only, until validate_foreign_key looks at the others. REQUIRES: it has
  /// one.
  virtual void add_field_not_valid(const ModelDef& from, const ModelDef& to,
                                   const FieldDef& field,
                                   const ModelSet& models) = 0;
  virtual void alter_field_not_valid(const ModelDef& from, const ModelDef& to,
                                     const FieldDef& old_field,
                                     const FieldDef& new_field,
                                     const ModelSet& from_models,
                                     const ModelSet& to_models) = 0;
  virtual void validate_foreign_key(const ModelDef& model,
                                    const FieldDef& field,
                                    const ModelSet& models) = 0;
  virtual void create_extension(const std::string& name) = 0;
  virtual void drop_extension(const std::string& name) = 0;
  virtual void create_collation(const CollationDef& collation) = 0;
  virtual void drop_collation(const std::string& name) = 0;

  /// A statement of the user's.
  virtual void run_sql(std::string sql, std::vector<Value> parameters) = 0;

  /// Makes statements of what is held back so that later changes of the same
  /// table can join it (SQLite's rebuilds): before anything but this editor
  /// reads or changes the tables. take_deferred and run_sql do so by
  /// themselves.
  virtual void flush() = 0;

  /// What must run around the statements so far: before and after their
  /// transaction (foreign keys off and on), and last inside it (checks).
  struct Around {
    std::vector<Statement> before, checks, after;
  };
  virtual Around around() const { return {}; }

  /// The statements so far, in order; the editor forgets them.
  virtual std::vector<Statement> take() = 0;
  /// What is kept for the end of the migration: rebuilds held back, foreign
  /// keys, indexes.
  virtual std::vector<Statement> take_deferred() = 0;
};

}  // namespace manage::orm
