#include "migrations_engine/squash.hpp"

#include <catch2/catch.hpp>

#include "histories.hpp"
#include "migrations_engine/schema_diff.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

const std::string kId =
    "id: {type: BigAutoField, primary_key: true, auto_created: true}";

Files shop(const std::string& third) {
  return {{"shop",
           {{"migrations/0001_initial.yaml",
             "initial: true\ndependencies: []\noperations:\n  - CreateModel: "
             "{name: Author, fields: {" +
                 kId + "}}\n"},
            {"migrations/0002_age.yaml",
             "dependencies: [[shop, 0001_initial]]\noperations:\n  - AddField: "
             "{model_name: author, name: age, field: {type: IntegerField, "
             "null: true}}\n"},
            {"migrations/0003_x.yaml",
             "dependencies: [[shop, 0002_age]]\n" + third}}}};
}

Squash squash(const Files& files, SquashOptions options) {
  options.app = "shop";
  LoadedHistory loaded(files);
  return squash_migrations(*loaded, options);
}

SquashOptions to(const std::string& end) {
  SquashOptions options;
  options.end = end;
  return options;
}

orm::ColumnInfo column(std::string name, std::string type, bool null = false) {
  orm::ColumnInfo info;
  info.name = std::move(name);
  info.type = std::move(type);
  info.null = null;
  return info;
}

orm::ConstraintInfo index(std::string name, std::string on) {
  orm::ConstraintInfo info;
  info.name = std::move(name);
  info.columns = {std::move(on)};
  return info;
}

orm::TableInfo table(std::vector<orm::ColumnInfo> columns,
                     std::vector<orm::ConstraintInfo> constraints = {}) {
  orm::TableInfo info;
  info.name = "t";
  info.columns = std::move(columns);
  info.constraints = std::move(constraints);
  return info;
}

}  // namespace

TEST_CASE("a squashed migration has a name that says what it replaces") {
  Files files = shop("operations: []\n");
  CHECK(squash(files, to("0003_x")).migration.key.name ==
        "0001_squashed_0003_x");
  SquashOptions named = to("0003");
  named.name = "catalog";
  CHECK(squash(files, named).migration.key.name == "0001_catalog");
  SquashOptions part = to("0003");
  part.start = "0002";
  CHECK(squash(files, part).migration.key.name == "0002_age_squashed_0003_x");
  CHECK_FALSE(squash(files, part).migration.initial);
  part.name = "later";
  CHECK(squash(files, part).migration.key.name == "0002_later");
}

TEST_CASE("it keeps what its parts were told about others") {
  Files files = shop(
      "atomic: false\nlint_ignore: {drop-column: unused}\nrun_before: [[blog, "
      "1]]\noperations: []\n");
  files["blog"]["migrations/1.yaml"] = "dependencies: []\noperations: []\n";
  files["base"]["migrations/1.yaml"] = "dependencies: []\noperations: []\n";
  std::string& second = files["shop"]["migrations/0002_age.yaml"];
  second = text::replace_all(second, "[[shop, 0001_initial]]",
                             "[[shop, 0001_initial], [base, 1]]");
  Migration made = squash(files, to("0003")).migration;
  REQUIRE(made.dependencies.size() == 1);
  CHECK(made.dependencies[0].key.text() == "base.1");
  CHECK(made.run_before[0].key.text() == "blog.1");
  CHECK_FALSE(made.atomic);
  CHECK(made.lint_ignore.find("drop-column") != nullptr);
  CHECK(made.replaced_keys().size() == 3);
  std::string text = write_migration(made, "");
  CHECK(text.starts_with("replaces:\n  - [shop, 0001_initial]\n"));
  auto file = std::make_shared<SourceFile>("x.yaml", text);
  CHECK(write_migration(read_migration(file, made.key), "") == text);
}

TEST_CASE("elidable operations go, beside others and alone") {
  Files files =
      shop("operations: [{RunSQL: {sql: \"SELECT 1\", elidable: true}}]\n");
  CHECK(squash(files, to("0003")).migration.operations.size() == 1);
  SquashOptions alone = to("0003");
  alone.start = "0003";
  CHECK(squash(files, alone).migration.operations.empty());
  alone.optimize = false;
  CHECK(squash(files, alone).migration.operations.size() == 1);
}

