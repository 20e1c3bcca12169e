// Runs scripts against a shop of two databases.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "../orm/databases.hpp"
#include "../orm/models_text.hpp"
#include "../orm/tables.hpp"
#include "core/text.hpp"
#include "orm/query_log.hpp"
#include "scripting/environment.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

constexpr const char* kShop = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 20}
      born: {type: DateField, null: true}
    meta: {ordering: [name]}
    str: "{name}"
  Tag:
    fields: {word: {type: CharField, max_length: 20, unique: true}}
  Book:
    fields:
      title: {type: CharField, max_length: 20}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: books}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2, default: "1.00"}
      stock: {type: IntegerField, default: 0}
      pages: {type: BigIntegerField, null: true}
      weight: {type: FloatField, null: true}
      made: {type: DateTimeField, null: true}
      code: {type: UUIDField, null: true}
      extra: {type: JSONField, null: true}
      tags: {type: ManyToManyField, to: Tag, related_name: books}
    meta: {ordering: [id]}
  Order:
    fields:
      name: {type: CharField, max_length: 20}
      save: {type: CharField, max_length: 20, default: kept}
      deleted: {type: DateTimeField, null: true}
    soft_delete: deleted
)";

inline const orm::Registry& shop() {
  static const orm::Registry kRegistry(orm::read_shop(kShop));
  return kRegistry;
}

class Script {
 public:
  explicit Script(settings::Engine engine = settings::Engine::kSqlite,
                  Limits limits = {}, std::function<void()> check = {})
      : database_(engine),
        connection_(orm::logged(database_.open(),
                                [this](const orm::LoggedStatement& one) {
                                  log.emplace_back(one.sql);
                                })),
        databases(*connection_),
        environment_(shop(), databases),
        state(limits, std::move(check)) {
    for (const char* model : {"author", "tag", "book", "order"}) {
      orm::create_table(*connection_, shop().models(), {"shop", model});
    }
    environment_.print = [this](std::string_view line) { printed += line; };
    environment_.warn = [this](std::string_view line) {
      printed += "warning: " + std::string(line) + "\n";
    };
    state.environment = &environment_;
    lua_pushcfunction(state.lua(), wrapped<define>);
    state.call(0, 0);
    log.clear();
  }

  /// What the text prints.
  std::string run(const std::string& text) {
    printed.clear();
    state.load(std::make_shared<SourceFile>("test.lua", text));
    state.call(0, 0);
    return printed;
  }
  /// What the expressions are, joined as print() does.
  std::string show(const std::string& expressions) {
    std::string shown = run("print(" + expressions + ")");
    if (!shown.empty()) shown.pop_back();
    return shown;
  }
  /// "code: message - hint", or nothing.
  std::string error(const std::string& text) {
    return orm::thrown([&] { run(text); });
  }

 private:
  static int define(lua_State* lua) {
    define_orm(lua);
    return 0;
  }

  orm::TestDatabase database_;
  std::unique_ptr<orm::Connection> connection_;

 public:
  std::vector<std::string> log;
  std::string printed;
  orm::Databases databases;

 private:
  Environment environment_;

 public:
  State state;
};

}  // namespace manage::scripting
