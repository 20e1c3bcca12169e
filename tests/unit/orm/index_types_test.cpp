// Index types, operator classes and exclusion constraints: how they are read,
// their SQL, and where there are none.
#include <catch2/catch.hpp>

#include "models_text.hpp"
#include "orm/part_types.hpp"
#include "schema_story.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::string read_problems(const std::string& text) {
  try {
    index_of(text);
    return {};
  } catch (const Error& error) {
    return told(error);
  }
}

std::string constraint_problems(const std::string& text) {
  try {
    constraint_of(text);
    return {};
  } catch (const Error& error) {
    return told(error);
  }
}

std::string rewritten(const std::string& text) {
  return yaml::write_flow(index_to_data(index_of(text)));
}

std::string index_sql(const std::string& text) {
  Story story(postgresql_dialect());
  story.create("Item",
               "{a: {type: JSONField}, b: {type: CharField, max_length: 9}}");
  story.finish();
  story.add_index("Item", text);
  return story.sql().front();
}

std::string constraint_sql(const std::string& text) {
  Story story(postgresql_dialect());
  story.create("Item",
               "{room: {type: IntegerField}, start: {type: DateTimeField}, "
               "stop: {type: DateTimeField}}");
  story.finish();
  story.add_constraint("Item", text);
  return story.sql().front();
}

}  // namespace

TEST_CASE("an index of another method says so in its SQL") {
  const std::map<std::string, std::string> cases = {
      {"{type: GinIndex, fields: [a], name: n, gin_pending_list_limit: 128, "
       "fastupdate: false}",
       "USING gin (\"a\") WITH (gin_pending_list_limit = 128, fastupdate = "
       "off)"},
      {"{type: GistIndex, fields: [b], name: n, buffering: true, fillfactor: "
       "80, opclasses: [gist_trgm_ops]}",
       "USING gist (\"b\" gist_trgm_ops) WITH (buffering = on, fillfactor = "
       "80)"},
      {"{type: BrinIndex, fields: [b], name: n, autosummarize: true, "
       "pages_per_range: 4}",
       "USING brin (\"b\") WITH (autosummarize = on, pages_per_range = 4)"},
      {"{type: HashIndex, fields: [b], name: n, fillfactor: 60}",
       "USING hash (\"b\") WITH (fillfactor = 60)"},
      {"{type: SpGistIndex, fields: [b], name: n, fillfactor: 80}",
       "USING spgist (\"b\") WITH (fillfactor = 80)"},
      {"{type: BTreeIndex, fields: [-b], name: n, fillfactor: 80, "
       "deduplicate_items: false, condition: {b__gt: x}}",
       "USING btree (\"b\" DESC) WITH (fillfactor = 80, deduplicate_items = "
       "off) WHERE \"b\" > 'x'"},
      {"{type: BloomIndex, fields: [id, b], name: n, length: 80, columns: [4, "
       "2]}",
       "USING bloom (\"id\", \"b\") WITH (length = 80, col1 = 4, col2 = 2)"},
  };
  for (const auto& [yaml, sql] : cases) {
    INFO(yaml);
    CHECK(index_sql(yaml) == "CREATE INDEX \"n\" ON \"shop_item\" " + sql);
    CHECK(yaml::write_flow(index_to_data(index_of(rewritten(yaml)))) ==
          rewritten(yaml));
  }
  CHECK(rewritten("{fastupdate: true, name: n, type: GinIndex, fields: a}") ==
        "{type: GinIndex, fields: [a], name: \"n\", fastupdate: true}");
}

TEST_CASE("an automatic name ends with the method") {
  CHECK(
      index_sql("{type: GinIndex, fields: [a]}") ==
      R"(CREATE INDEX "shop_item_a_e37c1c_gin" ON "shop_item" USING gin ("a"))");
}

TEST_CASE("an expression takes an operator class") {
  CHECK(
      index_sql("{expressions: [{OpClass: {Lower: b}, name: "
                "text_pattern_ops}, {desc: {OpClass: [b], name: text_ops}}], "
                "name: n}") ==
      R"(CREATE INDEX "n" ON "shop_item" ((LOWER("b")) text_pattern_ops, "b" text_ops DESC))");
}

TEST_CASE("parameters of indexes have limits") {
  CHECK(read_problems("{type: HashIndex, fields: [a], fillfactor: 5}") ==
        "models.index test:1:44: fillfactor of the index must be from 10 to "
        "100\n");
  CHECK(read_problems("{type: GinIndex, fields: [-a]}") ==
        "models.index test:1:26: a GinIndex has no order\n");
  CHECK(read_problems("{type: BloomIndex, fields: [a], columns: [1, 2]}") ==
        "models.index test:1:42: columns has more numbers than the index has "
        "fields\n");
  CHECK(read_problems("{type: GinIndex, fields: [a], fillfactor: 50}") ==
        "yaml.unknown-key test:1:31: index has no key fillfactor\n");
  CHECK(read_problems("{type: GinIndx, fields: [a]}") ==
        "models.type test:1:8: there is no index type GinIndx (did you mean "
        "GinIndex?)\n");
}

