#include "migrations_engine/executor.hpp"

#include <catch2/catch.hpp>

#include "../orm/databases.hpp"
#include "project.hpp"

using namespace manage;
using namespace manage::migrations_engine;
using orm::rows;
using orm::TestDatabase;
using settings::Engine;

namespace {

constexpr const char* kFirst = R"(
initial: true
dependencies: []
operations:
  - CreateModel: {name: Book, fields: {id: {type: BigAutoField, primary_key: true}}}
)";
constexpr const char* kSecond = R"(
dependencies: [[shop, 0001_initial]]
operations:
  - AddField: {model_name: book, name: pages, field: {type: IntegerField, null: true}}
)";

constexpr const char* kThird = R"(
dependencies: [[shop, 0002_second]]
operations:
  - AddField: {model_name: book, name: code, field: {type: IntegerField, null: true, db_index: true}}
)";
constexpr const char* kFourth = R"(
dependencies: [[shop, 0003_third]]
operations:
  - AlterField: {model_name: book, name: code, field: {type: IntegerField, null: true}}
)";

/// Writes down what it is told.
class Notes : public ExecutionObserver {
 public:
  std::vector<std::string> lines;
  void started(const Step&) override {}
  void finished(const Step& step, const StepOutcome& outcome) override {
    lines.push_back(step.migration->key.name +
                    (outcome.skipped ? " skipped" : " done") +
                    (outcome.retries ? " after retries" : ""));
  }
  void retrying(const Step&, const Error& error, int attempt,
                double seconds) override {
    CHECK(error.code() == "database.locked");
    CHECK(seconds > 0);
    lines.push_back("retry " + std::to_string(attempt));
  }
};

/// The first of the migrations is applied.
class Shop {
 public:
  explicit Shop(Engine engine, std::map<std::string, std::string> more = {})
      : database(engine),
        connection(database.open()),
        apps(with_files(std::move(more))) {
    run(plan(Target{"shop", "0002_second"}));
    connection->execute(
        "DELETE FROM django_migrations WHERE name = "
        "'0002_second'");
    connection->execute("ALTER TABLE shop_book DROP COLUMN pages");
    notes.lines.clear();
  }

  /// The steps to the target; run() takes them as planned now.
  std::vector<Step> plan(std::optional<Target> target = {}) {
    applied = recorder.applied_keys();
    return plan_steps(loader, applied,
                      target ? std::vector<Target>{*target} : latest(loader));
  }

  void run(const std::vector<Step>& steps) {
    options.now = [] { return DateTime{}; };
    Executor(*connection, loader, recorder, log)
        .run(steps, applied, options, notes);
  }

  TestDatabase database;
  std::unique_ptr<orm::Connection> connection;
  orm::Apps apps;
  orm::ModelSet models;
  Loader loader{apps, models};
  Recorder recorder{*connection, "BigAutoField"};
  MigrationLog log{*connection, "BigAutoField"};
  std::set<MigrationKey> applied;
  ExecuteOptions options;
  Notes notes;

 private:
  static orm::Apps with_files(std::map<std::string, std::string> files) {
    files.insert({{"models.yaml", "models: {}"},
                  {"migrations/0001_initial.yaml", kFirst},
                  {"migrations/0002_second.yaml", kSecond}});
    return make_apps({{"shop", files}});
  }
};

}  // namespace

TEST_CASE("A step that another tool did meanwhile is left out") {
  for (Engine engine : orm::engines()) {
    Shop shop(engine);
    std::vector<Step> steps = shop.plan();
    shop.connection->execute("ALTER TABLE shop_book ADD COLUMN pages integer");
    shop.recorder.record_applied({"shop", "0002_second"}, {});
    shop.run(steps);
    CHECK(shop.notes.lines == std::vector<std::string>{"0002_second skipped"});
    std::vector<Step> back = shop.plan(Target{"shop", "0001_initial"});
    shop.recorder.record_unapplied({"shop", "0002_second"});
    shop.run(back);
    CHECK(shop.notes.lines.back() == "0002_second skipped");
    CHECK(rows(*shop.connection,
               "SELECT name FROM django_migrations ORDER BY id") ==
          "0001_initial");
  }
}

