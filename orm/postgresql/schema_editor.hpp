// PostgreSQL's schema editor: ALTER TABLE all the way, foreign keys deferrable
// and put off to the end of a migration.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/base_schema_editor.hpp"
#include "orm/postgresql/schema_sql.hpp"

namespace manage::orm {

class PostgresqlSchemaEditor final : public BaseSchemaEditor {
 public:
  explicit PostgresqlSchemaEditor(Catalog& catalog);

  void add_index_concurrently(const ModelDef& model, const IndexDef& index,
                              const ModelSet& models) override;
  void remove_index_concurrently(const ModelDef& model, const IndexDef& index,
                                 const ModelSet& models) override;
  void add_constraint_concurrently(const ModelDef& from, const ModelDef& to,
                                   const ConstraintDef& constraint,
                                   const ModelSet& models) override;
  void remove_constraint_concurrently(const ModelDef& from, const ModelDef& to,
                                      const ConstraintDef& constraint,
                                      const ModelSet& models) override;
  void add_constraint_not_valid(const ModelDef& from, const ModelDef& to,
                                const ConstraintDef& constraint,
                                const ModelSet& models) override;
  void validate_constraint(const ModelDef& model, const std::string& name,
                           const ModelSet& models) override;
  void validate_foreign_key(const ModelDef& model, const FieldDef& field,
                            const ModelSet& models) override;
  void create_extension(const std::string& name) override;
  void drop_extension(const std::string& name) override;
  void create_collation(const CollationDef& collation) override;
  void drop_collation(const std::string& name) override;

 protected:
  void add_column(const ModelChange& change, const FieldDef& field) override;
  void drop_column(const ModelChange& change, const FieldDef& field) override;
  void alter_column(const FieldChange& change) override;
  void rename_join_column(const FieldChange& change) override;
  void add_table_constraint(const ModelChange& change,
                            const ConstraintDef& constraint) override;
  void remove_table_constraint(const ModelChange& change,
                               const ConstraintDef& constraint) override;
  void drop_unique_together(const std::string& table,
                            const std::string& name) override;
  std::string drop_index_sql(const std::string& name) const override;
  void drop_table(const std::string& table) override;
  void rename_table(const std::string& from, const std::string& to) override;
  void change_index_name(const std::string& old_name,
                         SchemaObject index) override;
  bool join(const ModelDef&, const ModelSet&, const std::string&) override {
    return false;
  }
  void before_statement(const std::string&) override {}

 private:
  /// A foreign key to the altered field, before and after.
  struct Referrer {
    TableChange table;
    FieldDef old_field;
    FieldDef new_field;
  };

  /// One alter_column in the making (alter_column.cpp).
  struct Alteration {
    const FieldChange& change;
    std::string table;
    std::string column;  ///< the new name
    std::string old_type;
    std::string new_type;
    bool check_changed = false;
    bool foreign_key_dropped = false;
    /// Foreign keys to it, if they must go and come back.
    std::vector<Referrer> referrers;
    /// The literal that stands as DEFAULT for the time being, if any.
    std::string temporary_default;
  };

  bool changes_database(const FieldChange& change) const;
  /// Makes a computed column anew, and the indexes and constraints on it.
  void recompute_column(const FieldChange& change);
  void drop_own_foreign_key(Alteration& a);
  void drop_old_unique(Alteration& a);
  void drop_referring_keys(Alteration& a);
  void drop_old_index(Alteration& a);
  void drop_old_check(Alteration& a);
  void rename_column(const FieldChange& change);
  void alter_db_default(const Alteration& a,
                        std::vector<std::string>& actions) const;
  void alter_type_and_null(Alteration& a);
  void change_identity(Alteration& a, bool before);
  void drop_old_primary_key(Alteration& a);
  void add_new_keys(Alteration& a);
  void alter_referrers(Alteration& a);
  void add_new_foreign_keys(Alteration& a);
  void add_new_check(Alteration& a);
  void add_new_like_index(Alteration& a);
  void comment(Alteration& a);

  std::vector<Referrer> referrers(const FieldChange& change) const;
  std::string type_clause(const FieldDef& old_field, const FieldDef& new_field,
                          const ModelSet& old_models,
                          const ModelSet& new_models) const;
  std::string sequence_name(const std::string& table,
                            const std::string& column);

  /// `ALTER TABLE "t" …`.
  Statement& alter(const std::string& table, std::string_view changes,
                   LockLevel lock = LockLevel::kAccessExclusive);
  void drop_constraint(const std::string& table, const std::string& name);
  void drop_foreign_key(const std::string& table, const std::string& name);
  void validate(const std::string& table, const std::string& name);
  void drop_index_concurrently(const std::string& table,
                               const std::string& name);
  /// If it is there, or nobody knows.
  void drop_like_index(const std::string& table, const std::string& column);

  const PostgresqlSchemaSql& pg_;
};

}  // namespace manage::orm
