#include "orm/models_yaml.hpp"

#include <catch2/catch.hpp>

#include "core/yaml.hpp"
#include "models_text.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

/// A model as it was understood: a line each field, then its meta.
std::string shown(const ModelDef& model) {
  std::string text = model.label() + "\n";
  for (const FieldDef& field : model.fields) {
    text += field.name + ": " + yaml::write_flow(field_to_data(field)) + "\n";
  }
  const DataMap meta = meta_to_data(model);
  if (!meta.empty()) text += yaml::write_flow(meta) + "\n";
  if (!model.bases.empty()) {
    text += "bases " + yaml::write_flow(Data(model.bases)) + "\n";
  }
  return text;
}

std::string shown(const ModelSet& models, const std::string& model) {
  return shown(models.get({"shop", model}));
}

}  // namespace

TEST_CASE("a models.yaml as the documentation shows it") {
  const ModelSet models = read_shop(R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 100}
      bio: {type: TextField, blank: true, default: ""}
  Book:
    fields:
      title: {type: CharField, max_length: 200}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, related_name: books}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2}
      published: {type: DateField, blank: true}
      tags: {type: ManyToManyField, to: TAG, blank: true}
    meta:
      ordering: [-published, title]
      unique_together: [title, author]
      indexes:
        - {fields: [author, -published], name: book_author_pub_idx}
        - {fields: [title], name: book_cheap_idx, condition: {price__lt: 10}}
        - {expressions: [{Lower: title}], name: book_title_lower_idx}
      constraints:
        - {type: CheckConstraint, condition: {price__gte: 0}, name: book_price_gte_0}
        - {type: UniqueConstraint, fields: [title], condition: {published__isnull: true}, name: one_draft}
  Tag: {fields: {name: {type: SlugField, unique: true}}}
)");
  CHECK(shown(models, "author") == R"(shop.Author
id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
name: {type: CharField, max_length: 100}
bio: {type: TextField, blank: true, default: ""}
)");
  CHECK(shown(models, "book") == R"(shop.Book
id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
title: {type: CharField, max_length: 200}
author: {type: ForeignKey, to: shop.author, on_delete: CASCADE, related_name: books}
price: {type: DecimalField, max_digits: 6, decimal_places: 2}
published: {type: DateField, blank: true}
tags: {type: ManyToManyField, to: shop.tag, blank: true}
{ordering: [-published, title], unique_together: [[title, author]], indexes: [{fields: [author, -published], name: book_author_pub_idx}, {fields: [title], name: book_cheap_idx, condition: {price__lt: 10}}, {expressions: [{Lower: title}], name: book_title_lower_idx}], constraints: [{type: CheckConstraint, condition: {price__gte: 0}, name: book_price_gte_0}, {type: UniqueConstraint, fields: [title], name: one_draft, condition: {published__isnull: true}}]}
)");
}

TEST_CASE("an index without a name gets Django's") {
  const ModelSet models = read_shop(R"(
models:
  Order:
    fields:
      customer: {type: IntegerField, db_column: customer_id}
      created: {type: DateField, db_column: created_at}
    meta: {indexes: [{fields: [customer, -created]}]}
)");
  CHECK(models.get({"shop", "order"}).indexes[0].name() ==
        "shop_order_custome_da1929_idx");
}

TEST_CASE("an abstract model gives its fields and meta to its children") {
  const ModelSet models = read_shop(R"(
models:
  Named:
    abstract: true
    fields:
      name: {type: CharField, max_length: 9}
      note: {type: TextField}
      parent: {type: ForeignKey, to: self, on_delete: CASCADE, related_name: "%(class)s_children"}
    meta:
      ordering: [name]
      verbose_name: thing
      indexes: [{fields: [name], name: "%(app_label)s_%(class)s_name"}]
  Dated:
    abstract: true
    fields: {created: {type: DateField}, name: {type: TextField}}
    meta: {ordering: [created], get_latest_by: created}
  Place:
    inherits: [Named, Dated]
    fields:
      city: {type: TextField}
      name: {type: CharField, max_length: 50}
      note: null
    meta: {verbose_name: place}
)");
  CHECK(models.find({"shop", "named"}) == nullptr);
  CHECK(shown(models, "place") == R"(shop.Place
id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
parent: {type: ForeignKey, to: shop.place, on_delete: CASCADE, related_name: place_children}
created: {type: DateField}
city: {type: TextField}
name: {type: CharField, max_length: 50}
{ordering: [name], get_latest_by: [created], verbose_name: place, indexes: [{fields: [name], name: shop_place_name}]}
)");
}

