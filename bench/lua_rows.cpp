// Times loops over 100,000 records, two fields of each read, in Lua and in C++
// in turns:
//
//   lua_rows DATABASE ROUNDS
//
// DATABASE is a SQLite file that does not exist yet. Prints JSON:
// {"loop": [[in Lua, in C++], …], "start": […]}, in seconds; "start" is what a
// state with all bindings takes to be made.
#include <fmt/format.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "bench/turns.hpp"
#include "core/text.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/query/query_set.hpp"
#include "orm/schema_editor.hpp"
#include "orm/writing/manager.hpp"
#include "scripting/environment.hpp"
#include "scripting/state.hpp"

using namespace manage;

namespace {

constexpr const char* kModels = R"(
models:
  Book:
    fields:
      title: {type: CharField, max_length: 50}
      pages: {type: IntegerField}
      price: {type: DecimalField, max_digits: 8, decimal_places: 2}
)";
constexpr std::int64_t kBooks = 100'000;
constexpr const char* kLoop = R"(
local n = 0
for book in Book:all() do
  if book.title ~= "" and book.pages >= 0 then n = n + 1 end
end
assert(n == 100000)
)";

int define(lua_State* lua) {
  scripting::define_orm(lua);
  return 0;
}

orm::ModelSet models() {
  Diagnostics diagnostics;
  orm::ModelSet read =
      orm::read_models({{"shop", "BigAutoField",
                         std::make_shared<SourceFile>("models.yaml", kModels)}},
                       {}, diagnostics);
  diagnostics.throw_if_errors();
  return read;
}

class Bench {
 public:
  explicit Bench(const std::string& file)
      : registry_(models()), connection_(open(file)), databases_(*connection_) {
    orm::Catalog catalog;
    auto editor = connection_->dialect().schema_editor(catalog);
    editor->create_model(registry_.models().get({"shop", "book"}),
                         registry_.models());
    for (const orm::Statement& one : editor->take()) {
      connection_->execute(one.sql);
    }
    const orm::Manager manager(registry_, registry_.get("Book"), databases_);
    orm::Records books;
    for (std::int64_t id = 0; id < kBooks; ++id) {
      books.push_back(manager.make({{"title", fmt::format("Book {}", id)},
                                    {"pages", id % 500},
                                    {"price", std::string("2.50")}}));
    }
    manager.bulk_create(books);
  }

  std::string run(int rounds) {
    std::vector<std::string> loops, starts;
    for (int round = 0; round < rounds; ++round) {
      scripting::Environment environment(registry_, databases_);
      std::unique_ptr<scripting::State> state;
      starts.push_back(
          fmt::format("{}", seconds_of([&] { state = made(environment); })));
      const double ours = seconds_of([&] {
        state->load(std::make_shared<SourceFile>("loop.lua", kLoop));
        state->call(0, 0);
        // With its rows, as the other loop ends without any.
        state.reset();
      });
      loops.push_back(
          fmt::format("[{}, {}]", ours, seconds_of([&] { loop(); })));
    }
    return fmt::format("{{\"loop\": [{}], \"start\": [{}]}}",
                       text::join(loops, ", "), text::join(starts, ", "));
  }

 private:
  static std::unique_ptr<orm::Connection> open(const std::string& file) {
    settings::DatabaseConfig config;
    config.alias = "default";
    config.name = file;
    config.engine = settings::Engine::kSqlite;
    return orm::connect(config);
  }

  static std::unique_ptr<scripting::State> made(
      scripting::Environment& environment) {
    auto state = std::make_unique<scripting::State>();
    state->environment = &environment;
    lua_pushcfunction(state->lua(), scripting::wrapped<define>);
    state->call(0, 0);
    return state;
  }

  void loop() {
    std::int64_t count = 0;
    const orm::QuerySet books(registry_, registry_.get("Book"));
    for (const orm::RecordPtr& book : books.records(databases_)) {
      const bool good = !std::get<std::string>(book->get("title")).empty() &&
                        std::get<std::int64_t>(book->get("pages")) >= 0;
      if (good) ++count;
    }
    if (count != kBooks) std::abort();
  }

  orm::Registry registry_;
  std::unique_ptr<orm::Connection> connection_;
  orm::Databases databases_;
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  std::cout << Bench(arguments[1]).run(std::atoi(arguments[2])) << "\n";
}
