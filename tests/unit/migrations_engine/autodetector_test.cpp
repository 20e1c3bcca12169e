// Expected results that name Django were printed by Django 5.1.1 for the same
// models.
#include "migrations_engine/autodetector.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const char* kAuthor = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
)";

}  // namespace

TEST_CASE("nothing changed, nothing is generated") {
  CHECK(changed(kAuthor, kAuthor).empty());
}

TEST_CASE("related models of one app come as whole models where possible") {
  CHECK(first({{"shop", R"(
models:
  Book:
    fields:
      title: {type: CharField, max_length: 200}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
    meta:
      unique_together: [title, author]
  Author:
    fields:
      name: {type: CharField, max_length: 100}
)"}}) == Lines{"shop.0001_initial", "  Create model Author",
               "  Create model Book"});
}

// Django 5.1.1, django/auto51.txt: "circular cross-app initial".
TEST_CASE(
    "models of two apps that point at each other are cut in Django's way") {
  CHECK(first({{"auth2", R"(
models:
  User:
    fields:
      team: {type: ForeignKey, to: org.Team, on_delete: CASCADE, related_name: members}
)"},
               {"org", R"(
models:
  Team:
    fields:
      owner: {type: ForeignKey, to: auth2.User, on_delete: CASCADE, related_name: owned}
)"}}) == Lines{"auth2.0001_initial", "  Create model User",
               "auth2.0002_initial <- auth2.0001_initial <- org.0001_initial",
               "  Add field team to user",
               "org.0001_initial <- auth2.0001_initial",
               "  Create model Team"});
}

// Django 5.1.1: "same app circular initial".
TEST_CASE(
    "models of one app that point at each other are ordered as Django's") {
  CHECK(first({{"shop", R"(
models:
  Alpha:
    fields:
      x: {type: IntegerField}
      b: {type: ForeignKey, to: Beta, on_delete: CASCADE}
    meta:
      constraints:
        - {type: CheckConstraint, condition: {x__gt: 0}, name: x_gt}
  Beta:
    fields:
      z: {type: ForeignKey, to: Zeta, on_delete: CASCADE}
      a: {type: ForeignKey, to: Alpha, on_delete: CASCADE}
    meta:
      indexes: [{fields: [z], name: beta_z_idx}]
  Zeta:
    fields:
      n: {type: IntegerField}
)"}}) == Lines{"shop.0001_initial", "  Create model Alpha",
               "  Create model Zeta", "  Create model Beta",
               "  Add field b to alpha",
               "  Create constraint x_gt on model alpha",
               "  Create index beta_z_idx on field(s) z of model beta"});
}

TEST_CASE("a new field is added, a lost one removed") {
  ScriptedQuestioner questioner;
  questioner.renames = false;
  CHECK(changed(kAuthor, R"(
models:
  Author:
    fields:
      email: {type: CharField, max_length: 100, default: ""}
)",
                questioner) ==
        Lines{"shop.0002_remove_author_name_author_email <- shop.0001_initial",
              "  Remove field name from author",
              "  Add field email to author"});
}

TEST_CASE("a probable rename of a field is never a silent removal") {
  CHECK_THROWS_WITH(changed(kAuthor, R"(
models:
  Author:
    fields:
      full_name: {type: CharField, max_length: 100}
)"),
                    "Author.name -> full_name");
}

TEST_CASE("a probable rename of a model is never a silent removal") {
  CHECK_THROWS_WITH(changed(kAuthor, R"(
models:
  Writer:
    fields:
      name: {type: CharField, max_length: 100}
)"),
                    "Author -> Writer");
}

TEST_CASE("a NOT NULL field without a default gets a one-off one") {
  ScriptedQuestioner questioner;
  questioner.defaults["Author.age"] = Data(7);
  std::vector<Migration> found = detected({{"shop", kAuthor}}, {{"shop", R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
      age: {type: IntegerField}
)"}},
                                          questioner);
  REQUIRE(found.size() == 1);
  CHECK(found.front().key.name == "0002_author_age");
  CHECK(to_json(operation_to_data(*found.front().operations.front())) ==
        R"({"AddField":{"model_name":"author","name":"age","field":)"
        R"({"type":"IntegerField","default":7},"preserve_default":false}})");
}

TEST_CASE("fields that fill themselves ask nothing") {
  CHECK(changed(kAuthor, R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
      a: {type: IntegerField, null: true}
      b: {type: TextField, blank: true}
      c: {type: DateTimeField, auto_now_add: true}
      d: {type: ManyToManyField, to: self}
)") == Lines{"shop.0002_author_a_author_b_author_c_author_d <- "
             "shop.0001_initial",
             "  Add field a to author", "  Add field b to author",
             "  Add field c to author", "  Add field d to author"});
}

TEST_CASE("labels change nothing unless they are tracked") {
  std::string labelled = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100, help_text: "who"}
    meta: {verbose_name: writer}
)";
  CHECK(changed(kAuthor, labelled).empty());
  CHECK(changed(kAuthor, labelled, {}, true) ==
        Lines{"shop.0002_alter_author_options_alter_author_name <- "
              "shop.0001_initial",
              "  Change Meta options on author",
              "  Alter field name on author"});
}

