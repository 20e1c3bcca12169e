#include <algorithm>

#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/postgresql/dialect.hpp"

namespace manage::orm {

namespace {

constexpr char kTables[] =
    "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = "
    "c.relnamespace WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND "
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND "
    "pg_table_is_visible(c.oid) ORDER BY 1";

constexpr char kTable[] =
    "SELECT c.oid, c.relname::text FROM pg_class c WHERE c.oid = "
    "to_regclass($1) AND c.relkind IN ('r', 'p')";

/// A generated column's expression is not a default.
constexpr char kColumns[] =
    "SELECT a.attname::text, format_type(a.atttypid, a.atttypmod), NOT "
    "a.attnotnull, CASE a.attgenerated WHEN '' THEN pg_get_expr(d.adbin, "
    "d.adrelid) END, a.attidentity <> '' FROM pg_attribute a LEFT JOIN "
    "pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum WHERE "
    "a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";

/// One row for each column of each constraint, in the constraint's own order.
constexpr char kConstraints[] =
    "SELECT c.conname::text, c.contype::text, a.attname::text, "
    "t.relname::text, f.attname::text, CASE c.contype WHEN 'c' THEN "
    "pg_get_expr(c.conbin, c.conrelid) ELSE pg_get_constraintdef(c.oid) END "
    "FROM pg_constraint c LEFT JOIN LATERAL unnest(c.conkey, c.confkey) WITH "
    "ORDINALITY k(own, target, place) ON true LEFT JOIN pg_attribute a ON "
    "a.attrelid = c.conrelid AND a.attnum = k.own LEFT JOIN pg_class t ON "
    "t.oid = c.confrelid LEFT JOIN pg_attribute f ON f.attrelid = c.confrelid "
    "AND f.attnum = k.target WHERE c.conrelid = $1 AND c.contype IN ('p', 'u', "
    "'f', 'c') ORDER BY c.oid, k.place";

/// Likewise; an expression's row has no column. Included columns are left out.
constexpr char kIndexes[] =
    "SELECT n.relname::text, i.indisunique, a.attname::text, "
    "pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class n ON n.oid = "
    "i.indexrelid JOIN LATERAL unnest(i.indkey::int2[]) WITH ORDINALITY "
    "k(own, place) ON k.place <= i.indnkeyatts LEFT JOIN pg_attribute a ON "
    "a.attrelid = i.indrelid AND a.attnum = k.own WHERE i.indrelid = $1 AND "
    "NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid "
    "AND c.contype IN ('p', 'u')) ORDER BY n.oid, k.place";

constexpr char kTriggers[] =
    "SELECT tgname::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid "
    "= $1 AND NOT tgisinternal ORDER BY tgname";

constexpr char kViews[] =
    "SELECT c.oid, 'CREATE ' || CASE c.relkind WHEN 'm' THEN 'MATERIALIZED ' "
    "ELSE '' END || 'VIEW ' || quote_ident(c.relname) || ' AS ' || "
    "rtrim(ltrim(pg_get_viewdef(c.oid)), ';'), c.relname::text FROM pg_class c "
    "JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', "
    "'m') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND "
    "pg_table_is_visible(c.oid) ORDER BY c.oid";

/// Which view reads from which other relation.
constexpr char kViewSources[] =
    "SELECT DISTINCT r.ev_class, d.refobjid FROM pg_rewrite r JOIN pg_depend d "
    "ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND "
    "d.refclassid = 'pg_class'::regclass AND d.refobjid <> r.ev_class";

std::string text_of(const Value& value) {
  return is_null(value) ? std::string() : display(value);
}

ConstraintKind kind_of(const std::string& type) {
  if (type == "p") return ConstraintKind::kPrimaryKey;
  if (type == "u") return ConstraintKind::kUnique;
  return type == "f" ? ConstraintKind::kForeignKey : ConstraintKind::kCheck;
}

class PostgresqlIntrospector final : public Introspector {
 public:
  explicit PostgresqlIntrospector(Connection& connection)
      : connection_(connection) {}

  std::vector<std::string> tables() override {
    std::vector<std::string> names;
    for (const Row& row : connection_.query(kTables).rows) {
      names.push_back(text_of(row[0]));
    }
    return names;
  }

