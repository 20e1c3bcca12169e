// Keys that are made of several columns.
#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/query_set.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

const Registry& registry() {
  static const Registry kRegistry(read_shop(R"(
models:
  Order:
    fields: {name: {type: CharField, max_length: 9}}
  Line:
    fields:
      pk: {type: CompositePrimaryKey, field_names: [order, number]}
      order: {type: ForeignKey, to: Order, on_delete: CASCADE, related_name: lines}
      number: {type: IntegerField}
      price: {type: IntegerField}
)"));
  return kRegistry;
}

class Orders {
 public:
  explicit Orders(Engine engine)
      : database_(engine),
        connection(database_.open()),
        databases(*connection) {
    for (const char* model : {"order", "line"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    for (const char* statement :
         {"INSERT INTO shop_order (id, name) VALUES (1, 'a'), (2, 'b'), "
          "(3, 'c')",
          "INSERT INTO shop_line (order_id, number, price) VALUES (1, 1, 10), "
          "(1, 2, 20), (2, 1, 30)"}) {
      run(*connection, statement);
    }
  }

  QuerySet lines() const { return {registry(), registry().get("shop.Line")}; }
  std::string prices(const QuerySet& rows) const {
    std::vector<std::string> found;
    for (const Row& row : rows.values({"price"}).rows(*connection)) {
      found.push_back(display(row.front()));
    }
    return text::join(found, " ");
  }

 private:
  TestDatabase database_;

 public:
  std::unique_ptr<Connection> connection;
  Databases databases;
};

Q q(const std::string& yaml_text) {
  return Q::from_data(yaml::to_data(yaml::parse("q.yaml", yaml_text).root));
}

}  // namespace

TEST_CASE("a key of several columns is compared by its parts") {
  const Orders orders(GENERATE(from_range(engines())));
  const QuerySet lines = orders.lines().order_by({"pk"});
  CHECK(orders.prices(lines) == "10 20 30");
  CHECK(orders.prices(lines.reverse()) == "30 20 10");
  CHECK(orders.prices(lines.filter(q("{pk: [1, 2]}"))) == "20");
  CHECK(orders.prices(lines.exclude(q("{pk: [1, 2]}"))) == "10 30");
  CHECK(orders.prices(lines.filter(q("{pk__in: [[1, 1], [2, 1], [9, 9]]}"))) ==
        "10 30");
  CHECK(orders.prices(lines.filter(q("{pk__in: []}"))).empty());
  const QuerySet all(registry(), registry().get("shop.Order"));
  const auto names = [&](const QuerySet& rows) {
    std::string found;
    for (const Row& row :
         rows.order_by({"name"}).values({"name"}).rows(*orders.connection)) {
      found += display(row.front());
    }
    return found;
  };
  CHECK(names(all.filter(q("{lines__pk: [2, 1]}"))) == "b");
  CHECK(names(all.filter(q("{lines__isnull: true}"))) == "c");
  CHECK(names(all.filter(q("{lines: [1, 2]}"))) == "a");
  // Line (1, 2) is not both (2, 2) and (1, 1): the parts are those of one row.
  CHECK(names(all.exclude(q("{lines: [1, 2]}"))) == "bc");
  CHECK(names(all.exclude(q("{lines: [2, 2]}"))) == "abc");
  CHECK(names(all.exclude(q("{lines__pk__in: [[1, 1], [2, 2]]}"))) == "bc");
  CHECK(names(all.exclude(q("{lines__isnull: true}"))) == "ab");
}

TEST_CASE("rows with such a key are grouped, counted and loaded") {
  const Orders orders(GENERATE(from_range(engines())));
  const QuerySet lines = orders.lines();
  const ExprPtr count = make_expr(AggregateExpr{"Count", {f("order")}});
  CHECK(lines.annotate({{"n", count}}).count(*orders.connection) == 3);
  const Records records =
      lines.only({"price"}).order_by({"pk"}).records(orders.databases);
  CHECK(display(records[1]->key()) == "[1,2]");
  CHECK(display(records[1]->get("number")) == "2");
  CHECK(lines.contains(*records[1], orders.databases));
  CHECK(display(lines.last(orders.databases)->get("price")) == "30");
  CHECK(display(lines.get(Q("pk", records[1]->key()), orders.databases)
                    ->get("price")) == "20");
}

TEST_CASE("what a key of several columns cannot do is said") {
  const Orders orders(Engine::kSqlite);
  const QuerySet lines = orders.lines();
  CHECK(thrown([&] { lines.filter(q("{pk: [1]}")); }) ==
        "query.value: the key of shop.Line is order, number: a list of their "
        "values is wanted");
  CHECK(thrown([&] {
          lines.filter(q("{pk__gt: [1, 2]}"));
        }).starts_with("query.lookup: the key of shop.Line is of several"));
  CHECK(thrown([&] { lines.values({"pk"}); }) ==
        "query.field: pk is made of several columns here - name them");
}
