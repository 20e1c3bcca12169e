#include "commands/plan_document.hpp"

#include "migrations_engine/script.hpp"

namespace manage::commands {

DataList statements_document(const std::vector<orm::Statement>& statements,
                             const orm::Dialect& dialect) {
  DataList found;
  for (const orm::Statement& statement : statements) {
    found.push_back(
        DataMap{{"sql", migrations_engine::with_values(statement, dialect)},
                {"table", statement.table}});
  }
  return found;
}

DataMap plan_document(const migrations_engine::Plan& plan,
                      const orm::Dialect& dialect) {
  DataList operations;
  for (const migrations_engine::PlannedOperation& operation : plan.operations) {
    operations.push_back(DataMap{
        {"description", operation.description},
        {"transaction",
         operation.transaction ? Data(operation.transaction) : Data()},
        {"statements", statements_document(operation.statements, dialect)}});
  }
  return {{"app", plan.migration->key.app},
          {"name", plan.migration->key.name},
          {"backwards", plan.backwards},
          {"dialect", dialect.name()},
          {"atomic", plan.atomic()},
          {"before", statements_document(plan.before, dialect)},
          {"operations", std::move(operations)},
          {"checks", statements_document(plan.checks, dialect)},
          {"after", statements_document(plan.after, dialect)}};
}

}  // namespace manage::commands
