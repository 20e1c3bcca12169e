// Records that point to rows of any model.
#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query_log.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/saving.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

const Registry& registry() {
  static const Registry kRegistry(read_texts({{"contenttypes", R"(
models:
  ContentType:
    fields:
      app_label: {type: CharField, max_length: 100}
      model: {type: CharField, max_length: 100}
    meta: {db_table: django_content_type}
)"},
                                              {"shop", R"(
models:
  Author:
    fields: {name: {type: CharField, max_length: 20}}
  Book:
    fields:
      title: {type: CharField, max_length: 20}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
      hidden: {type: BooleanField, default: false}
    default_scope: {filter: {hidden: false}}
  Note:
    fields:
      text: {type: CharField, max_length: 20}
      content_type: {type: ForeignKey, to: contenttypes.ContentType, on_delete: CASCADE, null: true}
      object_id: {type: CharField, max_length: 20}
      about: {type: GenericForeignKey}
)"}}));
  return kRegistry;
}

/// Notes about an author, two books, a book that is gone, a model that is gone,
/// and nothing.
class Notes {
 public:
  explicit Notes(Engine engine)
      : database_(engine),
        connection(logged(database_.open(),
                          [this](const LoggedStatement& one) {
                            asked += one.sql.starts_with("SELECT") ? 1 : 0;
                          })),
        databases(*connection) {
    create_table(*connection, registry().models(),
                 {"contenttypes", "contenttype"});
    for (const char* model : {"author", "book", "note"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    for (const char* statement :
         {"INSERT INTO django_content_type (id, app_label, model) VALUES "
          "(1, 'shop', 'author'), (2, 'shop', 'book'), (3, 'old', 'thing')",
          "INSERT INTO shop_author (id, name) VALUES (7, 'Ann'), (8, 'Ben')",
          "INSERT INTO shop_book (id, title, author_id, hidden) VALUES "
          "(7, 'Iron', 8, false), (9, 'Gold', 7, true)",
          "INSERT INTO shop_note (id, text, content_type_id, object_id) VALUES "
          "(1, 'a', 1, '7'), (2, 'b', 2, '7'), (3, 'c', 2, '9'), "
          "(4, 'd', 2, '99'), (5, 'e', 3, '1'), (6, 'f', NULL, '1')"}) {
      run(*connection, statement);
    }
    asked = 0;
  }

  QuerySet all() const {
    return QuerySet(registry(), registry().get("shop.Note")).order_by({"id"});
  }

 private:
  TestDatabase database_;

 public:
  int asked = 0;

  std::unique_ptr<Connection> connection;
  Databases databases;
};

std::string targets(const Records& notes) {
  std::vector<std::string> names;
  for (const RecordPtr& note : notes) {
    const RecordPtr about = note->related("about");
    names.push_back(about ? about->model().label() + " " + display(about->key())
                          : "nothing");
  }
  return text::join(names, ", ");
}

constexpr const char* kTargets =
    "shop.Author 7, shop.Book 7, shop.Book 9, nothing, nothing, nothing";

}  // namespace

TEST_CASE("a generic foreign key leads to rows of any model") {
  Notes notes(GENERATE(from_range(engines())));
  CHECK(targets(notes.all().records(notes.databases)) == kTargets);
}

TEST_CASE("it is prefetched with one question for each model") {
  Notes notes(GENERATE(from_range(engines())));
  const Records records = notes.all()
                              .prefetch_related({"about"})
                              .lazy_loading(LazyLoading::kRaise)
                              .records(notes.databases);
  // The notes, the content types, authors, books.
  CHECK(notes.asked == 4);
  CHECK(targets(records) == kTargets);
  CHECK(notes.asked == 4);
}

TEST_CASE("more keys than a statement has parameters are asked for in parts") {
  Notes notes(GENERATE(from_range(engines())));
  run(*notes.connection,
      "WITH RECURSIVE n (i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n WHERE "
      "i < 70000) INSERT INTO shop_note (id, text, content_type_id, object_id) "
      "SELECT i, 'x', 1, i FROM n");
  notes.asked = 0;
  const Records records =
      notes.all().prefetch_related({"about"}).records(notes.databases);
  CHECK(records.size() == 69'907);
  CHECK(notes.asked == 6);
  CHECK(display(records.front()->related("about")->get("name")) == "Ann");
}

TEST_CASE("it is set to any record") {
  Notes notes(GENERATE(from_range(engines())));
  const Manager manager(registry(), registry().get("shop.Note"),
                        notes.databases);
  const RecordPtr book = QuerySet(registry(), registry().get("shop.Book"))
                             .order_by({"id"})
                             .first(notes.databases);
  const RecordPtr note = manager.create({{"id", Value(std::int64_t{50})},
                                         {"text", Value(std::string("new"))},
                                         {"about", book}});
  CHECK(display(note->get("content_type_id")) == "2");
  CHECK(display(note->get("object_id")) == "7");
  refresh(*note);
  CHECK(note->related("about")->key() == book->key());
  note->set_related("about", nullptr);
  CHECK(is_null(note->get("content_type_id")));
  CHECK(thrown([&] { note->set_related("about", note); }) ==
        "query.none: shop.Note has no content type - manage migrate makes "
        "them");
}

TEST_CASE("a path goes on behind it, where all have that relation") {
  Notes notes(GENERATE(from_range(engines())));
  const QuerySet books =
      notes.all().filter(Q("content_type", Value(std::int64_t{2})));
  const Records records = books.prefetch_related({"about__author"})
                              .lazy_loading(LazyLoading::kRaise)
                              .records(notes.databases);
  const RecordPtr iron = records.front()->related("about");
  CHECK(display(iron->related("author")->get("name")) == "Ben");
  CHECK(thrown([&] {
          notes.all()
              .prefetch_related({"about__author"})
              .records(notes.databases);
        }) == "query.field: about__author: shop.Author has no relation author");
}

TEST_CASE("the N+1 guard and conditions know generic foreign keys") {
  Notes notes(GENERATE(from_range(engines())));
  const RecordPtr note =
      notes.all().lazy_loading(LazyLoading::kRaise).first(notes.databases);
  CHECK(thrown([&] { note->related("about"); }) ==
        "query.lazy: shop.Note.about was not loaded: each record would ask for "
        "its own - add prefetch_related(\"about\") to the query");
  CHECK(thrown([&] {
          notes.all().filter(Q("about", Value(std::int64_t{1})));
        }).starts_with("query.field: about: "));
  CHECK(thrown([&] {
          notes.all().values({"about"});
        }).starts_with("query.field: about: "));
}
