// Relations that are joined with a condition.
#include <catch2/catch.hpp>

#include "library.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

/// Authors, with their books that were sold as "sold".
QuerySet authors(const std::string& further) {
  return steps("Author", R"([{annotate: {sold: {FilteredRelation: books,
      condition: {books__sold: true}}}}, )" +
                             further + "]");
}

}  // namespace

TEST_CASE("a filtered relation leaves rows without such rows") {
  const Library library(GENERATE(from_range(engines())));
  CHECK(library.values(authors("{values: [name, sold__title]}")) ==
        "Ann Iron, Ben NULL, Cid NULL");
  CHECK(sqlite(authors("{values: [name, sold__title]}")) ==
        "SELECT author.name AS name, book.title AS sold__title FROM author "
        "LEFT OUTER JOIN book ON (author.id = book.author_id AND book.sold) "
        "ORDER BY author.name ASC");
  CHECK(library.values(
            authors("{annotate: {n: {Count: sold}}}, {order_by: [name]}, "
                    "{values: [name, n]}")) == "Ann 1, Ben 0, Cid 0");
}

TEST_CASE("its name is one row, wherever it stands") {
  const Library library(GENERATE(from_range(engines())));
  CHECK(library.values(authors("{filter: {sold__pages__gt: 50}}, {filter: "
                               "{sold__title: Iron}}, {values: [name]}")) ==
        "Ann");
  // Beside the whole relation, which is joined for itself.
  CHECK(library.values(authors(
            "{filter: {sold__isnull: false, books__title: Gold}}, "
            "{values: [name, sold__title, books__title]}")) == "Ann Iron Gold");
  CHECK(library.values(authors("{exclude: {sold__isnull: false}}, "
                               "{values: [name]}")) == "Ben, Cid");
}

TEST_CASE("a filtered relation may lead to one row, or over others") {
  const Library library(GENERATE(from_range(engines())));
  CHECK(library.values(steps("Book", R"(
- annotate: {ann: {FilteredRelation: author, condition: {author__name: Ann}}}
- order_by: [id]
- values: [id, ann, ann__name]
)")) == "1 1 Ann, 2 1 Ann, 3 NULL NULL, 4 NULL NULL");
  CHECK(library.values(steps("Author", R"(
- annotate:
    old: {FilteredRelation: books__tags, condition: {books__tags__word: old}}
- filter: {old__isnull: false}
- order_by: [books__title]
- values: [name, books__title, old__word]
)")) == "Ann Gold old, Ann Iron old");
  CHECK(library.values(steps("Author", R"(
- annotate:
    either: {FilteredRelation: books, condition: {or: [{books__pages__gt: 200},
             {books__price: {"*": [books__pages, {Value: 1}]}},
             {not: {books__sold: false}}]}}
- filter: {either__isnull: false}
- values: [name, either__title]
)")) == "Ann Iron, Ben Zinc_x");
}

TEST_CASE("select_related brings the row of a filtered relation along") {
  const Library library(GENERATE(from_range(engines())));
  const Databases databases(*library.connection);
  const QuerySet rows = authors("{order_by: [name]}")
                            .select_related({"sold__author", "editor"})
                            .lazy_loading(LazyLoading::kRaise);
  std::string told;
  for (const RecordPtr& author : rows.records(databases)) {
    const RecordPtr sold = author->related("sold");
    const RecordPtr editor = author->related("editor");
    told += display(author->get("name")) + " ";
    told += sold ? display(sold->get("title")) + " by " +
                       display(sold->related("author")->get("name"))
                 : "none";
    told += editor ? " edited by " + display(editor->get("name")) + ", " : ", ";
  }
  CHECK(told ==
        "Ann Iron by Ann, Ben none edited by Ann, Cid none edited by "
        "Ben, ");
  CHECK(sqlite(authors("{values: [name]}")) ==
        "SELECT author.name AS name FROM author ORDER BY author.name ASC");
  CHECK(thrown([&] {
          authors("{order_by: [name]}")
              .select_related({"sold__tags"})
              .records(databases);
        }).starts_with("query.field: sold__tags: tags leads to many rows"));
}

TEST_CASE("what a filtered relation cannot be about is said") {
  const auto refused = [](const std::string& relation) {
    return thrown(
        [&] { steps("Author", "[{annotate: {x: " + relation + "}}]"); });
  };
  CHECK(refused("{FilteredRelation: books, condition: {name: Ann}}") ==
        "query.condition: the condition of x is about name - it can only be "
        "about books__…");
  CHECK(refused("{FilteredRelation: books, condition: {books__tags__word: a}}")
            .starts_with("query.condition: the condition of x goes further"));
  CHECK(refused("{FilteredRelation: name, condition: {name: a}}") ==
        "query.field: x: FilteredRelation is of a relation, which name is not");
  CHECK(thrown([&] {
          steps("Author",
                "[{annotate: {a__b: {FilteredRelation: books, "
                "condition: {books__sold: true}}}}]");
        }).starts_with("query.expression: a__b cannot be the name of a "));
  CHECK(refused("{FilteredRelation: books}")
            .starts_with("query.expression: FilteredRelation needs a "));
  CHECK(refused("{Count: {FilteredRelation: books, condition: {books: 1}}}")
            .starts_with("query.expression: a FilteredRelation has its place"));
}
