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
#include "scripting/callables.hpp"
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

/// The files of an app, in memory.
class TextFiles : public FileSource {
 public:
  TextFiles(std::string app, std::map<std::string, std::string> files)
      : app_(std::move(app)), files_(std::move(files)) {}
  std::shared_ptr<const SourceFile> read(std::string_view path) const override {
    const auto found = files_.find(std::string(path));
    if (found == files_.end()) return nullptr;
    return std::make_shared<SourceFile>(app_ + "/" + found->first,
                                        found->second);
  }
  std::vector<std::string> list(std::string_view folder) const override {
    std::vector<std::string> names;
    for (const auto& [path, text] : files_) {
      const std::size_t slash = path.rfind('/');
      const bool top = slash == std::string::npos;
      if ((top ? "" : path.substr(0, slash)) == folder) {
        names.push_back(top ? path : path.substr(slash + 1));
      }
    }
    return names;
  }
  std::optional<std::filesystem::path> folder() const override { return {}; }

 private:
  std::string app_;
  std::map<std::string, std::string> files_;
};

using Models = std::vector<const char*>;

class Script {
 public:
  explicit Script(settings::Engine engine = settings::Engine::kSqlite,
                  Limits limits = {}, std::function<void()> check = {},
                  const orm::Registry& registry = shop(),
                  const Models& models = {"author", "tag", "book", "order"})
      : database_(engine),
        connection_(orm::logged(database_.open(),
                                [this](const orm::LoggedStatement& one) {
                                  log.emplace_back(one.sql);
                                })),
        databases(*connection_),
        environment_(registry, databases),
        callables_([this]() -> State& { return state; }),
        state(limits, std::move(check)) {
    for (const char* model : models) {
      orm::create_table(*connection_, registry.models(), {"shop", model});
    }
    databases.signals = &environment_.model_signals;
    databases.callables = &callables_;
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

  /// An app with these files.
  void install(const std::string& label,
               std::map<std::string, std::string> files) {
    orm::AppConfig app;
    app.label = label;
    app.source = std::make_shared<TextFiles>(label, std::move(files));
    apps_.add(std::move(app));
    environment_.installed = &apps_;
  }
  const orm::Apps& apps() const { return apps_; }
  Environment& environment() { return environment_; }
  orm::Connection& connection() { return *connection_; }

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
  orm::Apps apps_;
  Environment environment_;
  ScriptCallables callables_;

 public:
  State state;
};

}  // namespace manage::scripting
