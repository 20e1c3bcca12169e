#include "migrations_engine/json_schema.hpp"

#include <catch2/catch.hpp>

#include "core/yaml.hpp"
#include "migrations_engine/operations/all.hpp"
#include "orm/json_schema.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// {operation: its schema}.
std::map<std::string, DataMap> described_operations() {
  Data schema = migration_json_schema();
  const Data& list = *schema.map()
                          ->find("definitions")
                          ->map()
                          ->find("operation")
                          ->map()
                          ->find("anyOf");
  std::map<std::string, DataMap> operations;
  for (const Data& one : *list.list()) {
    const DataMap& properties = *one.map()->find("properties")->map();
    for (const auto& [name, arguments] : properties) {
      operations[name] = *arguments.map();
    }
  }
  return operations;
}

/// What is wrong with an operation that has no arguments but `key`, as codes
/// and messages.
std::string problems(const std::string& operation, const std::string& key) {
  yaml::Tree tree =
      yaml::parse("x.yaml", "{" + operation + ": {" +
                                (key.empty() ? "" : key + ": 0") + "}}");
  Diagnostics diagnostics;
  read_operation(tree.root, "shop", diagnostics);
  std::string text;
  for (const Diagnostic& one : diagnostics.all()) {
    text += one.code + ": " + one.message + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("the schema knows every operation and its arguments") {
  auto operations = described_operations();
  for (const std::string& name : operation_type_names()) {
    CAPTURE(name);
    REQUIRE(operations.count(name) == 1);
    const DataMap& schema = operations.at(name);
    std::vector<std::string> required;
    if (const Data* list = schema.find("required")) required = list->texts();
    std::string missing = problems(name, "");
    for (const auto& [key, value] : *schema.find("properties")->map()) {
      CAPTURE(key);
      bool needed =
          std::find(required.begin(), required.end(), key) != required.end();
      CHECK((missing.find("needs the key " + key + "\n") !=
             std::string::npos) == needed);
      CHECK(problems(name, key).find("has no key " + key) == std::string::npos);
    }
    // And no more: what the reader misses stands in the schema.
    for (std::size_t at = missing.find("needs the key ");
         at != std::string::npos; at = missing.find("needs the key ", at + 1)) {
      std::string key = missing.substr(at + 14);
      key = key.substr(0, key.find('\n'));
      CHECK(schema.find("properties")->map()->find(key) != nullptr);
    }
  }
  CHECK(operations.size() == operation_type_names().size());
}

TEST_CASE("the schema knows the options that only migrations have") {
  Data schema = migration_json_schema();
  const DataMap& options =
      *schema.map()->find("definitions")->map()->find("options")->map();
  CHECK(yaml::write(options).find("index_together") != std::string::npos);
  CHECK(yaml::write(orm::models_json_schema()).find("index_together") ==
        std::string::npos);
}
