// Two branches of work: overlap, merge, HEAD, rebase.
#include <catch2/catch.hpp>

#include "histories.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/merge.hpp"
#include "migrations_engine/rebase.hpp"
#include "migrations_engine/text_edits.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

OperationPtr operation(const std::string& flow) {
  auto file = std::make_shared<SourceFile>("0001_x.yaml",
                                           "operations: [{" + flow + "}]\n");
  return read_migration(file, {"shop", "0001_x"}).operations.front();
}

bool overlaps(const std::string& a, const std::string& b) {
  Overlap one = overlap(*operation(a), *operation(b), "shop");
  CHECK(one == overlap(*operation(b), *operation(a), "shop"));
  REQUIRE(one != Overlap::kUnknown);
  return one == Overlap::kSame;
}

const std::string kAddPages =
    "AddField: {model_name: book, name: pages, field: {type: IntegerField}}";
const std::string kAlterTitle =
    "AlterField: {model_name: book, name: title, field: {type: TextField}}";
const std::string kRemoveTitle = "RemoveField: {model_name: book, name: title}";
const std::string kUniqueTitle =
    "AlterUniqueTogether: {name: book, unique_together: [[title]]}";
const std::string kTag =
    "CreateModel: {name: Tag, fields: {id: {type: AutoField, primary_key: "
    "true}}}";

std::optional<Head> head_of(const std::string& text) {
  orm::AppConfig app;
  app.label = "shop";
  app.source = std::make_shared<MemorySource>(
      "shop", std::map<std::string, std::string>{{"migrations/HEAD", text}});
  return read_head(app);
}

std::string rebase_error(const Files& files, std::optional<std::string> leaf) {
  try {
    LoadedHistory loaded(files);
    plan_rebase(*loaded, "a", leaf);
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace

TEST_CASE("operations overlap where they change the same") {
  CHECK(overlaps(kAlterTitle, kRemoveTitle));
  CHECK(overlaps(kAddPages, kAddPages));
  CHECK(overlaps(kTag, kTag));
  CHECK(overlaps("DeleteModel: {name: Book}", kAddPages));
  CHECK(overlaps(kUniqueTitle, kUniqueTitle));
  CHECK(overlaps(kUniqueTitle, kRemoveTitle));
  CHECK(overlaps("DeleteModel: {name: Author}",
                 "AddField: {model_name: book, name: by, field: {type: "
                 "ForeignKey, to: shop.author, on_delete: CASCADE}}"));
}

TEST_CASE("operations on different fields and models do not") {
  CHECK_FALSE(overlaps(kAddPages, kAlterTitle));
  CHECK_FALSE(overlaps(kAddPages, kTag));
  CHECK_FALSE(overlaps(kUniqueTitle, kAddPages));
  CHECK_FALSE(
      overlaps(kUniqueTitle,
               "AlterModelOptions: {name: book, options: {ordering: []}}"));
  CHECK_FALSE(
      overlaps("AddIndex: {model_name: book, index: {fields: [title], "
               "name: i}}",
               "AddIndex: {model_name: tag, index: {fields: [title], "
               "name: j}}"));
}

TEST_CASE("nobody knows what SQL does") {
  CHECK(overlap(*operation("RunSQL: {sql: \"SELECT 1\"}"),
                *operation(kAddPages), "shop") == Overlap::kUnknown);
}

TEST_CASE("a conflict has the branches since their common ancestor") {
  LoadedHistory loaded(History{{"a.0001_a", ""},
                               {"a.0002_b", "a.0001_a"},
                               {"a.0002_c", "a.0001_a"},
                               {"a.0003_d", "a.0002_c"}});
  std::vector<Conflict> found = find_conflicts(*loaded);
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].branches.size() == 2);
  CHECK(found[0].branches[0].leaf.name == "0002_b");
  CHECK(found[0].branches[1].migrations.size() == 2);
  Migration merged = merge_migration(found[0], "", "20260101_0000");
  CHECK(merged.key.name == "0004_merge_0002_b_0003_d");
  CHECK(merged.dependencies.size() == 2);
  CHECK(merge_migration(found[0], "both", "x").key.name == "0004_both");
}

TEST_CASE("long names of leaves give way to the time") {
  LoadedHistory loaded(
      History{{"a.0001_a", ""},
              {"a.0002_a_name_of_forty_characters_", "a.0001_a"},
              {"a.0002_another_one", "a.0001_a"}});
  CHECK(merge_migration(find_conflict(*loaded, "a"), "", "20260101_0000")
            .key.name == "0003_merge_20260101_0000");
}

