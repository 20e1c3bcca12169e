// Rows that are marked as deleted, and come back.
#include "orm/writing/soft_deletion.hpp"

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/query_set.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/related_manager.hpp"
#include "orm/writing/saving.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

constexpr const char* kModels = R"(
models:
  Shop:
    fields: {name: {type: CharField, max_length: 9}}
  Order:
    fields:
      shop: {type: ForeignKey, to: Shop, on_delete: CASCADE, related_name: orders}
      name: {type: CharField, max_length: 9}
      deleted: {type: DateTimeField, null: true}
    soft_delete: deleted
    default_scope: {exclude: {name: hidden}}
    meta:
      constraints:
        - {type: UniqueConstraint, fields: [name], condition: {deleted__isnull: true}, name: live_name}
  Line:
    fields:
      order: {type: ForeignKey, to: Order, on_delete: CASCADE, related_name: lines}
      gone: {type: DateTimeField, null: true}
    soft_delete: gone
  Log:
    fields: {order: {type: ForeignKey, to: Order, on_delete: CASCADE}}
  Bill:
    fields: {order: {type: ForeignKey, to: Order, on_delete: PROTECT}}
  Seal:
    fields: {line: {type: ForeignKey, to: Line, on_delete: RESTRICT}}
  Place:
    fields: {gone: {type: DateTimeField, null: true}}
    soft_delete: gone
  Inn:
    inherits: [Place]
    fields: {stars: {type: IntegerField, default: 0}}
  Guard:
    fields: {inn: {type: ForeignKey, to: Inn, on_delete: PROTECT}}
  Flag:
    fields:
      name: {type: CharField, max_length: 9}
      off: {type: BooleanField, default: false}
    soft_delete: off
)";

const Registry& registry() {
  static const Registry kRegistry(read_shop(kModels));
  return kRegistry;
}

