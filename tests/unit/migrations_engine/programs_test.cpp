// Migrations that are programs, on both databases. The programs here are SQL,
// a statement on each line; "fail" is an error.
#include <catch2/catch.hpp>

#include "../orm/databases.hpp"
#include "core/text.hpp"
#include "migrations_engine/checksum.hpp"
#include "migrations_engine/code_runner.hpp"
#include "migrations_engine/executor.hpp"
#include "project.hpp"

using namespace manage;
using namespace manage::migrations_engine;
using orm::rows;
using orm::thrown;
using settings::Engine;

namespace {

constexpr const char* kFirst = R"(
initial: true
dependencies: []
operations:
  - CreateModel: {name: Book, fields: {id: {type: BigAutoField, primary_key: true}, title: {type: CharField, max_length: 20}, pages: {type: IntegerField, null: true}}}
)";

class SqlRunner : public CodeRunner {
 public:
  void check(const std::shared_ptr<const SourceFile>& code) override {
    if (code->text().find("nonsense") == std::string::npos) return;
    throw Error("test.syntax", "nonsense").at({code, 1, 0});
  }
  void run(const std::shared_ptr<const SourceFile>& code,
           const CodeContext& context) override {
    ran.push_back(code->name() + (context.backwards ? " back" : ""));
    models = context.models.all().size();
    for (const std::string& line : text::split(code->text(), '\n')) {
      if (line == "fail") throw Error("test.failed", "as it should");
      if (!text::trim(line).empty()) context.connection.execute(line);
    }
  }
  std::vector<std::string> ran;
  std::size_t models = 0;
};

class Quiet : public ExecutionObserver {
 public:
  void started(const Step&) override {}
  void finished(const Step&, const StepOutcome&) override {}
  void retrying(const Step&, const Error&, int, double) override {}
};

/// 0001 is applied, 0002 has these operations.
class Shop {
 public:
  Shop(Engine engine, const std::string& second,
       std::map<std::string, std::string> files = {})
      : database_(engine), connection_(database_.open()) {
    files.insert({{"models.yaml", "models: {}"},
                  {"migrations/0001_initial.yaml", kFirst},
                  {"migrations/0002_second.yaml",
                   "dependencies: [[shop, 0001_initial]]\n" + second}});
    change(std::move(files));
    migrate("0001_initial");
    connection_->execute(
        "INSERT INTO shop_book (title, pages) VALUES ('a', 1), ('b', 2), "
        "('c', NULL)");
  }

  void change(const std::map<std::string, std::string>& files) {
    for (const auto& [name, text] : files) files_[name] = text;
  }

  /// What went wrong, or "nothing".
  std::string migrate(const std::string& name, bool resume = false,
                      std::optional<std::size_t> resume_at = {}) {
    return thrown([&] {
      const orm::Apps apps = make_apps({{"shop", files_}});
      const orm::ModelSet none;
      Loader loader(apps, none);
      Recorder recorder(*connection_, "BigAutoField");
      MigrationLog log(*connection_, "BigAutoField");
      const auto applied = recorder.applied_keys();
      ExecuteOptions options;
      options.now = [] { return DateTime{}; };
      options.code_runner = with_runner ? &runner : nullptr;
      if (resume) options.half_done = log.half_done();
      options.resume_at = resume_at;
      Quiet quiet;
      Executor(*connection_, loader, recorder, log)
          .run(plan_steps(loader, applied, {Target{"shop", name}}), applied,
               options, quiet);
    });
  }
  std::string books() {
    return line("SELECT title, pages FROM shop_book ORDER BY id");
  }
  std::string applied() {
    return line("SELECT name FROM django_migrations ORDER BY id");
  }
  orm::Connection& connection() { return *connection_; }

  SqlRunner runner;
  bool with_runner = true;

 private:
  std::string line(const std::string& sql) {
    return text::replace_all(rows(*connection_, sql), "\n", ", ");
  }

