// The SQL of schema objects as SQLite takes it.
#pragma once

#include <string>
#include <vector>

#include "orm/schema_sql.hpp"
#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

class SqliteSchemaSql final : public SchemaSql {
 public:
  SqliteSchemaSql() : SchemaSql(sqlite_dialect()) {}

  SchemaObject unique_together(const std::string& table,
                               const Columns& columns) const override;
  std::vector<SchemaObject> foreign_keys(const std::string&, const FieldDef&,
                                         const ModelSet&) const override {
    return {};
  }
  std::vector<Statement> comments(const ModelDef&,
                                  const ModelSet&) const override {
    return {};
  }
  Statement table_comment(const ModelDef&, const ModelSet&) const override {
    return {};
  }
  bool inline_foreign_keys() const override { return true; }
  bool supports(const ConstraintDef& constraint) const override;
  std::string kept_type(const std::string& type) const override;
  std::string kept_name(const std::string& name) const override { return name; }

 protected:
  std::string identity_clause() const override { return "AUTOINCREMENT"; }
  bool has_identity() const override { return false; }
  std::string collation(const std::string& name) const override;
  std::string inline_name(const std::string&, const std::string&,
                          std::string_view) const override {
    return {};
  }
  std::string create_index(const std::string& table,
                           const IndexSpec& spec) const override;
  std::string unique_clause(const ConstraintDef& constraint,
                            const Columns& columns) const override;
};

}  // namespace manage::orm
