#include "loaders/import_plan.hpp"

#include <catch2/catch.hpp>

#include "import_story.hpp"

using namespace manage;
using namespace manage::loaders;

namespace {

/// What is said of a header before anything is written; nothing is imported.
std::string told(const std::string& model, const std::string& header,
                 const ImportOptions& options = {}) {
  static ImportStory shop(settings::Engine::kSqlite);
  shop.options = options;
  shop.options.dry_run = true;
  return shop.import(model, header + "\n");
}

}  // namespace

TEST_CASE("unknown headers are told with the nearest names") {
  CHECK(told("Author", "nmae,email,xyzzy") ==
        "import.unknown-header in.csv:1:1: the header \"nmae\" names no field "
        "of shop.Author (did you mean name?)\n"
        "import.unknown-header in.csv:1:12: the header \"xyzzy\" names no "
        "field of shop.Author (give its field (--map \"xyzzy=FIELD\"), or "
        "ignore all such columns (--ignore-extra))\n");
  CHECK(told("Book", "isbn,author__mail") ==
        "import.unknown-header in.csv:1:6: shop.Author has no field mail to "
        "look author up by (did you mean author_id?)\n");
}

TEST_CASE("columns that must be there are told, before any row") {
  CHECK(told("Author", "bio") ==
        "import.missing-column in.csv:1: there is no column for name, email of "
        "shop.Author, which must have a value (name the column that has it "
        "(--map \"HEADER=FIELD\"), or give all rows one value (--set-value "
        "FIELD=VALUE))\n");
}

TEST_CASE("a header that stands twice is refused, unless one is ignored") {
  CHECK(told("Author", "name,email,name") ==
        "import.duplicate-header in.csv:1:12: the header \"name\" stands twice "
        "(ignore one of them: --map \"HEADER=_\")\n");
  CHECK(told("Book", "isbn,author,author_id") ==
        "import.duplicate-header in.csv:1:13: \"author\" and \"author_id\" are "
        "both for the field author (ignore one of them: --map \"HEADER=_\")\n");
  ImportOptions options;
  options.map = {{"author_id", "_"}};
  CHECK(told("Book", "isbn,author,author_id", options) == "0 created");
}

TEST_CASE("options that name nothing are wrong usage") {
  ImportOptions options;
  options.map = {{"Titel", "title"}};
  CHECK(told("Book", "isbn,titel", options) ==
        "usage : --map: the file has no header \"Titel\" (did you mean "
        "titel?)\n");
  options.map = {{"titel", "tilte"}};
  CHECK(told("Book", "isbn,titel", options) ==
        "usage : shop.Book has no field tilte (did you mean title?)\n");
  options.map.clear();
  options.set_values = {{"stock", "many"}};
  CHECK(told("Book", "isbn", options) ==
        "usage : --set-value stock: expected an integer, got \"many\"\n");
}

TEST_CASE("the model is found by its header, if only one fits") {
  CHECK(told("", "hall,number") == "0 created");
  CHECK(told("", "nonsense") ==
        "import.no-model in.csv:1: the header fits no model (name the model "
        "(--model app.Model) to see what does not fit)\n");
  CHECK(told("", "code") ==
        "import.no-model in.csv:1: the header fits several models: shop.Node, "
        "shop.Stamp (choose one of them: --model shop.Node)\n");
}

TEST_CASE("without a header the columns are named") {
  ImportStory shop(settings::Engine::kSqlite);
  shop.options.has_header = false;
  shop.options.columns = {"_", "isbn", "stock"};
  shop.options.set_values = {{"shelf", "B"}};
  CHECK(shop.import("Book", "x,1,7\ny,2,\n") == "2 created");
  CHECK(shop.rows("SELECT isbn, stock, shelf FROM shop_book ORDER BY 1") ==
        "1|7|B\n2|NULL|B");
  CHECK(shop.import("Book",
                    "_,isbn,stock,_line,_column,_code,_reason\n"
                    "z,3,8,1,stock,import.value,no\n") == "1 created");
}

TEST_CASE("an empty file has no header") {
  ImportStory shop(settings::Engine::kSqlite);
  CHECK(shop.import("Book", "") ==
        "import.no-header : in.csv is empty: it has no header\n");
}