TEST_CASE("two histories have no ancestor") {
  LoadedHistory loaded(History{{"a.0001_a", ""}, {"a.0001_b", ""}});
  CHECK_THROWS_WITH(find_conflicts(*loaded),
                    "0001_a and 0001_b of a have no migration in common");
}

TEST_CASE("HEAD is one line, or what git made of two") {
  CHECK(head_of("0002_b\n")->names == Texts{"0002_b"});
  CHECK(head_of("0002_b\n")->conflict_line == 0);
  std::optional<Head> conflict = head_of(
      "<<<<<<< HEAD\n0002_b\n||||||| base\n0001_a\n=======\n0002_c\n>>>>>>> "
      "1234567 (Add c)\n");
  CHECK(conflict->conflict_line == 1);
  CHECK(conflict->current == Texts{"0002_b"});
  CHECK(conflict->incoming == Texts{"0002_c"});
}

TEST_CASE("words are replaced where they stand, and nothing else") {
  auto file = std::make_shared<SourceFile>(
      "f.yaml", "# über a\nx: [shop, \"0001_a\"]\ny: [shop, 0001_a]\n");
  TextEdits edits;
  edits.replace("f", {file, 2, 11}, "0001_a", "0002_longer");
  edits.replace("f", {file, 3, 11}, "0001_a", "1");
  CHECK(edits.texts()["f"] ==
        "# über a\nx: [shop, \"0002_longer\"]\ny: [shop, 1]\n");
  CHECK_THROWS_WITH(edits.replace("f", {file, 1, 3}, "0001_a", "1"),
                    Catch::Contains("written in a way"));
}

TEST_CASE("a rebase that cannot be is refused before a file is touched") {
  Files branches = files_of(
      {{"a.0001_a", ""}, {"a.0002_b", "a.0001_a"}, {"a.0002_c", "a.0001_a"}});
  SECTION("nobody says which one moves") {
    CHECK(rebase_error(branches, {}) ==
          "a ends in 0002_b and 0002_c, and HEAD does not say which is yours");
    CHECK(rebase_error(branches, "0003") ==
          "0003 is none of the two ends of a");
    CHECK(rebase_error(branches, "0002") ==
          "0002 is a prefix of both of the two ends of a");
  }
  SECTION("one needs the other already") {
    branches["b"]["migrations/1.yaml"] =
        "dependencies: [[a, 0002_c]]\nrun_before: [[a, 0002_b]]\n"
        "operations: []\n";
    CHECK(rebase_error(branches, "0002_c") ==
          "a.0002_b needs a.0002_c already, by way of another app");
  }
  SECTION("the branch that stays needs a part of the one that moves") {
    branches["a"]["migrations/0003_d.yaml"] =
        "dependencies: [[a, 0002_c]]\noperations: []\n";
    branches["b"]["migrations/1.yaml"] =
        "dependencies: [[a, 0002_c]]\nrun_before: [[a, 0002_b]]\n"
        "operations: []\n";
    // It gets as far as the files, which are not in a folder here.
    CHECK(rebase_error(branches, "0003_d") ==
          "app a is built in: its migrations cannot change");
  }
  SECTION("an operation names what the other branch removed or renamed") {
    branches["a"]["migrations/0001_a.yaml"] =
        "dependencies: []\noperations: [{" + kTag + "}]\n";
    branches["a"]["migrations/0002_b.yaml"] =
        "dependencies: [[a, 0001_a]]\noperations: [{RenameField: {model_name: "
        "tag, old_name: id, new_name: key}}]\n";
    branches["a"]["migrations/0002_c.yaml"] =
        "dependencies: [[a, 0001_a]]\noperations: [{AddIndex: {model_name: "
        "tag, index: {fields: [id], name: i}}}]\n";
    CHECK(rebase_error(branches, "0002_c") ==
          "model a.Tag: indexes names id, but there is no such field, at this "
          "point of the migrations");
    // The other way round the rename takes the index along.
    CHECK(rebase_error(branches, "0002_b") ==
          "app a is built in: its migrations cannot change");
  }
  SECTION("the operations do not fit in that order") {
    branches["a"]["migrations/0002_b.yaml"] =
        "dependencies: [[a, 0001_a]]\noperations: [{" + kTag + "}]\n";
    branches["a"]["migrations/0002_c.yaml"] =
        "dependencies: [[a, 0001_a]]\noperations: [{" + kTag + "}]\n";
    CHECK(rebase_error(branches, "0002_c") ==
          "model a.tag exists already at this point of the migrations");
  }
}
