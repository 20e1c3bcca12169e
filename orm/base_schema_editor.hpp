// What the schema editors of all databases share: the order of statements, join
// tables, and the upkeep of the catalog. Dialects fill in the hooks.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "orm/schema_editor.hpp"
#include "orm/schema_sql.hpp"

namespace manage::orm {

/// A model before and after an operation, each among the models of its time.
struct ModelChange {
  const ModelDef& from;
  const ModelDef& to;
  const ModelSet& from_models;
  const ModelSet& to_models;
  /// Whether the rows there are need not have the new foreign key's rows yet.
  bool not_valid = false;
};

struct FieldChange : ModelChange {
  const FieldDef& old_field;
  const FieldDef& new_field;
};

/// Whether the field's rows live in a join table of its own.
inline bool has_join_table(const FieldDef& field) {
  return field.kind() == FieldKind::kManyToMany &&
         field.text("through").empty();
}

/// A table, of a model or a join table, before and after an operation.
struct TableChange {
  ModelDef from;
  ModelDef to;
};

class BaseSchemaEditor : public SchemaEditor {
 public:
  BaseSchemaEditor(std::unique_ptr<SchemaSql> sql, Catalog& catalog)
      : sql_owner_(std::move(sql)), sql_(*sql_owner_), catalog_(catalog) {}

  const Dialect& dialect() const override { return sql_.dialect(); }

  void create_model(const ModelDef& model, const ModelSet& models) override;
  void delete_model(const ModelDef& model, const ModelSet& models) override;
  void add_field(const ModelDef& from, const ModelDef& to,
                 const FieldDef& field, const ModelSet& models) override;
  void remove_field(const ModelDef& from, const ModelDef& to,
                    const FieldDef& field, const ModelSet& models) override;
  void alter_field(const ModelDef& from, const ModelDef& to,
                   const FieldDef& old_field, const FieldDef& new_field,
                   const ModelSet& from_models,
                   const ModelSet& to_models) override;
  void alter_unique_together(const ModelDef& from, const ModelDef& to,
                             const ModelSet& models) override;
  void alter_index_together(const ModelDef& from, const ModelDef& to,
                            const ModelSet& models) override;
  void rename_model(const ModelDef& from, const ModelDef& to,
                    const ModelSet& from_models,
                    const ModelSet& to_models) override;
  void alter_table_comment(const ModelDef& to, const ModelSet& models) override;
  void add_index(const ModelDef& model, const IndexDef& index,
                 const ModelSet& models) override;
  void rename_index(const ModelDef& to, const std::string& old_name,
                    const IndexDef& index, const ModelSet& models) override;
  void name_index(const ModelDef& from, const ModelDef& to,
                  const std::vector<std::string>& old_fields,
                  const IndexDef& index, const ModelSet& models) override;
  void remove_index(const ModelDef& model, const IndexDef& index,
                    const ModelSet& models) override;
  void add_constraint(const ModelDef& from, const ModelDef& to,
                      const ConstraintDef& constraint,
                      const ModelSet& models) override;
  void remove_constraint(const ModelDef& from, const ModelDef& to,
                         const ConstraintDef& constraint,
                         const ModelSet& models) override;
  void add_index_concurrently(const ModelDef& model, const IndexDef& index,
                              const ModelSet& models) override {
    add_index(model, index, models);
  }
  void remove_index_concurrently(const ModelDef& model, const IndexDef& index,
                                 const ModelSet& models) override {
    remove_index(model, index, models);
  }
  void add_constraint_concurrently(const ModelDef& from, const ModelDef& to,
                                   const ConstraintDef& constraint,
                                   const ModelSet& models) override {
    add_constraint(from, to, constraint, models);
  }
  void remove_constraint_concurrently(const ModelDef& from, const ModelDef& to,
                                      const ConstraintDef& constraint,
                                      const ModelSet& models) override {
    remove_constraint(from, to, constraint, models);
  }
  void add_constraint_not_valid(const ModelDef& from, const ModelDef& to,
                                const ConstraintDef& constraint,
                                const ModelSet& models) override {
    add_constraint(from, to, constraint, models);
  }
  void validate_constraint(const ModelDef&, const std::string&,
                           const ModelSet&) override {}
  void add_field_not_valid(const ModelDef& from, const ModelDef& to,
                           const FieldDef& field,
                           const ModelSet& models) override {
    add_column({from, to, models, models, true}, field);
  }
  void alter_field_not_valid(const ModelDef& from, const ModelDef& to,
                             const FieldDef& old_field,
                             const FieldDef& new_field,
                             const ModelSet& from_models,
                             const ModelSet& to_models) override {
    alter_field(
        {{from, to, from_models, to_models, true}, old_field, new_field});
  }
  void validate_foreign_key(const ModelDef&, const FieldDef&,
                            const ModelSet&) override {}
  void create_extension(const std::string&) override {}
  void drop_extension(const std::string&) override {}
  void create_collation(const CollationDef&) override {}
  void drop_collation(const std::string&) override {}
  void run_sql(std::string sql, std::vector<Value> parameters) override;

