#include "migrations_engine/loader.hpp"

#include <catch2/catch.hpp>

#include "histories.hpp"
#include "migrations_engine/planner.hpp"
#include "migrations_engine/status.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

/// 1 to 4 in a row; 2 and 3 are squashed; b.1 needs a.3.
const History kSquashed = {{"a.1", ""},    {"a.2", "a.1"},
                           {"a.3", "a.2"}, {"a.4", "a.3"},
                           {"b.1", "a.3"}, {"a.2_squashed_3", "a.1|a.2 a.3"}};

Texts full_plan(Loader& loader) { return texts(loader.graph().full_plan()); }

std::string message_of(const History& history, const Texts& recorded) {
  try {
    LoadedHistory loaded(history);
    loaded->join(keys(recorded));
  } catch (const Error& error) {
    return error.message();
  }
  return "no error";
}

}  // namespace

TEST_CASE("a new database uses the squashed migration") {
  LoadedHistory loaded(kSquashed);
  CHECK(full_plan(*loaded) == Texts{"a.1", "a.2_squashed_3", "a.4", "b.1"});
  CHECK(texts(loaded->graph().parents(key("b.1"))) == Texts{"a.2_squashed_3"});
}

TEST_CASE("a squashed migration counts as applied when all it replaces are") {
  LoadedHistory loaded(kSquashed);
  auto applied = loaded->join(keys({"a.1", "a.2", "a.3"}));
  CHECK(applied.contains(key("a.2_squashed_3")));
  CHECK(full_plan(*loaded) == Texts{"a.1", "a.2_squashed_3", "a.4", "b.1"});
}

TEST_CASE("partly applied, the replaced ones stay") {
  LoadedHistory loaded(kSquashed);
  auto applied = loaded->join(keys({"a.1", "a.2", "a.2_squashed_3"}));
  // Whatever its own row says.
  CHECK(texts(applied) == Texts{"a.1", "a.2"});
  CHECK(full_plan(*loaded) == Texts{"a.1", "a.2", "a.3", "a.4", "b.1"});
}

TEST_CASE("the replaced files may be gone") {
  LoadedHistory loaded(History{{"a.1", ""},
                               {"a.2_squashed_3", "a.1|a.2 a.3"},
                               {"a.4", "a.3"},
                               {"b.1", "a.2"}});
  CHECK(full_plan(*loaded) == Texts{"a.1", "a.2_squashed_3", "a.4", "b.1"});
  auto applied = loaded->join(keys({"a.1", "a.2", "a.3", "a.4", "b.1"}));
  CHECK_NOTHROW(loaded->check_history(applied));
}

TEST_CASE("a database that has only some of the deleted ones is told") {
  History history{{"a.s", "|a.1 a.2"}, {"b.1", "a.2"}};
  CHECK(message_of(history, {}) == "no error");
  CHECK(message_of(history, {"a.1", "a.2"}) == "no error");
  CHECK(message_of(history, {"a.1"}) ==
        "b.1 depends on a.2, which does not exist");
}

TEST_CASE("what nothing replaces is missing at once") {
  CHECK(message_of({{"a.1", "a.0"}}, {}) ==
        "a.1 depends on a.0, which does not exist");
}

TEST_CASE("a squashed migration that depends on itself by way of another app") {
  CHECK(message_of({{"a.1", ""},
                    {"b.1", "a.1"},
                    {"a.2", "a.1 b.1"},
                    {"a.s", "b.1|a.1 a.2"}},
                   {}) ==
        "the migrations depend on each other in a circle: a.s -> b.1 -> a.s");
}

TEST_CASE("history is checked with what counts as applied") {
  LoadedHistory loaded(kSquashed);
  auto good = loaded->join(keys({"a.1", "a.2", "a.3", "a.4"}));
  CHECK_NOTHROW(loaded->check_history(good));
  auto bad = loaded->join(keys({"a.1", "a.2", "a.4"}));
  try {
    loaded->check_history(bad);
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.message() ==
          "migration a.4 is applied, but a.3, which it depends on, is not");
  }
}

TEST_CASE("__first__ and __latest__ are the ends of another app") {
  LoadedHistory loaded(History{{"a.1", ""},
                               {"a.2", "a.1"},
                               {"b.1", "a.__first__"},
                               {"c.1", "a.__latest__"},
                               {"a.3", "a.2 a.__first__"}});
  CHECK(texts(loaded->graph().parents(key("b.1"))) == Texts{"a.1"});
  CHECK(texts(loaded->graph().parents(key("c.1"))) == Texts{"a.3"});
  // An app does not wait for itself.
  CHECK(texts(loaded->graph().parents(key("a.3"))) == Texts{"a.2"});
}

TEST_CASE("__latest__ is behind the squashed ones, and may be one") {
  History history = kSquashed;
  history.push_back({"c.1", "a.__latest__"});
  CHECK(texts(LoadedHistory(history)->graph().parents(key("c.1"))) ==
        Texts{"a.4"});
  LoadedHistory whole(History{{"a.1", ""},
                              {"a.2", "a.1"},
                              {"a.s", "|a.1 a.2"},
                              {"c.1", "a.__latest__"},
                              {"d.1", "a.__first__"}});
  CHECK(texts(whole->graph().parents(key("c.1"))) == Texts{"a.s"});
  CHECK(texts(whole->graph().parents(key("d.1"))) == Texts{"a.s"});
}

