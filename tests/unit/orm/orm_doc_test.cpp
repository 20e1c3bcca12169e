// docs/orm.md says the SQL of each of its examples.
#include <catch2/catch.hpp>
#include <fstream>

#include "core/text.hpp"
#include "library_models.hpp"
#include "models_text.hpp"
#include "orm/query/from_data.hpp"
#include "source_dir.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

/// An example: four spaces, the model and its steps; then six and the SQL.
struct Example {
  std::string model, steps, sql;
};

std::vector<Example> examples() {
  std::ifstream file(std::string(MANAGE_SOURCE_DIR) + "/docs/orm.md");
  std::vector<Example> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": [{");
    if (line.starts_with("    ") && line[4] != ' ' &&
        colon != std::string::npos) {
      found.push_back({line.substr(4, colon - 4), line.substr(colon + 2), ""});
      inside = true;
    } else if (inside && line.starts_with("      ")) {
      std::string& sql = found.back().sql;
      sql += (sql.empty() ? "" : " ") + line.substr(6);
    } else {
      inside = false;
    }
  }
  return found;
}

}  // namespace

TEST_CASE("the SQL of docs/orm.md is what the compiler makes") {
  const Registry registry(read_shop(kLibraryModels));
  const std::vector<Example> all = examples();
  CHECK(all.size() >= 25);
  for (const Example& one : all) {
    CAPTURE(one.model, one.steps);
    const Data steps =
        yaml::to_data(yaml::parse("docs/orm.md", one.steps).root);
    const auto statement =
        apply_steps(QuerySet(registry, registry.get(one.model)), *steps.list())
            .statement(sqlite_dialect());
    REQUIRE(statement);
    std::string sql = text::replace_all(statement->sql, "\"", "");
    sql = text::replace_all(std::move(sql), "shop_", "");
    CHECK(sql == one.sql);
  }
}
