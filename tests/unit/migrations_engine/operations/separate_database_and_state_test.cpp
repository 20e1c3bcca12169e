#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kBoth = R"(  - SeparateDatabaseAndState:
      database_operations:
        - RunSQL: {sql: ALTER TABLE shop_book RENAME COLUMN pages TO length, reverse_sql: ALTER TABLE shop_book RENAME COLUMN length TO pages}
      state_operations:
        - AlterField: {model_name: book, name: pages, field: {type: IntegerField, db_column: length}}
)";

}  // namespace

TEST_CASE("the database changes in one way, the state in another") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    CHECK(history.round_trip(kBoth) ==
          Lines{"ALTER TABLE shop_book RENAME COLUMN pages TO length"});
    CHECK(history.rows("SELECT length FROM shop_book") == "7");
    // What comes next goes on from the state.
    history.round_trip(
        item("AlterField: {model_name: book, name: pages, "
             "field: {type: BigIntegerField, db_column: "
             "length}}"));
    CHECK(history.rows("SELECT length FROM shop_book") == "7");
  }
}

TEST_CASE("only the state: a model of a table that is there") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.connection().execute("CREATE TABLE old (id integer PRIMARY KEY)");
    CHECK(history
              .round_trip(item("SeparateDatabaseAndState: {state_operations: "
                               "[CreateModel: {name: Old, fields: {id: {type: "
                               "IntegerField, primary_key: true}}, options: "
                               "{db_table: old}}]}"))
              .empty());
    CHECK(history.table("old") == "old");
  }
}

TEST_CASE("only the database: operations that follow each other") {
  for (settings::Engine engine : orm::engines()) {
    History history(engine);
    history.fill();
    history.round_trip(R"(  - SeparateDatabaseAndState:
      database_operations:
        - AddField: {model_name: book, name: a, field: {type: IntegerField, default: 1}}
        - RenameField: {model_name: book, old_name: a, new_name: b}
        - AddIndex: {model_name: book, index: {fields: [b], name: by_b}}
)");
    CHECK(history.rows("SELECT b FROM shop_book") == "1");
    CHECK_FALSE(history.model("book").find_field("b"));
  }
}

TEST_CASE("it can be undone if all of its operations can") {
  auto reversible = [](const std::string& sql) {
    return operations_of({"SeparateDatabaseAndState: {database_operations: "
                          "[RunSQL: {sql: SELECT 1" +
                          sql + "}]}"})
        .front()
        ->reversible();
  };
  CHECK(reversible(", reverse_sql: noop"));
  CHECK_FALSE(reversible(""));
}

TEST_CASE("errors in it are at the operation inside") {
  History history(settings::Engine::kSqlite);
  CHECK(history.refused(R"(  - SeparateDatabaseAndState:
      state_operations:
        - RemoveField: {model_name: book, name: a}
)") == "4:11: model shop.book has no field a at this point of the migrations");
  CHECK(mistakes("SeparateDatabaseAndState: {state_operations: {}, database: "
                 "[]}") ==
        Lines{"2:50: state_operations of SeparateDatabaseAndState must be a "
              "list of operations",
              "2:54: SeparateDatabaseAndState has no key database (did you "
              "mean database_operations?)"});
  CHECK(mistakes("SeparateDatabaseAndState: {state_operations: [AddFild: "
                 "{}]}") ==
        Lines{"2:51: there is no operation AddFild (did you mean AddField?)"});
}

TEST_CASE("what it says of itself; nothing folds into it or goes past it") {
  const std::string empty = "SeparateDatabaseAndState: {}";
  CHECK(says(empty) == "~ Custom state/database change combination ()");
  CHECK(meets(empty, empty) == "stays");
  CHECK(meets("DeleteModel: {name: Book}", empty) == "stays");
  const Lines same{
      "SeparateDatabaseAndState: {state_operations: [DeleteModel: {name: "
      "Book}]}"};
  CHECK(folded(same) == written(same));
}

TEST_CASE("what is inside it has no transaction of its own") {
  CHECK(mistakes("SeparateDatabaseAndState: {database_operations: [RunSQL: "
                 "{sql: SELECT 1, atomic: false}]}") ==
        Lines{"2:54: RunSQL cannot say `atomic` here: a "
              "SeparateDatabaseAndState runs as a whole (make it an operation "
              "of the migration itself)"});
}
