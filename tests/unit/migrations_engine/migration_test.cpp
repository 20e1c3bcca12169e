#include "migrations_engine/migration.hpp"

#include <catch2/catch.hpp>

#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/remove_field.hpp"
#include "migrations_engine/operations/run_sql.hpp"
#include "migrations_engine/optimizer.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

Migration read(const std::string& text) {
  return read_migration(
      std::make_shared<SourceFile>("shop/migrations/0002_x.yaml", text),
      {"shop", "0002_x"});
}

std::string error_of(const std::string& text) {
  try {
    read(text);
  } catch (const Error& error) {
    std::string all;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      all += diagnostic.where.text() + ": " + diagnostic.message;
      if (!diagnostic.hint.empty()) all += " (" + diagnostic.hint + ")";
      all += "\n";
    }
    return all;
  }
  return "no error";
}

const char* kEverything = R"(initial: true
dependencies:
  - [auth, 0012_alter_user_first_name_max_length]
  - {swappable: auth_user_model}
operations:
  - CreateModel:
      name: Author
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
        name: {type: CharField, max_length: 100}
      options: {ordering: [name]}
  - AddField:
      model_name: author
      name: age
      field: {type: IntegerField, default: 0}
      preserve_default: false
  - RemoveField: {model_name: author, name: age}
  - RunSQL: {sql: {sqlite: SELECT 1, postgresql: SELECT 2}, reverse_sql: noop, elidable: true}
)";

}  // namespace

TEST_CASE("a migration file that is read and written stays the same") {
  CHECK(write_migration(read(kEverything), "") == kEverything);
  CHECK(write_migration(read(kEverything), "made today") ==
        std::string("# made today\n") + kEverything);
}

TEST_CASE("everything wrong in a migration file is said, each at its place") {
  CHECK(error_of("dependencies: []\noperations:\n"
                 "  - CreatModel: {name: A}\n"
                 "  - AddField: {model_name: a, nam: b}\n"
                 "  - RemoveField: {model_name: a, name: b}\n"
                 "    AddField: {}\n"
                 "  - 3\n"
                 "initia: true\n") ==
        "shop/migrations/0002_x.yaml:3:5: there is no operation CreatModel "
        "(did you mean CreateModel?)\n"
        "shop/migrations/0002_x.yaml:4:15: AddField needs the key name\n"
        "shop/migrations/0002_x.yaml:4:15: AddField needs the key field\n"
        "shop/migrations/0002_x.yaml:4:31: AddField has no key nam (did you "
        "mean name?)\n"
        "shop/migrations/0002_x.yaml:5:5: an operation is a map of one key, "
        "its class name, found 2 keys (write it as `- CreateModel: {name: …, "
        "fields: …}`)\n"
        "shop/migrations/0002_x.yaml:7:5: an operation is a map of one key, "
        "its class name, found text (write it as `- CreateModel: {name: …, "
        "fields: …}`)\n"
        "shop/migrations/0002_x.yaml:8:1: the migration has no key initia "
        "(did you mean initial?)\n");
}

TEST_CASE("operations fold as Django's do") {
  Operations operations = read(kEverything).operations;
  Operations folded = optimize(operations, "shop");
  // The statement of the user's is elidable: it goes too.
  REQUIRE(folded.size() == 1);
  CHECK(folded.front()->describe() == "Create model Author");
  CHECK(to_json(operation_to_data(*folded.front())) ==
        to_json(operation_to_data(*operations.front())));
}

TEST_CASE("a rename does not fold past what has the old name") {
  const auto folded = [](const std::string& operations) {
    std::string lines;
    for (const OperationPtr& one : optimize(
             read("dependencies: []\noperations:\n" + operations).operations,
             "shop")) {
      lines += to_json(operation_to_data(*one)) + "\n";
    }
    return lines;
  };
  const std::string models =
      "  - CreateModel: {name: A, fields: {x: {type: IntegerField}, me: {type: "
      "ForeignKey, to: shop.a, on_delete: CASCADE, to_field: x}}}\n";
  const std::string user =
      "  - CreateModel: {name: B, fields: {a: {type: ForeignKey, to: shop.a, "
      "on_delete: CASCADE, to_field: x}}}\n";
  const std::string rename_model =
      "  - RenameModel: {old_name: A, new_name: C}\n";
  const std::string rename_field =
      "  - RenameField: {model_name: a, old_name: x, new_name: y}\n";
  CHECK(folded(models + rename_model).find(R"("to":"shop.c")") !=
        std::string::npos);
  CHECK(folded(models + rename_field).find(R"("to_field":"y")") !=
        std::string::npos);
  for (const std::string& rename : {rename_model, rename_field}) {
    CHECK(folded(models + user + rename) ==
          folded(models) + folded(user) + folded(rename));
  }
}

TEST_CASE("names say what a migration does, up to 52 characters") {
  Migration migration;
  auto add = [&](const std::string& field) {
    migration.operations.push_back(
        std::make_shared<RemoveField>("author", field));
  };
  add("name");
  CHECK(suggest_name(migration, "T") == "remove_author_name");
  add("email");
  CHECK(suggest_name(migration, "T") ==
        "remove_author_name_remove_author_email");
  add("telephone");
  CHECK(suggest_name(migration, "T") ==
        "remove_author_name_remove_author_email_and_more");
  migration.operations = read(
                             "operations: [{RunSQL: {sql: SELECT 1}}]\n"
                             "dependencies: []\n")
                             .operations;
  CHECK(suggest_name(migration, "20261120_1000") == "auto_20261120_1000");
  migration.initial = true;
  CHECK(suggest_name(migration, "T") == "initial");
}

TEST_CASE("numbers of migrations are their leading digits") {
  CHECK(parse_number("0012_author") == 12);
  CHECK(parse_number("author") == 0);
  CHECK(parse_number("0001_squashed_0012_author") == 12);
  CHECK(parse_number("0001_squashed_0002_squashed_0004_x") == 4);
  CHECK(parse_number("0003_squashed_things") == 3);
}
