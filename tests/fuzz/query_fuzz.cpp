// Conditions and orders of any text: Error is thrown, or SQL comes out that
// SQLite takes, on tables that are still there afterwards.
#include <cstdlib>
#include <memory>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/query_set.hpp"
#include "orm/schema_editor.hpp"

namespace orm = manage::orm;
namespace yaml = manage::yaml;

namespace {

constexpr const char* kModels = R"(
models:
  Place: {fields: {name: {type: CharField, max_length: 9}}}
  Author:
    fields:
      name: {type: CharField, max_length: 9}
      born: {type: DateField, null: true}
      editor: {type: ForeignKey, to: self, on_delete: CASCADE, null: true}
  Shop: {inherits: [Place], fields: {owner: {type: OneToOneField, to: Author, on_delete: CASCADE}}}
  Book:
    fields:
      title: {type: CharField, max_length: 9}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2}
      sold: {type: BooleanField}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, related_name: books}
      shops: {type: ManyToManyField, to: Shop, related_name: books}
    meta: {ordering: [-price, author]}
)";

/// The models, and a database with their tables.
struct Library {
  Library() : registry(read()), connection(open()) {
    for (const char* model : {"place", "author", "shop", "book"}) {
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
    config.alias = "memory";
    config.engine = manage::settings::Engine::kSqlite;
    config.name = ":memory:";
    return orm::connect(config);
  }

  orm::Registry registry;
  std::unique_ptr<orm::Connection> connection;
};

void ask(const Library& library, const yaml::Node& root) {
  orm::QuerySet books(library.registry, library.registry.get("Book"));
  manage::Diagnostics diagnostics;
  yaml::MapReader reader(root, "query", diagnostics);
  if (const auto* node = reader.get("filter")) {
    books = books.filter(orm::Q::from_data(yaml::to_data(*node)));
  }
  if (const auto* node = reader.get("exclude")) {
    books = books.exclude(orm::Q::from_data(yaml::to_data(*node)));
  }
  if (const auto* node = reader.get("order_by")) {
    const std::vector<std::string> names = yaml::to_data(*node).texts();
    books = books.order_by({names.begin(), names.end()});
  }
  if (const auto* node = reader.get("values")) {
    const std::vector<std::string> names = yaml::to_data(*node).texts();
    books = books.values({names.begin(), names.end()});
  }
  if (const auto* node = reader.get("steps")) {
    const manage::Data steps = yaml::to_data(*node);
    books = orm::apply_steps(books,
                             steps.list() ? *steps.list() : manage::DataList());
  }
  books.statement(orm::postgresql_dialect());
  try {
    if (!books.rows(*library.connection).empty()) std::abort();
    if (books.count(*library.connection) != 0) std::abort();
  } catch (const orm::DatabaseError& error) {
    // A function may be called with what it does not take, and by a name that
    // the database does not know. But SQL is SQL, and what it names is there.
    for (const char* wrong :
         {"syntax error", "unrecognized token", "incomplete input",
          "no such table", "no such column", "ambiguous column"}) {
      if (error.message().find(wrong) != std::string::npos) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  static const Library kLibrary;
  const std::string text(reinterpret_cast<const char*>(bytes), size);
  try {
    const yaml::Tree tree = yaml::parse("query.yaml", text);
    if (tree.root.is_map()) ask(kLibrary, tree.root);
  } catch (const manage::Error&) {
  }
  return 0;
}
