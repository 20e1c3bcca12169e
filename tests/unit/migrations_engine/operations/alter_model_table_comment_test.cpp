#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string comment(const std::string& text) {
  return "AlterModelTableComment: {name: Book, table_comment: " + text + "}";
}

}  // namespace

TEST_CASE("PostgreSQL keeps the comment of a table") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  history.fill();
  CHECK(history.round_trip(item(comment("it's"))) ==
        Lines{R"(COMMENT ON TABLE "shop_book" IS 'it''s')"});
  CHECK(history.rows("SELECT obj_description('shop_book'::regclass)") ==
        "it's");
  CHECK(history.round_trip(item(comment("null"))) ==
        Lines{R"(COMMENT ON TABLE "shop_book" IS '')"});
  CHECK(history.rows("SELECT title FROM shop_book") == "T");
}

TEST_CASE("SQLite has no comments") {
  History history(settings::Engine::kSqlite);
  CHECK(history.round_trip(item(comment("x"))).empty());
  CHECK(history.refused(item("AlterModelTableComment: {name: Tag, "
                             "table_comment: x}")) ==
        "2:5: model shop.tag does not exist at this point of the migrations");
}

TEST_CASE("what a table's comment says of itself, and what is wrong with it") {
  CHECK(says(comment("x")) ==
        "~ Alter Book table comment (alter_book_table_comment)");
  CHECK(mistakes("AlterModelTableComment: {name: Book, comment: x}") ==
        Lines{"2:29: AlterModelTableComment needs the key table_comment",
              "2:42: AlterModelTableComment has no key comment"});
}

TEST_CASE("of two comments the later one counts, and none if the table goes") {
  CHECK(folded({comment("x"), comment("y")}) == written({comment("y")}));
  CHECK(folded({comment("x"), "DeleteModel: {name: Book}"}) ==
        written({"DeleteModel: {name: Book}"}));
  CHECK(meets(comment("x"), "AlterModelTable: {name: Book, table: b}") ==
        "stays");
}
