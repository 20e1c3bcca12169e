// Models that come, go, or become models of another kind. The expected results
// follow the rules of Django 5.1 (its autodetector printed those that name it).
#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/changes.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kTag = "  Tag: {fields: {name: {type: TextField}}}\n";

std::string models(const std::string& text) { return "models:\n" + text; }

std::string model(const std::string& name, const std::string& fields,
                  const std::string& rest = "") {
  return "  " + name + ": {fields: {" + fields + "}" + rest + "}\n";
}

const std::string kNumber = "n: {type: IntegerField}";

}  // namespace

TEST_CASE("a model of another app is there before what points to it") {
  CHECK(first({{"blog", models(model("Post", "by: " + key_to("shop.Author")))},
               {"shop", models(model("Author", kNumber))}}) ==
        Lines{"blog.0001_initial <- shop.0001_initial", "  Create model Post",
              "shop.0001_initial", "  Create model Author"});
}

TEST_CASE("a new model of an old app depends on what is there") {
  const std::string author = model("Author", kNumber);
  CHECK(changed_apps(
            {{"blog", models(kTag)}, {"shop", models(author)}},
            {{"blog",
              models(kTag + model("Post", "by: " + key_to("shop.Author")))},
             {"shop", models(author)}}) ==
        Lines{"blog.0002_post <- blog.0001_initial <- shop.0001_initial",
              "  Create model Post"});
}

TEST_CASE("a deleted model needs nothing else to be undone first") {
  CHECK(operations(models(kTag + model("Book",
                                       "tag: " + key_to("Tag") + ", " + kNumber,
                                       ", meta: {unique_together: [tag, n]}")),
                   models(kTag)) == Lines{"Delete model Book"});
}

// The order of Python's graphlib alone would remove the field first, and SQLite
// cannot.
TEST_CASE("unique_together is empty before a field of it goes") {
  const std::string alpha = model("Alpha", "b: " + key_to("Zeta"));
  const std::string zeta =
      model("Zeta", "a: " + key_to("Alpha") + ", " + kNumber,
            ", meta: {unique_together: [a, n]}");
  CHECK(operations(models(kTag + alpha + zeta), models(kTag)) ==
        Lines{"Alter unique_together for zeta (0 constraint(s))",
              "Remove field a from zeta", "Delete model Alpha",
              "Delete model Zeta"});
}

TEST_CASE("models that point at each other go with their relations first") {
  CHECK(operations(
            models(kTag + model("A", "x: " + key_to("B") + ", " + kNumber) +
                   model("B", "y: " + key_to("A") + ", " + kNumber)),
            models(kTag)) ==
        Lines{"Remove field y from b", "Delete model A", "Delete model B"});
}

TEST_CASE("a child goes before its parent, and comes after it") {
  const std::string both = model("Zoo", kNumber) +
                           "  Ark: {inherits: [Zoo], fields: {m: {type: "
                           "IntegerField}}}\n";
  CHECK(operations(models(kTag + both), models(kTag)) ==
        Lines{"Delete model Ark", "Delete model Zoo"});
  CHECK(operations(models(kTag), models(kTag + both)) ==
        Lines{"Create model Zoo", "Create model Ark"});
}

TEST_CASE("a field leaves the parent before a child has it") {
  CHECK(operations(
            models(model("Readable", "title: {type: TextField}, " + kNumber)),
            models(model("Readable", kNumber) +
                   "  Book: {inherits: [Readable], fields: {title: "
                   "{type: TextField}}}\n")) ==
        Lines{"Remove field title from readable", "Create model Book"});
}

TEST_CASE("a relation that is the key comes with the model") {
  CHECK(operations(models(kTag),
                   models(kTag + model("A",
                                       "tag: {type: OneToOneField, to: "
                                       "Tag, on_delete: CASCADE, "
                                       "primary_key: true}"))) ==
        Lines{"Create model A"});
}

TEST_CASE("a join model comes before the field that goes through it") {
  const std::string joined =
      model("Book", "tags: {type: ManyToManyField, to: Tag, through: Mark}, " +
                        kNumber) +
      model("Mark", "book: " + key_to("Book") + ", tag: " + key_to("Tag"));
  CHECK(operations(models(kTag), models(kTag + joined)) ==
        Lines{"Create model Book", "Create model Mark",
              "Add field tags to book"});
  CHECK(operations(models(kTag + joined),
                   models(kTag + model("Book", kNumber))) ==
        Lines{"Remove field tags from book", "Delete model Mark"});
}

TEST_CASE("proxies are created and deleted, with no fields") {
  const std::string proxy = "  P: {inherits: [Tag], proxy: true}\n";
  CHECK(operations(models(kTag), models(kTag + proxy)) ==
        Lines{"Create proxy model P"});
  CHECK(operations(models(kTag + proxy), models(kTag)) ==
        Lines{"Delete model P"});
  CHECK(operations(models(kTag + proxy),
                   models(kTag + "  P: {inherits: [Tag], proxy: true, meta: "
                                 "{verbose_name: p}}\n"),
                   {}, true) == Lines{"Change Meta options on p"});
}

