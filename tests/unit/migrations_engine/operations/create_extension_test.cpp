#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kCitext = "CreateExtension: {name: citext}";

}  // namespace

TEST_CASE("PostgreSQL gets an extension, and loses it") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  history.fill();
  CHECK(history.round_trip(item(kCitext)) ==
        Lines{R"(CREATE EXTENSION IF NOT EXISTS "citext")"});
  CHECK(history.rows("SELECT 'A'::citext = 'a'") == "true");
  CHECK(history.rows("SELECT title FROM shop_book") == "T");
  history.connection().execute("DROP EXTENSION citext");
}

TEST_CASE("SQLite has no extensions to create") {
  History history(settings::Engine::kSqlite);
  CHECK(history.round_trip(item(kCitext)).empty());
}

TEST_CASE(
    "CreateExtension: what it says of itself, and what is wrong with it") {
  CHECK(says(kCitext) ==
        "+ Creates extension citext (create_extension_citext)");
  CHECK(mistakes("CreateExtension: {}") ==
        Lines{"2:22: CreateExtension needs the key name"});
  CHECK(meets(kCitext, kCitext) == "stays");
}
