// A table that the migrations keep about themselves. It is made when first
// needed, and no migration knows it.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "orm/connection.hpp"
#include "orm/model_def.hpp"
#include "orm/schema_editor.hpp"
#include "orm/statement_builder.hpp"

namespace manage::migrations_engine {

/// What such a table is, without a database.
class OwnTableModel {
 public:
  struct Column {
    std::string name;
    orm::FieldKind kind;
    DataMap arguments = {};
  };

  /// `default_auto_field` is the project's: it types the id, which comes first.
  OwnTableModel(std::string name, std::string model,
                const std::string& default_auto_field,
                std::initializer_list<Column> columns);

  const std::string& name() const { return name_; }
  /// The statements that create it.
  std::vector<orm::Statement> creation(const orm::Dialect& dialect) const;

 private:
  std::string name_;
  orm::ModelKey key_;
  orm::ModelSet models_;
};

class OwnTable {
 public:
  OwnTable(orm::Connection& connection, OwnTableModel model)
      : connection_(connection), model_(std::move(model)) {}

  bool exists();
  /// Creates it if it does not exist.
  void ensure();

  const orm::Dialect& dialect() const { return connection_.dialect(); }
  orm::StatementBuilder statements() const;
  orm::Value to_db(orm::FieldKind kind, const orm::Value& value) const;
  /// Nobody waits for them (orm::Connection::later).
  void run(const std::vector<orm::BoundStatement>& statements);
  std::vector<orm::Row> query(const orm::BoundStatement& statement);
  std::vector<orm::Row> query(
      const std::vector<orm::BoundStatement>& statements);

 private:
  orm::Connection& connection_;
  OwnTableModel model_;
  bool seen_ = false;
};

}  // namespace manage::migrations_engine
