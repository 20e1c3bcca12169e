#include <map>

#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/sqlite/dialect.hpp"
#include "orm/sqlite/table_sql.hpp"

namespace manage::orm {

namespace {

std::string text_of(const Value& value) {
  return is_null(value) ? std::string() : display(value);
}

bool is_true(const Value& value) {
  const std::int64_t* number = std::get_if<std::int64_t>(&value);
  return number && *number != 0;
}

class SqliteIntrospector final : public Introspector {
 public:
  explicit SqliteIntrospector(Connection& connection)
      : connection_(connection) {}

  std::vector<std::string> tables() override {
    std::vector<std::string> names;
    constexpr std::string_view kSql =
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE "
        "'sqlite\\_%' ESCAPE '\\' ORDER BY name";
    for (const Row& row : connection_.query(kSql).rows) {
      names.push_back(text_of(row[0]));
    }
    return names;
  }

  std::optional<TableInfo> table(std::string_view name) override {
    std::vector<Row> found = rows(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name = ? "
        "COLLATE NOCASE",
        std::string(name));
    if (found.empty()) return std::nullopt;
    TableInfo table;
    table.name = text_of(found[0][0]);
    std::vector<std::string> primary_key = read_columns(table);
    std::vector<std::string> names;
    for (const ColumnInfo& column : table.columns) names.push_back(column.name);
    std::vector<ConstraintInfo> written =
        constraints_in(text_of(found[0][1]), names);

    if (!primary_key.empty()) {
      ConstraintInfo key;
      key.kind = ConstraintKind::kPrimaryKey;
      key.columns = std::move(primary_key);
      key.unique = true;
      table.constraints.push_back(std::move(key));
    }
    read_foreign_keys(table);
    read_indexes(table);
    for (ConstraintInfo& info : table.constraints) name_it(info, written);
    for (ConstraintInfo& info : written) {
      if (info.kind == ConstraintKind::kCheck) {
        table.constraints.push_back(std::move(info));
      }
    }
    table.triggers = triggers(table.name);
    return table;
  }

  std::vector<ViewInfo> views() override {
    std::vector<ViewInfo> views;
    for (const Row& row : rows("SELECT name, sql FROM sqlite_master WHERE type "
                               "= ? ORDER BY rowid",
                               "view")) {
      views.push_back(
          {text_of(row[0]), text_of(row[1]), triggers(text_of(row[0]))});
    }
    return views;
  }

 private:
  std::vector<Row> rows(std::string_view sql, Value parameter) {
    return connection_.query(sql, {&parameter, 1}).rows;
  }

  /// Fills in the columns; returns those of the primary key, in its order.
  std::vector<std::string> read_columns(TableInfo& table) {
    std::map<std::int64_t, std::string> key;
    for (const Row& row :
         rows("SELECT name, type, \"notnull\", dflt_value, pk FROM "
              "pragma_table_xinfo(?) WHERE hidden <> 1 ORDER BY cid",
              table.name)) {
      ColumnInfo column;
      column.name = text_of(row[0]);
      column.type = text_of(row[1]);
      column.null = !is_true(row[2]) && !is_true(row[4]);
      if (!is_null(row[3])) column.default_sql = text_of(row[3]);
      if (is_true(row[4])) key[std::get<std::int64_t>(row[4])] = column.name;
      table.columns.push_back(std::move(column));
    }
    std::vector<std::string> names;
    for (auto& [place, name] : key) names.push_back(std::move(name));
    return names;
  }

  /// SQLite lists the last one first.
  void read_foreign_keys(TableInfo& table) {
    std::int64_t last_id = -1;
    for (const Row& row :
         rows("SELECT id, \"table\", \"from\", coalesce(\"to\", (SELECT name "
              "FROM pragma_table_info(f.\"table\") WHERE pk = f.seq + 1)) FROM "
              "pragma_foreign_key_list(?) f ORDER BY id DESC, seq",
              table.name)) {
      if (std::get<std::int64_t>(row[0]) != last_id) {
        ConstraintInfo info;
        info.kind = ConstraintKind::kForeignKey;
        info.target_table = text_of(row[1]);
        info.target_column = text_of(row[3]);
        table.constraints.push_back(std::move(info));
      }
      last_id = std::get<std::int64_t>(row[0]);
      table.constraints.back().columns.push_back(text_of(row[2]));
    }
  }

  /// Unique constraints and indexes, in the order of their making.
  void read_indexes(TableInfo& table) {
    for (const Row& row :
         rows("SELECT l.name, l.\"unique\", l.origin, m.sql FROM "
              "pragma_index_list(?) l LEFT JOIN sqlite_master m ON m.type = "
              "'index' AND m.name = l.name WHERE l.origin <> 'pk' ORDER BY "
              "l.seq DESC",
              table.name)) {
      ConstraintInfo info;
      bool made = text_of(row[2]) == "c";
      info.kind = made ? ConstraintKind::kIndex : ConstraintKind::kUnique;
      // An automatic index's own name is of no use to anybody.
      if (made) info.name = text_of(row[0]);
      info.unique = is_true(row[1]);
      info.sql = text_of(row[3]);
      info.columns = index_columns(text_of(row[0]));
      table.constraints.push_back(std::move(info));
    }
  }

  std::vector<std::string> index_columns(std::string index) {
    std::vector<std::string> columns;
    for (const Row& row : rows("SELECT name FROM pragma_index_xinfo(?) WHERE "
                               "key = 1 ORDER BY seqno",
                               std::move(index))) {
      if (is_null(row[0])) return {};  // an expression
      columns.push_back(text_of(row[0]));
    }
    return columns;
  }

  std::vector<TriggerInfo> triggers(const std::string& table) {
    std::vector<TriggerInfo> triggers;
    for (const Row& row : rows("SELECT name, sql FROM sqlite_master WHERE type "
                               "= 'trigger' AND tbl_name = ? ORDER BY rowid",
                               table)) {
      triggers.push_back({text_of(row[0]), text_of(row[1])});
    }
    return triggers;
  }

  static void name_it(ConstraintInfo& info,
                      const std::vector<ConstraintInfo>& written) {
    for (const ConstraintInfo& twin : written) {
      if (twin.kind == info.kind && twin.columns == info.columns &&
          info.name.empty()) {
        info.name = twin.name;
      }
    }
  }

  Connection& connection_;
};

}  // namespace

std::unique_ptr<Introspector> SqliteDialect::introspector(
    Connection& connection) const {
  return std::make_unique<SqliteIntrospector>(connection);
}

}  // namespace manage::orm
