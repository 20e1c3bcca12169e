#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string constraint(const std::string& more = "") {
  return "constraint: {type: CheckConstraint, condition: {qty__gte: 1}, name: "
         "Some" +
         more + "}";
}

std::string alter(const std::string& message) {
  return "AlterConstraint: {model_name: item, name: Some, " +
         constraint(", violation_error_message: " + message) + "}";
}

const std::string kRemove = "RemoveConstraint: {model_name: item, name: Some}";

}  // namespace

TEST_CASE("another message is no concern of the database") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine, kItems);
    history.apply(
        item("AddConstraint: {model_name: item, " + constraint() + "}"));
    history.fill();
    CHECK(history.round_trip(item(alter("none"))).empty());
    CHECK(*history.model("item")
               .constraints[0]
               .arguments.find("violation_error_message")
               ->text() == "none");
  }
}

TEST_CASE("a constraint that is not there is not changed") {
  History history(settings::Engine::kSqlite, kItems);
  CHECK(history.refused(item(alter("none"))) ==
        "2:5: model shop.item has no constraint Some at this point of the "
        "migrations");
}

TEST_CASE("what a changed constraint says of itself, and what is wrong") {
  CHECK(says(alter("none")) ==
        "~ Alter constraint Some on item (alter_item_some)");
  CHECK(mistakes("AlterConstraint: {model_name: item, name: other, " +
                 constraint() + "}") ==
        Lines{"2:66: AlterConstraint is about other, but its constraint is "
              "Some (a constraint keeps its name; remove it and add the "
              "other)"});
}

TEST_CASE("of two changes the later one counts, and none if it goes") {
  CHECK(folded({alter("a"), alter("b")}) == written({alter("b")}));
  CHECK(folded({alter("a"), kRemove}) == written({kRemove}));
  const Lines other{alter("a"),
                    "RemoveConstraint: {model_name: item, name: other}"};
  CHECK(folded(other) == written(other));
}
