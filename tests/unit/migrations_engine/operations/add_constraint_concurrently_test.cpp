#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string add(const std::string& constraint) {
  return "AddConstraintConcurrently: {model_name: item, constraint: {type: "
         "UniqueConstraint, name: Some, " +
         constraint + "}}";
}

const std::string kAdd = add("fields: [qty, t]");
const std::string kItem =
    "CreateModel: {name: Item, fields: {id: {type: BigAutoField, primary_key: "
    "true}, qty: {type: IntegerField}}}";

/// With rows, in migrations that are no transactions.
struct Filled : History {
  explicit Filled(settings::Engine engine) : History(engine, kItems) {
    fill();
    set_atomic(false);
  }
};

}  // namespace

TEST_CASE("a UNIQUE takes over an index that was built beside the writers") {
  if (!orm::has_postgresql()) return;
  Filled history(settings::Engine::kPostgresql);
  CHECK(
      history.round_trip(item(kAdd)) ==
      Lines{
          R"(CREATE UNIQUE INDEX CONCURRENTLY "Some" ON "shop_item" ("qty", "t_id"))",
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "Some" UNIQUE USING INDEX "Some")"});
  CHECK(history.model("item").constraints[0].name() == "Some");
  // It is what AddConstraint makes.
  const Lines schema = history.schema();
  Filled plain(settings::Engine::kPostgresql);
  plain.apply(
      item("AddConstraint: {model_name: item, constraint: {type: "
           "UniqueConstraint, name: Some, fields: [qty, t]}}"));
  CHECK(plain.schema() == schema);
}

TEST_CASE("what the constraint says of time and of NULL is kept") {
  if (!orm::has_postgresql()) return;
  Filled history(settings::Engine::kPostgresql);
  CHECK(
      history.round_trip(item(
          add("fields: [qty], deferrable: deferred, nulls_distinct: false"))) ==
      Lines{
          R"(CREATE UNIQUE INDEX CONCURRENTLY "Some" ON "shop_item" ("qty") NULLS NOT DISTINCT)",
          R"(ALTER TABLE "shop_item" ADD CONSTRAINT "Some" UNIQUE USING INDEX "Some" DEFERRABLE INITIALLY DEFERRED)"});
  CHECK(history.rows("SELECT pg_get_constraintdef(oid) FROM pg_constraint "
                     "WHERE conname = 'Some'") ==
        "UNIQUE NULLS NOT DISTINCT (qty) DEFERRABLE INITIALLY DEFERRED");
}

TEST_CASE("with a condition or an expression it is the index alone") {
  if (!orm::has_postgresql()) return;
  Filled history(settings::Engine::kPostgresql);
  CHECK(
      history.round_trip(item(add("fields: [qty], condition: {qty__gt: 3}"))) ==
      Lines{
          R"(CREATE UNIQUE INDEX CONCURRENTLY "Some" ON "shop_item" ("qty") WHERE "qty" > 3)"});
  CHECK(history.apply(item("RemoveConstraint: {model_name: item, name: "
                           "Some}")) ==
        Lines{R"(DROP INDEX IF EXISTS "Some")"});
  CHECK(
      history.round_trip(item(add("expressions: [{Lower: code}]"))) ==
      Lines{
          R"(CREATE UNIQUE INDEX CONCURRENTLY "Some" ON "shop_item" ((LOWER("code"))))"});
}

TEST_CASE("undone, an index goes beside the writers too") {
  orm::Catalog catalog;
  auto undone = [&](const std::string& constraint) {
    const Operations operations = operations_of({kItem, add(constraint)});
    ProjectState before{orm::ModelSet()};
    operations[0]->state_forwards("shop", before);
    ProjectState after = before;
    operations[1]->state_forwards("shop", after);
    auto editor = orm::postgresql_dialect().schema_editor(catalog);
    operations[1]->database_backwards("shop", *editor, after, before);
    return editor->take().front().sql;
  };
  CHECK(undone("fields: [qty], condition: {qty: 1}") ==
        R"(DROP INDEX CONCURRENTLY IF EXISTS "Some")");
  CHECK(undone("fields: [qty]") ==
        R"(ALTER TABLE "shop_item" DROP CONSTRAINT "Some")");
}

TEST_CASE("rows that are equal are found while nobody waits") {
  if (!orm::has_postgresql()) return;
  Filled history(settings::Engine::kPostgresql);
  CHECK_THROWS(history.apply(item(add("fields: [t]"))));
  CHECK(history.rows("SELECT qty FROM shop_item ORDER BY id") == "3\n4");
}

TEST_CASE("on SQLite it is made as AddConstraint makes it") {
  Filled history(settings::Engine::kSqlite);
  history.round_trip(item(kAdd));
  CHECK_THROWS(history.connection().execute(
      "INSERT INTO shop_item (qty, code, t_id) VALUES (3, 'x', 1)"));
  CHECK(history.rows("SELECT qty FROM shop_item ORDER BY id") == "3\n4");
}

TEST_CASE(
    "AddConstraintConcurrently: the database refuses it in a "
    "transaction") {
  CHECK(operations_of({kAdd}).front()->concurrent());
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql, kItems);
  CHECK(history.refused(item(kAdd)) ==
        "2:5: AddConstraintConcurrently cannot run in a transaction, as "
        "shop.0002_x asks for");
}

TEST_CASE(
    "AddConstraintConcurrently: what it says of itself, and what is wrong with "
    "it") {
  CHECK(says(kAdd) ==
        "+ Concurrently create constraint Some on model item (item_some)");
  CHECK(mistakes("AddConstraintConcurrently: {model_name: item, constraint: "
                 "{type: CheckConstraint, condition: {qty: 1}, name: x}}") ==
        Lines{"2:63: AddConstraintConcurrently takes a UniqueConstraint, not a "
              "CheckConstraint (AddConstraint makes any constraint; a "
              "CheckConstraint keeps nobody waiting by AddConstraintNotValid "
              "and ValidateConstraint)"});
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(item(kAdd)) ==
        "2:5: model shop.item does not exist at this point of the migrations");
}

TEST_CASE("AddConstraintConcurrently folds as AddConstraint does") {
  CHECK(folded({kAdd, "RemoveConstraint: {model_name: item, name: Some}"})
            .empty());
  // With other words for its violation it is still built in the same way.
  const std::string other =
      "{type: UniqueConstraint, name: Some, fields: [qty, t], "
      "violation_error_message: no}";
  CHECK(folded({kAdd,
                "AlterConstraint: {model_name: item, name: Some, constraint: " +
                    other + "}"}) ==
        written(Lines{"AddConstraintConcurrently: {model_name: item, "
                      "constraint: " +
                      other + "}"}));
  // A new table has no writers.
  const Lines created = folded({kItem, add("fields: [qty]")});
  REQUIRE(created.size() == 1);
  CHECK(created.front().starts_with("{CreateModel"));
  CHECK(created.front().find("name: Some") != std::string::npos);
}