  orm::TestDatabase database_;
  std::unique_ptr<orm::Connection> connection_;
  std::map<std::string, std::string> files_;
};

constexpr const char* kFill = R"(operations:
  - RunLua: {code: fill.lua, reverse_code: back.lua}
)";

}  // namespace

TEST_CASE("a program runs in the transaction of its migration") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, kFill,
              {{"migrations/fill.lua", "UPDATE shop_book SET pages = 7\nfail"},
               {"migrations/back.lua", "UPDATE shop_book SET pages = 0"}});
    CHECK(shop.migrate("0002_second") ==
          "test.failed: applying shop.0002_second failed: as it should - "
          "nothing of this migration was kept");
    CHECK(shop.books() == "a|1, b|2, c|NULL");
    CHECK(shop.applied() == "0001_initial");
    shop.change({{"migrations/fill.lua", "UPDATE shop_book SET pages = 7"}});
    CHECK(shop.migrate("0002_second") == "nothing");
    CHECK(shop.books() == "a|7, b|7, c|7");
    CHECK(shop.runner.models == 1);
    CHECK(shop.migrate("0001_initial") == "nothing");
    CHECK(shop.runner.ran.back() == "shop/migrations/back.lua back");
    CHECK(shop.books() == "a|0, b|0, c|0");
  }
}

TEST_CASE("what cannot be run is found before anything is changed") {
  Shop shop(Engine::kSqlite, R"(operations:
  - RunSQL: {sql: "DELETE FROM shop_book", reverse_sql: noop}
  - RunLua: {code: nonsense}
)");
  CHECK(shop.migrate("0002_second") == "test.syntax: nonsense");
  CHECK(shop.books() == "a|1, b|2, c|NULL");
  shop.with_runner = false;
  CHECK(shop.migrate("0002_second") ==
        "migrations.code: there is nothing here that can run RunLua");
}

TEST_CASE("a program outside of a transaction is noted before and after") {
  for (const Engine engine : orm::engines()) {
    Shop shop(
        engine, R"(atomic: false
operations:
  - RunLua: {code: fill.lua}
  - RunSQL: {sql: "UPDATE shop_book SET title = 'x'"}
)",
        {{"migrations/fill.lua", "UPDATE shop_book SET pages = 7\nfail"}});
    const std::string first = shop.migrate("0002_second");
    CHECK(first.find("to go on with it: manage migrate --resume") !=
          std::string::npos);
    CHECK(shop.books() == "a|7, b|7, c|7");
    // Nobody can tell how far it came.
    CHECK(shop.migrate("0002_second", true).find("migrations.doubtful") == 0);
  }
}

TEST_CASE("a program that says so is a transaction of its own") {
  for (const Engine engine : orm::engines()) {
    Shop shop(
        engine, R"(atomic: false
operations:
  - RunSQL: {sql: "UPDATE shop_book SET title = 'x'"}
  - RunLua: {code: fill.lua, atomic: true}
)",
        {{"migrations/fill.lua", "UPDATE shop_book SET pages = 7\nfail"}});
    CHECK(shop.migrate("0002_second").find("test.failed") == 0);
    CHECK(shop.books() == "x|1, x|2, x|NULL");
    // What the file is now, only what is left of it.
    shop.change({{"migrations/fill.lua", "UPDATE shop_book SET pages = 8"}});
    CHECK(shop.migrate("0002_second", true) == "nothing");
    CHECK(shop.books() == "x|8, x|8, x|8");
    CHECK(shop.applied() == "0001_initial, 0002_second");
  }
}

TEST_CASE("a Backfill that stopped is run on") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, R"(atomic: false
operations:
  - Backfill: {model_name: book, set: {pages: 5}, where: {pages: null}, batch_size: 1}
  - RunSQL: {sql: "UPDATE shop_book SET nothing = 1"}
)");
    CHECK(shop.migrate("0002_second").find("database.") == 0);
    CHECK(shop.books() == "a|1, b|2, c|5");
    shop.change({{"migrations/0002_second.yaml",
                  "dependencies: [[shop, 0001_initial]]\natomic: false\n"
                  "operations:\n"
                  "  - Backfill: {model_name: book, set: {pages: 5}, where: "
                  "{pages: null}, batch_size: 1}\n"}});
    CHECK(shop.migrate("0002_second", true) == "nothing");
    CHECK(shop.migrate("0001_initial") == "nothing");
  }
}

