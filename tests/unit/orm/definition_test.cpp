#include "orm/query/definition.hpp"

#include <catch2/catch.hpp>
#include <map>

#include "core/yaml.hpp"
#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

const ModelSet& shop() {
  static const ModelSet models = read_shop(R"(
models:
  Author: {fields: {name: {type: CharField, max_length: 100}}}
  Tag: {fields: {name: {type: SlugField}}}
  Book:
    fields:
      title: {type: CharField, max_length: 200}
      slug: {type: SlugField}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2}
      cost: {type: DecimalField, max_digits: 6, decimal_places: 2, db_column: the_cost}
      pages: {type: IntegerField}
      small: {type: SmallIntegerField}
      rating: {type: FloatField}
      active: {type: BooleanField}
      published: {type: DateField, null: true}
      created: {type: DateTimeField}
      at: {type: TimeField}
      took: {type: DurationField}
      code: {type: UUIDField}
      ip: {type: GenericIPAddressField}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
      tags: {type: ManyToManyField, to: Tag}
)");
  return models;
}

const ModelDef& book() { return shop().get({"shop", "book"}); }

Data data(const std::string& text) {
  return yaml::to_data(yaml::parse("test", text).root);
}

std::string condition(const std::string& q, const Dialect& dialect) {
  return condition_sql(data(q), book(), shop(), dialect);
}

std::string expression(const std::string& text, const Dialect& dialect) {
  return expression_sql(data(text), book(), shop(), dialect);
}

/// YAML, and what Django prints for it on SQLite and on PostgreSQL; empty: the
/// same.
struct Spelling {
  std::string yaml, sqlite, postgresql;
};

std::string expected(const Spelling& row) {
  return row.postgresql.empty() ? row.sqlite : row.postgresql;
}

using Compile = std::string(const std::string&, const Dialect&);

void check(const std::vector<Spelling>& rows, Compile* compile) {
  for (const Spelling& row : rows) {
    INFO(row.yaml);
    CHECK(compile(row.yaml, sqlite_dialect()) == row.sqlite);
    CHECK(compile(row.yaml, postgresql_dialect()) == expected(row));
  }
}

std::string failure(const std::string& q,
                    const Dialect& dialect = sqlite_dialect()) {
  try {
    return "no error: " + condition(q, dialect);
  } catch (const Error& error) {
    const Diagnostic& first = error.diagnostics().front();
    return first.code + ": " + first.message +
           (first.hint.empty() ? "" : " (" + first.hint + ")");
  }
}

}  // namespace

TEST_CASE("values are written as their fields store them") {
  const std::vector<Spelling> rows = {
      {"{price__lt: 10}", R"("price" < '10')", R"("price" < 10)"},
      {"{price__lt: 10.50}", R"("price" < '10.50')", R"("price" < 10.50)"},
      {"{price__range: [1, 5]}", R"("price" BETWEEN '1' AND '5')",
       R"("price" BETWEEN 1 AND 5)"},
      {"{pages__range: [1, 5]}", R"("pages" BETWEEN 1 AND 5)", ""},
      {"{pages__in: [1, 2, 1]}", R"("pages" IN (1, 2))", ""},
      {"{title: it's}", R"("title" = 'it''s')", ""},
      {"{title: 5}", R"("title" = '5')", ""},
      {"{title: 0012}", R"("title" = '0012')", ""},
      {"{rating__gt: 1.5}", R"("rating" > 1.5)", ""},
      {"{rating__gt: 1}", R"("rating" > 1.0)", ""},
      {"{published__gte: 2020-01-01}", R"("published" >= '2020-01-01')",
       R"("published" >= '2020-01-01'::date)"},
      {"{created__gte: 2020-01-01 12:30:00.000500}",
       R"("created" >= '2020-01-01 12:30:00.000500')",
       R"("created" >= '2020-01-01 12:30:00.000500+00:00'::timestamptz)"},
      {"{at__gte: '12:30'}", R"("at" >= '12:30:00')",
       R"("at" >= '12:30:00'::time)"},
      {"{took__gte: 1 00:00:03}", R"("took" >= 86403000000)",
       R"("took" >= '1 00:00:03'::interval)"},
      {"{code: 12345678-1234-5678-1234-567812345678}",
       R"("code" = '12345678123456781234567812345678')",
       R"("code" = '12345678-1234-5678-1234-567812345678'::uuid)"},
      {"{ip: 127.0.0.1}", R"("ip" = '127.0.0.1')", ""},
      {"{author: 1}", R"("author_id" = 1)", ""},
      {"{author_id: 1}", R"("author_id" = 1)", ""},
      {"{author__id__in: [1, 2]}", R"("author_id" IN (1, 2))", ""},
      {"{pk__gt: 3}", R"("id" > 3)", ""},
  };
  check(rows, condition);
}