TEST_CASE("an exclusion constraint compares rows by operators") {
  const std::string text =
      "{type: ExclusionConstraint, name: n, expressions: [[room, \"=\"], "
      "[{Func: [start, stop], function: TSTZRANGE}, \"&&\"]], condition: "
      "{room__gt: 0}, deferrable: deferred, include: [start]}";
  CHECK(
      constraint_sql(text) ==
      R"(ALTER TABLE "shop_item" ADD CONSTRAINT "n" EXCLUDE USING GIST ("room" WITH =, (TSTZRANGE("start", "stop")) WITH &&) INCLUDE ("start") WHERE ("room" > 0) DEFERRABLE INITIALLY DEFERRED)");
  const Data data = constraint_to_data(constraint_of(text));
  CHECK(constraint_to_data(constraint_of(yaml::write_flow(data))) == data);
  CHECK(
      constraint_sql("{type: ExclusionConstraint, name: n, index_type: "
                     "SPGIST, expressions: [[{OpClass: room, name: x_ops}, "
                     "\"=\"]]}") ==
      R"(ALTER TABLE "shop_item" ADD CONSTRAINT "n" EXCLUDE USING SPGIST ("room" x_ops WITH =))");
}

TEST_CASE("an exclusion constraint is read strictly") {
  const std::string shape =
      "expressions of the constraint must be a list of [expression, operator] "
      "(write it as expressions: [[room, \"=\"], [during, \"&&\"]])\n";
  CHECK(constraint_problems("{type: ExclusionConstraint, name: n, expressions: "
                            "[room]}") ==
        "models.constraint test:1:51: " + shape);
  CHECK(constraint_problems("{type: ExclusionConstraint, name: n, expressions: "
                            "[[room, \"= DROP\"]]}") ==
        "models.constraint test:1:51: " + shape);
  CHECK(constraint_problems("{type: ExclusionConstraint, name: n, index_type: "
                            "hash, expressions: [[room, \"=\"]]}") ==
        "models.constraint test:1:50: index_type must be gist or spgist\n");
}

TEST_CASE("SQLite has no such indexes and constraints") {
  CHECK(problems(R"(models:
  Item:
    fields:
      a: {type: IntegerField}
    meta:
      indexes:
        - {type: GinIndex, fields: [a]}
      constraints:
        - {type: ExclusionConstraint, name: once, expressions: [[a, "="]]}
)") == "manage.E002 shop/models.yaml:7:11: model shop.Item: SQLite has no "
       "GinIndex, as shop_item_a_e37c1c_gin is (use another kind, or "
       "PostgreSQL)\n"
       "manage.E002 shop/models.yaml:9:11: model shop.Item: SQLite has no "
       "ExclusionConstraint, as once is (use another kind, or PostgreSQL)\n");
  Story story(sqlite_dialect());
  story.create("Item", "{a: {type: IntegerField}}");
  CHECK_THROWS_WITH(
      story.add_index("Item", "{type: GinIndex, fields: [a], name: n}"),
      "test:1:1: SQLite has no GinIndex, such as n");
  CHECK_THROWS_WITH(
      story.add_constraint("Item",
                           "{type: ExclusionConstraint, name: n, expressions: "
                           "[[a, \"=\"]]}"),
      "test:1:1: SQLite has no exclusion constraints, such as n");
}

TEST_CASE("expressions of indexes and constraints are checked") {
  ModelsContext context;
  context.dialect = &postgresql_dialect();
  Diagnostics diagnostics;
  read_models(model_files({{"shop", R"(models:
  Item:
    fields:
      a: {type: IntegerField}
    meta:
      indexes:
        - {name: i, expressions: [{OpClass: a, name: "a; b"}]}
      constraints:
        - {type: ExclusionConstraint, name: once, expressions: [[b, "="]]}
)"}}),
              context, diagnostics);
  CHECK(told(diagnostics.all()) ==
        "query.expression shop/models.yaml:7:21: model shop.Item: "
        "indexes: OpClass needs the name of an operator class (write it as "
        "{OpClass: title, name: varchar_pattern_ops})\n"
        "models.E012 shop/models.yaml:9:51: model shop.Item: constraints: "
        "shop.Item has no field b (did you mean a?)\n");
}