TEST_CASE("What is planned after it looks at what the other tool made") {
  for (Engine engine : orm::engines()) {
    Shop shop(engine, {{"migrations/0003_third.yaml", kThird},
                       {"migrations/0004_fourth.yaml", kFourth}});
    bool before = true;
    shop.options.before_step = [&] {
      // Its plan is made by now, and so is that of what comes after.
      if (shop.notes.lines.empty() || !std::exchange(before, false)) return;
      shop.connection->execute("ALTER TABLE shop_book ADD COLUMN code integer");
      shop.connection->execute("CREATE INDEX theirs ON shop_book (code)");
      shop.recorder.record_applied({"shop", "0003_third"}, {});
    };
    shop.run(shop.plan());
    CHECK(shop.notes.lines == std::vector<std::string>{"0002_second done",
                                                       "0003_third skipped",
                                                       "0004_fourth done"});
    CHECK(orm::introspector(*shop.connection)
              ->table("shop_book")
              ->names(orm::ConstraintKind::kIndex, {"code"})
              .empty());
  }
}

TEST_CASE("The time a migration took is measured where its statements run") {
  for (Engine engine : orm::engines()) {
    Shop shop(engine);
    shop.run(shop.plan());
    CHECK(rows(*shop.connection,
               "SELECT count(*) FROM manage_migration_log WHERE duration > 0 "
               "AND duration < 600000000") == "3");
  }
}

TEST_CASE("A run stops before a step if it may not go on") {
  Shop shop(Engine::kSqlite);
  shop.options.before_step = [] { throw Error("gone", "the lock is gone"); };
  CHECK(orm::thrown([&] { shop.run(shop.plan()); }) ==
        "gone: the lock is gone");
  CHECK(rows(*shop.connection, "SELECT name FROM django_migrations") ==
        "0001_initial");
}

TEST_CASE("PostgreSQL: a migration is tried again when a lock is not free",
          "[postgresql]") {
  if (!orm::has_postgresql()) return;
  Shop shop(Engine::kPostgresql);
  auto other = shop.database.open();
  other->begin();
  other->execute("LOCK TABLE shop_book IN ACCESS SHARE MODE");
  shop.options.limits.lock_timeout = 0.02;
  int pauses = 0;
  shop.options.pause = [&](double) {
    if (++pauses == 2) other->rollback();
  };
  shop.run(shop.plan());
  CHECK(shop.notes.lines ==
        std::vector<std::string>{"retry 1", "retry 2",
                                 "0002_second done after retries"});
  CHECK(rows(*shop.connection, "SHOW lock_timeout") == "0");
}

TEST_CASE("PostgreSQL: in the end the lock is given up, and nothing is kept",
          "[postgresql]") {
  if (!orm::has_postgresql()) return;
  Shop shop(Engine::kPostgresql);
  auto other = shop.database.open();
  other->begin();
  other->execute("LOCK TABLE shop_book IN ACCESS SHARE MODE");
  shop.options.limits.lock_timeout = 0.02;
  CHECK_THROWS_AS(shop.run(shop.plan()), Error);
  CHECK(shop.notes.lines ==
        std::vector<std::string>{"retry 1", "retry 2", "retry 3"});
  CHECK(rows(*shop.connection,
             "SELECT name, state FROM manage_migration_log ORDER BY id DESC "
             "LIMIT 1") == "0002_second|failed");
}

TEST_CASE("Checksums are the text's, whatever its form") {
  auto read = [](std::string text) {
    return read_migration(
        std::make_shared<SourceFile>("x.yaml", std::move(text)),
        {"shop", "0002_second"});
  };
  Migration before = read(kSecond);
  Checksums checksums{canonical_checksum(before), source_checksum(before)};
  CHECK(unchanged(before, checksums));
  CHECK(unchanged(read(std::string("# a remark\r\n") + kSecond), checksums));
  CHECK_FALSE(
      unchanged(read(std::string(kSecond) + "atomic: false\n"), checksums));
}
