#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& constraint) {
  return "AddConstraint: {model_name: item, constraint: {" + constraint + "}}";
}

const std::string kCheck =
    "type: CheckConstraint, condition: {qty__gte: 1}, name: some";

}  // namespace

TEST_CASE("constraints come and go, and hold meanwhile") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    auto fails = [&](const std::string& change) {
      CHECK_THROWS(
          history.connection().execute("UPDATE shop_item SET " + change));
    };
    history.round_trip(item(add(kCheck)));
    fails("qty = 0");
    history.round_trip(
        item(add("type: UniqueConstraint, fields: [qty, t], name: one_qty")));
    fails("qty = 9");
    history.round_trip(
        item(add("type: UniqueConstraint, fields: [t], condition: {qty: 8}, "
                 "name: one_eight")));
    fails("qty = 8");
    history.round_trip(
        item(add("type: UniqueConstraint, expressions: [{Lower: code}], name: "
                 "one_lower")));
    CHECK_THROWS(history.connection().execute(
        "INSERT INTO shop_item (qty, code, t_id) VALUES (77, 'C', 1)"));
    CHECK(history.rows("SELECT qty, code FROM shop_item ORDER BY id") ==
          "3|c\n4|d");
  }
}

TEST_CASE("rows that break a new constraint stop the migration") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.fill();
    const Lines before = history.schema();
    CHECK_THROWS(history.apply(item(
        add("type: CheckConstraint, condition: {qty__gte: 4}, name: some"))));
    CHECK_THROWS(history.apply(
        item(add("type: UniqueConstraint, fields: [t], name: one"))));
    CHECK(history.schema() == before);
    CHECK(history.rows("SELECT count(*) FROM shop_item") == "2");
  }
}

// Django 5.1.1 makes the same statements.
TEST_CASE("PostgreSQL adds each kind in its way") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  auto made = [&](const std::string& constraint) {
    return history.apply(item(add(constraint)));
  };
  CHECK(
      made(kCheck) ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "some" CHECK ("qty" >= 1))"});
  CHECK(
      made("type: UniqueConstraint, fields: [qty, code], name: ab_uq") ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "ab_uq" UNIQUE ("qty", "code"))"});
  CHECK(
      made("type: UniqueConstraint, fields: [qty], condition: {code: x}, name: "
           "a_uq") ==
      Lines{
          R"(CREATE UNIQUE INDEX "a_uq" ON "shop_item" ("qty") WHERE "code" = 'x')"});
  CHECK(
      made("type: UniqueConstraint, fields: [qty], deferrable: deferred, name: "
           "b_uqd") ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "b_uqd" UNIQUE ("qty") DEFERRABLE INITIALLY DEFERRED)"});
  CHECK(
      made("type: ExclusionConstraint, name: no_two, expressions: [[code, "
           "'=']], index_type: SPGIST") ==
      Lines{
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "no_two" EXCLUDE USING SPGIST ("code" WITH =))"});
}

TEST_CASE("a constraint is on a model and fields that are there") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item("AddConstraint: {model_name: tag, constraint: {" +
                             kCheck + "}}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
  CHECK_THROWS_WITH(history.apply(item(add(
                        "type: UniqueConstraint, fields: [isbn], name: one"))),
                    Catch::Contains("shop.Item has no field isbn"));
}

TEST_CASE("what a new constraint says of itself, and what is wrong with it") {
  CHECK(says(add("type: CheckConstraint, condition: {a: 1}, name: Some")) ==
        "+ Create constraint Some on model item (item_some)");
  CHECK(mistakes(add("type: CheckConstraint, condition: {a: 1}")) ==
        Lines{"2:51: the constraint needs a name"});
  CHECK(mistakes(add("type: ChekConstraint, name: x")) ==
        Lines{"2:58: there is no constraint type ChekConstraint (did you mean "
              "CheckConstraint?)"});
}

TEST_CASE("a constraint that goes again was never there") {
  CHECK(folded({add(kCheck),
                "RemoveConstraint: {model_name: Item, name: "
                "some}"})
            .empty());
  CHECK(folded({add(kCheck),
                "AlterConstraint: {model_name: item, name: some, constraint: "
                "{" +
                    kCheck + ", violation_error_message: no}}"}) ==
        written({add(kCheck + ", violation_error_message: no")}));
  const Lines other{add(kCheck),
                    "RemoveConstraint: {model_name: item, name: other}"};
  CHECK(folded(other) == written(other));
  CHECK(meets(add(kCheck), "CreateModel: {name: Tag, fields: {}}") == "stays");
}
