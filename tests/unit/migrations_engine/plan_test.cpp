#include "migrations_engine/plan.hpp"

#include "history.hpp"
#include "migrations_engine/stored_plan.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

MigrationPtr read(const std::string& text) {
  return std::make_shared<Migration>(read_migration(
      std::make_shared<SourceFile>("shop/migrations/0002_x.yaml", text),
      {"shop", "0002_x"}));
}

/// The plan offline, on models of kItems.
Plan plan_of(const MigrationPtr& migration, const orm::Dialect& dialect,
             bool backwards = false) {
  orm::Catalog catalog;
  ProjectState state{orm::ModelSet()};
  const MigrationPtr items =
      read("operations:\n" + std::string(kItems).substr(1));
  make_plan({items, false}, state, catalog, dialect);
  items->apply_to(state);
  return make_plan({migration, backwards}, state, catalog, dialect);
}

/// Its statements' first words, those that run together in one string.
Lines groups(const Plan& plan) {
  Lines all;
  for (const StoredPlan::Item& item : flattened(plan).items) {
    const std::string sql = item.statement.sql.substr(0, 20);
    if (item.statement.with_previous) {
      all.back() += "; " + sql;
    } else {
      all.push_back(sql);
    }
  }
  return all;
}

}  // namespace

TEST_CASE("the statements of one rebuild stay together") {
  const Lines parts = groups(plan_of(
      read("atomic: false\noperations:\n" +
           item("AlterField: {model_name: item, name: code, field: {type: "
                "CharField, max_length: 20, unique: true}}")),
      orm::sqlite_dialect()));
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].find("DROP TABLE") != std::string::npos);
  CHECK(parts[1] == "PRAGMA foreign_key_c");
}
