#include "orm/statement_builder.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::orm {

namespace {

/// Where more rows in one INSERT stop paying off.
constexpr std::size_t kRowsPerInsert = 500;
constexpr std::size_t kRowsPerUpdate = 20'000;
/// Keys of one column stand in one list, however long.
constexpr std::size_t kKeysPerList = 5000;
/// Keys of several columns become a chain of ORs, whose depth is limited.
constexpr std::size_t kKeysPerChain = 200;

/// Counts the placeholders of one statement and collects its values.
class Parameters {
 public:
  explicit Parameters(const Dialect& dialect) : dialect_(dialect) {}

  std::string add(const Value& value) {
    values_.push_back(value);
    return dialect_.placeholder_in_order(static_cast<int>(values_.size()));
  }
  /// "?, ?, ?"
  std::string add_all(std::span<const Value> values) {
    std::string list;
    for (const Value& value : values) {
      if (!list.empty()) list += ", ";
      list += add(value);
    }
    return list;
  }
  std::vector<Value> take() { return std::move(values_); }

 private:
  const Dialect& dialect_;
  std::vector<Value> values_;
};

/// Calls `make` for each part of at most `size` rows.
template <class Make>
void in_parts(std::span<const Row> rows, std::size_t size, Make make) {
  for (; !rows.empty(); rows = rows.subspan(std::min(size, rows.size()))) {
    make(rows.subspan(0, std::min(size, rows.size())));
  }
}

}  // namespace

StatementBuilder::StatementBuilder(const Dialect& dialect,
                                   std::string_view table)
    : dialect_(dialect), table_(dialect.quote_name(table)) {}

std::string StatementBuilder::names(
    const std::vector<std::string>& columns) const {
  std::vector<std::string> quoted;
  for (const std::string& column : columns) {
    quoted.push_back(dialect_.quote_name(column));
  }
  return text::join(quoted, ", ");
}

std::size_t StatementBuilder::rows_that_fit(std::size_t values_per_row,
                                            std::size_t most) const {
  std::size_t limit = static_cast<std::size_t>(dialect_.max_parameters());
  std::size_t fitting = limit / std::max<std::size_t>(values_per_row, 1);
  return std::clamp<std::size_t>(fitting, 1, most);
}

std::string StatementBuilder::conflict_clause(
    const OnConflict& on_conflict) const {
  if (on_conflict.action == OnConflict::Action::kError) return {};
  std::string clause = " ON CONFLICT";
  if (!on_conflict.keys.empty()) clause += " (" + names(on_conflict.keys) + ")";
  if (on_conflict.action == OnConflict::Action::kNothing ||
      on_conflict.updates.empty()) {
    return clause + " DO NOTHING";
  }
  std::vector<std::string> sets;
  for (const std::string& column : on_conflict.updates) {
    std::string name = dialect_.quote_name(column);
    sets.push_back(name + " = excluded." + name);
  }
  return clause + " DO UPDATE SET " + text::join(sets, ", ");
}

std::vector<BoundStatement> StatementBuilder::insert(
    const std::vector<std::string>& columns, std::span<const Row> rows,
    const OnConflict& on_conflict, const std::vector<std::string>& returning,
    const std::vector<ComputedColumn>& computed, std::size_t most) const {
  std::string tail = conflict_clause(on_conflict);
  if (!returning.empty()) tail += " RETURNING " + names(returning);
  std::vector<BoundStatement> statements;
  if (columns.empty()) {
    std::string sql = "INSERT INTO " + table_ + " DEFAULT VALUES" + tail;
    statements.assign(rows.size(), {sql, {}});
    return statements;
  }
  std::string head = "INSERT INTO " + table_ + " (" + names(columns);
  std::string row_end;
  for (const ComputedColumn& column : computed) {
    head += ", " + dialect_.quote_name(column.name);
    row_end += ", " + column.sql;
  }
  head += ") VALUES ";
  row_end += ")";
  in_parts(rows,
           rows_that_fit(columns.size(), most > 0 ? most : kRowsPerInsert),
           [&](std::span<const Row> part) {
             Parameters parameters(dialect_);
             std::string sql = head;
             for (const Row& row : part) {
               if (&row != &part.front()) sql += ", ";
               sql += "(" + parameters.add_all(row) + row_end;
             }
             statements.push_back({sql + tail, parameters.take()});
           });
  return statements;
}