TEST_CASE("a model that inherits from one with a table is linked to it") {
  const ModelSet models = read_shop(R"(
models:
  Place:
    fields: {name: {type: TextField}}
    meta: {ordering: [name], verbose_name: place}
  Bar: {inherits: Place, fields: {beers: {type: IntegerField}}}
  Pub:
    inherits: [Place]
    fields:
      place: {type: OneToOneField, to: Place, on_delete: CASCADE, parent_link: true}
  Near: {inherits: Place, proxy: true}
)");
  CHECK(shown(models, "bar") == R"(shop.Bar
place_ptr: {type: OneToOneField, to: shop.place, on_delete: CASCADE, parent_link: true, primary_key: true, auto_created: true, serialize: false}
beers: {type: IntegerField}
{ordering: [name]}
bases [shop.place]
)");
  CHECK(shown(models, "pub") == R"(shop.Pub
place: {type: OneToOneField, to: shop.place, on_delete: CASCADE, parent_link: true, primary_key: true}
{ordering: [name]}
bases [shop.place]
)");
  CHECK(shown(models, "near") == R"(shop.Near
{ordering: [name], proxy: true}
bases [shop.place]
)");
}

TEST_CASE("models refer to those of other apps and to the user model") {
  const ModelSet models = read_texts(
      {{"shop",
        "models: {Book: {fields: {by: {type: ForeignKey, to: people.PERSON, "
        "on_delete: CASCADE}, owner: {type: ForeignKey, to: auth.User, "
        "on_delete: CASCADE}}}}"},
       {"people", "models: {Person: {fields: {name: {type: TextField}}}}"},
       {"auth", "models: {User: {fields: {name: {type: TextField}}}}"}});
  const ModelDef& book = models.get({"shop", "book"});
  CHECK(book.find_field("by")->to() == "people.person");
  CHECK(models.target(*book.find_field("by")).label() == "people.Person");
  CHECK(book.find_field("owner")->to() == "auth_user_model");
  CHECK(models.target(*book.find_field("owner")).label() == "auth.User");
}

TEST_CASE("what is not of the database is kept as it is") {
  const ModelSet models = read_shop(R"(
models:
  Book:
    fields: {isbn: {type: TextField, renamed_from: number}}
    natural_key: [isbn]
    str: "{isbn}"
    managed: false
    renamed_from: Volume
    scopes: {cheap: {filter: {isbn: x}}}
    default_scope: {exclude: {isbn: y}}
)");
  const ModelDef& book = models.get({"shop", "book"});
  CHECK(book.natural_key == std::vector<std::string>{"isbn"});
  CHECK(book.str == "{isbn}");
  CHECK_FALSE(book.managed());
  CHECK(book.renamed_from == "shop.volume");
  CHECK(book.find_field("isbn")->renamed_from == "number");
  CHECK(to_json(book.scopes) == R"({"cheap":{"filter":{"isbn":"x"}}})");
  CHECK(to_json(book.default_scope) == R"({"exclude":{"isbn":"y"}})");
}

TEST_CASE("order_with_respect_to brings a column") {
  const ModelSet models = read_shop(R"(
models:
  Question: {fields: {text: {type: TextField}}}
  Answer:
    fields: {question: {type: ForeignKey, to: Question, on_delete: CASCADE}}
    meta: {order_with_respect_to: question}
)");
  CHECK(models.get({"shop", "answer"}).fields.back().name == "_order");
}

TEST_CASE("an empty file has no models") {
  CHECK(read_shop("").all().empty());
  CHECK(read_shop("models:").all().empty());
}
