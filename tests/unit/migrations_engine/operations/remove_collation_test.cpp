#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kArguments = "{name: Plain, locale: C}";

}  // namespace

TEST_CASE("PostgreSQL loses a collation, and gets it back") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  history.fill();
  history.apply(item("CreateCollation: " + kArguments));
  history.apply_and_undo(item("RemoveCollation: " + kArguments));
  CHECK(history.rows(R"(SELECT 'a' < 'b' COLLATE "Plain")") == "true");
  CHECK(history.apply(item("RemoveCollation: " + kArguments)) ==
        Lines{R"(DROP COLLATION "Plain")"});
  CHECK(history.rows("SELECT title FROM shop_book") == "T");
}

TEST_CASE("SQLite has no collations to remove") {
  History history(settings::Engine::kSqlite);
  CHECK(history.round_trip(item("RemoveCollation: " + kArguments)).empty());
}

TEST_CASE(
    "RemoveCollation: what it says of itself, and what is wrong with it") {
  CHECK(says("RemoveCollation: " + kArguments) ==
        "- Remove collation Plain (remove_collation_plain)");
  CHECK(mistakes("RemoveCollation: {name: a}") ==
        Lines{"2:22: RemoveCollation needs the key locale"});
}
