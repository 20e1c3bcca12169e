#include "migrations_engine/stored_plan.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

StoredPlan plan_of(std::vector<orm::Statement> statements) {
  StoredPlan plan;
  for (orm::Statement& statement : statements) {
    plan.items.push_back({std::move(statement), {}});
  }
  return plan;
}

}  // namespace

TEST_CASE("A stored plan comes back as it was") {
  orm::Statement with_values;
  with_values.sql = "UPDATE t SET a = $1\n  -- it's\nWHERE \"b\" > 'ä: #'";
  with_values.parameters = {orm::Null{},
                            true,
                            std::int64_t{-5},
                            std::string("0012"),
                            *Decimal::parse("1.50"),
                            orm::Json{"{\"a\": 1}"},
                            orm::Bytes{std::string("\0\xff", 2)}};
  orm::Statement check;
  check.sql = "SELECT 1";
  check.comment = "checks that: all is well";
  check.must_be_empty = true;
  check.with_previous = true;
  check.lock = orm::LockLevel::kNone;
  orm::Statement around;
  around.sql = "PRAGMA foreign_keys=OFF";
  StoredPlan plan = plan_of({with_values, check});
  plan.before = {around};
  plan.after = {around, check};

  StoredPlan read = read_plan(write_plan(plan));
  CHECK(write_plan(read) == write_plan(plan));
  CHECK(read.items[0].statement.sql == with_values.sql);
  CHECK(read.items[0].statement.parameters == with_values.parameters);
  CHECK(read.items[1].statement.comment == check.comment);
  CHECK(read.items[1].statement.must_be_empty);
  CHECK(read.items[1].statement.with_previous);
  CHECK(read.items[1].statement.lock == orm::LockLevel::kNone);
  CHECK(read.before.size() == 1);
  CHECK(read.after.size() == 2);
}

TEST_CASE("Plans are compared by their first statements") {
  orm::Statement one, two, three;
  one.sql = "SELECT 1";
  two.sql = "SELECT 2";
  three = two;
  three.parameters = {std::int64_t{3}};
  CHECK(same_beginning(plan_of({one, two}), plan_of({one, three}), 1));
  CHECK_FALSE(same_beginning(plan_of({one, two}), plan_of({one, three}), 2));
  CHECK_FALSE(same_beginning(plan_of({one}), plan_of({one, two}), 2));
  CHECK(same_beginning(plan_of({one}), plan_of({}), 0));
}

TEST_CASE("A plan that somebody changed by hand is refused") {
  for (const char* text : {"before: []", "[]", "before: [1]\n",
                           "before: []\nstatements: [{sql: x, parameters: "
                           "[{decimal: x}]}]\nafter: []"}) {
    INFO(text);
    CHECK_THROWS_AS(read_plan(text), Error);
  }
}
