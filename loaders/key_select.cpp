#include "loaders/key_select.hpp"

#include <algorithm>

#include "orm/dialect.hpp"
#include "orm/statement_builder.hpp"

namespace manage::loaders {

namespace {

/// Statements are prepared once for each of these numbers of keys; a number in
/// between is made up by naming the last key again.
constexpr std::size_t kKeyCounts[] = {1, 10, 100, 500};
/// Keys of several columns make deep conditions.
constexpr std::size_t kMaxCompositeKeys = 100;

std::size_t rounded(std::size_t keys, bool composite) {
  for (std::size_t count : kKeyCounts) {
    if (keys <= count || (composite && count == kMaxCompositeKeys)) {
      return count;
    }
  }
  return kKeyCounts[std::size(kKeyCounts) - 1];
}

}  // namespace

orm::Value stored(const orm::Dialect& dialect, orm::FieldKind kind,
                  orm::Value value) {
  bool as_it_is = std::holds_alternative<std::string>(value) ||
                  std::holds_alternative<std::int64_t>(value) ||
                  std::holds_alternative<orm::Null>(value);
  return as_it_is ? std::move(value) : dialect.to_db(kind, value);
}

void select_by_key(orm::Connection& connection, const KeySelect& select,
                   const std::vector<orm::Row>& keys,
                   const std::function<void(const orm::Row&)>& row) {
  const orm::StatementBuilder builder(connection.dialect(), select.table);
  const bool composite = select.key_columns.size() > 1;
  for (std::size_t at = 0; at < keys.size();) {
    const std::size_t count = rounded(keys.size() - at, composite);
    std::vector<orm::Row> padded;
    for (std::size_t i = 0; i < count; ++i) {
      padded.push_back(keys[std::min(at + i, keys.size() - 1)]);
    }
    at += count;
    for (const orm::BoundStatement& statement :
         builder.select(select.columns, select.key_columns, padded)) {
      orm::Result result =
          connection.query(statement.sql, statement.parameters);
      for (const orm::Row& found : result.rows) row(found);
    }
  }
}

}  // namespace manage::loaders
