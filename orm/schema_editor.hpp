// Turns changes of models into DDL statements. It never touches a database:
// what exists it knows from the Catalog, what it makes is data.
//
// The algorithm is shared (schema_editor.cpp); orm/<dialect>/schema_editor.cpp
// holds what differs. Names and statements are Django's (5.2 where versions
// differ; identity columns, ADD COLUMN without a rebuild).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/catalog.hpp"
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
  std::string table;    ///< the table it is about; may be empty
  LockLevel lock = LockLevel::kAccessExclusive;
  /// A query that must return no rows; the first row is the error's detail.
  bool must_be_empty = false;
};

class SchemaEditor {
 public:
  virtual ~SchemaEditor() = default;

  virtual const Dialect& dialect() const = 0;

  virtual void create_model(const ModelDef& model, const ModelSet& models) = 0;
  virtual void delete_model(const ModelDef& model, const ModelSet& models) = 0;
  /// `from` and `to` are the model before and after.
  virtual void add_field(const ModelDef& from, const ModelDef& to,
                         const FieldDef& field, const ModelSet& models) = 0;
  virtual void remove_field(const ModelDef& from, const ModelDef& to,
                            const FieldDef& field, const ModelSet& models) = 0;
  virtual void alter_field(const ModelDef& from, const ModelDef& to,
                           const FieldDef& old_field, const FieldDef& new_field,
                           const ModelSet& from_models,
                           const ModelSet& to_models) = 0;
  virtual void alter_unique_together(const ModelDef& from, const ModelDef& to,
                                     const ModelSet& models) = 0;
  virtual void add_index(const ModelDef& model, const IndexDef& index,
                         const ModelSet& models) = 0;
  virtual void remove_index(const ModelDef& model, const IndexDef& index,
                            const ModelSet& models) = 0;
  virtual void add_constraint(const ModelDef& from, const ModelDef& to,
                              const ConstraintDef& constraint,
                              const ModelSet& models) = 0;
  virtual void remove_constraint(const ModelDef& from, const ModelDef& to,
                                 const ConstraintDef& constraint,
                                 const ModelSet& models) = 0;
  /// A statement of the user's.
  virtual void run_sql(std::string sql, std::vector<Value> parameters) = 0;

  /// What must run around the statements so far: before and after their
  /// transaction (foreign keys off and on), and last inside it (checks).
  struct Around {
    std::vector<Statement> before, checks, after;
  };
  virtual Around around() const { return {}; }

  /// The statements so far, in order; the editor forgets them.
  virtual std::vector<Statement> take() = 0;
  /// What is kept for the end of the migration (foreign keys, indexes).
  virtual std::vector<Statement> take_deferred() = 0;
};

}  // namespace manage::orm
