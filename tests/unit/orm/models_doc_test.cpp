// docs/models.md lists exactly what the tables in code hold.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "orm/expression.hpp"
#include "orm/field_def.hpp"
#include "orm/meta_yaml.hpp"

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
    if (line.rfind("## ", 0) == 0) inside = line == "## " + heading;
    if (!inside || line.rfind("| `", 0) != 0) continue;
    const std::size_t cell = line.find(" |", 2);
    rows[quoted(line.substr(0, cell)).at(0)] = quoted(line.substr(cell));
  }
  return rows;
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
  for (const OptionSpec& spec : option_specs()) {
    expected.emplace_back(spec.name);
  }
  CHECK(keys(table("Meta options")) == sorted(expected));
}

TEST_CASE("the documentation lists the expressions") {
  CHECK(keys(table("Expressions")) == expression_names());
}
