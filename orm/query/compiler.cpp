#include "orm/query/compiler.hpp"

#include <algorithm>

#include "orm/query/sql_compiler.hpp"

namespace manage::orm {

std::optional<BoundStatement> compile_select(const Query& query,
                                             const Dialect& dialect) {
  SqlCompiler compiler(dialect, query.registry->models().time_zone);
  auto sql = compiler.select(query);
  if (!sql) return std::nullopt;
  return BoundStatement{*std::move(sql), compiler.take_parameters()};
}

}  // namespace manage::orm
