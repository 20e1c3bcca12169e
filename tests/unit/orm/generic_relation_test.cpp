// GenericRelation: what points to a row by its content type and its key.
#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query_log.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/related_manager.hpp"
#include "orm/writing/saving.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

constexpr const char* kContentTypes = R"(
models:
  ContentType:
    fields:
      app_label: {type: CharField, max_length: 100}
      model: {type: CharField, max_length: 100}
    meta: {db_table: django_content_type}
)";

/// Notes are about rows by a text, likes by a number.
constexpr const char* kModels = R"(
models:
  Book:
    fields:
      title: {type: CharField, max_length: 20}
      notes: {type: GenericRelation, to: Note, related_query_name: book}
      likes: {type: GenericRelation, to: Like, content_type_field: kind, object_id_field: number}
  Comic:
    inherits: [Book]
    fields: {colour: {type: BooleanField, default: true}}
  Author:
    fields:
      name: {type: CharField, max_length: 20}
      notes: {type: GenericRelation, to: Note}
  Novel:
    fields:
      author: {type: ForeignKey, to: Author, on_delete: CASCADE}
      notes: {type: GenericRelation, to: Note}
  Note:
    fields:
      text: {type: CharField, max_length: 20}
      content_type: {type: ForeignKey, to: contenttypes.ContentType, on_delete: CASCADE}
      object_id: {type: CharField, max_length: 36}
      about: {type: GenericForeignKey}
  Token:
    fields:
      id: {type: UUIDField, primary_key: true, default: {call: uuid4}}
      notes: {type: GenericRelation, to: Note}
  Reply:
    fields:
      note: {type: ForeignKey, to: Note, on_delete: CASCADE}
  Like:
    fields:
      kind: {type: ForeignKey, to: contenttypes.ContentType, on_delete: CASCADE}
      number: {type: BigIntegerField}
      liked: {type: GenericForeignKey, ct_field: kind, fk_field: number}
)";

const Registry& registry() {
  static const Registry kRegistry(
      read_texts({{"contenttypes", kContentTypes}, {"shop", kModels}}));
  return kRegistry;
}

/// Two books and an author with the key of one of them; two notes about each
/// of these two, and two likes.
class Shop {
 public:
  explicit Shop(Engine engine)
      : database_(engine),
        connection(logged(
            database_.open(),
            [this](const LoggedStatement& one) { log.emplace_back(one.sql); })),
        databases(*connection) {
    create_table(*connection, registry().models(),
                 {"contenttypes", "contenttype"});
    for (const char* model : {"book", "comic", "author", "novel", "note",
                              "reply", "like", "token"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
    run(*connection,
        "INSERT INTO django_content_type (app_label, model) VALUES "
        "('shop', 'author'), ('shop', 'book'), ('shop', 'comic'), "
        "('shop', 'novel'), ('shop', 'token')");
    iron = of("Book").create({{"title", t("Iron")}});
    gold = of("Book").create({{"title", t("Gold")}});
    ann = of("Author").create({{"name", t("Ann")}});
    for (const auto& [about, text] : std::vector<std::pair<RecordPtr, Value>>{
             {iron, t("a")}, {iron, t("b")}, {ann, t("c")}, {gold, t("d")}}) {
      of("Note").create({{"about", about}, {"text", text}});
    }
    for (const RecordPtr& one : {iron, ann}) {
      of("Like").create({{"liked", one}});
    }
    log.clear();
  }

  Manager of(const char* model) const {
    return {registry(), registry().get(model), databases};
  }
  QuerySet all(const char* model) const {
    return QuerySet(registry(), registry().get(model)).order_by({"pk"});
  }
  /// One column of the rows.
  std::string list(const QuerySet& rows, const Named& name) const {
    std::vector<std::string> values;
    for (const Row& row : rows.values({name}).rows(*connection)) {
      values.push_back(display(row.front()));
    }
    return text::join(values, " ");
  }
  std::string notes() const { return list(all("Note"), "text"); }

  static Value t(const char* text) { return std::string(text); }
  static Value n(std::int64_t number) { return number; }

 private:
  TestDatabase database_;

 public:
  std::vector<std::string> log;
  std::unique_ptr<Connection> connection;
  Databases databases;
  RecordPtr iron, gold, ann;
};

std::string texts(const Records& notes) {
  std::vector<std::string> list;
  for (const RecordPtr& note : notes)
    list.push_back(display(note->get("text")));
  return text::join(list, " ");
}

}  // namespace

TEST_CASE("conditions go along a generic relation, to its own rows only") {
  const Shop shop(GENERATE(from_range(engines())));
  const auto books = [&](const Q& q) {
    return shop.list(shop.all("Book").filter(q), "title");
  };
  CHECK(books(Q("notes__text", Shop::t("b"))) == "Iron");
  // The author's note has the same object_id.
  CHECK(books(Q("notes__text", Shop::t("c"))).empty());
  CHECK(books(Q("notes__isnull", Value(false))) == "Iron Iron Gold");
  CHECK(books(Q("likes__isnull", Value(true))) == "Gold");
  CHECK(books(~Q("notes__text", Shop::t("b"))) == "Gold");
  CHECK(books(Q("notes", Shop::n(4))) == "Gold");
  CHECK(shop.list(shop.all("Author").filter(Q("notes__text", Shop::t("c"))),
                  "name") == "Ann");
  CHECK(shop.list(
            shop.all("Book").annotate(
                {{"count", make_expr(AggregateExpr{"Count", {f("notes")}})}}),
            "count") == "2 1");
}

TEST_CASE("related_query_name leads back from the rows") {
  const Shop shop(GENERATE(from_range(engines())));
  CHECK(shop.list(shop.all("Note").filter(Q("book__title", Shop::t("Iron"))),
                  "text") == "a b");
  CHECK(shop.list(shop.all("Note").filter(Q("book", Shop::n(2))), "text") ==
        "d");
  // The author's note is about no book.
  CHECK(shop.list(shop.all("Note").filter(Q("book__isnull", Value(true))),
                  "text") == "c");
  CHECK(shop.list(shop.all("Note"), "book__title") == "Iron Iron NULL Gold");
}

TEST_CASE("a record's rows are asked for, or prefetched with one question") {
  Shop shop(GENERATE(from_range(engines())));
  CHECK(texts(shop.iron->related_all("notes")) == "a b");
  CHECK(texts(shop.ann->related_all("notes")) == "c");
  CHECK(shop.ann->related_set("notes").count(*shop.connection) == 1);
  shop.log.clear();
  const Records books = shop.all("Book")
                            .prefetch_related({"notes", "likes"})
                            .lazy_loading(LazyLoading::kRaise)
                            .records(shop.databases);
  CHECK(shop.log.size() == 3);
  CHECK(texts(books[0]->related_all("notes")) == "a b");
  CHECK(texts(books[1]->related_all("notes")) == "d");
  CHECK(books[0]->related_all("likes").size() == 1);
  CHECK(books[1]->related_all("likes").empty());
}

TEST_CASE("rows are made, taken over and deleted through it") {
  const Shop shop(GENERATE(from_range(engines())));
  RelatedManager notes(shop.gold, "notes");
  const RecordPtr made = notes.create({{"text", Shop::t("e")}});
  CHECK(made->related("about")->key() == shop.gold->key());
  CHECK(texts(notes.all().records(shop.databases)) == "d e");
  // From the author to the book.
  notes.add({shop.all("Note").get(Q("text", Shop::t("c")), shop.databases)});
  CHECK(texts(notes.all().order_by({"pk"}).records(shop.databases)) == "c d e");
  CHECK(notes.get_or_create({{"text", Shop::t("d")}}).second == false);
  CHECK(notes.update_or_create({{"text", Shop::t("f")}}, {}).second);
  // Others' rows stay.
  notes.remove({made, shop.iron->related_all("notes").front()});
  CHECK(shop.notes() == "a b c d f");
  notes.set({shop.all("Note").get(Q("text", Shop::t("d")), shop.databases)});
  CHECK(shop.notes() == "a b d");
  notes.clear();
  CHECK(shop.notes() == "a b");
}

TEST_CASE("what is not in the database yet has no rows by it") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr book = shop.of("Book").make({{"title", Shop::t("New")}});
  CHECK(thrown([&] { RelatedManager(book, "notes"); }) ==
        "write.unsaved: shop.Book.notes: the shop.Book is not in the database "
        "yet - save it first");
  const auto add_new = [&] {
    RelatedManager(shop.iron, "notes").add({shop.of("Note").make({})});
  };
  CHECK(thrown(add_new) ==
        "write.unsaved: shop.Book.notes: the shop.Note is not in the database "
        "yet - save it first");
  CHECK(thrown([&] { shop.iron->set_related("notes", nullptr); }) ==
        "query.field: shop.Book.notes leads to many rows - add them by a "
        "RelatedManager");
}

