// A shop to write to: every on_delete, unique fields, defaults of all kinds,
// inheritance and a many-to-many relation.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query_log.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/updating.hpp"
#include "tables.hpp"

namespace manage::orm {

constexpr const char* kShopModels = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 20}
      born: {type: IntegerField, null: true}
      editor: {type: ForeignKey, to: Author, on_delete: SET_NULL, null: true, related_name: edited}
    meta: {ordering: [name]}
  Book:
    fields:
      isbn: {type: CharField, max_length: 20, unique: true}
      title: {type: CharField, max_length: 20, default: untitled}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: books}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2, default: "1.00"}
      stock: {type: IntegerField, default: 0}
      added: {type: DateTimeField, auto_now_add: true}
      changed: {type: DateTimeField, auto_now: true}
      rank: {type: IntegerField, db_default: 7}
      double: {type: GeneratedField, expression: {"*": [stock, 2]}, output_field: {type: IntegerField}, db_persist: true}
      tags: {type: ManyToManyField, to: Tag, related_name: books}
  Review:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: CASCADE, related_name: reviews}
      text: {type: CharField, max_length: 20}
  Order:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: PROTECT}
  Shelf:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: RESTRICT}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true}
  Note:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: {SET: 1}, null: true}
      author: {type: ForeignKey, to: Author, on_delete: SET_DEFAULT, default: 1, related_name: notes}
  Person:
    fields:
      name: {type: CharField, max_length: 20}
      friends: {type: ManyToManyField, to: self}
      clubs: {type: ManyToManyField, to: Club, through: Membership, related_name: members}
  Club:
    fields: {name: {type: CharField, max_length: 20}}
  Membership:
    fields:
      person: {type: ForeignKey, to: Person, on_delete: CASCADE}
      club: {type: ForeignKey, to: Club, on_delete: CASCADE}
      role: {type: CharField, max_length: 20}
  Tag:
    fields: {word: {type: CharField, max_length: 20, unique: true}}
  Place:
    fields: {name: {type: CharField, max_length: 20}}
  Restaurant:
    inherits: [Place]
    fields: {stars: {type: IntegerField, default: 0}}
  Visit:
    fields: {place: {type: ForeignKey, to: Place, on_delete: CASCADE, related_name: visits}}
  Sign:
    fields:
      text: {type: CharField, max_length: 20}
      place: {type: OneToOneField, to: Place, on_delete: SET_NULL, null: true, related_name: sign}
  Country:
    fields: {code: {type: CharField, max_length: 9, unique: true}}
  City:
    fields: {country: {type: ForeignKey, to: Country, to_field: code, on_delete: CASCADE, related_name: cities}}
  Token:
    fields:
      id: {type: UUIDField, primary_key: true, default: {call: uuid4}}
      text: {type: CharField, max_length: 20}
)";

inline const Registry& shop() {
  static const Registry kRegistry(read_shop(kShopModels));
  return kRegistry;
}

/// Empty tables, and what was asked of them.
class ShopTables {
 public:
  explicit ShopTables(settings::Engine engine)
      : database_(engine),
        connection(logged(
            database_.open(),
            [this](const LoggedStatement& one) { log.emplace_back(one.sql); })),
        databases(*connection) {
    for (const char* model :
         {"author", "tag", "book", "review", "order", "shelf", "note", "place",
          "restaurant", "token", "person", "club", "membership", "visit",
          "country", "city", "sign"}) {
      create_table(*connection, shop().models(), {"shop", model});
    }
    log.clear();
  }

  Manager of(const std::string& model) const {
    return {shop(), shop().get(model), databases};
  }
  QuerySet all(const std::string& model) const {
    return {shop(), shop().get(model)};
  }
  /// Rows in the order of their keys: values with a space between them, rows
  /// with a comma.
  std::string rows(const std::string& model,
                   const std::vector<Named>& names) const {
    std::vector<std::string> lines;
    for (const Row& row :
         all(model).order_by({"pk"}).values(names).rows(*connection)) {
      std::vector<std::string> parts;
      for (const Value& value : row) parts.push_back(display(value));
      lines.push_back(text::join(parts, " "));
    }
    return text::join(lines, ", ");
  }
  std::unique_ptr<Connection> open() const { return database_.open(); }

 private:
  TestDatabase database_;

 public:
  std::vector<std::string> log;
  std::unique_ptr<Connection> connection;
  Databases databases;
};

inline Value number(std::int64_t value) { return value; }
inline Value text_of(const char* value) { return std::string(value); }

}  // namespace manage::orm
