// Scripts of any text: an Error is thrown, or they end. They cannot take more
// than their memory and their instructions, and leave the process as it was.
#include <cstdint>
#include <memory>

#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/schema_editor.hpp"
#include "scripting/environment.hpp"
#include "scripting/state.hpp"

namespace orm = manage::orm;
namespace scripting = manage::scripting;

namespace {

constexpr const char* kModels = R"(
models:
  Author:
    fields: {name: {type: CharField, max_length: 9}}
    str: "{name}"
  Book:
    fields:
      title: {type: CharField, max_length: 9}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2, default: 1}
      extra: {type: JSONField, null: true}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: books}
      friends: {type: ManyToManyField, to: self}
)";

/// The models, and a database with their tables.
struct Library {
  Library() : registry(read()), connection(open()), databases(*connection) {
    for (const char* model : {"author", "book"}) {
      orm::Catalog catalog;
      auto editor = connection->dialect().schema_editor(catalog);
      editor->create_model(registry.models().get({"shop", model}),
                           registry.models());
      for (const auto& list : {editor->take(), editor->take_deferred()}) {
        for (const orm::Statement& one : list) connection->execute(one.sql);
      }
    }
  }

  static orm::ModelSet read() {
    manage::Diagnostics diagnostics;
    const auto file =
        std::make_shared<manage::SourceFile>("models.yaml", kModels);
    return orm::read_models({{"shop", "BigAutoField", file}}, {}, diagnostics);
  }

  static std::unique_ptr<orm::Connection> open() {
    manage::settings::DatabaseConfig config;
    config.alias = "default";
    config.name = ":memory:";
    config.engine = manage::settings::Engine::kSqlite;
    return orm::connect(config);
  }

  orm::Registry registry;
  std::unique_ptr<orm::Connection> connection;
  orm::Databases databases;
};

int define(lua_State* lua) {
  scripting::define_orm(lua);
  return 0;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  static Library library;
  scripting::Limits limits;
  limits.memory = std::size_t{16} << 20;
  limits.instructions = 20'000;
  scripting::Environment environment(library.registry, library.databases);
  // Whatever one does, the next finds nothing of it.
  orm::Transaction transaction(*library.connection);
  scripting::State state(limits);
  state.environment = &environment;
  lua_pushcfunction(state.lua(), scripting::wrapped<define>);
  state.call(0, 0);
  try {
    state.load(std::make_shared<manage::SourceFile>(
        "fuzz.lua", std::string(reinterpret_cast<const char*>(data), size)));
    state.call(0, 0);
  } catch (const manage::Error&) {
  }
  return 0;
}