TEST_CASE("deleting a row deletes what points to it by a content type") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr note =
      shop.all("Note").get(Q("text", Shop::t("a")), shop.databases);
  shop.of("Reply").create({{"note", note}});
  const Deleted done = remove(shop.iron);
  CHECK(done.total == 5);  // the book, two notes, a reply, a like
  CHECK(shop.notes() == "c d");
  CHECK(shop.all("Like").count(*shop.connection) == 1);
}

TEST_CASE("so does deleting many, and what goes with them") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr novel = shop.of("Novel").create({{"author", shop.ann}});
  shop.of("Note").create({{"about", novel}, {"text", Shop::t("n")}});
  CHECK(remove(shop.all("Author"), shop.databases).total == 4);
  CHECK(shop.notes() == "a b d");
  CHECK(remove(shop.all("Book"), shop.databases).total == 6);
  CHECK(shop.notes().empty());
}

TEST_CASE("a model that inherits one has rows of its own content type") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr comic = shop.of("Comic").create({{"title", Shop::t("Ink")}});
  RelatedManager(comic, "notes").create({{"text", Shop::t("x")}});
  CHECK(shop.list(shop.all("Comic").filter(Q("notes__text", Shop::t("x"))),
                  "title") == "Ink");
  CHECK(shop.list(shop.all("Book").filter(Q("notes__text", Shop::t("x"))),
                  "title")
            .empty());
  CHECK(texts(comic->related_all("notes")) == "x");
  remove(comic);
  CHECK(shop.notes() == "a b c d");
}

TEST_CASE("keys of other types are kept as texts, and found by these") {
  const Shop shop(GENERATE(from_range(engines())));
  const RecordPtr token = shop.of("Token").create({});
  shop.of("Token").create({});
  RelatedManager(token, "notes").create({{"text", Shop::t("u")}});
  const Q noted("notes__text", Shop::t("u"));
  CHECK(shop.all("Token").filter(noted).count(*shop.connection) == 1);
  CHECK(shop.all("Token").exclude(noted).count(*shop.connection) == 1);
  CHECK(texts(token->related_all("notes")) == "u");
  CHECK(remove(token).total == 2);
}
