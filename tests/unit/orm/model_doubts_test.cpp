// What is doubtful about models, and what a database does not do as they say.
#include <catch2/catch.hpp>

#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

const std::string kAuthor =
    "  Author: {fields: {name: {type: CharField, max_length: 9}}}\n";

std::string name_of(std::size_t length) { return std::string(length, 'n'); }

std::string of_postgresql(const std::string& text) {
  return doubts(text, postgresql_dialect());
}

}  // namespace

TEST_CASE("an argument without effect is doubtful") {
  CHECK(doubts(R"(models:
  Author:
    fields:
      age: {type: IntegerField, max_length: 3}
      books: {type: ManyToManyField, to: Book, null: true, db_comment: x,
        validators: [{MinValueValidator: 1}]}
      sold: {type: ManyToManyField, to: Book, through: Sale,
        related_name: sellers, limit_choices_to: {pages__gt: 1}}
      friends: {type: ManyToManyField, to: self, related_name: friend_of}
      fans: {type: ManyToManyField, to: self, symmetrical: false,
        related_name: idols}
      best: {type: ForeignKey, to: Book, on_delete: CASCADE, unique: true,
        related_name: "+"}
  Book: {fields: {pages: {type: IntegerField}}}
  Sale:
    fields:
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
      book: {type: ForeignKey, to: Book, on_delete: CASCADE}
)") == "fields.W122 shop/models.yaml:4:45: field age: an integer has no "
       "max_length (take it out; MaxValueValidator limits the number)\n"
       "fields.W340 shop/models.yaml:5:54: field books: null has no effect on "
       "a ManyToManyField (take it out)\n"
       "fields.W341 shop/models.yaml:6:21: field books: validators has no "
       "effect on a ManyToManyField (take it out)\n"
       "fields.W346 shop/models.yaml:5:72: field books: db_comment has no "
       "effect on a ManyToManyField (take it out)\n"
       "fields.W343 shop/models.yaml:8:50: field sold: limit_choices_to has "
       "no effect on a ManyToManyField with through (take it out)\n"
       "fields.W342 shop/models.yaml:12:70: field best: a ForeignKey with "
       "unique: true is a OneToOneField (write type: OneToOneField instead)\n"
       "fields.W345 shop/models.yaml:9:7: shop.Author.friends: related_name "
       "has no effect on a symmetrical ManyToManyField (take it out, or add "
       "symmetrical: false)\n");
}

TEST_CASE("a length on an integer is not part of the model") {
  const ModelSet models = read_shop(
      "models: {A: {fields: {n: {type: IntegerField, max_length: 3}}}}");
  CHECK(models.get({"shop", "a"}).find_field("n")->arguments.empty());
}

TEST_CASE("SQLite does not know everything that a model may say") {
  const std::string text = R"(models:
  Book:
    fields:
      isbn: {type: CharField, max_length: 13, db_comment: with hyphens}
      title: {type: CharField, max_length: 99}
      price: {type: DecimalField, max_digits: 16, decimal_places: 2}
      weight: {type: DecimalField, max_digits: 15, decimal_places: 2}
    meta:
      db_table_comment: all of them
      indexes: [{fields: [title], include: [isbn], name: by_title}]
      constraints:
        - {type: UniqueConstraint, fields: [isbn], deferrable: deferred,
          name: one_isbn}
        - {type: UniqueConstraint, fields: [title], include: [isbn],
          nulls_distinct: false, name: one_title}
)";
  const std::string cure =
      "(it is left out of the table; silence this if that will do)\n";
  CHECK(doubts(text) ==
        "models.W046 shop/models.yaml:9:25: model shop.Book: SQLite does not "
        "know comments on tables " +
            cure +
            "fields.W163 shop/models.yaml:4:7: model shop.Book: SQLite does "
            "not know comments on columns, as of isbn " +
            cure +
            "manage.W004 shop/models.yaml:6:7: model shop.Book: price may have "
            "16 digits, but SQLite keeps 15 of a decimal exactly (values that "
            "would change are refused; lower max_digits, or keep the number as "
            "text)\n"
            "models.W040 shop/models.yaml:10:17: model shop.Book: SQLite does "
            "not know the included columns of the index by_title " +
            cure +
            "models.W038 shop/models.yaml:12:11: model shop.Book: SQLite does "
            "not know deferrable unique constraints such as one_isbn " +
            cure +
            "models.W039 shop/models.yaml:14:11: model shop.Book: SQLite does "
            "not know the included columns of the constraint one_title " +
            cure +
            "models.W047 shop/models.yaml:14:11: model shop.Book: SQLite does "
            "not know nulls_distinct of the constraint one_title " +
            cure);
  CHECK(of_postgresql(text).empty());
}

