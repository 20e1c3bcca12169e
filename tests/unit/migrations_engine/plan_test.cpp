#include "migrations_engine/plan.hpp"

#include "history.hpp"
#include "migrations_engine/script.hpp"
#include "migrations_engine/stored_plan.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

MigrationPtr read(const std::string& text) {
  return std::make_shared<Migration>(read_migration(
      std::make_shared<SourceFile>("shop/migrations/0002_x.yaml", text),
      {"shop", "0002_x"}));
}

std::string sql(const std::string& statement, const std::string& rest = "") {
  return item("RunSQL: {sql: " + statement + ", reverse_sql: \"-" + statement +
              "\"" + rest + "}");
}

const std::string kOut = ", atomic: false";
const std::string kOwn = ", atomic: true";

/// The plan offline, on models of kItems.
Plan plan_of(const MigrationPtr& migration, const orm::Dialect& dialect,
             bool backwards = false) {
  orm::Catalog catalog;
  ProjectState state{orm::ModelSet()};
  const MigrationPtr items =
      read("operations:\n" + std::string(kItems).substr(1));
  make_plan({items, false}, state, catalog, dialect);
  items->apply_to(state);
  return make_plan({migration, backwards}, state, catalog, dialect);
}

/// The script without comments, on one line.
std::string script(const Plan& plan, const orm::Dialect& dialect) {
  Lines lines = text::split(to_sql(plan, dialect), '\n');
  std::erase_if(lines, [](const std::string& line) {
    return line.empty() || line.starts_with("--");
  });
  return text::join(lines, " ");
}

/// Its statements' first words, those that run together in one string.
Lines groups(const Plan& plan) {
  Lines all;
  for (const StoredPlan::Item& item : flattened(plan).items) {
    const std::string sql = item.statement.sql.substr(0, 20);
    if (item.statement.with_previous) {
      all.back() += "; " + sql;
    } else {
      all.push_back(sql);
    }
  }
  return all;
}

std::string refused(const std::string& text) {
  try {
    check_atomic(*read(text));
  } catch (const Error& error) {
    const Diagnostic& first = error.diagnostics().front();
    return first.where.text() + ": " + first.message + " (" + first.hint + ")";
  }
  return "nothing";
}

}  // namespace

TEST_CASE("what runs outside stands between transactions") {
  const MigrationPtr migration =
      read("operations:\n" + sql("A1") + sql("A2") + sql("B", kOut) +
           sql("C", kOut) + sql("D"));
  CHECK_FALSE(migration->one_transaction());
  for (const orm::Dialect* dialect :
       {&orm::sqlite_dialect(), &orm::postgresql_dialect()}) {
    const Plan plan = plan_of(migration, *dialect);
    CHECK(script(plan, *dialect) ==
          "BEGIN; A1; A2; COMMIT; B; C; BEGIN; D; COMMIT;");
    CHECK(groups(plan) == Lines{"A1; A2", "B", "C", "D"});
    const Plan undo = plan_of(migration, *dialect, true);
    CHECK(script(undo, *dialect) ==
          "BEGIN; -D; COMMIT; -C; -B; BEGIN; -A2; -A1; COMMIT;");
    CHECK(groups(undo) == Lines{"-D", "-C", "-B", "-A2; -A1"});
  }
}

TEST_CASE("a transaction of its own in a migration that is none") {
  const MigrationPtr migration =
      read("atomic: false\noperations:\n" + sql("A") + sql("B1; B2", kOwn) +
           sql("C1; C2", kOwn) + sql("D1; D2"));
  const orm::Dialect& dialect = orm::sqlite_dialect();
  const Plan plan = plan_of(migration, dialect);
  CHECK(script(plan, dialect) ==
        "A; BEGIN; B1; B2; COMMIT; BEGIN; C1; C2; COMMIT; D1; D2;");
  CHECK(groups(plan) == Lines{"A", "B1; B2", "C1; C2", "D1", "D2"});
}

TEST_CASE("where all is said to be as it is anyway, nothing changes") {
  const orm::Dialect& dialect = orm::sqlite_dialect();
  const MigrationPtr one = read("operations:\n" + sql("A", kOwn) + sql("B"));
  CHECK(one->one_transaction());
  CHECK(script(plan_of(one, dialect), dialect) == "BEGIN; A; B; COMMIT;");
  CHECK(groups(plan_of(one, dialect)) == Lines{"A", "B"});
  const MigrationPtr none =
      read("atomic: false\noperations:\n" + sql("A", kOut) + sql("B"));
  CHECK(script(plan_of(none, dialect), dialect) == "A; B;");
  CHECK(groups(plan_of(none, dialect)) == Lines{"A", "B"});
  CHECK(script(plan_of(read("operations: []"), dialect), dialect) ==
        "BEGIN; COMMIT;");
}

TEST_CASE("each transaction has its own rebuilds; the last one what is left") {
  const std::string widen = item(
      "AlterField: {model_name: item, name: code, field: {type: "
      "CharField, max_length: 20, unique: true}}");
  const std::string add = item(
      "AddField: {model_name: item, name: a, field: {type: IntegerField, "
      "default: 1}}");
  const MigrationPtr migration =
      read("operations:\n" + widen + sql("B", kOut) + add);
  const orm::Dialect& dialect = orm::sqlite_dialect();
  const Lines parts = groups(plan_of(migration, dialect));
  REQUIRE(parts.size() == 3);
  CHECK(parts[0].find("CREATE TABLE") != std::string::npos);
  CHECK(parts[1] == "B");
  CHECK(parts[2].find("CREATE TABLE") != std::string::npos);
  CHECK(parts[2].ends_with("; SELECT * FROM pragma"));
  // Nothing comes after it but the check: that is a transaction too.
  const Lines last =
      groups(plan_of(read("operations:\n" + widen + sql("B", kOut)), dialect));
  REQUIRE(last.size() == 3);
  CHECK(last[2] == "SELECT * FROM pragma");
}

TEST_CASE("the statements of one rebuild stay together") {
  const Lines parts = groups(plan_of(
      read("atomic: false\noperations:\n" +
           item("AlterField: {model_name: item, name: code, field: {type: "
                "CharField, max_length: 20, unique: true}}")),
      orm::sqlite_dialect()));
  REQUIRE(parts.size() == 2);
  CHECK(parts[0].find("DROP TABLE") != std::string::npos);
  CHECK(parts[1] == "SELECT * FROM pragma");
}

TEST_CASE("a transaction takes no BEGIN, and no concurrent index") {
  const std::string begin = sql("BEGIN; A; COMMIT");
  CHECK(refused("operations:\n" + sql("BEGIN; A; COMMIT", kOut)) == "nothing");
  CHECK(refused("operations:\n" + begin) ==
        "shop/migrations/0002_x.yaml:2:5: RunSQL begins or ends a transaction, "
        "but shop.0002_x is one already (take BEGIN, COMMIT and ROLLBACK out, "
        "or say `atomic: false` in this migration)");
  CHECK(
      refused("atomic: false\noperations:\n" + sql("BEGIN; A; COMMIT", kOwn)) ==
      "shop/migrations/0002_x.yaml:3:5: RunSQL begins or ends a transaction, "
      "but it is one already (take BEGIN, COMMIT and ROLLBACK out, or "
      "`atomic: true`)");
  CHECK(refused("operations:\n" + sql("A", kOut) +
                item("AddIndexConcurrently: {model_name: item, index: {fields: "
                     "[qty], name: x}}"))
            .starts_with("shop/migrations/0002_x.yaml:3:5: "
                         "AddIndexConcurrently cannot run in a transaction"));
}