TEST_CASE("null and booleans have forms of their own") {
  const std::vector<Spelling> rows = {
      {"{published: null}", R"("published" IS NULL)", ""},
      {"{published__isnull: true}", R"("published" IS NULL)", ""},
      {"{published__isnull: false}", R"("published" IS NOT NULL)", ""},
      {"{author__isnull: true}", R"("author_id" IS NULL)", ""},
      {"{active: true}", R"("active")", ""},
      {"{active: false}", R"(NOT "active")", ""},
      {"{not: {active: true}}", R"(NOT ("active"))", ""},
      {"{active__in: [true]}", R"("active" IN (1))", R"("active" IN (true))"},
      {"{published__year: 2020}",
       R"("published" BETWEEN '2020-01-01' AND '2020-12-31')",
       R"("published" BETWEEN '2020-01-01'::date AND '2020-12-31'::date)"},
      {"{published__year__gte: 2020}", R"("published" >= '2020-01-01')",
       R"("published" >= '2020-01-01'::date)"},
      {"{published__year__gt: 2020}", R"("published" > '2020-12-31')",
       R"("published" > '2020-12-31'::date)"},
  };
  check(rows, condition);
}

TEST_CASE("texts are compared by pattern") {
  const std::vector<Spelling> rows = {
      {"{title__iexact: abc}", R"("title" LIKE 'abc' ESCAPE '\')",
       R"(UPPER("title"::text) = UPPER('abc'))"},
      {"{title__contains: a}", R"("title" LIKE '%a%' ESCAPE '\')",
       R"("title"::text LIKE '%a%')"},
      {"{title__icontains: a}", R"("title" LIKE '%a%' ESCAPE '\')",
       R"(UPPER("title"::text) LIKE UPPER('%a%'))"},
      {"{title__startswith: a}", R"("title" LIKE 'a%' ESCAPE '\')",
       R"("title"::text LIKE 'a%')"},
      {"{title__istartswith: a}", R"("title" LIKE 'a%' ESCAPE '\')",
       R"(UPPER("title"::text) LIKE UPPER('a%'))"},
      {"{title__endswith: a}", R"("title" LIKE '%a' ESCAPE '\')",
       R"("title"::text LIKE '%a')"},
      {R"({title__contains: 'a%b_c\d'})",
       R"("title" LIKE '%a\%b\_c\\d%' ESCAPE '\')",
       R"("title"::text LIKE  E'%a\\%b\\_c\\\\d%')"},
  };
  check(rows, condition);
  CHECK(condition("{title__regex: ^a+$}", postgresql_dialect()) ==
        R"("title"::text ~ '^a+$')");
  CHECK(condition("{title__iregex: ^a+$}", postgresql_dialect()) ==
        R"("title"::text ~* '^a+$')");
}

