#include "loaders/key_select.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/dialect.hpp"

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

std::string condition(const orm::Dialect& dialect, const KeySelect& select,
                      std::size_t keys) {
  int number = 0;
  std::vector<std::string> parts;
  if (select.key_columns.size() == 1) {
    for (std::size_t i = 0; i < keys; ++i) {
      parts.push_back(dialect.placeholder(++number));
    }
    return fmt::format("{} IN ({})",
                       dialect.quote_name(select.key_columns.front()),
                       text::join(parts, ", "));
  }
  for (std::size_t i = 0; i < keys; ++i) {
    std::vector<std::string> equal;
    for (const std::string& column : select.key_columns) {
      equal.push_back(dialect.quote_name(column) + " = " +
                      dialect.placeholder(++number));
    }
    parts.push_back("(" + text::join(equal, " AND ") + ")");
  }
  return text::join(parts, " OR ");
}

}  // namespace

std::string column_list(const orm::Dialect& dialect,
                        const std::vector<std::string>& columns) {
  std::vector<std::string> quoted;
  for (const std::string& column : columns) {
    quoted.push_back(dialect.quote_name(column));
  }
  return text::join(quoted, ", ");
}

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
  const orm::Dialect& dialect = connection.dialect();
  std::string head = fmt::format("SELECT {} FROM {} WHERE ",
                                 column_list(dialect, select.columns),
                                 dialect.quote_name(select.table));
  bool composite = select.key_columns.size() > 1;
  std::size_t at = 0;
  while (at < keys.size()) {
    std::size_t count = rounded(keys.size() - at, composite);
    orm::Row parameters;
    for (std::size_t i = 0; i < count; ++i) {
      const orm::Row& key = keys[std::min(at + i, keys.size() - 1)];
      parameters.insert(parameters.end(), key.begin(), key.end());
    }
    at += count;
    orm::Result result =
        connection.query(head + condition(dialect, select, count), parameters);
    for (const orm::Row& found : result.rows) row(found);
  }
}

}  // namespace manage::loaders
