// Fields that come, go and change. The expected results follow the rules of
// Django 5.1.
#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kTag = "  Tag: {fields: {name: {type: TextField}}}\n";
const std::string kMark = "  Mark: {fields: {name: {type: IntegerField}}}\n";

/// Model Book with these fields, beside Tag.
std::string book(const std::string& fields, const std::string& rest = kTag) {
  return "models:\n" + rest + "  Book: {fields: {n: {type: IntegerField}" +
         (fields.empty() ? "" : ", " + fields) + "}}\n";
}

std::string written(const std::vector<Migration>& migrations) {
  REQUIRE(migrations.size() == 1);
  REQUIRE(migrations.front().operations.size() == 1);
  return to_json(operation_to_data(*migrations.front().operations.front()));
}

std::string written(const std::string& before, const std::string& after,
                    ScriptedQuestioner questioner = {}) {
  return written(detected({{"shop", before}}, {{"shop", after}}, questioner));
}

}  // namespace

TEST_CASE("a field with a default is added without a question") {
  CHECK(written(book(""), book("a: {type: IntegerField, default: 3}")) ==
        R"({"AddField":{"model_name":"book","name":"a","field":{"type":)"
        R"("IntegerField","default":3}}})");
}

TEST_CASE("a time stamp of creation gets a value for the rows there are") {
  // Neither the day of a change nor that of creation asks for one, where a
  // value of its own is at hand.
  CHECK(operations(book(""), book("a: {type: DateField, auto_now: true}")) ==
        Lines{"Add field a to book"});
}

TEST_CASE("fields go in the order of their names") {
  CHECK(operations(book("b: {type: TextField}, a: {type: TextField}"),
                   book("")) ==
        Lines{"Remove field a from book", "Remove field b from book"});
}

TEST_CASE("any argument of a field is a change of it") {
  for (const char* after :
       {"a: {type: BigIntegerField}", "a: {type: IntegerField, default: 1}",
        "a: {type: IntegerField, unique: true}",
        "a: {type: IntegerField, db_index: true}",
        "a: {type: IntegerField, db_column: b}",
        "a: {type: IntegerField, db_comment: what it is}",
        "a: {type: IntegerField, db_default: 1}"}) {
    INFO(after);
    CHECK(operations(book("a: {type: IntegerField}"), book(after)) ==
          Lines{"Alter field a on book"});
    CHECK(operations(book(after), book("a: {type: IntegerField}")) ==
          Lines{"Alter field a on book"});
  }
}

TEST_CASE("a field that becomes NOT NULL takes the value it is given") {
  const std::string null = book("a: {type: IntegerField, null: true}");
  ScriptedQuestioner questioner;
  questioner.defaults["Book.a"] = Data(7);
  CHECK(written(null, book("a: {type: IntegerField}"), questioner) ==
        R"({"AlterField":{"model_name":"book","name":"a","field":{"type":)"
        R"("IntegerField","default":7},"preserve_default":false}})");
  CHECK(written(null, book("a: {type: IntegerField}")) ==
        R"({"AlterField":{"model_name":"book","name":"a","field":{"type":)"
        R"("IntegerField"}}})");
  // One of its own is enough.
  CHECK(
      written(null, book("a: {type: IntegerField, default: 8}"), questioner) ==
      R"({"AlterField":{"model_name":"book","name":"a","field":{"type":)"
      R"("IntegerField","default":8}}})");
}

TEST_CASE("a relation is added after the model that it points to") {
  CHECK(
      operations(book("", ""), book("tag: " + key_to("Tag", ", null: true"))) ==
      Lines{"Create model Tag", "Add field tag to book"});
  CHECK(operations(book(""), book("tags: {type: ManyToManyField, to: Tag}")) ==
        Lines{"Add field tags to book"});
}

TEST_CASE("a text that becomes a key waits for the model it points to") {
  CHECK(operations(book("tag: {type: TextField}", ""),
                   book("tag: " + key_to("Tag"))) ==
        Lines{"Create model Tag", "Alter field tag on book"});
}

TEST_CASE("a key into another app depends on its migrations") {
  CHECK(changed_apps({{"shop", book("mark: {type: IntegerField}")}},
                     {{"shop", book("mark: " + key_to("store.Mark"))},
                      {"store", "models:\n" + kMark}}) ==
        Lines{"shop.0002_alter_book_mark <- shop.0001_initial <- "
              "store.0001_initial",
              "  Alter field mark on book", "store.0001_initial",
              "  Create model Mark"});
}

TEST_CASE("a key points elsewhere before its old target goes") {
  CHECK(operations(book("t: " + key_to("Tag"), kTag + kMark),
                   book("t: " + key_to("Mark"), kMark)) ==
        Lines{"Alter field t on book", "Delete model Tag"});
}

TEST_CASE("a key goes before its target") {
  CHECK(operations(book("t: " + key_to("Tag")), book("", "")) ==
        Lines{"Remove field t from book", "Delete model Tag"});
}

TEST_CASE("many-to-many and one are removed and added, both ways") {
  const std::string one = book("tags: " + key_to("Tag", ", null: true"));
  const std::string many = book("tags: {type: ManyToManyField, to: Tag}");
  const Lines both{"Remove field tags from book", "Add field tags to book"};
  CHECK(operations(one, many) == both);
  CHECK(operations(many, one) == both);
}

TEST_CASE("a join table that points elsewhere is made anew") {
  CHECK(operations(book("t: {type: ManyToManyField, to: Tag}", kTag + kMark),
                   book("t: {type: ManyToManyField, to: Mark}",
                        kTag + kMark)) == Lines{"Alter field t on book"});
}

TEST_CASE("related names are compared, labels only if tracked") {
  CHECK(operations(book("t: " + key_to("Tag")),
                   book("t: " + key_to("Tag", ", related_name: books"))) ==
        Lines{"Alter field t on book"});
  for (const char* label :
       {"help_text: x", "verbose_name: x", "choices: [1, 2]", "blank: true",
        "editable: false", "error_messages: {null: x}",
        "validators: [{MinValueValidator: 3}]"}) {
    INFO(label);
    const std::string before = book("a: {type: IntegerField}");
    const std::string after =
        book(std::string("a: {type: IntegerField, ") + label + "}");
    CHECK(operations(before, after).empty());
    CHECK(operations(before, after, {}, true) ==
          Lines{"Alter field a on book"});
  }
}

TEST_CASE("the order of fields in the file is no change") {
  CHECK(operations(book("a: {type: TextField}, b: {type: TextField}"),
                   book("b: {type: TextField}, a: {type: TextField}"))
            .empty());
}
