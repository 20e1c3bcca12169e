// Scopes, limit_choices_to, str and validators: what they name must be there.
#include <catch2/catch.hpp>

#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

const std::string kModels = R"(models:
  Author: {fields: {name: {type: CharField, max_length: 9}}}
  Book:
    fields:
      title: {type: TextField}
      price: {type: IntegerField}
      published: {type: DateField}
      extra: {type: JSONField}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE,
        related_name: books}
)";

std::string with(const std::string& more) { return problems(kModels + more); }

}  // namespace

TEST_CASE("scopes may name fields, relations, transforms and lookups") {
  CHECK(with(R"(    str: "{title} {{by}} {author__name}"
    default_scope: {exclude: {price: 0}}
    scopes:
      cheap: {filter: {price__lt: 10}, order_by: [-price, author__name]}
      old:
        filter: {or: [{published__year__lt: 1990}, {not: {pk__in: [1, 2]}}]}
        limit: 5
      by_ann: {filter: {author__name__startswith: A, author__isnull: false}}
      keyed: {filter: {extra__a__b__gte: 3, author__books__title: x}}
      any: {order_by: ["?"]}
)")
            .empty());
}

TEST_CASE("a scope that names nothing is wrong") {
  CHECK(with(R"(    default_scope: {filtr: {price: 0}, exclude: {prize: 0}}
    scopes:
      cheap: {filter: {price__les: 10}, order_by: [-prise], limit: 0}
      1st: {filter: {price: 1}}
      list: [price]
      none: {filter: {}}
      deep: {filter: {or: [{author__nme: 1}], and: {}}}
)") == "models.scope shop/models.yaml:13:24: model shop.Book: filter of scope "
       "cheap names price__les, but there is no les\n"
       "models.scope shop/models.yaml:13:52: model shop.Book: order_by of "
       "scope cheap names prise, but there is no such field (did you mean "
       "price?)\n"
       "models.scope shop/models.yaml:13:61: model shop.Book: limit of scope "
       "cheap must be at least 1\n"
       "models.scope shop/models.yaml:14:7: model shop.Book: 1st cannot be "
       "the name of a scope (use letters, digits and underscores)\n"
       "models.scope shop/models.yaml:15:7: model shop.Book: scope list must "
       "be a map (write {filter: {…}, exclude: {…}, order_by: […], "
       "limit: 10})\n"
       "models.scope shop/models.yaml:16:14: model shop.Book: filter of scope "
       "none must be a map of lookups (write {price__gt: 100})\n"
       "models.scope shop/models.yaml:17:29: model shop.Book: filter of scope "
       "deep names author__nme, but there is no nme (did you mean name?)\n"
       "models.scope shop/models.yaml:17:47: model shop.Book: filter of scope "
       "deep: and needs a list of conditions\n"
       "models.scope shop/models.yaml:11:21: model shop.Book: default_scope "
       "has no key filtr (did you mean filter?)\n"
       "models.scope shop/models.yaml:11:50: model shop.Book: exclude of "
       "default_scope names prize, but there is no such field (did you mean "
       "price?)\n");
}

TEST_CASE("str names fields between braces") {
  CHECK(with("    str: \"{titel}\"\n") ==
        "models.str shop/models.yaml:11:10: model shop.Book: str names titel, "
        "but there is no such field (did you mean title?)\n");
  CHECK(with("    str: \"{title\"\n") ==
        "models.str shop/models.yaml:11:10: model shop.Book: str has a brace "
        "without its other one (write {{ or }} for a brace itself)\n");
  CHECK(with("    str: \"title}\"\n").starts_with("models.str "));
}

TEST_CASE("expressions that order a scope are looked into") {
  CHECK(with(R"(    scopes:
      low: {order_by: [{desc: title, nulls_last: true}, {Lower: author__name}]}
)")
            .empty());
  CHECK(with(R"(    scopes:
      low: {order_by: [{desc: prise}, {Lowr: title}]}
)") == "models.scope shop/models.yaml:12:31: model shop.Book: order_by of "
       "scope low names prise, but there is no such field (did you mean "
       "price?)\n"
       "models.scope shop/models.yaml:12:13: model shop.Book: order_by of "
       "scope low: there is no expression Lowr (did you mean Lower?)\n");
}

TEST_CASE("limit_choices_to is about the other model") {
  auto limited = [](const std::string& q) {
    return with(
        "  Sale: {fields: {book: {type: ForeignKey, to: Book, "
        "on_delete: CASCADE, limit_choices_to: " +
        q + "}}}\n");
  };
  CHECK(limited("{author__name: Ann}").empty());
  CHECK(limited("{lua: shop.limits.books}").empty());
  CHECK(limited("{book: 1}") ==
        "models.scope shop/models.yaml:11:19: model shop.Sale: "
        "limit_choices_to of book names book, but there is no such field\n");
}

namespace {

std::string validated(const std::string& list) {
  return problems("models: {A: {fields: {a: {type: TextField, validators: " +
                  list + "}}}}");
}

}  // namespace

TEST_CASE("validators are known by Django's names") {
  CHECK(validated("[validate_slug, {MinLengthValidator: 2}, EmailValidator, "
                  "{RegexValidator: {regex: \"^[A-Z]+$\", message: caps}}, "
                  "{DecimalValidator: [5, 2]}, {lua: shop.validators.isbn}]")
            .empty());
  CHECK(validated("MinLengthValidator") ==
        "fields.E008 shop/models.yaml:1:56: field a: validators must be a list "
        "(write validators: [{MinValueValidator: 0}])\n");
  CHECK(validated("[{MinLenghtValidator: 2}]") ==
        "fields.E008 shop/models.yaml:1:58: field a: there is no validator "
        "MinLenghtValidator (did you mean MinLengthValidator, "
        "MaxLengthValidator or ArrayMinLengthValidator?)\n");
  CHECK(validated("[{lua: isbn}]") ==
        "fields.E008 shop/models.yaml:1:63: field a: lua names no function "
        "(write {lua: app.module.function})\n");
  CHECK(validated("[[3], {A: 1, B: 2}]") ==
        "fields.E008 shop/models.yaml:1:57: field a: a validator is a name, or "
        "a map of one name (write {MinValueValidator: 0})\n"
        "fields.E008 shop/models.yaml:1:62: field a: a validator is a name, or "
        "a map of one name (write {MinValueValidator: 0})\n");
}

TEST_CASE("validators take Django's arguments") {
  CHECK(validated("[MinLengthValidator]") ==
        "fields.E008 shop/models.yaml:1:57: field a: MinLengthValidator needs "
        "limit_value (it has limit_value, message)\n");
  CHECK(validated("[{DecimalValidator: 5}]") ==
        "fields.E008 shop/models.yaml:1:76: field a: DecimalValidator needs "
        "decimal_places (it has max_digits, decimal_places)\n");
  CHECK(validated("[{RegexValidator: {regexp: x}}]") ==
        "fields.E008 shop/models.yaml:1:75: field a: RegexValidator has no "
        "argument regexp (it has regex, message, code, inverse_match, "
        "flags)\n");
  CHECK(validated("[{validate_slug: 3}]") ==
        "fields.E008 shop/models.yaml:1:73: field a: validate_slug takes 0 "
        "arguments (write its name only)\n");
}
