#include "orm/run_lock.hpp"

#include <catch2/catch.hpp>

#include "databases.hpp"
#include "orm/ping.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

const LockUser kUser{"manage migrate", {1'767'225'600'000'000}};

}  // namespace

TEST_CASE("One run holds the lock, until it ends") {
  for (Engine engine : engines()) {
    TestDatabase database(engine);
    auto first = run_lock(database.config, kUser);
    auto second = run_lock(database.config, kUser);
    CHECK(second->holder().empty());
    REQUIRE(first->try_hold());
    CHECK_FALSE(second->try_hold());
    std::string who = "manage migrate, " + this_process();
    CHECK(second->holder().substr(0, who.size()) == who);
    CHECK(second->holder().find(", since 20") != std::string::npos);
    CHECK(thrown([&] { first->check(); }) == "nothing");
    first.reset();
    CHECK(second->holder().empty());
    CHECK(second->try_hold());
  }
}

TEST_CASE("Where nothing stands in front, no pooler is found") {
  for (Engine engine : engines()) {
    TestDatabase database(engine);
    auto connection = database.open();
    CHECK_FALSE(run_lock(database.config, kUser)->behind_pooler(*connection));
    CHECK_FALSE(connection->pooled());
  }
}

TEST_CASE("Who waits for the lock is told for whom, and may give up") {
  for (Engine engine : engines()) {
    TestDatabase database(engine);
    auto first = run_lock(database.config, kUser);
    auto second = run_lock(database.config, kUser);
    REQUIRE(first->try_hold());
    CHECK(thrown([&] { hold(*second, "default", {}); })
              .starts_with("migrations.locked: another run of migrate works on "
                           "the database \"default\": manage migrate, "));
    int told = 0, asked = 0;
    LockWait wait;
    wait.seconds = 20;
    wait.on_wait = [&](const std::string& holder) {
      ++told;
      CHECK(holder == second->holder());
    };
    wait.check_interrupted = [&] {
      if (++asked == 2) throw Error("interrupted", "enough");
    };
    CHECK(thrown([&] { hold(*second, "default", wait); }) ==
          "interrupted: enough");
    CHECK(told == 1);
    // The holder ends meanwhile.
    asked = 2;
    wait.check_interrupted = [&] { first.reset(); };
    hold(*second, "default", wait);
    CHECK_FALSE(run_lock(database.config, kUser)->try_hold());
  }
}

TEST_CASE("SQLite: the lock is the file's, by whatever name it goes") {
  TestDatabase database(Engine::kSqlite);
  database.open();
  settings::DatabaseConfig other = database.config;
  other.name += ".link";
  std::filesystem::create_symlink(database.config.name, other.name);
  auto first = run_lock(database.config, kUser);
  REQUIRE(first->try_hold());
  CHECK_FALSE(run_lock(other, kUser)->try_hold());
  // A database in memory has no other user.
  other.name = ":memory:";
  auto one = run_lock(other, kUser), two = run_lock(other, kUser);
  CHECK((one->try_hold() && two->try_hold()));
}

TEST_CASE("SQLite: a lock file that is deleted is noticed") {
  TestDatabase database(Engine::kSqlite);
  const std::string file = database.config.name + ".manage-lock";
  auto first = run_lock(database.config, kUser);
  auto second = run_lock(database.config, kUser);
  REQUIRE(first->try_hold());
  std::filesystem::remove(file);
  CHECK(
      thrown([&] { first->check(); }) ==
      "migrations.lock-lost: the lock of this run is gone: somebody deleted " +
          file + " - what was applied stays; start it again");
  first.reset();
  // It had opened what is gone: the next attempt has the new file.
  CHECK_FALSE(second->try_hold());
  CHECK(second->try_hold());
  CHECK_FALSE(run_lock(database.config, kUser)->try_hold());
}

TEST_CASE("PostgreSQL: the lock keeps no snapshot, and each schema has its own",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql), other(Engine::kPostgresql);
  auto first = run_lock(database.config, kUser);
  auto second = run_lock(database.config, kUser);
  auto elsewhere = run_lock(other.config, kUser);
  REQUIRE(first->try_hold());
  CHECK(elsewhere->try_hold());
  CHECK_FALSE(second->try_hold());
  second->holder();
  first->check();
  // With one, CREATE INDEX CONCURRENTLY would wait for the end of the run; and
  // who only waits must have no transaction that it could wait for.
  auto connection = database.open();
  CHECK(rows(*connection,
             "SELECT count(*), count(backend_xmin) FROM pg_stat_activity "
             "WHERE state = 'idle in transaction' AND application_name LIKE "
             "'manage migrate, process %'") == "2|0");
}

TEST_CASE("PostgreSQL: a lock whose connection is gone is noticed",
          "[postgresql]") {
  if (!has_postgresql()) return;
  TestDatabase database(Engine::kPostgresql);
  auto lock = run_lock(database.config, kUser);
  REQUIRE(lock->try_hold());
  database.open()->query(
      "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = "
      "'advisory'");
  CHECK(thrown([&] { lock->check(); })
            .starts_with("migrations.lock-lost: the connection that holds the "
                         "lock of this run is gone: "));
}

TEST_CASE("A server that does not answer is not up") {
  settings::DatabaseConfig config;
  CHECK(ping(config));  // SQLite
  if (!has_postgresql()) return;
  config.engine = Engine::kPostgresql;
  config.name = std::getenv("MANAGE_TEST_POSTGRES_URL");
  CHECK(ping(config));
  config.name = "postgresql://manage@127.0.0.1:1/x";
  CHECK_FALSE(ping(config));
}
