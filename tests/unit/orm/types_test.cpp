// The columns of every field type, compared with Django's.
#include <catch2/catch.hpp>
#include <fstream>

#include "orm/dialect.hpp"
#include "schema_story.hpp"
#include "source_dir.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

struct Case {
  std::string yaml;
  std::map<std::string, Sql> statements;  ///< by dialect
};

/// data/fields.txt: `## field`, then `dialect: statement` lines.
std::vector<Case> cases() {
  std::ifstream file(std::string(MANAGE_SOURCE_DIR) +
                     "/tests/unit/orm/data/fields.txt");
  REQUIRE(file);
  std::vector<Case> all;
  std::string line;
  while (std::getline(file, line)) {
    if (line.starts_with("## ")) {
      all.push_back({line.substr(3), {}});
    } else {
      std::size_t colon = line.find(": ");
      REQUIRE(colon != std::string::npos);
      all.back().statements[line.substr(4, colon - 4)].push_back(
          line.substr(colon + 2));
    }
  }
  return all;
}

}  // namespace

TEST_CASE("every field type gives Django's column") {
  const std::vector<Case> all = cases();
  CHECK(all.size() == 48);
  for (const Dialect* dialect : {&sqlite_dialect(), &postgresql_dialect()}) {
    for (const Case& one : all) {
      INFO(one.yaml);
      Story story(*dialect);
      story.create("Target",
                   "{code: {type: CharField, max_length: 10, unique: true}}");
      story.finish();
      story.create("Item", "{f: " + one.yaml + "}");
      CHECK(story.sql() == one.statements.at(std::string(dialect->name())));
    }
  }
}

TEST_CASE("a foreign key has the type of what it points to in the end") {
  Story story(sqlite_dialect());
  story.create("Place", "{f: {type: UUIDField, primary_key: true}}");
  story.create("Bar",
               "{place: {type: OneToOneField, to: Place, on_delete: CASCADE,"
               " primary_key: true}}");
  FieldDef key =
      field_of("bar", "{type: ForeignKey, to: Bar, on_delete: CASCADE}");
  CHECK(sqlite_dialect().column_type(key, story.models) == "char(32)");
  CHECK(postgresql_dialect().column_type(key, story.models) == "uuid");
}
