#include "migrations_engine/losses.hpp"

#include <catch2/catch.hpp>

#include "changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// What the migrations between two models.yaml of app shop lose.
Lines lost(const std::string& before, const std::string& after) {
  ScriptedQuestioner questioner;
  const std::vector<Migration> migrations =
      detected({{"shop", before}}, {{"shop", after}}, questioner);
  Lines found;
  for (const Lines& some :
       find_losses(migrations, declared({{"shop", before}}))) {
    found.insert(found.end(), some.begin(), some.end());
  }
  return found;
}

std::string book(const std::string& fields) {
  return "models:\n  Tag: {fields: {name: {type: TextField}}}\n"
         "  Book: {fields: {" +
         fields + "}}\n";
}

/// What a change of the field shop.Book.x loses.
Lines changed_field(const std::string& before, const std::string& after) {
  return lost(book("x: {type: " + before + "}"),
              book("x: {type: " + after + "}"));
}

const std::string kTagOnly =
    "models:\n  Tag: {fields: {name: {type: TextField}}}\n";

}  // namespace

TEST_CASE("Fields that go take their values along") {
  CHECK(lost(book("a: {type: TextField}, b: {type: IntegerField}"),
             book("a: {type: TextField}")) ==
        Lines{"the values of shop.Book.b will be deleted"});
  CHECK(lost(book("a: {type: TextField}, tags: {type: ManyToManyField, to: "
                  "Tag}"),
             book("a: {type: TextField}")) ==
        Lines{"the links of shop.Book.tags will be deleted"});
  CHECK(lost(book("tag: {type: ForeignKey, to: Tag, on_delete: CASCADE}"),
             book("tag: {type: ManyToManyField, to: Tag}")) ==
        Lines{"the values of shop.Book.tag will be deleted"});
}

TEST_CASE("A model that goes takes its rows along, told once") {
  CHECK(lost(book("tag: {type: ForeignKey, to: Tag, on_delete: CASCADE}"),
             kTagOnly) == Lines{"the rows of shop.Book will be deleted"});
  // What is cut first to break a circle is of a model that goes.
  const std::string circle =
      "models:\n"
      "  A: {fields: {b: {type: ForeignKey, to: B, on_delete: CASCADE, "
      "related_name: one}}}\n"
      "  B: {fields: {a: {type: ForeignKey, to: A, on_delete: CASCADE, "
      "related_name: two}}}\n";
  CHECK(lost(circle, "models: {}") ==
        Lines{"the rows of shop.A will be deleted",
              "the rows of shop.B will be deleted"});
}

TEST_CASE("What has no rows of its own is no loss") {
  CHECK(lost(kTagOnly, book("a: {type: TextField}")).empty());
  CHECK(lost(book("a: {type: TextField}"),
             book("a: {type: TextField}, b: {type: TextField, null: true}"))
            .empty());
  const std::string unmanaged =
      "models:\n  View:\n    managed: false\n    fields: {a: {type: "
      "TextField}}\n";
  CHECK(lost(unmanaged, "models: {}").empty());
  const std::string proxy = "  Hardback: {inherits: [Book], proxy: true}\n";
  CHECK(lost(book("a: {type: TextField}") + proxy, book("a: {type: TextField}"))
            .empty());
  // The database computes it again whenever it is wanted.
  CHECK(lost(book("a: {type: IntegerField}, b: {type: GeneratedField, "
                  "expression: {F: a}, output_field: {type: IntegerField}, "
                  "db_persist: true}"),
             book("a: {type: IntegerField}"))
            .empty());
}

TEST_CASE("A narrower type may lose a part of the values") {
  CHECK(changed_field("TextField", "CharField, max_length: 50") ==
        Lines{"values of shop.Book.x may be cut to 50 characters"});
  CHECK(changed_field("DecimalField, max_digits: 8, decimal_places: 3",
                      "DecimalField, max_digits: 8, decimal_places: 1") ==
        Lines{"values of shop.Book.x may be rounded to 1 decimal place"});
  CHECK(changed_field("FloatField", "IntegerField") ==
        Lines{"values of shop.Book.x may be rounded to whole numbers"});
  CHECK(changed_field("DateTimeField", "DateField") ==
        Lines{"values of shop.Book.x may lose their time of day"});
  CHECK(changed_field("DateTimeField", "TimeField") ==
        Lines{"values of shop.Book.x may lose their day"});
}

TEST_CASE("What the database refuses, or keeps, is no loss") {
  // PostgreSQL stops at a value that is too long or too large.
  CHECK(changed_field("CharField, max_length: 99", "CharField, max_length: 9")
            .empty());
  CHECK(changed_field("BigIntegerField", "SmallIntegerField").empty());
  CHECK(changed_field("CharField, max_length: 9", "TextField").empty());
  CHECK(changed_field("IntegerField", "FloatField").empty());
  CHECK(changed_field("DecimalField, max_digits: 8, decimal_places: 1",
                      "DecimalField, max_digits: 8, decimal_places: 3")
            .empty());
}

TEST_CASE("A model made and deleted by the same migrations has no rows yet") {
  auto file = std::make_shared<SourceFile>(
      "shop/migrations/0001_x.yaml",
      "operations:\n"
      "  - CreateModel: {name: New, fields: {id: {type: AutoField, "
      "primary_key: true}, a: {type: TextField}}}\n"
      "  - RemoveField: {model_name: new, name: a}\n"
      "  - DeleteModel: {name: New}\n");
  CHECK(find_losses({read_migration(file, {"shop", "0001_x"})}, {}) ==
        std::vector<Lines>{{}});
}
