// JSON that is built of values, and PostgreSQL's full-text and trigram search.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "library.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// A library on PostgreSQL whose titles are worth a search; nullptr: no server.
std::unique_ptr<Library> searched() {
  if (!has_postgresql()) return nullptr;
  auto library = std::make_unique<Library>(Engine::kPostgresql);
  run(*library->connection,
      "UPDATE shop_book SET title = CASE id WHEN 1 THEN 'Iron and gold mines' "
      "WHEN 2 THEN 'Gold, gold, gold' WHEN 3 THEN 'The miner' ELSE 'Leads' "
      "END");
  return library;
}

/// JSON texts in one spelling: SQLite keeps the order of keys.
std::string json(const Library& library, const QuerySet& rows) {
  std::vector<std::string> lines;
  for (const Row& row : rows.rows(*library.connection)) {
    const std::string& text = std::get<Json>(row.back()).text;
    lines.push_back(nlohmann::json::parse(text).dump());
  }
  return text::join(lines, " ");
}

}  // namespace

TEST_CASE("JSON is built of values, the same on both databases") {
  const Library library(GENERATE(from_range(engines())));
  run(*library.connection,
      "UPDATE shop_book SET made = '2020-01-31 10:20:30' WHERE id = 1");
  CHECK(json(library, steps("Book", R"(
- filter: {id: 1}
- values:
    - whole: {JSONObject: {name: title, pages: pages, sold: sold, made: made,
              day: day, none: {Value: null},
              list: {JSONArray: [id, {Upper: title}, sold]}}}
)")) == R"({"day":"2020-01-31","list":[1,"IRON",true],)"
        R"("made":"2020-01-31T10:20:30+00:00","name":"Iron","none":null,)"
        R"("pages":100,"sold":true})");
  CHECK(json(library, steps("Book", R"(
- annotate: {whole: {JSONObject: {n: pages}}}
- filter: {whole__n__gt: 60}
- order_by: [id]
- values: [id, whole]
)")) == R"({"n":100} {"n":300})");
}

TEST_CASE("PostgreSQL: rows are searched, ranked and their hits marked",
          "[postgresql]") {
  const auto library = searched();
  if (!library) return;
  CHECK(library->values(steps("Book", R"(
- annotate: {found: {SearchVector: [title], config: english}}
- filter: {found: {SearchQuery: {Value: mine}, config: english}}
- order_by: [id]
- values: [id]
)")) == "1");
  CHECK(library->values(steps("Book", R"(
- annotate: {rank: {SearchRank: [{SearchVector: title}, {SearchQuery: {Value: gold}}]}}
- filter: {rank__gt: 0}
- order_by: [-rank]
- values: [id]
)")) == "2, 1");
  CHECK(library->values(steps("Book", R"(
- filter: {title__search: gold}
- order_by: [id]
- values: [{hit: {SearchHeadline: [title, {SearchQuery: {Value: iron}}],
            start_sel: "<", stop_sel: ">", max_words: 3, min_words: 2}}]
)")) == "<Iron> and gold, Gold, gold");
}

TEST_CASE("PostgreSQL: searches are joined", "[postgresql]") {
  const auto library = searched();
  if (!library) return;
  const auto found = [&](const std::string& query) {
    return library->values(
        steps("Book",
              "[{annotate: {v: {\"+\": [{SearchVector: title, weight: "
              "A}, {SearchVector: author__name, weight: B}]}}}, "
              "{filter: {v: " +
                  query + "}}, {order_by: [id]}, {values: [id]}]"));
  };
  CHECK(found("{\"|\": [{SearchQuery: {Value: iron}}, {SearchQuery: {Value: "
              "ben}}]}") == "1, 3");
  CHECK(found("{\"&\": [{SearchQuery: {Value: gold}}, {SearchQuery: {Value: "
              "iron}, invert: true}]}") == "2");
  CHECK(found("{SearchQuery: {Value: \"gold mines\"}, search_type: phrase}") ==
        "1");
  CHECK(
      found("{SearchQuery: {Value: \"gold -iron\"}, search_type: websearch}") ==
      "2");
  CHECK(found("{SearchQuery: {Value: \"iro:* | ben\"}, search_type: raw}") ==
        "1, 3");
}

TEST_CASE("PostgreSQL: texts are near each other by trigrams", "[postgresql]") {
  const auto library = searched();
  if (!library) return;
  run(*library->connection,
      "CREATE EXTENSION IF NOT EXISTS pg_trgm SCHEMA public");
  run(*library->connection,
      "SET search_path TO " + library->schema() + ", public");
  CHECK(library->values(steps("Book", R"(
- annotate: {near: {TrigramSimilarity: [title, {Value: lead}]}}
- filter: {near__gt: 0.3}
- values: [id]
)")) == "4");
  CHECK(library->values(steps("Book", R"(
- order_by: [{TrigramWordDistance: [{Value: miner}, title]}]
- slice: [0, 1]
- values: [id]
)")) == "3");
}

TEST_CASE("SQLite says that it has no search") {
  const auto refused = [](const std::string& value) {
    return thrown([&] {
      steps("Book", "[{values: [{x: " + value + "}]}]")
          .statement(sqlite_dialect());
    });
  };
  for (const char* name : {"SearchVector", "SearchQuery"}) {
    CHECK(refused(std::string("{") + name + ": title}") ==
          std::string("query.expression: SQLite has no function ") + name);
  }
  CHECK(refused("{TrigramDistance: [title, title]}") ==
        "query.expression: SQLite has no function TrigramDistance");
  CHECK(refused("{SearchVector: title, config: \"a'b\"}") ==
        "query.expression: config is the name of a text search configuration");
  CHECK(refused("{RowNumber: []}")
            .starts_with("query.expression: RowNumber is of a window"));
  CHECK(refused("{\"+\": [{RowNumber: []}, {Value: 1}]}")
            .starts_with("query.expression: RowNumber is of a window"));
}
