#include "orm/query/compiler.hpp"

#include <algorithm>

#include "orm/query/sql_compiler.hpp"

namespace manage::orm {

std::optional<BoundStatement> compile_select(const Query& query,
                                             const Dialect& dialect) {
  SqlCompiler compiler(dialect, query.registry->models());
  auto sql = compiler.select(query);
  if (!sql) return std::nullopt;
  return BoundStatement{*std::move(sql), compiler.take_parameters()};
}

std::optional<BoundStatement> compile_update(
    const Query& query, const Assignments& assignments, const Dialect& dialect,
    const std::vector<std::string>& returning) {
  SqlCompiler compiler(dialect, query.registry->models());
  auto sql = compiler.update(query, assignments, returning);
  if (!sql) return std::nullopt;
  return BoundStatement{*std::move(sql), compiler.take_parameters()};
}

std::optional<BoundStatement> compile_delete(const Query& query,
                                             const Dialect& dialect) {
  SqlCompiler compiler(dialect, query.registry->models());
  auto sql = compiler.remove(query);
  if (!sql) return std::nullopt;
  return BoundStatement{*std::move(sql), compiler.take_parameters()};
}

BoundStatement compile_insert(const Registry& registry, const Model& model,
                              const Assignments& assignments,
                              const Dialect& dialect,
                              const std::vector<std::string>& returning) {
  SqlCompiler compiler(dialect, registry.models());
  std::string sql = compiler.insert(model, assignments, returning);
  return {std::move(sql), compiler.take_parameters()};
}

BoundStatement compile_condition(const Expr& condition, const ModelSet& models,
                                 const Dialect& dialect) {
  SqlCompiler compiler(dialect, models);
  std::string sql = compiler.select_condition(condition);
  return {std::move(sql), compiler.take_parameters()};
}

BoundStatement compile_raw(const RawExpr& raw, const Registry& registry,
                           const Dialect& dialect) {
  SqlCompiler compiler(dialect, registry.models());
  std::string sql = compiler.raw_text(raw);
  return {std::move(sql), compiler.take_parameters()};
}

std::string compile_definition(const Expr& expr, const ModelSet& models,
                               const Dialect& dialect) {
  SqlCompiler compiler(dialect, models, SqlCompiler::Form::kDefinition);
  return compiler.definition(expr);
}

}  // namespace manage::orm
