// The SQL of schema objects as PostgreSQL takes it.
#pragma once

#include <string>
#include <vector>

#include "orm/postgresql/dialect.hpp"
#include "orm/schema_sql.hpp"

namespace manage::orm {

class PostgresqlSchemaSql final : public SchemaSql {
 public:
  /// `catalog` tells which names the server may no longer give.
  explicit PostgresqlSchemaSql(const Catalog& catalog)
      : SchemaSql(postgresql_dialect()), catalog_(catalog) {}

  SchemaObject unique_together(const std::string& table,
                               const Columns& columns) const override;
  std::vector<SchemaObject> field_indexes(
      const std::string& table, const FieldDef& field,
      const ModelSet& models) const override;
  /// The index for LIKE beside an index or key on a text; none, or one.
  std::vector<SchemaObject> like_index(const std::string& table,
                                       const FieldDef& field,
                                       const ModelSet& models) const;
  std::vector<SchemaObject> foreign_keys(const std::string& table,
                                         const FieldDef& field,
                                         const ModelSet& models) const override;
  /// REQUIRES: has_foreign_key(field).
  SchemaObject foreign_key(const std::string& table, const FieldDef& field,
                           const ModelSet& models,
                           std::string_view suffix) const;
  /// " DEFERRABLE INITIALLY DEFERRED"; empty where the constraint is not.
  static std::string deferrable_clause(const ConstraintDef& constraint);
  /// "_fk_shop_target_id".
  std::string foreign_key_suffix(const FieldDef& field,
                                 const ModelSet& models) const;
  std::vector<Statement> comments(const ModelDef& model,
                                  const ModelSet& models) const override;
  Statement table_comment(const ModelDef& model,
                          const ModelSet& models) const override;
  Statement column_comment(const std::string& table,
                           const FieldDef& field) const;
  bool inline_foreign_keys() const override { return false; }
  bool supports(const ConstraintDef&) const override { return true; }
  std::string kept_type(const std::string& type) const override;
  std::string kept_name(const std::string& name) const override;
  /// The name the server gives to what stands unnamed in a definition.
  std::string inline_name(const std::string& table, const std::string& column,
                          std::string_view label) const override;
  std::string collation(const std::string& name) const override;
  std::string identity_clause() const override;

 protected:
  bool has_identity() const override { return true; }
  std::string create_index(const std::string& table,
                           const IndexSpec& spec) const override;
  std::string unique_clause(const ConstraintDef& constraint,
                            const Columns& columns) const override;

 private:
  const Catalog& catalog_;
};

/// " varchar_pattern_ops" and the like for a text type; empty for others.
std::string_view pattern_opclass(std::string_view column_type);

}  // namespace manage::orm
