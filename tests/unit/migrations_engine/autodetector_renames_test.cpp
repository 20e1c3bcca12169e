// Models, fields and indexes with other names, and models in other apps. The
// expected results follow the rules of Django 5.1, where Django knows the
// change.
#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

using Renamed = std::map<std::string, std::string>;

ScriptedQuestioner told(const Renamed& renamed) {
  ScriptedQuestioner questioner;
  questioner.renamed = renamed;
  return questioner;
}

std::string model(const std::string& name, const std::string& fields,
                  const std::string& rest = "") {
  return "  " + name + ": {fields: {" + fields + "}" + rest + "}\n";
}

Lines renamed(const std::string& before, const std::string& after,
              const Renamed& names) {
  return operations("models:\n" + before, "models:\n" + after, told(names));
}

const std::string kNumber = "n: {type: IntegerField}";
const std::string kAuthor = model("Author", kNumber);
const std::string kWriter = model("Writer", kNumber);
const Renamed kAuthorToWriter{{"shop.Writer", "shop.Author"}};

}  // namespace

// --- fields ------------------------------------------------------------------

TEST_CASE("a field that is asked about and renamed") {
  ScriptedQuestioner questioner;
  questioner.renames = true;
  CHECK(operations("models:\n" + kAuthor,
                   "models:\n" + model("Author", "m: {type: IntegerField}"),
                   questioner) == Lines{"Rename field n on author to m"});
}

TEST_CASE("a field that keeps its column changes before it is renamed") {
  CHECK(renamed(kAuthor,
                model("Author", "m: {type: IntegerField, db_column: n}"),
                {{"shop.Author.m", "n"}}) ==
        Lines{"Alter field n on author", "Rename field n on author to m"});
  const std::string book = model("Book", "author: " + key_to("Author"));
  CHECK(renamed(kAuthor + book,
                kAuthor + model("Book",
                                "writer: " +
                                    key_to("Author", ", db_column: author_id")),
                {{"shop.Book.writer", "author"}}) ==
        Lines{"Alter field author on book",
              "Rename field author on book to writer"});
}

TEST_CASE("a field may be renamed and changed at once") {
  CHECK(renamed(kAuthor, model("Author", "m: {type: BigIntegerField}"),
                {{"shop.Author.m", "n"}}) ==
        Lines{"Rename field n on author to m", "Alter field m on author"});
}

TEST_CASE("what names a renamed field goes along without an operation") {
  auto meta = [](const std::string& n) {
    return ", meta: {unique_together: [" + n + ", m], indexes: [{fields: [-" +
           n + "], name: i, condition: {" + n +
           "__gt: 1}}], constraints: [{type: CheckConstraint, condition: {" +
           n + "__gte: 0}, name: c}]}";
  };
  const std::string other = ", m: {type: IntegerField}";
  CHECK(renamed(model("Author", kNumber + other, meta("n")),
                model("Author", "k: {type: IntegerField}" + other, meta("k")),
                {{"shop.Author.k", "n"}}) ==
        Lines{"Rename field n on author to k"});
}

TEST_CASE("unique_together that changes with a renamed field is set anew") {
  const std::string other = ", m: {type: IntegerField}";
  CHECK(renamed(model("Author", kNumber + other,
                      ", meta: {unique_together: [n, m]}"),
                model("Author", "k: {type: IntegerField}" + other,
                      ", meta: {unique_together: [m, k]}"),
                {{"shop.Author.k", "n"}}) ==
        Lines{"Rename field n on author to k",
              "Alter unique_together for author (1 constraint(s))"});
}

TEST_CASE("a key to a renamed field follows it") {
  const std::string code = ": {type: SlugField, unique: true}";
  CHECK(
      renamed(model("Author", "code" + code) +
                  model("Book", "by: " + key_to("Author", ", to_field: code")),
              model("Author", "slug" + code) +
                  model("Book", "by: " + key_to("Author", ", to_field: slug")),
              {{"shop.Author.slug", "code"}}) ==
      Lines{"Rename field code on author to slug"});
}

TEST_CASE("a renamed primary key is followed by those who point to it") {
  const std::string book = model("Book", "by: " + key_to("Author"));
  CHECK(
      renamed(model("Author", "a: {type: SlugField, primary_key: true}") + book,
              model("Author", "b: {type: SlugField, primary_key: true}") + book,
              {{"shop.Author.b", "a"}}) ==
      Lines{"Rename field a on author to b"});
}

