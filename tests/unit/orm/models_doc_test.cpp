// docs/models.md lists exactly what the tables in code hold.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "models_text.hpp"
#include "orm/field_def.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/part_types.hpp"
#include "orm/query/definition.hpp"
#include "source_dir.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

using Names = std::vector<std::string>;

/// What stands in backquotes.
Names quoted(const std::string& text) {
  Names names;
  for (std::size_t begin = text.find('`'); begin != std::string::npos;) {
    const std::size_t end = text.find('`', begin + 1);
    if (end == std::string::npos) break;
    names.push_back(text.substr(begin + 1, end - begin - 1));
    begin = text.find('`', end + 1);
  }
  return names;
}

/// The rows of the table below a heading: the first cell's name, and the
/// names in the second cell.
std::map<std::string, Names> table(const std::string& heading) {
  const auto path = std::filesystem::path(MANAGE_SOURCE_DIR) / "docs/models.md";
  std::ifstream file(path);
  REQUIRE(file);
  std::map<std::string, Names> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("## ", 0) == 0 || line.rfind("### ", 0) == 0) {
      inside = line.substr(line.find(' ') + 1) == heading;
    }
    if (!inside || line.rfind("| `", 0) != 0) continue;
    const std::size_t cell = line.find(" |", 2);
    rows[quoted(line.substr(0, cell)).at(0)] = quoted(line.substr(cell));
  }
  return rows;
}

/// The blocks of YAML that are whole files.
Names examples() {
  const auto path = std::filesystem::path(MANAGE_SOURCE_DIR) / "docs/models.md";
  std::ifstream file(path);
  REQUIRE(file);
  Names found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("```", 0) == 0) {
      inside = line == "```yaml";
      if (inside) found.emplace_back();
    } else if (inside) {
      found.back() += line + "\n";
    }
  }
  std::erase_if(found, [](const std::string& text) {
    return text.rfind("models:", 0) != 0;
  });
  return found;
}

Names keys(const std::map<std::string, Names>& rows) {
  Names names;
  for (const auto& [name, cells] : rows) names.push_back(name);
  return names;
}

Names sorted(Names names) {
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

TEST_CASE("the documentation lists the field types and their arguments") {
  std::map<std::string, Names> expected;
  for (const FieldType& type : field_types()) {
    Names& arguments = expected[std::string(type.name)];
    for (const ArgumentSpec& spec : type.arguments) {
      arguments.emplace_back(spec.name);
    }
  }
  CHECK(table("Field types") == expected);
}

TEST_CASE("the documentation lists the arguments of every field") {
  Names expected;
  for (const ArgumentSpec* spec :
       arguments_of(field_type(FieldKind::kInteger))) {
    expected.emplace_back(spec->name);
  }
  CHECK(keys(table("Arguments of every field")) == sorted(expected));
}

TEST_CASE("the documentation lists the meta options") {
  Names expected = {"indexes", "constraints"};
  for (const OptionSpec& spec : model_option_specs()) {
    expected.emplace_back(spec.name);
  }
  CHECK(keys(table("Meta options")) == sorted(expected));
}

TEST_CASE("the documentation lists the index types and their arguments") {
  std::map<std::string, Names> expected;
  for (const PartType& type : index_types()) {
    Names& arguments = expected[std::string(type.name)];
    for (const PartSpec& spec : type.arguments) {
      if (spec.storage) arguments.emplace_back(spec.name);
    }
  }
  CHECK(table("Indexes and constraints of PostgreSQL") == expected);
}

TEST_CASE("the documentation lists the expressions") {
  CHECK(keys(table("Expressions")) == definition_classes());
}

TEST_CASE("the documentation's examples of files are right") {
  ModelsContext context;
  context.dialect = &postgresql_dialect();
  context.unread = {"contenttypes"};
  CHECK(examples().size() >= 3);
  for (const std::string& text : examples()) {
    INFO(text);
    Diagnostics diagnostics;
    read_models(model_files({{"shop", text}}), context, diagnostics);
    CHECK(told(diagnostics.all()) == "");
  }
}

namespace {

/// Whether the plain Index takes it too, and `type` is another index.
bool find_argument_of_index(const PartType& type, std::string_view name) {
  const PartType& plain = *find_part_type(index_types(), "Index");
  const bool other_index = type.name != "Index" && type.name.ends_with("Index");
  return other_index &&
         std::any_of(plain.arguments.begin(), plain.arguments.end(),
                     [&](const PartSpec& spec) { return spec.name == name; });
}

/// What the examples use.
class Used {
 public:
  Used() {
    for (const std::string& text : examples()) {
      trees_.push_back(yaml::parse("docs/models.md", text));
    }
    for (const yaml::Tree& tree : trees_) {
      for (const auto& entry : tree.root.find("models")->entries) {
        add_model(entry.value);
      }
    }
  }

  std::set<std::string> model_keys, options;
  std::set<std::string> arguments;  ///< "CharField.max_length", ".max_length"
  std::set<std::string> parts;      ///< "GinIndex.fastupdate"

 private:
  void add_model(const yaml::Node& model) {
    for (const auto& entry : model.entries) model_keys.insert(entry.key);
    if (const yaml::Node* fields = model.find("fields")) {
      for (const auto& field : fields->entries) add_field(field.value);
    }
    const yaml::Node* meta = model.find("meta");
    if (!meta) return;
    for (const auto& entry : meta->entries) options.insert(entry.key);
    for (const char* list : {"indexes", "constraints"}) {
      const yaml::Node* items = meta->find(list);
      if (!items) continue;
      for (const yaml::Node& item : items->items) add_part(item);
    }
  }

  void add_field(const yaml::Node& field) {
    const FieldType* type = find_field_type(field.find("type")->text);
    for (const auto& entry : field.entries) {
      arguments.insert(std::string(type->name) + "." + entry.key);
      arguments.insert("." + entry.key);
    }
  }

  void add_part(const yaml::Node& part) {
    const yaml::Node* type = part.find("type");
    for (const auto& entry : part.entries) {
      parts.insert((type ? type->text : "Index") + "." + entry.key);
    }
  }

  std::vector<yaml::Tree> trees_;
};

}  // namespace

TEST_CASE("the documentation's examples have every key of a model") {
  const Used used;
  for (const char* key :
       {"fields", "meta", "abstract", "inherits", "proxy", "managed",
        "natural_key", "str", "scopes", "default_scope", "renamed_from"}) {
    CHECK(used.model_keys.count(key) == 1);
  }
  for (const OptionSpec& option : model_option_specs()) {
    INFO(option.name);
    CHECK(used.options.count(std::string(option.name)) == 1);
  }
}

TEST_CASE("the documentation's examples have every type and argument") {
  const Used used;
  for (const FieldType& type : field_types()) {
    INFO(type.name);
    CHECK(used.arguments.count(std::string(type.name) + ".type") == 1);
    for (const ArgumentSpec* spec : arguments_of(type)) {
      INFO(spec->name);
      CHECK(used.arguments.count("." + std::string(spec->name)) == 1);
    }
  }
  for (const auto* types : {&index_types(), &constraint_types()}) {
    for (const PartType& type : *types) {
      for (const PartSpec& spec : type.arguments) {
        // What every index takes is shown once.
        const bool shared = find_argument_of_index(type, spec.name);
        INFO(type.name << "." << spec.name);
        CHECK((shared || used.parts.count(std::string(type.name) + "." +
                                          std::string(spec.name)) == 1));
      }
    }
  }
}
