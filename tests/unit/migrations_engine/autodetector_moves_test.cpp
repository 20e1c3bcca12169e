// Models that move to another app: four steps, none of which touches a row.
#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

Lines moved(const Models& before, const Models& after,
            const std::map<std::string, std::string>& renamed = {
                {"store.Book", "shop.Book"}}) {
  ScriptedQuestioner questioner;
  questioner.renamed = renamed;
  return changed_apps(before, after, questioner);
}

std::string models(const std::string& text) {
  return text.empty() ? "models: {}\n" : "models:\n" + text;
}

std::string book(const std::string& fields = "n: {type: IntegerField}") {
  return "  Book: {fields: {" + fields + "}}\n";
}

const std::string kTag = "  Tag: {fields: {name: {type: TextField}}}\n";
const std::string kCustom = "  Custom state/database change combination";

/// The new name in the old app, the model in the new one, and out of the old.
const Lines kMoved{
    "shop.0002_alter_book_table <- shop.0001_initial",
    "  Rename table for Book to store_book",
    "shop.0003_auto_20261120_1000 <- shop.0002_alter_book_table <- "
    "store.0002_auto_20261120_1000",
    kCustom,
    "store.0002_auto_20261120_1000 <- shop.0002_alter_book_table <- "
    "store.0001_initial",
    kCustom};

}  // namespace

TEST_CASE("a model moves with its table") {
  CHECK(moved({{"shop", models(kTag + book())}, {"store", models(kTag)}},
              {{"shop", models(kTag)}, {"store", models(kTag + book())}}) ==
        kMoved);
}

TEST_CASE("relations of a third app follow the model") {
  const std::string page =
      "  Page: {fields: {book: " + key_to("shop.Book") +
      ", more: {type: ManyToManyField, to: shop.Book, related_name: x}}}\n";
  const std::string then =
      "  Page: {fields: {book: " + key_to("store.Book") +
      ", more: {type: ManyToManyField, to: store.Book, related_name: x}}}\n";
  CHECK(moved({{"print", models(page)},
               {"shop", models(kTag + book())},
               {"store", models(kTag)}},
              {{"print", models(then)},
               {"shop", models(kTag)},
               {"store", models(kTag + book())}}) ==
        Lines{"print.0002_alter_page_book_alter_page_more <- "
              "print.0001_initial <- store.0002_auto_20261120_1000",
              "  Alter field book on page", "  Alter field more on page",
              "shop.0002_alter_book_table <- shop.0001_initial",
              "  Rename table for Book to store_book",
              "shop.0003_auto_20261120_1000 <- "
              "print.0002_alter_page_book_alter_page_more <- "
              "shop.0002_alter_book_table <- store.0002_auto_20261120_1000",
              kCustom,
              "store.0002_auto_20261120_1000 <- shop.0002_alter_book_table <- "
              "store.0001_initial",
              kCustom});
}

TEST_CASE("a relation of a moved model to itself follows, too") {
  const std::string fields = "n: {type: IntegerField}, next: ";
  CHECK(moved({{"shop", models(kTag + book(fields + key_to("Book")))},
               {"store", models(kTag)}},
              {{"shop", models(kTag)},
               {"store", models(kTag + book(fields + key_to("Book")))}}) ==
        kMoved);
}

TEST_CASE("join tables of a moved model move with it") {
  const std::string fields =
      "tags: {type: ManyToManyField, to: shop.Tag}, n: {type: IntegerField}";
  CHECK(moved({{"shop", models(kTag + book(fields))}, {"store", models("")}},
              {{"shop", models(kTag)}, {"store", models(book(fields))}}) ==
        kMoved);
}