TEST_CASE("what pointed to a proxy points to the table that it becomes") {
  const std::string book = model("Book", "p: " + key_to("P"));
  const std::string proxy = "  P: {inherits: [Tag], proxy: true}\n";
  const std::string concrete =
      "  P: {inherits: [Tag], fields: {m: {type: IntegerField}}}\n";
  CHECK(
      operations(models(kTag + proxy + book), models(kTag + concrete + book)) ==
      Lines{"Delete model P", "Create model P", "Alter field p on book"});
  CHECK(operations(models(kTag + concrete), models(kTag + proxy)) ==
        Lines{"Delete model P", "Create proxy model P"});
}

TEST_CASE("unmanaged models are created and deleted in the state") {
  const std::string old =
      model("Old", "tag: " + key_to("Tag"), ", managed: false");
  CHECK(operations(models(kTag), models(kTag + old)) ==
        Lines{"Create model Old"});
  CHECK(operations(models(kTag + old), models(kTag)) ==
        Lines{"Delete model Old"});
}

TEST_CASE("managed or not is an option") {
  const std::string managed = model("Old", kNumber);
  const std::string not_managed = model("Old", kNumber, ", managed: false");
  CHECK(operations(models(kTag + managed), models(kTag + not_managed)) ==
        Lines{"Change Meta options on old"});
  CHECK(operations(models(kTag + not_managed), models(kTag + managed)) ==
        Lines{"Change Meta options on old"});
}

TEST_CASE("fields of unmanaged models are not compared, as in Django") {
  CHECK(operations(
            models(model("Old", kNumber, ", managed: false")),
            models(model("Old", "m: {type: TextField}", ", managed: false")))
            .empty());
}

TEST_CASE("a key to the user model depends on the setting") {
  const Models before{{"auth",
                       "models: {User: {fields: {n: {type: "
                       "IntegerField}}}}"},
                      {"shop", models(kTag)}};
  Models after = before;
  after["shop"] += model("Note", "by: " + key_to("auth_user_model"));
  CHECK(changed_apps(before, after) ==
        Lines{"shop.0002_note <- shop.0001_initial <- user model",
              "  Create model Note"});
}

TEST_CASE("new models are in the order of their names, parents first") {
  CHECK(first({{"shop", models(model("C", kNumber) + model("A", kNumber) +
                               "  B: {inherits: [C], fields: {b: {type: "
                               "IntegerField}}}\n")}}) ==
        Lines{"shop.0001_initial", "  Create model A", "  Create model C",
              "  Create model B"});
}

// In a new database the other app would point to a model that is gone, where
// Django has no such dependency.
TEST_CASE("a model goes after the migrations of other apps that mention it") {
  MigrationGraph graph;
  auto add = [&](const MigrationKey& key, const std::string& text) {
    graph.add(std::make_shared<Migration>(read_migration(
        std::make_shared<SourceFile>(key.app + "/migrations/x.yaml",
                                     "operations: [" + text + "]"),
        key)));
  };
  add({"shop", "0001_initial"}, "");
  add({"blog", "0001_initial"},
      "CreateModel: {name: Post, fields: {tag: " + key_to("shop.tag") + "}}");
  add({"blog", "0002_x"}, "RemoveField: {model_name: post, name: tag}");
  graph.add_dependency({"blog", "0002_x"}, {"blog", "0001_initial"});
  add({"news", "0001_initial"}, "CreateModel: {name: Tag, fields: {}}");
  ScriptedQuestioner questioner;
  questioner.renames = true;
  auto becomes = [&](const std::string& after) {
    return summary(detect_changes(declared({{"shop", models(kTag)}}),
                                  declared({{"shop", models(after)}}), graph,
                                  questioner, {}));
  };
  const std::string name = "name: {type: TextField}";
  CHECK(becomes("  {}") ==
        Lines{"shop.0002_delete_tag <- blog.0002_x <- shop.0001_initial",
              "  Delete model Tag"});
  CHECK(becomes(model("Mark", name)) ==
        Lines{"shop.0002_rename_tag_mark <- blog.0002_x <- shop.0001_initial",
              "  Rename model Tag to Mark"});
  CHECK(becomes(model("Tag", name, ", meta: {db_table: t}")) ==
        Lines{"shop.0002_alter_tag_table <- blog.0002_x <- shop.0001_initial",
              "  Rename table for tag to t"});
  CHECK(becomes(model("Tag", name + ", a: {type: TextField, blank: true}")) ==
        Lines{"shop.0002_tag_a <- shop.0001_initial", "  Add field a to tag"});
}

