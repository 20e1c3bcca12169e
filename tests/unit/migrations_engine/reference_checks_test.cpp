#include "migrations_engine/reference_checks.hpp"

#include <catch2/catch.hpp>

#include "histories.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kFirst =
    "initial: true\noperations:\n"
    "  - CreateModel:\n"
    "      name: Author\n"
    "      fields:\n"
    "        id: {type: BigAutoField, primary_key: true}\n"
    "        code: {type: SlugField, unique: true}\n"
    "  - CreateModel:\n"
    "      name: Book\n"
    "      fields:\n"
    "        id: {type: BigAutoField, primary_key: true}\n"
    "        title: {type: CharField, max_length: 9}\n"
    "        pages: {type: IntegerField}\n"
    "        author: {type: ForeignKey, to: shop.author, on_delete: CASCADE}\n"
    "        readers: {type: ManyToManyField, to: shop.author}\n"
    "      options: {indexes: [{fields: [pages], name: book_pages}]}\n";

/// The errors of a history whose second migration has these operations, each
/// with its line and column there.
Texts errors(const Texts& operations) {
  std::string second = "dependencies: [[shop, 0001_a]]\noperations:\n";
  for (const std::string& one : operations) second += "  - " + one + "\n";
  LoadedHistory loaded(Files{{"shop",
                              {{"migrations/0001_a.yaml", kFirst},
                               {"migrations/0002_b.yaml", second}}}});
  Texts found;
  try {
    checked_final_state(*loaded);
  } catch (const Error& error) {
    for (const Diagnostic& one : error.diagnostics()) {
      const std::string place = one.where.text();
      found.push_back(place.substr(place.find(':') + 1) + " " + one.message +
                      (one.hint.empty() ? "" : " (" + one.hint + ")"));
    }
  }
  return found;
}

std::string field(const std::string& name, const std::string& definition) {
  return "AddField: {model_name: book, name: " + name + ", field: {" +
         definition + "}}";
}

std::string index(const std::string& definition) {
  return "AddIndex: {model_name: book, index: {name: i, " + definition + "}}";
}

std::string check(const std::string& condition) {
  return "AddConstraint: {model_name: book, constraint: {type: "
         "CheckConstraint, name: c, condition: " +
         condition + "}}";
}

const std::string kHere = ", at this point of the migrations";

}  // namespace

TEST_CASE("everything that operations name and that is not there is told") {
  CHECK(
      errors({index("fields: [titel]"), check("{page__gt: 1}"),
              field("editor",
                    "type: ForeignKey, to: shop.autor, on_delete: "
                    "CASCADE, null: true"),
              "AlterUniqueTogether: {name: book, unique_together: [[title, "
              "year]]}",
              "AlterOrderWithRespectTo: {name: book, order_with_respect_to: "
              "writer}"}) ==
      Texts{"3:5 model shop.Book: indexes names titel, but there is no such "
            "field" +
                kHere + " (did you mean title?)",
            "4:5 model shop.Book: constraints: shop.Book has no field page" +
                kHere + " (did you mean pages?)",
            "5:5 shop.Book.editor: there is no model shop.autor" + kHere +
                " (did you mean shop.author?)",
            "6:5 model shop.Book: unique_together names year, but there is no "
            "such field" +
                kHere,
            "7:5 model shop.Book: order_with_respect_to names writer, but "
            "there is no such field" +
                kHere});
}

