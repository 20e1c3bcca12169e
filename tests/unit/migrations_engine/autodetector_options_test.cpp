// Options of models, their indexes and constraints. The expected results follow
// the rules of Django 5.1.
#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kTag = "  Tag: {fields: {name: {type: TextField}}}\n";
const std::string kAB = "a: {type: IntegerField}, b: {type: IntegerField}";

/// Model Book with these options and fields.
std::string book(const std::string& meta, const std::string& fields = kAB) {
  return "models:\n" + kTag + "  Book: {fields: {" + fields + "}, meta: {" +
         meta + "}}\n";
}

std::string ordered(const std::string& meta) {
  return book(meta, kAB + ", tag: " + key_to("Tag") +
                        ", other: " + key_to("Tag", ", related_name: x"));
}

}  // namespace

TEST_CASE("a table gets a name, another, and none of its own") {
  CHECK(operations(book(""), book("db_table: t")) ==
        Lines{"Rename table for book to t"});
  CHECK(operations(book("db_table: t"), book("db_table: u")) ==
        Lines{"Rename table for book to u"});
  CHECK(operations(book("db_table: t"), book("")) ==
        Lines{"Rename table for book to (default)"});
  CHECK(operations(book("db_table: t"), book("db_table: t")).empty());
}

TEST_CASE("a table is renamed after everything else") {
  ScriptedQuestioner questioner;
  questioner.renamed = {{"shop.Book.c", "b"}};
  CHECK(operations(book("db_table: t", kAB),
                   book("db_table: u, unique_together: [a, c]",
                        "a: {type: BigIntegerField}, c: {type: IntegerField}, "
                        "d: {type: IntegerField, null: true}"),
                   questioner) ==
        Lines{"Rename field b on book to c", "Add field d to book",
              "Alter field a on book",
              "Alter unique_together for book (1 constraint(s))",
              "Rename table for book to u"});
}

TEST_CASE("a table's comment is set, changed and taken away") {
  CHECK(operations(book(""), book("db_table_comment: x")) ==
        Lines{"Alter book table comment"});
  CHECK(operations(book("db_table_comment: x"), book("db_table_comment: y")) ==
        Lines{"Alter book table comment"});
  CHECK(operations(book("db_table_comment: x"), book("")) ==
        Lines{"Alter book table comment"});
  CHECK(operations(book("db_table_comment: x"), book("db_table_comment: x"))
            .empty());
}

TEST_CASE("an order is set, changed and taken away") {
  CHECK(operations(ordered(""), ordered("order_with_respect_to: tag")) ==
        Lines{"Set order_with_respect_to on book to tag"});
  CHECK(operations(ordered("order_with_respect_to: tag"),
                   ordered("order_with_respect_to: other")) ==
        Lines{"Set order_with_respect_to on book to other"});
  CHECK(operations(ordered("order_with_respect_to: tag"), ordered("")) ==
        Lines{"Set order_with_respect_to on book to None"});
}

TEST_CASE("an order comes after its field, and goes before it") {
  const std::string with =
      book("order_with_respect_to: tag",
           kAB + ", tag: " + key_to("Tag", ", null: true"));
  CHECK(operations(book(""), with) ==
        Lines{"Add field tag to book",
              "Set order_with_respect_to on book to tag"});
  CHECK(operations(with, book("")) ==
        Lines{"Set order_with_respect_to on book to None",
              "Remove field tag from book"});
}

TEST_CASE("a new model comes with its order, indexes and constraints") {
  CHECK(operations("models:\n" + kTag,
                   ordered("order_with_respect_to: tag, unique_together: "
                           "[tag, _order], indexes: [{fields: [_order, a], "
                           "name: i}], constraints: [{type: CheckConstraint, "
                           "condition: {_order__gt: 1}, name: c}]")) ==
        Lines{"Create model Book"});
}

TEST_CASE("what is on the column of an order comes after it") {
  CHECK(operations(ordered(""),
                   ordered("order_with_respect_to: tag, indexes: [{fields: "
                           "[_order], name: i}], unique_together: [tag, "
                           "_order]")) ==
        Lines{"Set order_with_respect_to on book to tag",
              "Alter unique_together for book (1 constraint(s))",
              "Create index i on field(s) _order of model book"});
}

TEST_CASE("options of the state are one operation with all of them") {
  CHECK(operations(book(""), book("ordering: [a], get_latest_by: b, "
                                  "default_related_name: books")) ==
        Lines{"Change Meta options on book"});
  CHECK(operations(book("ordering: [a]"), book("")) ==
        Lines{"Change Meta options on book"});
  CHECK(operations(book(""), book("permissions: [[can_x, Can x]]")) ==
        Lines{"Change Meta options on book"});
}

TEST_CASE("unique_together comes, goes, and may be in any order") {
  CHECK(operations(book(""), book("unique_together: [a, b]")) ==
        Lines{"Alter unique_together for book (1 constraint(s))"});
  CHECK(operations(book("unique_together: [a, b]"), book("")) ==
        Lines{"Alter unique_together for book (0 constraint(s))"});
  CHECK(operations(book("unique_together: [[a, b], [b, a]]"),
                   book("unique_together: [[b, a], [a, b]]"))
            .empty());
  CHECK(operations(book("unique_together: [a, b]"),
                   book("unique_together: [[a, b]]"))
            .empty());
  CHECK(operations(book("unique_together: []"), book("")).empty());
}

