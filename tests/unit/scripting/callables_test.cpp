// Defaults, validators and clean that are functions of an app.
#include "orm/writing/cleaning.hpp"
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

constexpr const char* kModels = R"(
models:
  Book:
    fields:
      isbn: {type: CharField, max_length: 20, default: {lua: shop.rules.number}, validators: [{lua: shop.rules.isbn}]}
      price: {type: IntegerField, default: 1}
      cost: {type: IntegerField, default: {lua: shop.rules.cost}}
    clean: {lua: shop.rules.book}
)";

constexpr const char* kRules = R"(
local last = 0
function number() print("asked") last = last + 1 return "n" .. last end
function cost() return 0 end
function isbn(value)
  if value == "twice" then return "is there twice", "double" end
  if value == "wrong" then return 5 end
  if value == "crash" then error("no luck") end
  if #value > 5 then return "is too long" end
  return true
end
function book(record)
  if record.price < record.cost then return {price = "is below the cost"} end
  if record.isbn == "free" and record.price > 0 then return "free books cost nothing" end
  if record.isbn == "many" then
    return {"has no first author", "has no last one", price = "is wrong too"}
  end
  record.isbn = record.isbn:lower()
end
)";

const orm::Registry& rules() {
  static const orm::Registry kRegistry(orm::read_shop(kModels));
  return kRegistry;
}

}  // namespace

TEST_CASE("a default that is a function is called for each new row") {
  for (const auto engine : orm::engines()) {
    Script script(engine, {}, {}, rules(), {"book"});
    script.install("shop", {{"rules.lua", kRules}});
    CHECK(script.run(R"(
      print(Book:create().isbn, Book:create().isbn)
      Book:bulk_create{{price=2}, {price=3}}
      for b in Book:order_by("id") do print(b.isbn, b.cost) end
    )") == "asked\nasked\nn1\tn2\nasked\nasked\n"
           "n1\t0\nn2\t0\nn3\t0\nn4\t0\n");
    // A value that is given needs no other.
    CHECK(script.run(R"(
      print(Book{isbn="own"}.isbn, Book:create{isbn="mine"}.isbn)
      Book:bulk_create{{isbn="yours"}}
      print(Book:get_or_create{isbn="own"}.isbn)
    )") == "own\tmine\nown\n");
  }
}

TEST_CASE("validators and clean say what is wrong") {
  Script script(settings::Engine::kSqlite, {}, {}, rules(), {"book"});
  script.install("shop", {{"rules.lua", kRules}});
  const auto judged = [&](const std::string& fields) {
    return script.error("Book{" + fields + "}:full_clean()");
  };
  CHECK(judged("isbn='ok'") == "nothing");
  CHECK(judged("isbn='long one'") ==
        "validation.invalid: shop.Book.isbn: is too long");
  CHECK(judged("isbn='twice'") ==
        "validation.double: shop.Book.isbn: is there twice");
  CHECK(judged("isbn='a', price=1, cost=2") ==
        "validation.invalid: shop.Book.price: is below the cost");
  CHECK(judged("isbn='free'") ==
        "validation.invalid: shop.Book: free books cost nothing");
  try {
    script.run("Book{isbn='many'}:full_clean()");
    FAIL("nothing is wrong");
  } catch (const Error& error) {
    std::string all;
    for (const Diagnostic& one : error.diagnostics()) {
      all += fmt::format("{} in line {}\n", one.message, one.where.line);
    }
    CHECK(all ==
          "shop.Book: has no first author in line 1\n"
          "shop.Book: has no last one in line 1\n"
          "shop.Book.price: is wrong too in line 1\n");
  }
  CHECK(judged("isbn='crash'") == "script.error: no luck");
  CHECK(judged("isbn='wrong'") ==
        "script.type: shop.rules.isbn returned a number - a validator returns "
        "what is wrong, a text, or nothing");
  CHECK(script.show("(function() local b = Book{isbn='ABC'} b:full_clean() "
                    "return b.isbn end)()") == "abc");
}

TEST_CASE("the clean of a parent is the child's, unless it has its own") {
  static const orm::Registry kFamily(orm::read_shop(R"(
models:
  Item:
    fields: {name: {type: CharField, max_length: 20}}
    clean: {lua: shop.rules.item}
  Book:
    inherits: [Item]
    fields: {pages: {type: IntegerField}}
  Tool:
    inherits: [Item]
    clean: {lua: shop.rules.tool}
)"));
  Script script(settings::Engine::kSqlite, {}, {}, kFamily, {"item", "book"});
  script.install("shop", {{"rules.lua", R"(
    function item(record)
      if record.name == "" then return "an item has a name" end
      record.name = record.name:upper()
    end
    function tool(record) item(record) return "no tools today" end
  )"}});
  CHECK(script.show("(function() local b = Book{name='iron', pages=1} "
                    "b:full_clean() return b.name end)()") == "IRON");
  CHECK(script.error("Tool{name='saw'}:full_clean()") ==
        "validation.invalid: shop.Tool: no tools today");
}

TEST_CASE("a function that is not there is told where it is named") {
  Script script(settings::Engine::kSqlite, {}, {}, rules(), {"book"});
  script.install("shop", {{"rules.lua", "function numbr() end"}});
  CHECK(script.error("Book:create()") ==
        "script.unknown: shop.rules has no function number - did you mean "
        "numbr?");
  Script none(settings::Engine::kSqlite, {}, {}, rules(), {"book"});
  none.databases.callables = nullptr;
  CHECK(none.error("Book:create()") ==
        "convert.lua: the default of isbn is a Lua function - give the value");
}

TEST_CASE("models name functions as app.module.function") {
  const auto problem = [](const std::string& field) {
    return orm::problems("models:\n  Book:\n    fields:\n      f: {" + field +
                         "}\n");
  };
  CHECK(problem("type: IntegerField, default: {lua: shop.rules.n}").empty());
  CHECK(problem("type: IntegerField, default: {lua: rules}")
            .find("f names no function") != std::string::npos);
  CHECK(problem("type: IntegerField, validators: [{lua: shop..n}]")
            .find("fields.E008 ") == 0);
  CHECK(orm::problems("models:\n  Book: {clean: shop.rules.book}\n") ==
        "models.clean shop/models.yaml:2:17: clean names no function (write "
        "{lua: app.module.function})\n");
}