/// A shop with the orders "a" and "b", of two lines each.
class Orders {
 public:
  explicit Orders(Engine engine)
      : database_(engine),
        connection(database_.open()),
        databases(*connection) {
    for (const char* model : {"shop", "order", "line", "log", "bill", "seal",
                              "flag", "place", "inn", "guard"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    shop = of("Shop").create({{"name", std::string("s")}});
    for (const char* name : {"a", "b"}) {
      orders.push_back(
          of("Order").create({{"shop", shop}, {"name", std::string(name)}}));
      for (int i = 0; i < 2; ++i) {
        of("Line").create({{"order", orders.back()}});
      }
    }
  }

  Manager of(const char* model) const {
    return {registry(), registry().get(model), databases};
  }
  QuerySet all(const char* model) const {
    return {registry(), registry().get(model)};
  }
  /// How many are seen, and how many there are.
  std::string counts(const char* model) const {
    return std::to_string(of(model).all().count(*connection)) + "/" +
           std::to_string(all(model).count(*connection));
  }

 private:
  TestDatabase database_;

 public:
  std::unique_ptr<Connection> connection;
  Databases databases;
  RecordPtr shop;
  Records orders;
};

}  // namespace

TEST_CASE("a deleted row is marked, with the rows that depend on it") {
  const Orders orders(GENERATE(from_range(engines())));
  orders.of("Log").create({{"order", orders.orders[0]}});
  const Deleted done = remove(orders.orders[0]);
  CHECK(done.total == 3);
  CHECK(done.by_model.front().first == "shop.Order");
  CHECK_FALSE(is_null(orders.orders[0]->get("deleted")));
  CHECK(orders.counts("Order") == "1/2");
  CHECK(orders.counts("Line") == "2/4");
  // What has no mark stays: its order is there.
  CHECK(orders.counts("Log") == "1/1");
  CHECK(orders.shop->related_all("orders").size() == 1);
  CHECK(remove(orders.all("Order"), orders.databases).total == 3);
  CHECK(remove(orders.all("Order"), orders.databases).total == 0);
}

TEST_CASE("a restored row comes back with those that went with it") {
  const Orders orders(GENERATE(from_range(engines())));
  const RecordPtr line =
      orders.of("Line").all().order_by({"id"}).first(orders.databases);
  remove(line);
  remove(orders.orders[0]);
  CHECK(orders.counts("Line") == "2/4");
  CHECK(restore(orders.orders[0]) == 2);
  CHECK(is_null(orders.orders[0]->get("deleted")));
  CHECK(orders.counts("Order") == "2/2");
  // The one that was deleted before stays so.
  CHECK(orders.counts("Line") == "3/4");
  CHECK(restore(orders.all("Line"), orders.databases) == 1);
  CHECK(orders.counts("Line") == "4/4");
}

TEST_CASE("a hard deletion deletes") {
  const Orders orders(GENERATE(from_range(engines())));
  CHECK(remove(orders.orders[0], {.hard = true}).total == 3);
  CHECK(orders.counts("Order") == "1/1");
  remove(orders.orders[1]);
  // So does that of a row without marks, to which they point.
  CHECK(remove(orders.shop).total == 4);
  CHECK(orders.counts("Order") == "0/0");
  CHECK(orders.counts("Line") == "0/0");
}

TEST_CASE("PROTECT and RESTRICT forbid as elsewhere") {
  const Orders orders(GENERATE(from_range(engines())));
  const RecordPtr bill =
      orders.of("Bill").create({{"order", orders.orders[0]}});
  CHECK(thrown([&] { remove(orders.orders[0]); }) ==
        "delete.protected: shop.Order cannot be deleted: shop.Bill.order of 1 "
        "row protects it - delete or change first what points to it");
  CHECK(orders.counts("Line") == "4/4");
  remove(bill);
  const RecordPtr line =
      orders.of("Line").all().order_by({"id"}).first(orders.databases);
  orders.of("Seal").create({{"line", line}});
  CHECK(thrown([&] {
          remove(orders.orders[0]);
        }).starts_with("delete.restricted: shop.Line cannot be deleted"));
  CHECK(orders.counts("Order") == "2/2");
}

TEST_CASE("a unique name is free again where the constraint says so") {
  const Orders orders(GENERATE(from_range(engines())));
  const GivenList again{{"shop", orders.shop}, {"name", std::string("a")}};
  CHECK(thrown([&] {
          orders.of("Order").create(again);
        }).starts_with("database.unique"));
  remove(orders.orders[0]);
  orders.of("Order").create(again);
  CHECK(thrown([&] {
          restore(orders.orders[0]);
        }).starts_with("database.unique"));
  CHECK(orders.counts("Order") == "2/3");
}

TEST_CASE("the model's default_scope holds beside the mark") {
  const Orders orders(GENERATE(from_range(engines())));
  orders.of("Order").create(
      {{"shop", orders.shop}, {"name", std::string("hidden")}});
  remove(orders.orders[0]);
  CHECK(orders.counts("Order") == "1/3");
}

TEST_CASE("a mark that is no moment brings back the row alone") {
  const Orders orders(GENERATE(from_range(engines())));
  const RecordPtr flag = orders.of("Flag").create({{"name", std::string("f")}});
  remove(flag);
  CHECK(orders.counts("Flag") == "0/1");
  CHECK(restore(flag) == 1);
  CHECK(orders.counts("Flag") == "1/1");
  CHECK(thrown([&] { restore(orders.shop); }) ==
        "write.options: shop.Shop has no soft_delete: what is deleted is gone");
}

TEST_CASE("a mark in a parent's table is that of the whole record") {
  const Orders orders(GENERATE(from_range(engines())));
  const RecordPtr inn = orders.of("Inn").create({});
  orders.of("Guard").create({{"inn", inn}});
  CHECK(thrown([&] {
          remove(orders.all("Place"), orders.databases);
        }).starts_with("delete.protected: shop.Inn cannot be deleted"));
  run(*orders.connection, "DELETE FROM shop_guard");
  CHECK(remove(inn).total == 1);
  CHECK(orders.counts("Inn") == "0/1");
  CHECK(orders.counts("Place") == "0/1");
}

TEST_CASE("a row that a join repeats is marked once") {
  const Orders orders(GENERATE(from_range(engines())));
  const QuerySet rows =
      orders.all("Order").filter(Q("lines__id__gt", Value(std::int64_t{0})));
  CHECK(remove(rows, orders.databases).by_model.front().second == 2);
}

TEST_CASE("who listens is told of marks too") {
  Orders orders(GENERATE(from_range(engines())));
  ModelSignals signals;
  std::string diary;
  signals.pre_delete.connect(
      [&](const DeleteEvent& event) { diary += "-" + event.label; });
  signals.post_delete.connect(
      [&](const DeleteEvent& event) { diary += "+" + event.label; });
  orders.databases.signals = &signals;
  remove(orders.orders[0]);
  CHECK(diary ==
        "-shop.Order-shop.Line-shop.Line+shop.Line+shop.Line+shop.Order");
}

namespace {

std::string told_of(const std::string& model) {
  return orm::problems("models: {A: " + model + "}");
}

}  // namespace

TEST_CASE("soft_delete names a field that can be a mark") {
  CHECK(told_of("{fields: {a: {type: BooleanField}}, soft_delete: a}").empty());
  CHECK(told_of("{fields: {a: {type: DateTimeField, null: true}}, "
                "soft_delete: b}") ==
        "models.soft-delete shop/models.yaml:1:75: model shop.A: soft_delete "
        "names b, but there is no such field (did you mean a?)\n");
  CHECK(told_of("{fields: {a: {type: DateTimeField}}, soft_delete: a}") ==
        "models.soft-delete shop/models.yaml:1:63: model shop.A: a is never "
        "null: every row would be deleted (add null: true)\n");
  CHECK(told_of("{fields: {a: {type: IntegerField}}, soft_delete: a}")
            .starts_with("models.soft-delete shop/models.yaml:1:62: model "
                         "shop.A: soft_delete names a, a IntegerField"));
}
