// The table of keys, and that docs/settings.md says the same.
#include "settings/schema.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "project.hpp"
#include "source_dir.hpp"

using namespace manage;
using settings::Key;

namespace {

std::string documentation() {
  std::ifstream in(std::filesystem::path(MANAGE_SOURCE_DIR) / "docs" /
                   "settings.md");
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

/// The row of a key in the documentation's tables.
std::string row(const Key& key) {
  std::string type(settings::type_name(key.type));
  if (!key.choices.empty()) {
    type = fmt::format("{}", fmt::join(key.choices, ", "));
  }
  // Modes are written as people know them.
  std::string value = key.path == "file_upload_permissions"
                          ? "0o644"
                          : yaml::write_flow(key.default_value);
  return fmt::format("| `{}` | {} | `{}` | {}{} |\n", key.path, type, value,
                     key.doc, key.secret ? " (secret)" : "");
}

}  // namespace

TEST_CASE("the documentation has a row for every key, and no others") {
  std::string text = documentation();
  std::set<std::string> rows;
  for (const Key& key : settings::schema()) {
    INFO(row(key));
    CHECK(text.find("\n" + row(key)) != std::string::npos);
    CHECK(rows.insert(row(key)).second);
  }
  std::size_t in_document = 0;
  std::size_t tables = text.find("## Project\n");
  for (std::size_t at = text.find("\n| `", tables); at != std::string::npos;
       at = text.find("\n| `", at + 1)) {
    ++in_document;
  }
  CHECK(in_document == rows.size());
}

TEST_CASE("the documentation's file with every key loads, and has every key") {
  std::string text = documentation();
  std::size_t begin = text.find("# settings/every.yaml\n");
  REQUIRE(begin != std::string::npos);
  std::string example = text.substr(begin, text.find("```", begin) - begin);
  Project project;
  project.write("settings/base.yaml", example);
  std::filesystem::create_directory(project.root / "secrets");
  CHECK(project.errors() == "none\n");
  yaml::Tree tree = yaml::parse("example", example);
  for (const Key& key : settings::schema()) {
    INFO(key.path);
    const yaml::Node* node = &tree.root;
    for (const std::string& part : text::split(key.path, '.')) {
      bool url = key.path == "databases.*.url";
      node = node->find(part != "*" ? part : url ? "replica" : "default");
      REQUIRE(node != nullptr);
    }
  }
}

TEST_CASE("keys are found by path, also below names that users choose") {
  CHECK(settings::find_key("debug")->path == "debug");
  CHECK(settings::find_key("databases.replica.name")->path ==
        "databases.*.name");
  CHECK(settings::find_key("databases.replica") == nullptr);
  CHECK(settings::find_key("") == nullptr);
  CHECK(settings::is_section("databases"));
  CHECK(settings::is_section("databases.replica"));
  CHECK(settings::is_section("migrations"));
  CHECK_FALSE(settings::is_section("debug"));
  CHECK_FALSE(settings::is_section("databases.replica.options"));
  CHECK(settings::find_free_map("logging.root.level")->path == "logging");
  CHECK(settings::find_free_map("databases.x.options.timeout")->path ==
        "databases.*.options");
  CHECK(settings::find_free_map("logging") == nullptr);
  CHECK(settings::find_free_map("debug.x") == nullptr);
}

TEST_CASE("a section knows the names in it") {
  CHECK(settings::names_in("orm") ==
        std::vector<std::string>{"lazy_loading", "query_log"});
  CHECK(settings::names_in("databases").empty());
  CHECK(settings::names_in("databases.x").front() == "engine");
  CHECK(settings::names_in("").front() == "debug");
}
