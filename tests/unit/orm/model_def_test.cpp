#include "orm/model_def.hpp"

#include <catch2/catch.hpp>

#include "core/yaml.hpp"
#include "models_text.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::string join_table(const ModelSet& models, const std::string& model,
                       const std::string& field) {
  const ModelDef& owner = models.get({"shop", model});
  const ModelDef through =
      models.through_model(owner, *owner.find_field(field));
  std::string text = through.label() + " " + models.table(through);
  for (const FieldDef& one : through.fields) {
    text += "\n" + one.name + " " + one.column() + " " +
            yaml::write_flow(field_to_data(one));
  }
  return text + "\n" + yaml::write_flow(meta_to_data(through)) + "\n";
}

}  // namespace

TEST_CASE("a model's key ignores the case of its name") {
  CHECK(ModelKey::parse("Shop.Book") == ModelKey{"Shop", "book"});
  CHECK(ModelKey::parse("book") == ModelKey{"", "book"});
}

TEST_CASE("an unknown model is reported with near names") {
  const ModelSet models =
      read_shop("models: {Author: {fields: {name: {type: TextField}}}}");
  CHECK(models.get({"shop", "author"}).label() == "shop.Author");
  try {
    models.get({"shop", "auther"});
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(told(error) ==
          "models.unknown : there is no model shop.auther (did you mean "
          "shop.Author?)\n");
  }
}

TEST_CASE("a many-to-many field has a join table") {
  const ModelSet models = read_shop(R"(
models:
  Tag: {fields: {name: {type: SlugField}}}
  Book:
    fields:
      tags: {type: ManyToManyField, to: Tag}
      sequels: {type: ManyToManyField, to: self, db_constraint: false}
      marks: {type: ManyToManyField, to: Tag, db_table: marks, related_name: +}
)");
  CHECK(join_table(models, "book", "tags") ==
        "shop.Book_tags shop_book_tags\n"
        "id id {type: BigAutoField, primary_key: true, auto_created: true, "
        "serialize: false, verbose_name: ID}\n"
        "book book_id {type: ForeignKey, to: shop.book, on_delete: CASCADE, "
        "related_name: Book_tags+}\n"
        "tag tag_id {type: ForeignKey, to: shop.tag, on_delete: CASCADE, "
        "related_name: Book_tags+}\n"
        "{db_table: shop_book_tags, unique_together: [[book, tag]]}\n");
  CHECK(join_table(models, "book", "sequels") ==
        "shop.Book_sequels shop_book_sequels\n"
        "id id {type: BigAutoField, primary_key: true, auto_created: true, "
        "serialize: false, verbose_name: ID}\n"
        "from_book from_book_id {type: ForeignKey, to: shop.book, on_delete: "
        "CASCADE, related_name: Book_sequels+, db_constraint: false}\n"
        "to_book to_book_id {type: ForeignKey, to: shop.book, on_delete: "
        "CASCADE, related_name: Book_sequels+, db_constraint: false}\n"
        "{db_table: shop_book_sequels, unique_together: [[from_book, "
        "to_book]]}\n");
  const ModelDef& book = models.get({"shop", "book"});
  CHECK(models.table(models.through_model(book, *book.find_field("marks"))) ==
        "marks");
}

TEST_CASE("table names are cut where the default database cuts them") {
  const std::string text = R"(
models:
  VeryLongModelNameThatGoesOnAndOnAndOnAndOn:
    fields: {name: {type: TextField}}
)";
  const ModelKey key{"verylongapplicationlabel",
                     "verylongmodelnamethatgoesonandonandonandon"};
  const ModelSet sqlite = read_texts({{"verylongapplicationlabel", text}});
  CHECK(sqlite.table(sqlite.get(key)) ==
        "verylongapplicationlabel_verylongmodelnamethatgoesonandonandonandon");
  ModelsContext context;
  context.dialect = &postgresql_dialect();
  const ModelSet postgresql =
      read_texts({{"verylongapplicationlabel", text}}, context);
  CHECK(postgresql.table(postgresql.get(key)) ==
        "verylongapplicationlabel_verylongmodelnamethatgoesonandonancf9e");
}

TEST_CASE("a foreign key points to a field") {
  const ModelSet models = read_shop(R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 9, unique: true}
  Writer: {inherits: Author}
  Book:
    fields:
      by: {type: ForeignKey, to: Author, on_delete: CASCADE}
      named: {type: ForeignKey, to: Author, to_field: name, on_delete: CASCADE, related_name: +}
      plain: {type: ForeignKey, to: Author, to_field: id, on_delete: CASCADE, related_name: +}
      writer: {type: ForeignKey, to: Writer, on_delete: CASCADE}
)");
  const ModelDef& book = models.get({"shop", "book"});
  CHECK(models.target_field(*book.find_field("by")).name == "id");
  CHECK(models.target_field(*book.find_field("named")).name == "name");
  CHECK(models.target_field(*book.find_field("writer")).name == "author_ptr");
  CHECK(book.find_field("plain")->text("to_field") == "");
  CHECK(models.find_field(models.get({"shop", "writer"}), "name")->name ==
        "name");
}

TEST_CASE("a proxy has the table of what it stands for") {
  const ModelSet models = read_shop(R"(
models:
  Author:
    fields: {name: {type: TextField}}
    meta: {db_table: people}
  Writer: {inherits: Author, proxy: true}
)");
  CHECK(models.table(models.get({"shop", "writer"})) == "people");
}

TEST_CASE("a model is called what its class says, in Django's words") {
  const auto name = [](const std::string& model) {
    ModelDef made;
    made.name = model;
    return made.verbose_name();
  };
  CHECK(name("Book") == "book");
  CHECK(name("BookEdition") == "book edition");
  CHECK(name("HTTPServer") == "http server");
  CHECK(name("PageHTML") == "page html");
  CHECK(name("B2B") == "b2b");
  CHECK(name("OpenID2User") == "open i d2 user");
  ModelDef given;
  given.name = "Person";
  given.options.set("verbose_name", "human being");
  CHECK(given.verbose_name() == "human being");
}

TEST_CASE("a swappable model has no table where another is the user model") {
  ModelDef user;
  user.app = "auth";
  user.name = "User";
  for (const char* written : {"auth_user_model", "AUTH_USER_MODEL"}) {
    user.options.set("swappable", written);
    ModelSet models;
    models.put(user);
    CHECK_FALSE(models.get(user.key()).swapped);
    models.auth_user_model = "accounts.user";
    models.put(user);
    CHECK(models.get(user.key()).swapped);
  }
  user.options.set("swappable", "another_setting");
  ModelSet models;
  models.auth_user_model = "accounts.user";
  models.put(user);
  CHECK_FALSE(models.get(user.key()).swapped);
}