  void set_defaults(const DefaultOptions& defaults) override {
    sql_owner_->set_defaults(defaults);
  }
  void flush() override {}
  std::vector<Statement> take() override;
  std::vector<Statement> take_deferred() override;

 protected:
  // What differs between databases. `change.to` has its new column already,
  // without the one-off default that `field` may have.

  virtual void add_column(const ModelChange& change, const FieldDef& field) = 0;
  virtual void drop_column(const ModelChange& change,
                           const FieldDef& field) = 0;
  virtual void alter_column(const FieldChange& change) = 0;
  /// A key of a join table whose model has another name; it keeps pointing to
  /// the same rows.
  virtual void rename_join_column(const FieldChange& change) = 0;
  /// A constraint inside the table's definition.
  virtual void add_table_constraint(const ModelChange& change,
                                    const ConstraintDef& constraint) = 0;
  virtual void remove_table_constraint(const ModelChange& change,
                                       const ConstraintDef& constraint) = 0;
  virtual void drop_unique_together(const std::string& table,
                                    const std::string& name) = 0;
  virtual std::string drop_index_sql(const std::string& name) const = 0;
  virtual void drop_table(const std::string& table) = 0;
  virtual void rename_table(const std::string& from, const std::string& to) = 0;
  /// The index `old_name` becomes `index`, which differs in its name only.
  virtual void change_index_name(const std::string& old_name,
                                 SchemaObject index) = 0;
  /// Whether the change of indexes that makes the model `to` becomes part of
  /// something already under way; then it needs no statements of its own.
  virtual bool join(const ModelDef& to, const ModelSet& models,
                    const std::string& reason) = 0;
  /// Called before a statement about that table is made.
  virtual void before_statement(const std::string& table) = 0;

  // Statements. All of them pass here, and so does the catalog's upkeep.

  Statement& emit(const std::string& table, std::string sql, LockLevel lock);
  /// REQUIRES: one was made since the last take().
  Statement& last_statement() { return statements_.back(); }
  void create(SchemaObject object);
  /// Makes it at the end of the migration.
  void defer(SchemaObject object);
  void drop_index(const std::string& table, const std::string& name);

  /// Whether it is made at the end of the migration.
  bool is_deferred(const std::string& table, std::string_view name);
  /// Whether the object was deferred, and so never needs to be made.
  bool forget_deferred(const std::string& table, std::string_view name);
  /// Everything deferred for the table, or that refers to it.
  void forget_deferred_of_table(const std::string& table);
  void forget_deferred_of_column(const std::string& table,
                                 const std::string& column);
  void rename_deferred_table(const std::string& from, const std::string& to);
  void rename_deferred_column(const std::string& table, const std::string& from,
                              const std::string& to);

  /// The names of the constraints or indexes that are like `wanted` (kind,
  /// columns, uniqueness), but not those of the model's Meta. Where the catalog
  /// has none: the name in `wanted`, or Error "schema.drift" if the catalog is
  /// certain.
  std::vector<std::string> existing(const ModelChange& change,
                                    const ConstraintInfo& wanted);
  /// The same, but where the catalog knows the table, none may be found.
  std::vector<std::string> existing_if_any(const ModelChange& change,
                                           const ConstraintInfo& wanted);
  /// Every table there is before and after, join tables included.
  static std::vector<TableChange> tables_of(const ModelChange& change);
  /// Throws "schema.drift" if the catalog is certain that there is no such
  /// constraint or index.
  void require(const std::string& table, const std::string& name);

 private:
  using Deferred = std::vector<SchemaObject>;

  Deferred::iterator find_deferred(const std::string& table,
                                   std::string_view name);
  void alter_field(const FieldChange& change);
  void alter_many_to_many(const FieldChange& change);
  using ColumnChange = void (BaseSchemaEditor::*)(const FieldChange&);
  void alter_join_table(ModelDef from, const ModelDef& to,
                        const ModelSet& from_models, const ModelSet& to_models,
                        ColumnChange change_column);
  void set_index_name(const ModelDef& to, const std::string& old_name,
                      SchemaObject index, const ModelSet& models);
  /// Throws "schema.unsupported" where a composite key would change.
  static void refuse_new_key(const FieldChange& change);

  std::unique_ptr<SchemaSql> sql_owner_;
  std::vector<Statement> statements_;
  Deferred deferred_;

 protected:
  const SchemaSql& sql_;
  Catalog& catalog_;
};

}  // namespace manage::orm
