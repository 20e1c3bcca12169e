// Names of migrations, as Django 5.1.1 gives them.
#include "tests/unit/migrations_engine/folding.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

std::string name_of(const Lines& operations, bool initial = false) {
  Migration migration;
  migration.initial = initial;
  migration.operations = operations_of(operations);
  return suggest_name(migration, "20261121_1030");
}

std::string gone(const std::string& field) {
  return "RemoveField: {model_name: book, name: " + field + "}";
}

std::string index(const std::string& name) {
  return "RemoveIndex: {model_name: book, name: '" + name + "'}";
}

}  // namespace

TEST_CASE("the first migration of an app is initial, whatever it does") {
  CHECK(name_of({"CreateModel: {name: Book, fields: {}}"}, true) == "initial");
  CHECK(name_of({"RunSQL: {sql: SELECT 1}"}, true) == "initial");
}

TEST_CASE("operations say their part of the name, in their order") {
  CHECK(name_of({"CreateModel: {name: Person, fields: {}}",
                 "DeleteModel: {name: Book}"}) == "person_delete_book");
  CHECK(name_of({gone("b"), gone("a")}) == "remove_book_b_remove_book_a");
  CHECK(name_of({gone("ISBN")}) == "remove_book_isbn");
}

TEST_CASE("a name ends after 52 characters") {
  CHECK(name_of({gone("a"), gone(std::string(26, 'x'))}) ==
        "remove_book_a_remove_book_" + std::string(26, 'x'));
  CHECK(name_of({gone("a"), gone(std::string(27, 'x'))}) ==
        "remove_book_a_and_more");
  // What is left out leaves out what comes after it.
  CHECK(name_of({gone("a"), gone(std::string(27, 'x')), gone("b")}) ==
        "remove_book_a_and_more");
  CHECK(name_of({gone("first"), gone("second"), gone("third")}) ==
        "remove_book_first_remove_book_second_and_more");
}

TEST_CASE("one operation may say more than that") {
  CHECK(name_of({gone(std::string(60, 'x'))}) ==
        "remove_book_" + std::string(60, 'x'));
}

TEST_CASE("the time is the name of what does not say what it does") {
  CHECK(name_of({"RunSQL: {sql: SELECT 1}"}) == "auto_20261121_1030");
  CHECK(name_of({gone("a"), "RunSQL: {sql: SELECT 1}"}) ==
        "auto_20261121_1030");
  CHECK(name_of({"SeparateDatabaseAndState: {}"}) == "auto_20261121_1030");
  CHECK(name_of({}) == "auto_20261121_1030");
}

// Django ticket 34050.
TEST_CASE("only letters, digits and underscores are in a name") {
  CHECK(name_of({index("a-b  c.d_e")}) == "remove_book_a_b_c_d_e");
  CHECK(name_of({index("größe")}) == "remove_book_größe");
}

TEST_CASE("numbers go on from the leading digits") {
  CHECK(parse_number("0012_author") == 12);
  CHECK(parse_number("12") == 12);
  CHECK(parse_number("author_12") == 0);
  CHECK(parse_number("") == 0);
}