// Django gives up here: of each app the first operation waits for the other.
TEST_CASE("models of two apps that hold each other go by turns") {
  const Models before{
      {"shop",
       models(model("A", kNumber) + model("Z", "b: " + key_to("store.B")))},
      {"store",
       models(model("B", kNumber) + model("Y", "a: " + key_to("shop.A")))}};
  const Models after{{"shop", models("  {}")}, {"store", models("  {}")}};
  CHECK(changed_apps(before, after) ==
        Lines{"shop.0002_remove_z_b <- shop.0001_initial",
              "  Remove field b from z",
              "shop.0003_delete_a_delete_z <- shop.0002_remove_z_b <- "
              "store.0002_remove_y_a_delete_b_delete_y",
              "  Delete model A", "  Delete model Z",
              "store.0002_remove_y_a_delete_b_delete_y <- "
              "shop.0002_remove_z_b <- store.0001_initial",
              "  Remove field a from y", "  Delete model B",
              "  Delete model Y"});
}

TEST_CASE("what is on a relation goes before it where the model cannot yet") {
  const std::string quiet = ", related_name: +";
  const auto going = [&](const std::string& meta) {
    const Models before{
        {"shop", models(model("A", "b: " + key_to("B", quiet)) +
                        model("B", kNumber + ", a: " + key_to("A", quiet),
                              ", meta: {" + meta + "}"))}};
    return changed_apps(before, {{"shop", models("  {}")}});
  };
  const Lines head{
      "shop.0002_remove_b_a_delete_a_delete_b <- "
      "shop.0001_initial"};
  CHECK(going("") == Lines{head.front(), "  Remove field a from b",
                           "  Delete model A", "  Delete model B"});
  CHECK(going("indexes: [{fields: [n], name: i}]") == going(""));
  Lines found = going(
      "indexes: [{fields: [a], name: i}], constraints: [{type: "
      "UniqueConstraint, fields: [a, n], name: c}]");
  REQUIRE(!found.empty());
  found.erase(found.begin());
  CHECK(found == Lines{"  Remove index i from b",
                       "  Remove constraint c from model b",
                       "  Remove field a from b", "  Delete model A",
                       "  Delete model B"});
}

TEST_CASE("proxies come after the models with tables") {
  CHECK(first({{"shop", models(model("C", kNumber) + model("B", kNumber) +
                               "  A: {inherits: [C], proxy: true}\n")}}) ==
        Lines{"shop.0001_initial", "  Create model B", "  Create model C",
              "  Create proxy model A"});
}

// Django 5.1.1, django/auto51.txt: "mixed".
TEST_CASE("many changes at once come in Django's order") {
  ScriptedQuestioner questioner;
  questioner.renames = false;
  questioner.renamed = {{"shop.NewName", "shop.OldName"},
                        {"shop.Item.b2", "b"},
                        {"shop.Item.n", "e"}};
  const std::string target = model("Target", kNumber);
  const std::string before =
      target + model("OldName", "q: {type: FloatField}") +
      model("Gone", "i: " + key_to("Item") + ", v: {type: IntegerField}",
            ", meta: {unique_together: [i, v]}") +
      model("Item",
            "a: {type: IntegerField}, b: {type: TextField}, c: {type: "
            "IntegerField}, e: {type: DateField}",
            ", meta: {unique_together: [a, c], indexes: [{fields: [a], name: "
            "i_a}, {fields: [c, a], name: i_old}], constraints: [{type: "
            "UniqueConstraint, fields: [a, b], name: u_ab}]}");
  const std::string after =
      target + model("NewName", "q: {type: FloatField}") +
      model("Fresh", "i: " + key_to("Item") + ", v: {type: IntegerField}",
            ", meta: {indexes: [{fields: [v], name: f_v}]}") +
      model("Item",
            "a: {type: BigIntegerField}, b2: {type: TextField}, c: {type: "
            "BigIntegerField}, n: {type: DateField}, r: {type: IntegerField, "
            "default: 1}, m: {type: ManyToManyField, to: Fresh, related_name: "
            "x}",
            ", meta: {db_table: t2, unique_together: [a, b2], indexes: "
            "[{fields: [c, a], name: i_new}, {fields: [c], name: i_c}], "
            "constraints: [{type: CheckConstraint, condition: {a__gt: 1}, "
            "name: n_gt}]}");
  CHECK(operations(models(before), models(after), questioner) ==
        Lines{"Create model Fresh",
              "Rename model OldName to NewName",
              "Alter unique_together for gone (0 constraint(s))",
              "Remove field i from gone",
              "Remove constraint u_ab from model item",
              "Remove index i_a from item",
              "Rename field b on item to b2",
              "Rename field e on item to n",
              "Rename index i_old on item to i_new",
              "Alter unique_together for item (0 constraint(s))",
              "Add field r to item",
              "Alter field a on item",
              "Alter field c on item",
              "Alter unique_together for item (1 constraint(s))",
              "Rename table for item to t2",
              "Add field i to fresh",
              "Add field m to item",
              "Create index i_c on field(s) c of model item",
              "Create constraint n_gt on model item",
              "Delete model Gone",
              "Create index f_v on field(s) v of model fresh"});
}