TEST_CASE("a field that was not renamed is removed and added") {
  ScriptedQuestioner questioner;
  questioner.renames = false;
  questioner.defaults["Author.m"] = Data(0);
  CHECK(operations("models:\n" + kAuthor,
                   "models:\n" + model("Author", "m: {type: IntegerField}"),
                   questioner) ==
        Lines{"Remove field n from author", "Add field m to author"});
}

// --- models ------------------------------------------------------------------

TEST_CASE("a renamed model takes those who point to it along") {
  auto book = [](const std::string& to) {
    return model("Book", "by: " + key_to(to) +
                             ", readers: {type: ManyToManyField, to: " + to +
                             ", related_name: r}");
  };
  CHECK(renamed(kAuthor + book("Author"), kWriter + book("Writer"),
                kAuthorToWriter) == Lines{"Rename model Author to Writer"});
}

TEST_CASE("a renamed parent takes the links of its children along") {
  const auto family = [](const std::string& parent, const std::string& child) {
    return model(parent, kNumber) + "  " + child + ": {inherits: [" + parent +
           "], fields: {m: {type: TextField}}}\n" + "  Chief: {inherits: [" +
           child + "]}\n" + model("Desk", "of: " + key_to(child));
  };
  CHECK(renamed(family("Person", "Worker"), family("Human", "Worker"),
                {{"shop.Human", "shop.Person"}}) ==
        Lines{"Rename model Person to Human",
              "Rename field person_ptr on worker to human_ptr"});
  CHECK(
      renamed(family("Person", "Worker"), family("Human", "Clerk"),
              {{"shop.Human", "shop.Person"}, {"shop.Clerk", "shop.Worker"}}) ==
      Lines{"Rename model Worker to Clerk", "Rename model Person to Human",
            "Rename field worker_ptr on chief to clerk_ptr",
            "Rename field person_ptr on clerk to human_ptr"});
}

TEST_CASE("a link that is declared keeps its name") {
  const auto family = [](const std::string& parent) {
    return model(parent, kNumber) + "  Worker: {inherits: [" + parent +
           "], fields: {as: {type: OneToOneField, to: " + parent +
           ", on_delete: CASCADE, parent_link: true, primary_key: true}}}\n";
  };
  CHECK(renamed(family("Person"), family("Human"),
                {{"shop.Human", "shop.Person"}}) ==
        Lines{"Rename model Person to Human"});
}

TEST_CASE("only the case of a model's name is no change") {
  CHECK(
      operations("models:\n" + kAuthor, "models:\n" + model("AUTHOR", kNumber))
          .empty());
}

TEST_CASE("a model and its field may be renamed at once") {
  CHECK(
      renamed(kAuthor, model("Writer", "m: {type: IntegerField}"),
              {{"shop.Writer", "shop.Author"}, {"shop.Writer.m", "n"}}) ==
      Lines{"Rename model Author to Writer", "Rename field n on writer to m"});
}

TEST_CASE("a relation whose model and name change at once is renamed") {
  CHECK(renamed(
            kAuthor + model("Book", "author: " + key_to("Author")),
            kWriter + model("Book", "writer: " + key_to("Writer")),
            {{"shop.Writer", "shop.Author"}, {"shop.Book.writer", "author"}}) ==
        Lines{"Rename model Author to Writer",
              "Rename field author on book to writer"});
}

TEST_CASE("a model that points to itself is renamed") {
  auto person = [](const std::string& name) {
    return model(name, "parent: " + key_to(name, ", null: true") +
                           ", friends: {type: ManyToManyField, to: " + name +
                           "}");
  };
  CHECK(renamed(person("Person"), person("Human"),
                {{"shop.Human", "shop.Person"}}) ==
        Lines{"Rename model Person to Human"});
}

TEST_CASE("models that point at each other are renamed at once") {
  auto both = [](const std::string& a, const std::string& b) {
    return model(a, "x: " + key_to(b) + ", s: {type: TextField}") +
           model(b, "y: " + key_to(a));
  };
  CHECK(renamed(both("Alpha", "Beta"), both("Gamma", "Delta"),
                {{"shop.Gamma", "shop.Alpha"}, {"shop.Delta", "shop.Beta"}}) ==
        Lines{"Rename model Beta to Delta", "Rename model Alpha to Gamma"});
}

