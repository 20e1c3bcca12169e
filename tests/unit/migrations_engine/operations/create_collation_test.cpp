#include "tests/unit/migrations_engine/folding.hpp"
#include "tests/unit/migrations_engine/history.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kGerman =
    "CreateCollation: {name: German, locale: de-u-ks-level2, provider: icu, "
    "deterministic: false}";
const std::string kPlain = "CreateCollation: {name: plain, locale: C}";

}  // namespace

TEST_CASE("PostgreSQL gets a collation, and loses it") {
  if (!orm::has_postgresql()) return;
  History history(settings::Engine::kPostgresql);
  history.fill();
  CHECK(
      history.round_trip(item(kGerman)) ==
      Lines{
          R"(CREATE COLLATION "German" (locale = 'de-u-ks-level2', provider = icu, deterministic = false))"});
  CHECK(history.round_trip(item(kPlain)) ==
        Lines{R"(CREATE COLLATION "plain" (locale = 'C', provider = libc))"});
  CHECK(history.rows(R"(SELECT 'A' = 'a' COLLATE "German")") == "true");
  history.round_trip(
      item("AlterField: {model_name: book, name: title, field: "
           "{type: CharField, max_length: 200, db_collation: "
           "German}}"));
  CHECK(history.rows("SELECT pages FROM shop_book WHERE title = 't'") == "7");
}

TEST_CASE("SQLite has no collations to create") {
  History history(settings::Engine::kSqlite);
  CHECK(history.round_trip(item(kGerman)).empty());
}

TEST_CASE(
    "CreateCollation: what it says of itself, and what is wrong with it") {
  CHECK(says(kGerman) == "+ Create collation German (create_collation_german)");
  CHECK(written({kPlain}) == written({"CreateCollation: {name: plain, locale: "
                                      "C, provider: libc, deterministic: "
                                      "true}"}));
  CHECK(mistakes("CreateCollation: {name: a, provider: java}") ==
        Lines{"2:22: CreateCollation needs the key locale",
              "2:42: provider of CreateCollation must be libc or icu"});
  CHECK(meets(kPlain, kPlain) == "stays");
}