  std::optional<TableInfo> table(std::string_view name) override {
    std::vector<Row> found =
        rows(kTable, connection_.dialect().quote_name(name));
    if (found.empty()) return std::nullopt;
    const Value& id = found[0][0];
    TableInfo table;
    table.name = text_of(found[0][1]);
    for (const Row& row : rows(kColumns, id)) {
      ColumnInfo column{text_of(row[0]), text_of(row[1]),
                        std::get<bool>(row[2]), std::nullopt,
                        std::get<bool>(row[4])};
      if (!is_null(row[3])) column.default_sql = text_of(row[3]);
      table.columns.push_back(std::move(column));
    }
    read_constraints(table, id);
    read_indexes(table, id);
    table.triggers = triggers(id);
    return table;
  }

  std::vector<ViewInfo> views() override {
    struct Found {
      Value id;
      ViewInfo view;
      bool done = false;
    };
    std::vector<Found> all;
    for (const Row& row : connection_.query(kViews).rows) {
      all.push_back(
          {row[0], {text_of(row[2]), text_of(row[1]), triggers(row[0])}});
    }
    std::vector<Row> sources = connection_.query(kViewSources).rows;
    auto waits = [&](const Found& reader) {
      return std::any_of(sources.begin(), sources.end(), [&](const Row& edge) {
        return edge[0] == reader.id &&
               std::any_of(all.begin(), all.end(), [&](const Found& source) {
                 return !source.done && source.id == edge[1];
               });
      });
    };
    // A view made earlier may have been replaced by one that reads a later
    // one, so the order of making is not enough.
    std::vector<ViewInfo> ordered;
    while (ordered.size() < all.size()) {
      auto next = std::find_if(all.begin(), all.end(), [&](const Found& found) {
        return !found.done && !waits(found);
      });
      if (next == all.end()) break;  // a cycle, which the server does not allow
      next->done = true;
      ordered.push_back(next->view);
    }
    return ordered;
  }

 private:
  std::vector<Row> rows(std::string_view sql, const Value& parameter) {
    return connection_.query(sql, {&parameter, 1}).rows;
  }

  void read_constraints(TableInfo& table, const Value& id) {
    for (const Row& row : rows(kConstraints, id)) {
      std::string name = text_of(row[0]);
      if (table.constraints.empty() || table.constraints.back().name != name) {
        ConstraintInfo info;
        info.kind = kind_of(text_of(row[1]));
        info.name = std::move(name);
        info.unique = info.kind == ConstraintKind::kPrimaryKey ||
                      info.kind == ConstraintKind::kUnique;
        info.target_table = text_of(row[3]);
        info.target_column = text_of(row[4]);
        info.sql = text_of(row[5]);
        table.constraints.push_back(std::move(info));
      }
      if (!is_null(row[2])) {
        table.constraints.back().columns.push_back(text_of(row[2]));
      }
    }
  }

  void read_indexes(TableInfo& table, const Value& id) {
    bool expression = false;
    for (const Row& row : rows(kIndexes, id)) {
      std::string name = text_of(row[0]);
      ConstraintInfo* last =
          table.constraints.empty() ? nullptr : &table.constraints.back();
      if (!last || last->kind != ConstraintKind::kIndex || last->name != name) {
        ConstraintInfo info;
        info.name = std::move(name);
        info.unique = std::get<bool>(row[1]);
        info.sql = text_of(row[3]);
        table.constraints.push_back(std::move(info));
        last = &table.constraints.back();
        expression = false;
      }
      expression = expression || is_null(row[2]);
      if (expression) {
        last->columns.clear();
      } else {
        last->columns.push_back(text_of(row[2]));
      }
    }
  }

  std::vector<TriggerInfo> triggers(const Value& id) {
    std::vector<TriggerInfo> triggers;
    for (const Row& row : rows(kTriggers, id)) {
      triggers.push_back({text_of(row[0]), text_of(row[1])});
    }
    return triggers;
  }

  Connection& connection_;
};

}  // namespace

std::unique_ptr<Introspector> PostgresqlDialect::introspector(
    Connection& connection) const {
  return std::make_unique<PostgresqlIntrospector>(connection);
}

}  // namespace manage::orm
