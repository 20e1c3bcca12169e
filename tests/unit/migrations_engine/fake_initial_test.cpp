#include "migrations_engine/fake_initial.hpp"

#include <catch2/catch.hpp>

#include "histories.hpp"
#include "orm/connection.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kTag =
    "initial: true\ndependencies: []\noperations:\n  - CreateModel: {name: "
    "Tag, "
    "fields: {id: {type: IntegerField, primary_key: true}, name: {type: "
    "CharField, max_length: 9, unique: true}, size: {type: IntegerField, null: "
    "true}}}\n";

std::unique_ptr<orm::Connection> memory(const Texts& statements) {
  settings::DatabaseConfig config;
  config.alias = "default";
  config.name = ":memory:";
  auto connection = orm::connect(config);
  for (const std::string& sql : statements) connection->execute(sql);
  return connection;
}

/// "present", "absent", or what is different.
Texts presence(const Texts& statements) {
  LoadedHistory loaded(Files{{"shop", {{"migrations/0001_a.yaml", kTag}}}});
  std::vector<Step> steps = plan_steps(*loaded, {}, latest(*loaded));
  auto connection = memory(statements);
  try {
    bool found = !find_present(*loaded, steps, *connection).empty();
    return {found ? "present" : "absent"};
  } catch (const Error& error) {
    Texts lines;
    for (const Diagnostic& one : error.diagnostics()) {
      lines.push_back(one.message.substr(one.message.find(": ") + 2));
    }
    return lines;
  }
}

std::string table(const std::string& columns) {
  return "CREATE TABLE shop_tag (" + columns + ")";
}

}  // namespace

TEST_CASE("a first migration is there, or not, or not so") {
  CHECK(presence({}) == Texts{"absent"});
  CHECK(presence({"CREATE TABLE other (id integer)"}) == Texts{"absent"});
  CHECK(presence({table("id integer NOT NULL PRIMARY KEY, name varchar(9) NOT "
                        "NULL UNIQUE, size integer NULL")}) ==
        Texts{"present"});
  // The order of columns is nobody's business.
  CHECK(presence({table("size integer, name varchar(9) NOT NULL UNIQUE, id "
                        "integer NOT NULL PRIMARY KEY")}) == Texts{"present"});
  CHECK(presence({table("id integer NOT NULL PRIMARY KEY, name varchar(8), "
                        "more text")}) ==
        Texts{"shop_tag: column name: varchar(9) expected, found varchar(8)",
              "shop_tag: column name: NOT NULL expected, found NULL",
              "shop_tag: column size: INTEGER expected, found none",
              "shop_tag: column more: none expected, found TEXT",
              "shop_tag: unique constraint on name: one expected, found none"});
}

TEST_CASE("what runs later, or backwards, is not asked about") {
  LoadedHistory loaded(Files{
      {"shop",
       {{"migrations/0001_a.yaml", kTag},
        {"migrations/0002_b.yaml",
         "dependencies: [[shop, 0001_a]]\noperations:\n  - AddField: "
         "{model_name: tag, name: color, field: {type: IntegerField, null: "
         "true}}\n"}}}});
  auto connection =
      memory({table("id integer NOT NULL PRIMARY KEY, name varchar(9) NOT NULL "
                    "UNIQUE, size integer NULL")});
  std::vector<Step> steps = plan_steps(*loaded, {}, latest(*loaded));
  CHECK(texts(find_present(*loaded, steps, *connection)) ==
        Texts{"shop.0001_a"});
  steps = plan_steps(*loaded, keys({"shop.0001_a", "shop.0002_b"}),
                     {{"shop", std::nullopt}});
  CHECK(find_present(*loaded, steps, *connection).empty());
}
