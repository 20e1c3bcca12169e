// SQLite: the embedded database.
//
// dialect.cpp holds names, values and limits; types.cpp the column types;
// schema_editor.cpp and introspection.cpp what their names say.
#pragma once

#include "orm/dialect.hpp"

namespace manage::orm {

class SqliteDialect final : public Dialect {
 public:
  std::string_view name() const override { return "sqlite"; }
  std::string_view title() const override { return "SQLite"; }
  Features features() const override;
  int max_name_length() const override { return 0; }
  int max_parameters() const override { return 32766; }
  bool rebuilds_tables() const override { return true; }
  bool has_pattern_indexes() const override { return false; }

  std::string lock_table(std::string_view table) const override;
  std::string advance_numbering(std::string_view,
                                std::string_view) const override {
    return {};
  }
  std::string placeholder(int number) const override;
  std::string placeholder_in_order(int number) const override;
  std::string copy_into(std::string_view file) const override;
  std::string_view script_command() const override {
    return "sqlite3 -bail FILE";
  }
  std::string literal(const Value& value) const override;
  std::string column_type(const FieldDef& field,
                          const ModelSet& models) const override;
  std::string type_check(const FieldDef& field) const override;
  Value to_db(FieldKind kind, const Value& value) const override;
  Value from_db(FieldKind kind, const Value& value) const override;
  bool reads_as_is(FieldKind kind) const override;
  std::string storage_problem(FieldKind kind,
                              const Value& value) const override;
  StatementManner manner(std::string_view sql) const override;
  std::optional<bool> took_effect(Connection& connection,
                                  std::string_view sql) const override;
  std::string set_timeout(Timeout which,
                          std::optional<std::int64_t> milliseconds,
                          bool local) const override;
  std::string explain(const std::vector<std::string>& options) const override;
  const SqlSyntax& sql_syntax() const override;
  const QuerySql& query_sql() const override;
  std::unique_ptr<SchemaEditor> schema_editor(Catalog& catalog) const override;
  std::unique_ptr<Introspector> introspector(
      Connection& connection) const override;
};

}  // namespace manage::orm
