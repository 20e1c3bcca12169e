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