std::string StatementBuilder::update_sql(
    const std::vector<std::string>& columns,
    const std::vector<std::string>& keys) const {
  int number = 0;
  auto equations = [&](const std::vector<std::string>& names,
                       std::string_view separator) {
    std::vector<std::string> parts;
    for (const std::string& name : names) {
      parts.push_back(dialect_.quote_name(name) + " = " +
                      dialect_.placeholder_in_order(++number));
    }
    return text::join(parts, separator);
  };
  std::string sql = "UPDATE " + table_ + " SET " + equations(columns, ", ");
  return sql + " WHERE " + equations(keys, " AND ");
}

std::vector<BoundStatement> StatementBuilder::update(
    const std::vector<std::string>& columns,
    const std::vector<std::string>& keys, std::span<const Row> rows) const {
  const std::string sql = update_sql(columns, keys);
  std::vector<BoundStatement> statements;
  for (const Row& row : rows) statements.push_back({sql, row});
  return statements;
}

std::vector<BoundStatement> StatementBuilder::update_many(
    const std::vector<std::string>& columns,
    const std::vector<std::string>& keys, const std::vector<std::string>& types,
    std::span<const Row> rows, std::size_t most) const {
  // VALUES names its columns so on every database.
  std::size_t number = 0;
  const auto equations = [&](const std::vector<std::string>& names,
                             const std::string& table,
                             std::string_view separator) {
    std::vector<std::string> parts;
    for (const std::string& name : names) {
      parts.push_back(fmt::format("{}{} = manage_values.column{}", table,
                                  dialect_.quote_name(name), ++number));
    }
    return text::join(parts, separator);
  };
  const std::string head =
      "UPDATE " + table_ + " SET " + equations(columns, "", ", ");
  const std::string tail = " WHERE " + equations(keys, table_ + ".", " AND ");
  std::vector<BoundStatement> statements;
  in_parts(rows, rows_that_fit(number, most > 0 ? most : kRowsPerUpdate),
           [&](std::span<const Row> part) {
             Parameters parameters(dialect_);
             std::string sql = head + " FROM (VALUES ";
             for (const Row& row : part) {
               const bool first = &row == &part.front();
               std::string values;
               for (std::size_t i = 0; i < row.size(); ++i) {
                 std::string sign = parameters.add(row[i]);
                 if (first && !types.empty()) {
                   sign = fmt::format("CAST({} AS {})", sign, types[i]);
                 }
                 values += (i > 0 ? ", " : "") + sign;
               }
               sql += (first ? "(" : ", (") + values + ")";
             }
             statements.push_back(
                 {sql + ") AS manage_values" + tail, parameters.take()});
           });
  return statements;
}

std::vector<BoundStatement> StatementBuilder::by_keys(
    const std::string& head, const std::vector<std::string>& keys,
    std::span<const Row> values) const {
  bool single = keys.size() == 1;
  std::vector<BoundStatement> statements;
  in_parts(
      values, rows_that_fit(keys.size(), single ? kKeysPerList : kKeysPerChain),
      [&](std::span<const Row> part) {
        Parameters parameters(dialect_);
        std::string list;
        for (const Row& row : part) {
          if (single) {
            list += (list.empty() ? "" : ", ") + parameters.add(row[0]);
            continue;
          }
          std::string one;
          for (std::size_t at = 0; at < keys.size(); ++at) {
            one += (at > 0 ? " AND " : "") + dialect_.quote_name(keys[at]) +
                   " = " + parameters.add(row[at]);
          }
          if (part.size() > 1) one = "(" + one + ")";
          list += (list.empty() ? "" : " OR ") + one;
        }
        if (single) list = names(keys) + " IN (" + list + ")";
        statements.push_back({head + " WHERE " + list, parameters.take()});
      });
  return statements;
}

std::vector<BoundStatement> StatementBuilder::select(
    const std::vector<std::string>& columns,
    const std::vector<std::string>& keys, std::span<const Row> values) const {
  return by_keys("SELECT " + names(columns) + " FROM " + table_, keys, values);
}

BoundStatement StatementBuilder::select_all(
    const std::vector<std::string>& columns,
    std::optional<std::size_t> most) const {
  std::string sql = "SELECT " + names(columns) + " FROM " + table_;
  if (most) sql += " LIMIT " + std::to_string(*most);
  return {std::move(sql), {}};
}

std::vector<BoundStatement> StatementBuilder::remove(
    const std::vector<std::string>& keys, std::span<const Row> values) const {
  return by_keys("DELETE FROM " + table_, keys, values);
}

}  // namespace manage::orm