TEST_CASE("a Backfill goes on behind its last batch") {
  for (const Engine engine : orm::engines()) {
    const std::string tenfold = R"(atomic: false
operations:
  - Backfill: {model_name: book, set: {pages: {"*": [pages, 10]}}, batch_size: 1}
)";
    Shop shop(engine, tenfold);
    shop.connection().execute(
        "CREATE UNIQUE INDEX book_pages ON shop_book (pages)");
    shop.connection().execute(
        "UPDATE shop_book SET pages = 20 WHERE title = 'c'");
    const std::string first = shop.migrate("0002_second");
    CHECK(first.find("to go on with it: manage migrate --resume") !=
          std::string::npos);
    CHECK(shop.books() == "a|10, b|2, c|20");
    shop.connection().execute(
        "UPDATE shop_book SET pages = 5 WHERE title = 'c'");
    // Nothing is done twice, also where the rest of the file is another one.
    shop.change({{"migrations/0002_second.yaml",
                  "dependencies: [[shop, 0001_initial]]\n" + tenfold +
                      "  - RunSQL: {sql: \"UPDATE shop_book SET title = 'x'\"}"
                      "\n"}});
    CHECK(shop.migrate("0002_second", true) == "nothing");
    CHECK(shop.books() == "x|10, x|20, x|50");
  }
}

namespace {

/// Batches of one row, in a migration that is not atomic.
std::string tenfold(const std::string& more = {},
                    const std::string& after = {}) {
  return "dependencies: [[shop, 0001_initial]]\natomic: false\noperations:\n"
         "  - Backfill: {model_name: book, set: {pages: {\"*\": [pages, 10]}}, "
         "batch_size: 1" +
         more + "}\n" + after;
}

/// Its first batch is done, the second one failed; the reason is gone.
void stop_at_second(Shop& shop) {
  shop.change({{"migrations/0002_second.yaml", tenfold()}});
  shop.connection().execute(
      "UPDATE shop_book SET pages = 20 WHERE title = 'c'");
  shop.connection().execute(
      "CREATE UNIQUE INDEX book_pages ON shop_book (pages)");
  CHECK(shop.migrate("0002_second").find("database.") == 0);
  CHECK(shop.books() == "a|10, b|2, c|20");
  shop.connection().execute("DROP INDEX book_pages");
}

}  // namespace

TEST_CASE("what is left of a Backfill is done as its file says now") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, "operations: []\n");
    stop_at_second(shop);
    shop.connection().execute(
        "INSERT INTO shop_book (title, pages) VALUES ('d', 4)");
    shop.change(
        {{"migrations/0002_second.yaml",
          text::replace_all(text::replace_all(tenfold(), "batch_size: 1",
                                              "batch_size: 7, pause_ms: 1"),
                            "model_name: book", "model_name: Book")}});
    CHECK(shop.migrate("0002_second", true) == "nothing");
    // Who added a row meanwhile knew what to write.
    CHECK(shop.books() == "a|10, b|20, c|200, d|4");
  }
}

TEST_CASE("other rows or fields are another Backfill") {
  for (const std::string& edited :
       {tenfold(", where: {title: b}"),
        text::replace_all(tenfold(), "{pages: {", "{title: x, pages: {"),
        text::replace_all(tenfold(), "atomic: false\n", "")}) {
    Shop shop(Engine::kSqlite, "operations: []\n");
    stop_at_second(shop);
    shop.change({{"migrations/0002_second.yaml", edited}});
    CHECK(shop.migrate("0002_second", true)
              .find("migrations.changed: shop.0002_second has changed since 0 "
                    "of its 1 statements and a part of the next one ran") == 0);
    CHECK(shop.books() == "a|10, b|2, c|20");
  }
}