TEST_CASE("a default for existing rows has no place in a new table") {
  LoadedHistory loaded(
      shop("operations:\n  - AddField: {model_name: author, name: rank, field: "
           "{type: IntegerField, default: 5}, preserve_default: false}\n  - "
           "AlterField: {model_name: author, name: age, field: {type: "
           "IntegerField, default: 7}, preserve_default: false}\n"));
  SquashOptions options = to("0003");
  options.app = "shop";
  Squash made = squash_migrations(*loaded, options);
  REQUIRE(made.migration.operations.size() == 1);
  CHECK(write_migration(made.migration, "").find("default") ==
        std::string::npos);
  CHECK(check_squash(*loaded, made).differences.empty());
}

TEST_CASE("the schemas of both ways are compared") {
  LoadedHistory loaded(shop("operations: []\n"));
  SquashOptions options = to("0003");
  options.app = "shop";
  Squash made = squash_migrations(*loaded, options);
  CHECK(check_squash(*loaded, made).differences.empty());
  // As if folding had lost something.
  made.migration.operations = loaded->files()[0]->operations;
  CHECK(check_squash(*loaded, made).differences ==
        Texts{"shop.Author: age: {type: IntegerField, null: true} before, none "
              "after",
              "shop_author: column age: INTEGER before, after none"});
}

TEST_CASE("tables differ by structure first and by names second") {
  SchemaDiffOptions options;
  options.declared = {"i"};
  orm::TableInfo one =
      table({column("a", "int"), column("b", "text", true)}, {index("i", "a")});
  CHECK(diff_tables(one, one, options).empty());
  orm::TableInfo other = table({column("b", "text"), column("a", "bigint")},
                               {index("j", "a"), index("k", "b")});
  CHECK(diff_tables(one, other, options) ==
        Texts{"t: column a: int expected, found bigint",
              "t: column b: NULL expected, found NOT NULL",
              "t: name of the index on a: i expected, found j",
              "t: index on b: none expected, found one"});
  CHECK(diff_tables(table({column("a", "int")}), table({}), options) ==
        Texts{"t: column a: int expected, found none"});
}

TEST_CASE("an automatic name may be that of another time") {
  const auto indexed = [](const std::string& name, const std::string& body) {
    orm::ConstraintInfo info = index(name, "a");
    info.sql = "CREATE INDEX " + name + " ON " + body;
    return table({column("a", "text")}, {info});
  };
  const orm::TableInfo expected = indexed("t_a_1", "\"t\" (\"a\")");
  const auto found = [&](const std::string& body) {
    return diff_tables(expected, indexed("old_a_2", body), {});
  };
  CHECK(found("\"t\" (\"a\")").empty());
  CHECK(found("public.t USING btree (a)").empty());
  // Another order, class, method or condition makes it another index.
  CHECK(found("public.t USING btree (a DESC)") ==
        Texts{"t: index on a: CREATE INDEX t_a_1 ON \"t\" (\"a\") expected, "
              "found CREATE INDEX old_a_2 ON public.t USING btree (a DESC)"});
  CHECK(found("t USING btree (a text_pattern_ops)").size() == 1);
  CHECK(found("t USING hash (a)").size() == 1);
  CHECK(found("t USING btree (a) WHERE (a IS NOT NULL)").size() == 1);
  // A name that a model gives is no automatic one.
  SchemaDiffOptions given;
  given.declared = {"t_a_1"};
  CHECK(diff_tables(expected, indexed("old_a_2", "t (a)"), given) ==
        Texts{"t: name of the index on a: t_a_1 expected, found old_a_2"});
}

TEST_CASE("a renamed model squashes, whatever its keys were called") {
  LoadedHistory loaded(
      shop("operations:\n"
           "  - CreateModel: {name: Book, fields: {" +
           kId +
           ", code: {type: CharField, max_length: 9, db_index: true}, author: "
           "{type: ForeignKey, to: shop.author, on_delete: CASCADE}}, options: "
           "{unique_together: [[code, author]], index_together: [[author, "
           "code]]}}\n"
           "  - AlterModelTable: {name: book, table: tomes}\n"
           "  - RenameField: {model_name: book, old_name: code, new_name: "
           "mark}\n"));
  SquashOptions options = to("0003");
  options.app = "shop";
  const Squash made = squash_migrations(*loaded, options);
  CHECK(check_squash(*loaded, made).differences.empty());
}