TEST_CASE("conditions are joined and negated as Django does it") {
  const std::vector<Spelling> rows = {
      {"{price: 10, pages__gt: 3}", R"(("pages" > 3 AND "price" = '10'))",
       R"(("pages" > 3 AND "price" = 10))"},
      {"{or: [{pages: 1}, {pages: 2}]}", R"(("pages" = 1 OR "pages" = 2))", ""},
      {"{small: 3, or: [{pages: 1}, {pages: 2}]}",
       R"((("pages" = 1 OR "pages" = 2) AND "small" = 3))", ""},
      {"{or: [{pages: 1}, {pages: 2, small: 3}]}",
       R"(("pages" = 1 OR ("pages" = 2 AND "small" = 3)))", ""},
      {"{or: [{pages: 1}, {or: [{pages: 2}, {pages: 3}]}]}",
       R"(("pages" = 1 OR "pages" = 2 OR "pages" = 3))", ""},
      {"{and: [{pages: 1}, {small: 2}], rating: 3}",
       R"(("pages" = 1 AND "small" = 2 AND "rating" = 3.0))", ""},
      {"{or: [{pages: 1}]}", R"("pages" = 1)", ""},
      {"{not: {pages: 1}}", R"(NOT ("pages" = 1))", ""},
      {"{not: {pages: 1, small: 2}}", R"(NOT ("pages" = 1 AND "small" = 2))",
       ""},
      {"{not: {or: [{pages: 1}, {pages: 2}]}}",
       R"(NOT (("pages" = 1 OR "pages" = 2)))", ""},
      {"{not: {pages: 1}, small: 2}", R"((NOT ("pages" = 1) AND "small" = 2))",
       ""},
      {"{not: {published: null}}", R"(NOT ("published" IS NULL))", ""},
      {"{not: {published__gt: 2020-01-01}}",
       R"(NOT ("published" > '2020-01-01' AND "published" IS NOT NULL))",
       R"(NOT ("published" > '2020-01-01'::date AND "published" IS NOT NULL))"},
      {"{not: {not: {published__gt: 2020-01-01}}}",
       R"(NOT (NOT ("published" > '2020-01-01')))",
       R"(NOT (NOT ("published" > '2020-01-01'::date)))"},
      {"{xor: [{pages: 1}, {small: 2}]}",
       R"((("pages" = 1 OR "small" = 2) AND 1 = )"
       R"((CASE WHEN "pages" = 1 THEN 1 ELSE 0 END + )"
       R"(CASE WHEN "small" = 2 THEN 1 ELSE 0 END)))",
       ""},
  };
  check(rows, condition);
}

TEST_CASE("a column can be compared with an expression") {
  const std::vector<Spelling> rows = {
      {"{price__gt: {F: cost}}", R"("price" > "the_cost")", ""},
      {R"({price__gt: {"+": [cost, 1]}})",
       R"("price" > CAST(("the_cost" + 1) AS NUMERIC))",
       R"("price" > ("the_cost" + 1))"},
      {R"({price__gt: {"*": [cost, pages]}})",
       R"("price" > CAST(("the_cost" * "pages") AS NUMERIC))",
       R"("price" > ("the_cost" * "pages"))"},
      {R"({pages__gt: {"*": [small, 2]}})", R"("pages" > ("small" * 2))", ""},
      {"{title: {Lower: title}}", R"("title" = LOWER("title"))", ""},
      {"{pages: {Value: 3}}", R"("pages" = 3)", ""},
      {"{pages__in: [{F: small}, 3]}", R"("pages" IN ("small", 3))", ""},
      {"{pages__range: [{F: small}, 3]}", R"("pages" BETWEEN "small" AND 3)",
       ""},
  };
  check(rows, condition);
}