TEST_CASE("names in expressions, parents, joins and keys are looked at") {
  CHECK(errors({index("expressions: [{Lower: titel}]")}) ==
        Texts{"3:5 model shop.Book: indexes: shop.Book has no field titel" +
              kHere + " (did you mean title?)"});
  CHECK(errors({index("fields: [title], include: [readers]")}) ==
        Texts{"3:5 model shop.Book: indexes names readers, which has no "
              "column: a ManyToManyField has a table of its own" +
              kHere});
  CHECK(errors({field("twice",
                      "type: GeneratedField, expression: {\"*\": [page, 2]}, "
                      "output_field: {type: IntegerField}, db_persist: "
                      "true")}) ==
        Texts{"3:5 shop.Book.twice: shop.Book has no field page" + kHere +
              " (did you mean pages?)"});
  CHECK(errors({field("by",
                      "type: ForeignKey, to: shop.author, to_field: "
                      "cod, on_delete: CASCADE, null: true")}) ==
        Texts{"3:5 shop.Book.by: to_field cod is no field of shop.Author" +
              kHere + " (did you mean code?)"});
  CHECK(errors({field("by",
                      "type: ManyToManyField, to: shop.author, through: "
                      "shop.reading")}) ==
        Texts{"3:5 shop.Book.by: there is no model shop.reading" + kHere});
  CHECK(
      errors({"CreateModel: {name: Novel, fields: {book_ptr: {type: "
              "OneToOneField, to: shop.book, on_delete: CASCADE, "
              "primary_key: true, parent_link: true}}, bases: [shop.boo]}"}) ==
      Texts{"3:5 model shop.Novel inherits from shop.boo, but there is no "
            "such model" +
            kHere + " (did you mean shop.book?)"});
}

TEST_CASE("what an operation takes from others is told where it is taken") {
  const std::string alone = "RemoveField: {model_name: book, name: pages}";
  CHECK(errors({alone}) ==
        Texts{"3:5 model shop.Book: indexes names pages, but there is no such "
              "field" +
              kHere});
  CHECK(errors({"DeleteModel: {name: Author}"}) ==
        Texts{"3:5 shop.Book.author: there is no model shop.author" + kHere,
              "3:5 shop.Book.readers: there is no model shop.author" + kHere});
  CHECK(errors({"AlterField: {model_name: book, name: author, field: {type: "
                "ForeignKey, to: shop.author, to_field: code, on_delete: "
                "CASCADE}}",
                "RemoveField: {model_name: author, name: code}"}) ==
        Texts{"4:5 shop.Book.author: to_field code is no field of "
              "shop.Author" +
              kHere});
  // A later operation of the same migration may put it right.
  CHECK(errors({alone, "RemoveIndex: {model_name: book, name: book_pages}"})
            .empty());
}

TEST_CASE("what does not fit the state is told with the rest") {
  CHECK(
      errors({"RemoveField: {model_name: book, name: year}",
              "RemoveField: {model_name: book, name: month}",
              "DeleteModel: {name: Reader}",
              "AlterUniqueTogether: {name: author, unique_together: [[x]]}"}) ==
      Texts{"3:5 model shop.book has no field year at this point of the "
            "migrations",
            "5:5 model shop.reader does not exist at this point of the "
            "migrations",
            "6:5 model shop.Author: unique_together names x, but there is "
            "no such field" +
                kHere});
}

TEST_CASE("the database's part of a split operation is looked at by itself") {
  CHECK(errors({"SeparateDatabaseAndState:\n"
                "      database_operations:\n"
                "        - " +
                index("fields: [titel]") + "\n"}) ==
        Texts{"5:11 model shop.Book: indexes names titel, but there is no "
              "such field" +
              kHere + " (did you mean title?)"});
}

TEST_CASE("what was renamed is followed, and what is sound passes") {
  CHECK(errors({"RenameField: {model_name: book, old_name: pages, new_name: "
                "length}",
                "RenameModel: {old_name: Author, new_name: Writer}",
                "AddIndex: {model_name: book, index: {fields: [-length], "
                "name: i, condition: {author__id__gt: 1}}}",
                field("next",
                      "type: ForeignKey, to: shop.book, on_delete: SET_NULL, "
                      "null: true"),
                "RenameModel: {old_name: Book, new_name: Tome}"})
            .empty());
}

TEST_CASE("at most fifty errors are told") {
  Texts operations;
  for (int i = 0; i < 60; ++i) {
    operations.push_back("AddIndex: {model_name: book, index: {fields: [x" +
                         std::to_string(i) + "], name: i" + std::to_string(i) +
                         "}}");
  }
  const Texts found = errors(operations);
  CHECK(found.size() == 51);
  CHECK(found.back() == " and 10 more of the same kind");
}
