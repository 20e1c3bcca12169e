// Programs of migrations.
#include "scripting/code_runner.hpp"

#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

class Migration {
 public:
  explicit Migration(settings::Engine engine)
      : script_(engine),
        runner_({script_.apps(), {}, [this](Environment& environment) {
                   environment.print = [this](std::string_view line) {
                     printed += line;
                   };
                 }}) {
    script_.run("Author:create{name='Ann'} Book:create{title='Iron'}");
  }

  std::string run(const std::string& text, bool backwards = false) {
    printed.clear();
    SilentReporter silent;
    const auto code = std::make_shared<SourceFile>("0002_fill.lua", text);
    const std::string error = orm::thrown([&] {
      runner_.check(code);
      runner_.run(code, {"shop", backwards, false, shop().models(),
                         script_.connection(), &runner_, silent});
    });
    return error == "nothing" ? printed : error;
  }
  std::string printed;

 private:
  Script script_;
  LuaCodeRunner runner_;
};

}  // namespace

TEST_CASE("a program changes data forwards and backwards") {
  for (const auto engine : orm::engines()) {
    Migration migration(engine);
    const std::string code = R"(
      local function rename(apps, name)
        apps:model("shop.Author"):all():update{name=name}
        for author in apps:model("Author"):all() do print(author.name) end
      end
      function forwards(apps, schema) rename(apps, "Eve") end
      function backwards(apps, schema) rename(apps, "Ann") end
    )";
    CHECK(migration.run(code) == "Eve\n");
    CHECK(migration.run(code, true) == "Ann\n");
  }
}

TEST_CASE("a program without functions is run itself") {
  Migration migration(settings::Engine::kSqlite);
  CHECK(migration.run("print(apps:model('Book'):count(), schema.vendor)") ==
        "1\tsqlite\n");
  CHECK(migration.run("local r = schema:execute('SELECT title, 1 FROM "
                      "shop_book WHERE title = ?', {'Iron'}) print(#r, "
                      "r[1][1], r[1][2])") == "1\tIron\t1\n");
}

TEST_CASE("a program sees only the models of its time") {
  Migration migration(settings::Engine::kSqlite);
  CHECK(migration.run("print(models, Book)") == "nil\tnil\n");
  CHECK(migration.run("apps:model('shop.Bok')").find("models.unknown") == 0);
  CHECK(migration.run("function backwards() end") ==
        "migrations.code: 0002_fill.lua has no function forwards");
  CHECK(migration.run("function forwards(").find("script.syntax") == 0);
}