TEST_CASE("a field that becomes many-to-many is removed and added") {
  CHECK(changed(R"(
models:
  Tag: {fields: {name: {type: CharField, max_length: 9}}}
  Author: {fields: {tags: {type: IntegerField}}}
)",
                R"(
models:
  Tag: {fields: {name: {type: CharField, max_length: 9}}}
  Author: {fields: {tags: {type: ManyToManyField, to: Tag}}}
)") == Lines{"shop.0002_remove_author_tags_author_tags <- shop.0001_initial",
             "  Remove field tags from author", "  Add field tags to author"});
}

TEST_CASE("indexes, constraints and unique_together come and go") {
  ScriptedQuestioner questioner;
  CHECK(changed(R"(
models:
  Item:
    fields:
      a: {type: IntegerField}
      b: {type: IntegerField}
    meta:
      unique_together: [a, b]
      indexes: [{fields: [a], name: old_idx}]
      constraints:
        - {type: CheckConstraint, condition: {a__gt: 0}, name: a_gt}
)",
                R"(
models:
  Item:
    fields:
      a: {type: IntegerField}
      b: {type: IntegerField}
    meta:
      unique_together: [b, a]
      indexes: [{fields: [b], name: new_idx}]
      constraints:
        - {type: CheckConstraint, condition: {a__gt: 1}, name: a_gt}
)") == Lines{"shop.0002_remove_item_a_gt_remove_item_old_idx_and_more <- "
             "shop.0001_initial",
             "  Remove constraint a_gt from model item",
             "  Remove index old_idx from item",
             "  Alter unique_together for item (1 constraint(s))",
             "  Create index new_idx on field(s) b of model item",
             "  Create constraint a_gt on model item"});
}

TEST_CASE("a deleted model goes after everything that pointed at it") {
  CHECK(changed(R"(
models:
  Tag: {fields: {name: {type: CharField, max_length: 9}}}
  Book:
    fields:
      title: {type: CharField, max_length: 9}
      tag: {type: ForeignKey, to: Tag, on_delete: CASCADE}
)",
                R"(
models:
  Book: {fields: {title: {type: CharField, max_length: 9}}}
)") == Lines{"shop.0002_remove_book_tag_delete_tag <- shop.0001_initial",
             "  Remove field tag from book", "  Delete model Tag"});
}

TEST_CASE("what no operation can express is refused") {
  CHECK_THROWS_WITH(changed(R"(
models:
  Person: {fields: {name: {type: CharField, max_length: 9}}}
  Author: {inherits: [Person], fields: {pen: {type: CharField, max_length: 9}}}
)",
                            R"(
models:
  Person: {fields: {name: {type: CharField, max_length: 9}}}
  Author: {fields: {pen: {type: CharField, max_length: 9}}}
)"),
                    Catch::Contains("the parents of model shop.Author changed, "
                                    "and no operation expresses that"));
}