TEST_CASE("__first__ is a migration with a file") {
  LoadedHistory loaded(History{{"a.s", "|a.1 a.2"},
                               {"b.1", "a.1"},
                               {"b.2", "b.1 a.__first__"},
                               {"c.1", "a.__latest__"}});
  CHECK(texts(loaded->graph().parents(key("b.2"))) == Texts{"a.s", "b.1"});
  CHECK(texts(loaded->graph().parents(key("c.1"))) == Texts{"a.s"});
}

TEST_CASE("what is wrong only for a new database does not stop an old one") {
  // Squashed, each would need the other.
  LoadedHistory loaded(History{{"a.1", ""},
                               {"b.1", "a.1"},
                               {"a.2", "a.1 b.1"},
                               {"b.2", "b.1"},
                               {"a.s", "b.1|a.1 a.2"},
                               {"b.s", "a.1|b.1 b.2"}});
  CHECK_THROWS_WITH(loaded->graph(), Catch::Contains("in a circle"));
  loaded->join(keys({"a.1", "b.1"}));
  CHECK(full_plan(*loaded) == Texts{"a.1", "b.1", "a.2", "b.2"});
}

TEST_CASE("an app without migrations has nothing to wait for") {
  Files files = files_of({{"b.1", "a.__first__"}});
  files["a"] = {};
  LoadedHistory loaded(files);
  CHECK(loaded->graph().parents(key("b.1")).empty());
}

TEST_CASE("run_before puts a migration before another app's") {
  Files files = files_of({{"a.1", ""}, {"b.1", ""}});
  files["b"]["migrations/2.yaml"] =
      "dependencies: [[b, 1]]\nrun_before: [[a, 1]]\noperations: []\n";
  LoadedHistory loaded(files);
  CHECK(full_plan(*loaded) == Texts{"b.1", "b.2", "a.1"});
}

TEST_CASE("a name finds files; the graph may have another in its place") {
  LoadedHistory loaded(kSquashed);
  CHECK(loaded->find("a", "3").name == "3");
  CHECK(loaded->find("a", "2_s").name == "2_squashed_3");
  SECTION("one that is replaced brings the replaced ones back") {
    loaded->join(keys({"a.1", "a.2", "a.3"}));
    CHECK(loaded->find_in_graph("a", "2").name == "2");
    CHECK(full_plan(*loaded) == Texts{"a.1", "a.2", "a.3", "a.4", "b.1"});
  }
  SECTION("a squashed one that was left out means the last it replaces") {
    loaded->join(keys({"a.1", "a.2"}));
    CHECK(loaded->find_in_graph("a", "2_squashed_3").name == "3");
  }
}

TEST_CASE("plans go through squashed migrations") {
  LoadedHistory loaded(kSquashed);
  auto plan = [&](const Texts& recorded, const std::string& target) {
    auto applied = loaded->join(keys(recorded));
    std::string name = loaded->find_in_graph("a", target).name;
    Texts lines;
    for (const Step& step : plan_steps(*loaded, applied, {{"a", name}})) {
      lines.push_back((step.backwards ? "-" : "+") +
                      step.migration->key.text());
    }
    return lines;
  };
  CHECK(plan({}, "4") == Texts{"+a.1", "+a.2_squashed_3", "+a.4"});
  CHECK(plan({"a.1", "a.2"}, "4") == Texts{"+a.3", "+a.4"});
  CHECK(plan({"a.1", "a.2", "a.3", "a.4", "b.1"}, "1") ==
        Texts{"-b.1", "-a.4", "-a.2_squashed_3"});
  CHECK(plan({"a.1", "a.2", "a.3", "a.4", "b.1"}, "2") ==
        Texts{"-b.1", "-a.4", "-a.3"});
}

TEST_CASE("the status of each migration in a database") {
  using State = MigrationState;
  LoadedHistory loaded(kSquashed);
  auto states = [&](const Texts& recorded) {
    std::map<MigrationKey, DateTime> rows;
    for (const std::string& one : recorded) rows[key(one)] = DateTime();
    std::map<std::string, State> found;
    for (const MigrationStatus& one : HistoryStatus(*loaded, rows).of("a")) {
      found[one.key.name] = one.state;
    }
    return found;
  };
  CHECK(states({"a.1", "a.9"}) ==
        std::map<std::string, State>{{"1", State::kApplied},
                                     {"2", State::kReplaced},
                                     {"2_squashed_3", State::kPending},
                                     {"3", State::kReplaced},
                                     {"4", State::kPending},
                                     {"9", State::kMissing}});
  CHECK(states({"a.1", "a.2", "a.3"})["2_squashed_3"] == State::kUnrecorded);
  CHECK(states({"a.1", "a.2"})["2_squashed_3"] == State::kLeftOut);
}
