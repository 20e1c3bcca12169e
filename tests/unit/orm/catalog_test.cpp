#include "orm/catalog.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <set>

#include "databases.hpp"
#include "schema_history.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// One line for each column and constraint. What PostgreSQL keeps of a
/// statement's text is its own.
std::multiset<std::string> shown(const TableInfo& table, bool with_sql) {
  constexpr const char* kKinds[] = {"primary key", "unique", "foreign key",
                                    "check", "index"};
  std::multiset<std::string> lines;
  int place = 0;
  for (const ColumnInfo& column : table.columns) {
    lines.insert(fmt::format("{} {} {}{}{}{}", ++place, column.name,
                             column.type, column.null ? " null" : "",
                             column.default_sql.value_or(""),
                             column.identity ? " identity" : ""));
  }
  for (const ConstraintInfo& info : table.constraints) {
    lines.insert(fmt::format(
        "{} [{}] ({}){} {}.{} {}", kKinds[static_cast<int>(info.kind)],
        info.name, fmt::join(info.columns, ", "), info.unique ? " unique" : "",
        info.target_table, info.target_column, with_sql ? info.sql : ""));
  }
  for (const TriggerInfo& trigger : table.triggers) {
    lines.insert("trigger " + trigger.name);
  }
  return lines;
}

/// Rows for the migrations to come.
void insert_rows(Connection& connection, const std::string& after) {
  if (after == "create with unique, check, foreign key") {
    run(connection, "INSERT INTO shop_target (code) VALUES ('1')");
    run(connection,
        "INSERT INTO shop_item (qty, code, t_id) VALUES (3, '7', 1)");
  } else if (after == "AddField many to many") {
    run(connection,
        "INSERT INTO shop_item_tags (item_id, target_id) VALUES (1, 1)");
  } else if (after == "create two that refer to each other") {
    run(connection, "INSERT INTO shop_tree (n) VALUES (1)");
    run(connection, "INSERT INTO shop_leaf (tree_id) VALUES (1)");
    run(connection, "UPDATE shop_leaf SET next_id = 1");
    run(connection, "DELETE FROM shop_leaf");
  }
}

}  // namespace

TEST_CASE("the offline catalog is what the database has after every step") {
  Engine engine = GENERATE(from_range(engines()));
  TestDatabase database(engine);
  auto connection = database.open();
  Story story(connection->dialect());
  tell_history(story, [&](const std::string& title) {
    std::vector<Statement> statements = story.finish();
    INFO(title);
    run_migration(*connection, statements, story.around);
    insert_rows(*connection, title);
    auto introspector = manage::orm::introspector(*connection);
    std::set<std::string> tables;
    for (const std::string& name : introspector->tables()) {
      tables.insert(name);
      TableInfo* offline = story.catalog.find(name);
      REQUIRE(offline);
      const bool with_sql = engine == Engine::kSqlite;
      CHECK(shown(*offline, with_sql) ==
            shown(*introspector->table(name), with_sql));
    }
    for (const char* name :
         {"shop_target", "shop_item", "shop_item_tags", "tagged"}) {
      INFO(name);
      CHECK((story.catalog.find(name) != nullptr) == tables.contains(name));
    }
  });
}

TEST_CASE("a table is known by columns and names") {
  TableInfo table;
  table.name = "t";
  table.columns = {{"a", "integer", false, {}, false},
                   {"b", "integer", true, {}, false}};
  ConstraintInfo index, unique, self;
  index.name = "a_idx";
  index.columns = {"a"};
  unique.kind = ConstraintKind::kUnique;
  unique.name = "ab_uniq";
  unique.columns = {"a", "b"};
  self.kind = ConstraintKind::kForeignKey;
  self.name = "b_fk";
  self.columns = {"b"};
  self.target_table = "t";
  self.target_column = "a";
  table.constraints = {index, unique, self};

  SECTION("names of one kind on exactly these columns") {
    CHECK(table.names(ConstraintKind::kIndex, {"a"}) ==
          std::vector<std::string>{"a_idx"});
    CHECK(table.names(ConstraintKind::kUnique, {"b", "a"}).empty());
  }
  SECTION("a column goes with all that uses it") {
    table.drop_column("b");
    CHECK_FALSE(table.find_column("b"));
    CHECK_FALSE(table.find_constraint("ab_uniq"));
    CHECK(table.find_constraint("a_idx"));
  }
  SECTION("a new name of a column reaches every constraint") {
    Catalog catalog;
    catalog.put(table);
    catalog.rename_column("t", "a", "c");
    table = *catalog.find("t");
    CHECK(table.names(ConstraintKind::kUnique, {"c", "b"}).size() == 1);
    CHECK(table.find_constraint("b_fk")->target_column == "c");
  }
}

TEST_CASE("a renamed table takes the foreign keys to it along") {
  Catalog catalog;
  TableInfo target, referring;
  target.name = "old";
  referring.name = "r";
  referring.constraints.resize(1);
  referring.constraints[0].kind = ConstraintKind::kForeignKey;
  referring.constraints[0].target_table = "old";
  catalog.put(target);
  catalog.put(referring);
  catalog.rename("old", "new");
  CHECK_FALSE(catalog.find("old"));
  CHECK(catalog.find("new"));
  CHECK(catalog.find("r")->constraints[0].target_table == "new");
  catalog.drop_foreign_keys_to("new");
  CHECK(catalog.find("r")->constraints.empty());
}
