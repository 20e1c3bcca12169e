// A table that the migrations keep about themselves. It is made when first
// needed, and no migration knows it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "orm/connection.hpp"
#include "orm/model_def.hpp"
#include "orm/statement_builder.hpp"

namespace manage::migrations_engine {

class OwnTable {
 public:
  struct Column {
    std::string name;
    orm::FieldKind kind;
    DataMap arguments = {};
  };

  /// `default_auto_field` is the project's: it types the id, which comes first.
  OwnTable(orm::Connection& connection, std::string name, std::string model,
           const std::string& default_auto_field,
           std::initializer_list<Column> columns);

  bool exists();
  /// Creates it if it does not exist.
  void ensure();

  const orm::Dialect& dialect() const { return connection_.dialect(); }
  orm::StatementBuilder statements() const;
  orm::Value to_db(orm::FieldKind kind, const orm::Value& value) const;
  void run(const std::vector<orm::BoundStatement>& statements);
  std::vector<orm::Row> query(const orm::BoundStatement& statement);
  std::vector<orm::Row> query(
      const std::vector<orm::BoundStatement>& statements);

 private:
  orm::Connection& connection_;
  std::string name_;
  orm::ModelSet models_;
  const orm::ModelDef* model_;
  bool seen_ = false;
};

}  // namespace manage::migrations_engine