TEST_CASE("models of two apps that point at each other are renamed at once") {
  auto shop = [](const std::string& name, const std::string& to) {
    return "models:\n" + model(name, "x: " + key_to("store." + to));
  };
  auto store = [](const std::string& name, const std::string& to) {
    return "models:\n" + model(name, "y: " + key_to("shop." + to));
  };
  CHECK(changed_apps({{"shop", shop("A", "B")}, {"store", store("B", "A")}},
                     {{"shop", shop("A2", "B2")}, {"store", store("B2", "A2")}},
                     told({{"shop.A2", "shop.A"}, {"store.B2", "store.B"}})) ==
        Lines{"shop.0002_rename_a_a2 <- shop.0001_initial <- "
              "store.0001_initial",
              "  Rename model A to A2",
              "store.0002_rename_b_b2 <- shop.0002_rename_a_a2 <- "
              "store.0001_initial",
              "  Rename model B to B2"});
}

TEST_CASE("a renamed model keeps an index, a join model its place") {
  auto all = [](const std::string& mark) {
    return kAuthor +
           model("Book", "by: {type: ManyToManyField, to: Author, through: " +
                             mark + "}") +
           model(mark,
                 "book: " + key_to("Book") + ", author: " + key_to("Author"),
                 ", meta: {indexes: [{fields: [book], name: i}]}");
  };
  CHECK(renamed(all("Mark"), all("Credit"), {{"shop.Credit", "shop.Mark"}}) ==
        Lines{"Rename model Mark to Credit"});
}

TEST_CASE("a renamed model points to a model that is new") {
  CHECK(renamed(kAuthor + model("Book", "by: " + key_to("Author")),
                kAuthor + model("Editor", "e: {type: TextField}") +
                    model("Tome", "by: " + key_to("Editor")),
                {{"shop.Tome", "shop.Book"}}) ==
        Lines{"Create model Editor", "Rename model Book to Tome",
              "Alter field by on tome"});
}

TEST_CASE("a renamed model may change its table at once") {
  CHECK(renamed(kAuthor, model("Writer", kNumber, ", meta: {db_table: w}"),
                kAuthorToWriter) ==
        Lines{"Rename model Author to Writer", "Rename table for writer to w"});
}

TEST_CASE("what was not renamed cannot be said to be") {
  CHECK_THROWS_WITH(
      renamed(kAuthor, kAuthor + kWriter, kAuthorToWriter),
      Catch::Contains("model shop.author was not renamed to shop.Writer"));
  CHECK_THROWS_WITH(
      renamed(kAuthor, model("Author", kNumber + ", m: {type: IntegerField}"),
              {{"shop.Author.m", "n"}}),
      Catch::Contains("field shop.Author.n was not renamed to shop.Author.m"));
}

// --- indexes -----------------------------------------------------------------

TEST_CASE("an index with another name is renamed") {
  auto author = [](const std::string& indexes) {
    return model("Author", kNumber, ", meta: {indexes: [" + indexes + "]}");
  };
  CHECK(renamed(author("{fields: [n], name: a}"),
                author("{fields: [n], name: b}"),
                {}) == Lines{"Rename index a on author to b"});
  CHECK(renamed(author("{fields: [n], name: a}"),
                author("{fields: [-n], name: b}"),
                {}) == Lines{"Remove index a from author",
                             "Create index b on field(s) -n of model author"});
  CHECK(renamed(author("{fields: [n], name: a}"),
                author("{fields: [-n], name: a}"),
                {}) == Lines{"Remove index a from author",
                             "Create index a on field(s) -n of model author"});
  // On a renamed field of a renamed model.
  CHECK(renamed(author("{fields: [n], name: a}"),
                model("Writer", "m: {type: IntegerField}",
                      ", meta: {indexes: [{fields: [m], name: b}]}"),
                {{"shop.Writer", "shop.Author"}, {"shop.Writer.m", "n"}}) ==
        Lines{"Rename model Author to Writer", "Rename field n on writer to m",
              "Rename index a on writer to b"});
}
