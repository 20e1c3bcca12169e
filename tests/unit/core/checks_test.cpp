#include "core/checks.hpp"

#include <catch2/catch.hpp>

using namespace manage;

namespace {

CheckFunction report(const std::string& id) {
  return [id](Diagnostics& found) { found.warn(id, {}, "odd"); };
}

std::vector<std::string> ids(const std::vector<Diagnostic>& issues) {
  std::vector<std::string> ids;
  for (const Diagnostic& issue : issues) ids.push_back(issue.code);
  return ids;
}

using Ids = std::vector<std::string>;

constexpr Date kToday{2026, 11, 20};

}  // namespace

TEST_CASE("checks run by tag, and those of a deployment only when asked for") {
  CheckList list;
  list.add("models", report("models.W001"));
  list.add("database", report("database.W001"));
  list.add("models", report("models.W002"));
  list.add_deploy("security", report("security.W001"));
  CHECK(list.tags(false) == Ids{"database", "models"});
  CHECK(list.tags(true) == Ids{"database", "models", "security"});
  CHECK(ids(list.run({}).all()) ==
        Ids{"models.W001", "database.W001", "models.W002"});
  CHECK(ids(list.run({{"models"}, false}).all()) ==
        Ids{"models.W001", "models.W002"});
  CHECK(ids(list.run({{"security"}, false}).all()).empty());
  CHECK(ids(list.run({{"security"}, true}).all()) == Ids{"security.W001"});
}

TEST_CASE("an id is a name, the letter of a level and three digits") {
  for (const char* id : {"models.E001", "fields.W342", "manage.I009",
                         "a_1.C123", "my_app.D000"}) {
    CHECK(is_check_id(id));
  }
  for (const char* text :
       {"", "models", "models.", ".E001", "models.E01", "models.X001",
        "Models.E001", "models.E0011", "settings.type", "models.E00a"}) {
    CHECK_FALSE(is_check_id(text));
  }
}

TEST_CASE("what is silenced is counted, the worst of the rest comes first") {
  Diagnostics found;
  found.warn("fields.W340", {}, "a");
  found.warn("fields.W342", {}, "b");
  found.add("models.E028", {}, "c");
  found.warn("fields.W342", {}, "d");
  CheckReport report = silence(found, {{"fields.W342", "", {}, {}}}, kToday);
  CHECK(ids(report.issues) == Ids{"models.E028", "fields.W340"});
  CHECK(report.silenced == 2);
  CHECK(report.count(Level::kWarning) == 1);
  CHECK(report.reaches(Level::kError));
  CHECK_FALSE(report.reaches(Level::kCritical));
}

TEST_CASE("a silence lasts through its last day, and then speaks up") {
  Diagnostics found;
  found.warn("fields.W342", {}, "a");
  std::vector<Silence> silences{{"fields.W342", "next release", kToday, {}}};
  CHECK(silence(found, silences, kToday).issues.empty());
  CheckReport late = silence(found, silences, Date{2026, 11, 21});
  CHECK(ids(late.issues) == Ids{"manage.W001", "fields.W342"});
  CHECK(late.issues[0].message ==
        "fields.W342 was silenced until 2026-11-20 only (next release)");
  CHECK(late.silenced == 0);
  // Nobody is bothered once it is mended.
  CHECK(silence({}, silences, Date{2027, 1, 1}).issues.empty());
}

TEST_CASE("errors cannot be silenced") {
  Diagnostics found;
  found.add("models.E028", {}, "a");
  CheckReport report = silence(found, {{"models.E028", "", {}, {}}}, kToday);
  CHECK(ids(report.issues) == Ids{"models.E028", "manage.W002"});
  CHECK(report.silenced == 0);
}