TEST_CASE("expressions are spelt as each database needs them") {
  const std::vector<Spelling> rows = {
      {"title", R"("title")", ""},
      {"{F: title}", R"("title")", ""},
      {"{Lower: title}", R"(LOWER("title"))", ""},
      {"{Length: title}", R"(LENGTH("title"))", ""},
      {"{Coalesce: [title, slug]}", R"(COALESCE("title", "slug"))", ""},
      {"{Coalesce: [pages, 0]}", R"(COALESCE("pages", 0))", ""},
      {"{Coalesce: [price, {Value: 0.5}]}",
       R"(CAST(COALESCE("price", '0.5') AS NUMERIC))",
       R"(COALESCE("price", 0.5))"},
      {"{Coalesce: [rating, 1.5]}", R"(COALESCE("rating", 1.5))", ""},
      {"{Abs: price}", R"(CAST(ABS("price") AS NUMERIC))", R"(ABS("price"))"},
      {"{Abs: pages}", R"(ABS("pages"))", ""},
      {"{Ceil: rating}", R"(CEILING("rating"))", ""},
      {"{Round: rating}", R"(ROUND("rating"))", ""},
      {"{Round: price, precision: 1}", R"(CAST(ROUND("price", 1) AS NUMERIC))",
       R"(ROUND("price", 1))"},
      {"{Mod: [price, 2]}", R"(CAST(MOD("price", 2) AS NUMERIC))",
       R"(MOD("price", 2))"},
      {"{Substr: [title, 1, 3]}", R"(SUBSTR("title", 1, 3))",
       R"(SUBSTRING("title", 1, 3))"},
      {"{Left: [title, 3]}", R"(SUBSTR("title", 1, 3))", R"(LEFT("title", 3))"},
      {"{Right: [title, 3]}", R"(SUBSTR("title", (3 * -1)))",
       R"(RIGHT("title", 3))"},
      {"{Replace: [title, {Value: a}]}", R"(REPLACE("title", 'a', ''))", ""},
      {"{StrIndex: [title, {Value: a}]}", R"(INSTR("title", 'a'))",
       R"(STRPOS("title", 'a'))"},
      {"{Greatest: [price, cost]}",
       R"(CAST(MAX("price", "the_cost") AS NUMERIC))",
       R"(GREATEST("price", "the_cost"))"},
      {"{NullIf: [pages, small]}", R"(NULLIF("pages", "small"))", ""},
      {R"({"+": [pages, {"*": [small, 2]}]})", R"(("pages" + ("small" * 2)))",
       ""},
      {R"({"^": [pages, 2]})", R"((POWER("pages",2)))", R"(("pages" ^ 2))"},
      {R"({"%": [price, 2]})", R"(("price" % 2))", ""},
      {R"({Concat: [title, {Value: "{0}"}, slug]})",
       R"(COALESCE("title", '') || )"
       R"(COALESCE(COALESCE('{0}', '') || COALESCE("slug", ''), ''))",
       R"((COALESCE("title", '') || )"
       R"(COALESCE((COALESCE('{0}', '') || COALESCE("slug", '')), '')))"},
      {"{Cast: pages, output_field: {type: CharField, max_length: 10}}",
       R"(CAST("pages" AS varchar(10)))", R"(("pages")::varchar(10))"},
      {"{Cast: pages, output_field: {type: DecimalField, max_digits: 6, "
       "decimal_places: 2}}",
       R"(CAST("pages" AS decimal))", R"(("pages")::numeric(6, 2))"},
      {"{Collate: title, collation: nocase}", R"("title" COLLATE "nocase")",
       ""},
      {"{Case: [{when: {pages__gt: 1}, then: small}], default: 0}",
       R"(CASE WHEN "pages" > 1 THEN "small" ELSE 0 END)", ""},
      {"{Case: [{when: {or: [{pages__gt: 1}, {small: 2}]}, then: {Value: a}}]}",
       R"(CASE WHEN ("pages" > 1 OR "small" = 2) THEN 'a' ELSE NULL END)", ""},
  };
  check(rows, expression);
}

TEST_CASE("what cannot stand in a table's definition is refused") {
  CHECK(failure("{prize: 1}") ==
        "models.E012: shop.Book has no field prize (did you mean price?)");
  CHECK(failure("{author__name: x}") ==
        "models.E041: author__name leads to another table, and only columns "
        "of shop.Book can be used here");
  CHECK(failure("{tags: 1}") == "models.E013: tags has no column");
  CHECK(failure("{pages: many}") ==
        "query.value: pages needs a value of the type IntegerField, not many");
  CHECK(failure("{published: 2020-02-30}") ==
        "query.value: published needs a value of the type DateField, not "
        "2020-02-30");
  CHECK(failure("{pages__gt: null}") ==
        "query.value: pages__gt needs a value, not null (ask with isnull)");
  CHECK(failure("{pages: [1, 2]}") ==
        "query.value: pages needs one value, not a list (pages__in takes a "
        "list)");
  CHECK(failure("{pages__in: []}") ==
        "query.condition: a condition is the same for every row (an empty "
        "list, for example, contains nothing)");
  CHECK(failure("{pages__range: [1]}") ==
        "query.value: pages__range needs a list of two values, not of 1");
  CHECK(
      failure("{published__isnull: 1}") ==
      "query.value: published__isnull needs true or false, not something else");
  CHECK(failure("{title__contain: x}") ==
        "query.lookup: title__contain: there is no lookup contain (did you "
        "mean contains or icontains?)");
  CHECK(failure("{title__regex: x}") ==
        "query.lookup: SQLite has no lookup regex for that");
  CHECK(failure("{created__year: 2020}") ==
        "query.expression: created__year cannot stand in a table's definition "
        "(what can is listed in manage help models)");
  CHECK(failure("{}") ==
        "query.condition: a condition is a map of lookups (write {price__gt: "
        "100})");
  CHECK(failure("{or: {pages: 1}}") ==
        "query.condition: or needs a list of conditions (or: [{a: 1}, {b: "
        "2}])");
  CHECK(failure("[]") ==
        "query.condition: a condition is a map of lookups (write {price__gt: "
        "100})");
}

