#include "orm/registry.hpp"

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

constexpr const char* kModels = R"(
models:
  Place:
    fields: {name: {type: CharField, max_length: 50}}
  Restaurant:
    inherits: [Place]
    fields:
      stars: {type: IntegerField}
      chef: {type: ForeignKey, to: Person, on_delete: SET_NULL, null: true, related_name: kitchens}
  Bistro: {inherits: [Restaurant], proxy: true}
  Person:
    fields:
      name: {type: CharField, max_length: 50}
      friends: {type: ManyToManyField, to: self}
      likes: {type: ManyToManyField, to: Place, related_name: fans, through: Like}
      fathers: {type: ForeignKey, to: self, on_delete: CASCADE, null: true, related_name: "+"}
  Like:
    fields:
      person: {type: ForeignKey, to: Person, on_delete: CASCADE}
      place: {type: ForeignKey, to: Place, on_delete: CASCADE}
  Badge:
    fields:
      code: {type: CharField, max_length: 5, unique: true}
      person: {type: OneToOneField, to: Person, on_delete: CASCADE}
      old: {type: ForeignKey, to: self, to_field: code, on_delete: CASCADE, related_query_name: newer}
)";

std::string show(const JoinStep& step) {
  return step.from->table() + "." + step.from_field->column() + " -> " +
         step.to->table() + "." + step.to_field->column() +
         (step.many ? " many" : "") + (step.nullable ? " null" : "") +
         (step.direct ? "" : " back");
}

/// The joins of a path, a line each, and what it ends at.
std::string path(const Registry& registry, const std::string& model,
                 const std::string& name) {
  const auto hop = registry.get(model).find(name);
  if (!hop) return "nothing";
  std::string lines;
  for (const JoinStep& step : hop->joins) lines += show(step) + "\n";
  return lines + (hop->target ? "model " + hop->target->def().name
                              : "column " + hop->field->column());
}

}  // namespace

TEST_CASE("a name of a model leads to a column or through joins to a model") {
  const Registry registry(read_shop(kModels));
  CHECK(path(registry, "shop.Person", "name") == "column name");
  CHECK(path(registry, "Badge", "person") ==
        "shop_badge.person_id -> shop_person.id\nmodel Person");
  CHECK(path(registry, "Badge", "person_id") == "column person_id");
  CHECK(path(registry, "Badge", "old") ==
        "shop_badge.old_id -> shop_badge.code\nmodel Badge");
  CHECK(path(registry, "Badge", "pk") == "column id");
  CHECK(path(registry, "Badge", "nothing") == "nothing");
}

TEST_CASE("a relation leads back by its query name") {
  const Registry registry(read_shop(kModels));
  CHECK(path(registry, "Person", "kitchens") ==
        "shop_person.id -> shop_restaurant.chef_id many null back\n"
        "model Restaurant");
  CHECK(path(registry, "Person", "badge") ==
        "shop_person.id -> shop_badge.person_id null back\nmodel Badge");
  CHECK(path(registry, "Badge", "newer") ==
        "shop_badge.code -> shop_badge.old_id many null back\nmodel Badge");
  CHECK(registry.get("Person").find("fathers").has_value());
  std::vector<std::string> back;
  for (const auto& one : registry.get("Person").reverse_relations()) {
    back.push_back(one.query_name + "=" + one.accessor);
  }
  CHECK(text::join(back, " ") == "badge=badge like=like_set kitchens=kitchens");
}

TEST_CASE("many to many is two joins, whoever made the table between") {
  const Registry registry(read_shop(kModels));
  CHECK(path(registry, "Person", "friends") ==
        "shop_person.id -> shop_person_friends.from_person_id many null back\n"
        "shop_person_friends.to_person_id -> shop_person.id\n"
        "model Person");
  CHECK(path(registry, "Person", "likes") ==
        "shop_person.id -> shop_like.person_id many null back\n"
        "shop_like.place_id -> shop_place.id\nmodel Place");
  CHECK(path(registry, "Place", "fans") ==
        "shop_place.id -> shop_like.place_id many null back\n"
        "shop_like.person_id -> shop_person.id\nmodel Person");
  CHECK(registry.find({"shop", "person_friends"})->auto_created());
}

TEST_CASE("a child has its parent's columns and relations, a join away") {
  const Registry registry(read_shop(kModels));
  const std::string up = "shop_restaurant.place_ptr_id -> shop_place.id\n";
  CHECK(path(registry, "Restaurant", "name") == up + "column name");
  CHECK(path(registry, "Restaurant", "pk") == up + "model Place");
  CHECK(path(registry, "Restaurant", "id") == up + "column id");
  CHECK(path(registry, "Restaurant", "fans") ==
        up + "shop_place.id -> shop_like.place_id many null back\n"
             "shop_like.person_id -> shop_person.id\nmodel Person");
  CHECK(path(registry, "Place", "restaurant") ==
        "shop_place.id -> shop_restaurant.place_ptr_id null back\n"
        "model Restaurant");
  std::vector<std::string> columns;
  for (const Model::Column& one : registry.get("Restaurant").columns()) {
    columns.push_back(one.owner->table() + "." + one.field->column());
  }
  CHECK(text::join(columns, " ") ==
        "shop_place.id shop_place.name shop_restaurant.place_ptr_id "
        "shop_restaurant.stars shop_restaurant.chef_id");
}

TEST_CASE("a proxy stands for its model") {
  const Registry registry(read_shop(kModels));
  const Model& bistro = registry.get("Bistro");
  CHECK(bistro.table() == "shop_restaurant");
  CHECK(&bistro.concrete() == &registry.get("Restaurant"));
  CHECK(path(registry, "Bistro", "stars") == "column stars");
  CHECK(path(registry, "Bistro", "chef") ==
        "shop_restaurant.chef_id -> shop_person.id null\nmodel Person");
}

TEST_CASE("models are found by label, or by name where it is unique") {
  const Registry registry(
      read_texts({{"shop", "models: {Book: {fields: {}}, Tag: {fields: {}}}"},
                  {"blog", "models: {Tag: {fields: {}}}"}}));
  CHECK(registry.get("shop.BOOK").label() == "shop.Book");
  CHECK(registry.get("book").label() == "shop.Book");
  CHECK(thrown([&] { registry.get("Bok"); }) ==
        "models.unknown: there is no model Bok");
  CHECK(thrown([&] { registry.get("tag"); }) ==
        "models.unknown: several apps have a model tag - write blog.Tag or "
        "shop.Tag");
}