// --- columns that the database fills -----------------------------------------

namespace {

std::string shop(const std::string& fields) {
  return "models:\n  Book:\n    fields:\n" + fields;
}

std::string computed(const std::string& name, const std::string& expression) {
  return "      " + name +
         ": {type: GeneratedField, expression: " + expression +
         ", output_field: {type: IntegerField}, db_persist: true}\n";
}

const std::string kPrice = "      price: {type: IntegerField}\n";
const std::string kCost = "      zost: {type: IntegerField, db_default: 1}\n";

}  // namespace

TEST_CASE("nobody is asked for what the database fills in") {
  CHECK(changed(shop(kPrice),
                shop("      price: {type: IntegerField, db_default: 1}\n" +
                     kCost + computed("total", "price"))) ==
        Lines{"shop.0002_book_total_book_zost_alter_book_price <- "
              "shop.0001_initial",
              "  Add field total to book", "  Add field zost to book",
              "  Alter field price on book"});
  CHECK(changed(shop("      price: {type: IntegerField, null: true}\n"),
                shop("      price: {type: IntegerField, db_default: 1}\n")) ==
        Lines{"shop.0002_alter_book_price <- shop.0001_initial",
              "  Alter field price on book"});
}

TEST_CASE("a computed field comes after those it is computed from") {
  CHECK(changed(shop(kPrice),
                shop(kPrice + kCost + computed("alpha", "{Abs: zost}"))) ==
        Lines{"shop.0002_book_zost_book_alpha <- shop.0001_initial",
              "  Add field zost to book", "  Add field alpha to book"});
  CHECK(changed(shop(kPrice + computed("alpha", "price")),
                shop(kPrice + kCost + computed("alpha", "zost"))) ==
        Lines{"shop.0002_book_zost_alter_book_alpha <- shop.0001_initial",
              "  Add field zost to book", "  Alter field alpha on book"});
}

TEST_CASE("a computed field lets go of its sources before they go") {
  CHECK(
      changed(shop(kPrice + kCost + computed("total", "price")), shop(kCost)) ==
      Lines{
          "shop.0002_remove_book_total_remove_book_price <- shop.0001_initial",
          "  Remove field total from book", "  Remove field price from book"});
  CHECK(
      changed(shop(kPrice + kCost + computed("total", "price")),
              shop(kCost + computed("total", "zost"))) ==
      Lines{"shop.0002_alter_book_total_remove_book_price <- shop.0001_initial",
            "  Alter field total on book", "  Remove field price from book"});
}

TEST_CASE("a field with values cannot become a computed one") {
  CHECK_THROWS_WITH(
      changed(shop(kPrice + "      total: {type: IntegerField}\n"),
              shop(kPrice + computed("total", "price"))),
      Catch::Contains("shop.Book.total has values of its own"));
}

TEST_CASE("a foreign key of a composite key comes with its model") {
  CHECK(first({{"shop", R"(models:
  Author: {fields: {name: {type: CharField, max_length: 9}}}
)"},
               {"blog", R"(models:
  Post:
    fields:
      pk: {type: CompositePrimaryKey, field_names: [author, number]}
      author: {type: ForeignKey, to: shop.Author, on_delete: CASCADE}
      number: {type: IntegerField}
)"}}) == Lines{"blog.0001_initial <- shop.0001_initial", "  Create model Post",
               "shop.0001_initial", "  Create model Author"});
}

TEST_CASE("a composite key cannot change") {
  const std::string fields =
      "      a: {type: IntegerField}\n      b: {type: IntegerField}\n";
  const std::string key =
      "      pk: {type: CompositePrimaryKey, field_names: [a, b]}\n";
  CHECK_THROWS_WITH(changed(shop(fields), shop(key + fields)),
                    Catch::Contains("the composite primary key of model "
                                    "shop.Book changed"));
}