TEST_CASE("what only queries have cannot stand in a table's definition") {
  const char* refused =
      " cannot stand in a table's definition (what can is "
      "listed in manage help models)";
  for (const auto& [given, name] : std::map<std::string, std::string>{
           {"{title: {Trunc: created, kind: year}}", "TruncYear"},
           {"{pages: {Count: pages}}", "Count"},
           {"{pages: {Window: {RowNumber: []}}}", "Window"},
           {"{pages: {OuterRef: pages}}", "OuterRef"},
           {"{title__trigram_similar: x}", "trigram_similar"},
           {"{published__month: 2}", "published__month"}}) {
    INFO(given);
    CHECK(failure(given) == "query.expression: " + name + refused);
  }
  CHECK(failure("{pages: {Subquery: [], model: shop.Book}}") ==
        "query.expression: Subquery needs a model and a list of steps (write "
        "{Subquery: [{filter: …}], model: shop.Book})");
}

TEST_CASE("a part that is the same for every row is not left out") {
  const std::string same =
      "query.condition: a condition is the same for every "
      "row (an empty list, for example, contains nothing)";
  CHECK(failure("{or: [{pages: 1}, {small__in: []}]}") == same);
  CHECK(failure("{pages: {Case: [{when: {small__in: []}, then: 5}]}}") == same);
  CHECK(failure("{pages__in: [1, null]}") ==
        "query.value: pages__in cannot contain null (ask with isnull)");
  CHECK(failure("{pages__in: [{F: small}, null]}") ==
        "query.value: pages__in cannot contain null (ask with isnull)");
}

TEST_CASE("values mean what their columns hold") {
  CHECK(condition("{title: true}", sqlite_dialect()) == R"("title" = 'true')");
  CHECK(condition("{created__gt: 2024-01-01}", sqlite_dialect()) ==
        R"("created" > '2024-01-01 00:00:00')");
  CHECK(condition("{took: 5}", sqlite_dialect()) == R"("took" = 5000000)");
  CHECK(failure("{rating: {Coalesce: [rating, 1e400]}}")
            .starts_with("query.value: an argument needs a value of the type "
                         "FloatField"));
  CHECK(failure("{title: {Lower: {OpClass: title}}}") ==
        "query.expression: OpClass stands only around a whole entry of an "
        "index");
}

TEST_CASE("JSON is compared as it is stored") {
  const ModelSet models = read_shop(R"(
models:
  Note: {fields: {data: {type: JSONField}}}
)");
  const ModelDef& note = models.get({"shop", "note"});
  const auto met = [&](const std::string& q) {
    return condition_sql(data(q), note, models, sqlite_dialect());
  };
  CHECK(met("{data: 5}") == R"("data" = '5')");
  CHECK(met("{data: five}") == R"("data" = '"five"')");
  // null is a JSON value, as for queries.
  CHECK(met("{data: null}") == R"("data" = 'null')");
  CHECK(met("{data__isnull: true}") == R"("data" IS NULL)");
}

TEST_CASE("numbers of a list and beside floats are written as their columns") {
  CHECK(condition("{price__in: [{F: cost}, 3]}", sqlite_dialect()) ==
        R"("price" IN ("the_cost", '3'))");
  CHECK(expression(R"({"*": [rating, 1.5]})", sqlite_dialect()) ==
        R"(("rating" * 1.5))");
}

TEST_CASE("expressions that make no sense say why") {
  CHECK(failure("{title: {Lowr: title}}") ==
        "query.expression: there is no expression Lowr (did you mean "
        "Lower?)");
  CHECK(failure("{title: {lower: title}}") ==
        "query.expression: {\"lower\":\"title\"} is no expression (an "
        "expression is a map such as {F: price} or {Lower: title}; a map that "
        "is a value is {Value: {…}})");
  CHECK(failure("{title: {Lower: [title, slug]}}") ==
        "query.expression: Lower takes 1 argument, not 2");
  CHECK(failure("{title: {Lower: title, case: 1}}") ==
        "query.expression: Lower takes no argument case");
  CHECK(failure("{title: {Lower: title, Upper: title}}") ==
        "query.expression: Lower and Upper stand in one map; an "
        "expression has one class");
  CHECK(failure("{title: {MD5: title}}") ==
        "query.expression: SQLite has no function MD5");
  CHECK(condition("{title: {MD5: title}}", postgresql_dialect()) ==
        R"("title" = MD5("title"))");
  CHECK(failure(R"({published: {"+": [published, 1]}})") ==
        "query.expression: \"+\" cannot reckon with dates and times here");
  CHECK(failure("{title: {F: titel}}") ==
        "models.E012: shop.Book has no field titel (did you mean title?)");
}