TEST_CASE("PostgreSQL cuts names, which is an error for columns") {
  const std::string column = name_of(64);
  const std::string text = "models:\n  Book:\n    fields:\n      " + column +
                           ": {type: TextField}\n" + kAuthor;
  CHECK(doubts(text).empty());
  try {
    of_postgresql(text);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(told(error) ==
          "models.E018 shop/models.yaml:4:7: model shop.Book: the column " +
              column + " of " + column +
              " has 64 bytes, but PostgreSQL allows 63 (give the field a "
              "shorter db_column)\n");
  }
  CHECK(of_postgresql("models: {Book: {fields: {" + name_of(63) +
                      ": {type: TextField}}}}")
            .empty());
  const std::string cut =
      "has 64 bytes; PostgreSQL cuts names to 63 (choose "
      "a shorter one)\n";
  CHECK(of_postgresql("models:\n  Book:\n    fields: {a: {type: TextField}}\n"
                      "    meta:\n      db_table: " +
                      name_of(64) +
                      "\n      constraints:\n        - {type: "
                      "UniqueConstraint, fields: [a], name: " +
                      name_of(64) + "}\n") ==
        "manage.W003 shop/models.yaml:5:17: model shop.Book: the table name " +
            name_of(64) + " " + cut +
            "manage.W003 shop/models.yaml:7:11: model shop.Book: the "
            "constraint name " +
            name_of(64) + " " + cut);
}

TEST_CASE("the columns of a join table are judged too") {
  const std::string model = "M" + name_of(60);
  try {
    of_postgresql("models:\n  " + model +
                  ": {fields: {a: {type: ManyToManyField, to: Author}}}\n" +
                  kAuthor);
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(error.diagnostics().size() == 1);
    CHECK(error.code() == "models.E019");
    CHECK(error.diagnostics()[0].hint ==
          "write the join table as a model, and name it with through");
  }
}

TEST_CASE("tables that are not ours are not judged") {
  CHECK(doubts("models: {A: {managed: false, fields: {d: {type: DecimalField, "
               "max_digits: 99, decimal_places: 2, db_comment: x}}}}")
            .empty());
}

TEST_CASE("two relations through the same rows are one too many") {
  const std::string sale = R"(  Sale:
    fields:
      by: {type: ForeignKey, to: Author, on_delete: CASCADE}
      to: {type: ForeignKey, to: Author, on_delete: CASCADE, related_name: "+"}
)";
  const std::string begin =
      "models:\n  Author:\n    fields:\n"
      "      a: {type: ManyToManyField, to: self, through: Sale, "
      "through_fields: [by, to], related_name: '+', symmetrical: false}\n"
      "      b: {type: ManyToManyField, to: self, through: Sale, "
      "related_name: '+', symmetrical: false, through_fields: ";
  CHECK(problems(begin + "[by, to]}\n" + sale) ==
        "models.E003 shop/models.yaml:5:7: model shop.Author: a and b go "
        "through the same model shop.sale (take one of them out, or tell them "
        "apart by through_fields)\n");
  CHECK(problems(begin + "[to, by]}\n" + sale).empty());
}

TEST_CASE("routers may keep tables of one name apart") {
  const std::string text =
      "models:\n  A: {fields: {x: {type: TextField}}, meta: {db_table: t}}\n"
      "  B: {fields: {x: {type: TextField}}, meta: {db_table: t}}\n"
      "  C: {fields: {m: {type: ManyToManyField, to: A, db_table: t}}}\n";
  CHECK(problems(text).starts_with("models.E028 shop/models.yaml:3:56: "));
  ModelsContext context;
  context.routed = true;
  Diagnostics found;
  read_models(model_files({{"shop", text}}), context, found);
  CHECK(told(found.all()) ==
        "models.W035 shop/models.yaml:3:56: shop.A and shop.B have the same "
        "table t (give one of them another db_table, unless the routers keep "
        "them apart)\n"
        "fields.W344 shop/models.yaml:4:16: the join table t of shop.C.m "
        "clashes with a table of shop.A (give the field another db_table, "
        "unless the routers keep them apart)\n");
}