TEST_CASE(
    "unique_together shrinks before fields go, and grows after they "
    "came") {
  const std::string c = ", c: {type: IntegerField, null: true}";
  CHECK(operations(book("unique_together: [[a, b], [a, c]]", kAB + c),
                   book("unique_together: [[a, b]]")) ==
        Lines{"Alter unique_together for book (1 constraint(s))",
              "Remove field c from book"});
  CHECK(operations(book("unique_together: [[a, b]]"),
                   book("unique_together: [[a, b], [a, c]]", kAB + c)) ==
        Lines{"Add field c to book",
              "Alter unique_together for book (2 constraint(s))"});
  const std::string d = ", d: {type: TextField, null: true}";
  CHECK(operations(book("unique_together: [[a, b], [a, c]]", kAB + c),
                   book("unique_together: [[a, b], [a, d]]", kAB + d)) ==
        Lines{"Alter unique_together for book (1 constraint(s))",
              "Add field d to book",
              "Alter unique_together for book (2 constraint(s))",
              "Remove field c from book"});
}

TEST_CASE("an index waits for a column that comes late") {
  const std::string index = "indexes: [{fields: [c], name: i}]";
  CHECK(
      operations(book("", kAB + ", c: {type: ManyToManyField, to: Tag}"),
                 book(index, kAB + ", c: {type: IntegerField, null: true}")) ==
      Lines{"Remove field c from book", "Add field c to book",
            "Create index i on field(s) c of model book"});
  CHECK(
      operations(book(""),
                 book(index, kAB + ", d: {type: IntegerField, null: true}, c: "
                                   "{type: GeneratedField, expression: {Abs: "
                                   "d}, output_field: {type: IntegerField}, "
                                   "db_persist: true}")) ==
      Lines{"Add field d to book", "Add field c to book",
            "Create index i on field(s) c of model book"});
  CHECK(operations(book(""),
                   book("order_with_respect_to: c, unique_together: [c, "
                        "_order]",
                        kAB + ", c: " + key_to("Tag", ", null: true"))) ==
        Lines{"Add field c to book", "Set order_with_respect_to on book to c",
              "Alter unique_together for book (1 constraint(s))"});
}

TEST_CASE("unique_together does not wait for what is made anew beside it") {
  const std::string many = ", c: {type: ManyToManyField, to: Tag}";
  const std::string number = ", c: {type: IntegerField, null: true}";
  const Lines expected{"Alter unique_together for book (1 constraint(s))",
                       "Remove field c from book", "Add field c to book"};
  CHECK(operations(book("", kAB + many),
                   book("unique_together: [a, b]", kAB + number)) == expected);
  CHECK(operations(book("", kAB + number),
                   book("unique_together: [a, b]", kAB + many)) == expected);
  CHECK(operations(book("unique_together: [a, c]", kAB + number),
                   book("unique_together: [a, b]", kAB + many)) ==
        Lines{"Alter unique_together for book (1 constraint(s))",
              "Remove field c from book", "Add field c to book"});
}

TEST_CASE("a field that is unique by itself is so no longer together") {
  CHECK(operations(book("unique_together: [a, b]"),
                   book("",
                        "a: {type: IntegerField, unique: true}, b: {type: "
                        "IntegerField}")) ==
        Lines{"Alter unique_together for book (0 constraint(s))",
              "Alter field a on book"});
}

TEST_CASE("indexes come in the order of the file") {
  CHECK(operations(book(""), book("indexes: [{fields: [b], name: z}, {fields: "
                                  "[a], name: y}]")) ==
        Lines{"Create index z on field(s) b of model book",
              "Create index y on field(s) a of model book"});
  CHECK(operations(book("indexes: [{fields: [b], name: z}, {fields: [a], "
                        "name: y}]"),
                   book("indexes: [{fields: [a], name: y}, {fields: [b], "
                        "name: z}]"))
            .empty());
  CHECK(operations(book("indexes: [{fields: [b], name: z}]"), book("")) ==
        Lines{"Remove index z from book"});
}

TEST_CASE("a field leaves its indexes and constraints before it goes") {
  CHECK(operations(book("indexes: [{fields: [b], name: i}], constraints: "
                        "[{type: CheckConstraint, condition: {b__gt: 1}, "
                        "name: c}]"),
                   book("", "a: {type: IntegerField}")) ==
        Lines{"Remove constraint c from model book", "Remove index i from book",
              "Remove field b from book"});
}

TEST_CASE(
    "a constraint with another body is made anew, with another message "
    "not") {
  auto constrained = [](const std::string& condition,
                        const std::string& more = "") {
    return book("constraints: [{type: CheckConstraint, condition: {" +
                condition + "}, name: c" + more + "}]");
  };
  CHECK(operations(constrained("a__gt: 1"), constrained("a__gt: 2")) ==
        Lines{"Remove constraint c from model book",
              "Create constraint c on model book"});
  CHECK(operations(constrained("a__gt: 1"),
                   constrained("a__gt: 1", ", violation_error_message: x")) ==
        Lines{"Alter constraint c on book"});
  CHECK(operations(constrained("a__gt: 1", ", violation_error_code: x"),
                   constrained("a__gt: 1", ", violation_error_code: y")) ==
        Lines{"Alter constraint c on book"});
  CHECK(operations(constrained("a__gt: 1", ", violation_error_message: x"),
                   constrained("a__gt: 2", ", violation_error_message: y")) ==
        Lines{"Remove constraint c from model book",
              "Create constraint c on model book"});
}