TEST_CASE("what is to be run again begins at its beginning") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, R"(atomic: false
operations:
  - RunSQL: {sql: "UPDATE shop_book SET title = 'x'"}
  - Backfill: {model_name: book, set: {pages: {"+": [pages, 10]}}, batch_size: 1}
  - Backfill: {model_name: book, set: {pages: {"+": [pages, 100]}}, batch_size: 1}
  - RunSQL: {sql: "UPDATE missing SET a = 1"}
)");
    CHECK(shop.migrate("0002_second").find("database.") == 0);
    CHECK(shop.books() == "x|111, x|112, x|NULL");
    shop.connection().execute("UPDATE shop_book SET pages = id");
    shop.connection().execute(
        "CREATE UNIQUE INDEX book_pages ON shop_book (pages)");
    shop.connection().execute("UPDATE shop_book SET pages = 12 WHERE id = 3");
    // It stops again, in the first of them: the log is where it is.
    CHECK(shop.migrate("0002_second", true, 2).find("database.") == 0);
    CHECK(shop.books() == "x|11, x|2, x|12");
    shop.connection().execute("UPDATE shop_book SET pages = 3 WHERE id = 3");
    CHECK(shop.migrate("0002_second", true).find("database.") == 0);
    CHECK(shop.books() == "x|111, x|112, x|113");
    shop.connection().execute("CREATE TABLE missing (a integer)");
    CHECK(shop.migrate("0002_second", true) == "nothing");
    CHECK(shop.books() == "x|111, x|112, x|113");
  }
}

TEST_CASE("programs run in transactions that the migration begins itself") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, R"(atomic: false
operations:
  - RunSQL: {sql: BEGIN}
  - RunLua: {code: fill.lua}
  - Backfill: {model_name: book, set: {pages: {"+": [pages, 10]}}, batch_size: 1}
  - RunSQL: {sql: COMMIT}
)",
              {{"migrations/fill.lua", "UPDATE shop_book SET pages = 7"}});
    CHECK(shop.migrate("0002_second") == "nothing");
    CHECK(shop.books() == "a|17, b|17, c|17");
  }
}

TEST_CASE("batches end at their last key, whatever the conditions leave out") {
  for (const Engine engine : orm::engines()) {
    Shop shop(engine, R"(operations:
  - Backfill: {model_name: Book, set: {pages: {"+": [id, 100]}, title: b}, where: {title__in: [a, c, e]}, batch_size: 2}
)");
    shop.connection().execute(
        "INSERT INTO shop_book (title) VALUES ('d'), ('e'), ('e'), ('e')");
    CHECK(shop.migrate("0002_second") == "nothing");
    CHECK(shop.books() == "b|101, b|2, b|103, d|NULL, b|105, b|106, b|107");
  }
}

TEST_CASE("the checksum covers the files that a migration names") {
  const auto sums = [](const std::string& program, const std::string& text) {
    const orm::Apps apps = make_apps({{"shop",
                                       {{"models.yaml", "models: {}"},
                                        {"migrations/0001_initial.yaml", text},
                                        {"migrations/fill.lua", program}}}});
    const orm::ModelSet none;
    const Loader loader(apps, none);
    const MigrationPtr made = loader.graph().find({"shop", "0001_initial"});
    return std::pair(canonical_checksum(*made), source_checksum(*made));
  };
  const std::string named = "operations: [{RunLua: {code: fill.lua}}]\n";
  CHECK(sums("a", named) == sums("a", named));
  CHECK(sums("a", named).first != sums("b", named).first);
  CHECK(sums("a", named).second != sums("b", named).second);
  // A program within the migration is a part of its text, wherever it stands.
  const std::string within = "operations: [{RunLua: {code: fill}}]\n";
  CHECK(sums("a", within).first == sums("b", "\n\n" + within).first);
}
