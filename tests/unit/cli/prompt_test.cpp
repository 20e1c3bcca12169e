#include "cli/prompt.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace manage;
using namespace manage::cli;

namespace {

/// Somebody at a terminal who types `typed`.
struct Person {
  explicit Person(std::string typed, bool terminal = true,
                  std::map<std::string, std::string> environment = {},
                  bool no_input = false)
      : in(std::move(typed), terminal),
        surroundings{std::move(environment), "/", in, out, err},
        progress(When::kNever, err) {
    globals.no_input = no_input;
    prompt.emplace(globals, surroundings, progress);
  }

  StringInput in;
  StringSink out, err;
  Surroundings surroundings;
  Globals globals;
  Progress progress;
  std::optional<Prompt> prompt;
};

template <class Ask>
std::string failure(Ask ask) {
  try {
    ask();
  } catch (const Error& error) {
    return fmt::format("{}: {} ({}), exit {}", error.code(), error.message(),
                       error.diagnostics().front().hint,
                       static_cast<int>(error.exit_code()));
  }
  return "";
}

}  // namespace

TEST_CASE("a question goes to standard error, the answer comes back") {
  Person person("Ann\r\nBob");
  CHECK(person.prompt->ask("Name:", "--name NAME") == "Ann");
  CHECK(person.prompt->ask("Name:", "--name NAME") == "Bob");
  CHECK(person.err.text() == "Name: Name: ");
  CHECK(person.out.text().empty());
}

TEST_CASE("confirm asks until it is yes or no, and nothing means no") {
  CHECK(Person("what\nYES\n").prompt->confirm("Sure?", "--yes"));
  CHECK_FALSE(Person("n\n").prompt->confirm("Sure?", "--yes"));
  Person person("\n");
  CHECK_FALSE(person.prompt->confirm("Sure?", "--yes"));
  CHECK(person.err.text() == "Sure? [y/N] ");
}

TEST_CASE("a choice is made by its number") {
  Person person("0\n3\ntwo\n 2 \n");
  CHECK(person.prompt->choose("Renamed?", {"yes", "no"}, "--renamed") == 1);
  CHECK(person.err.text() ==
        "Renamed?\n 1) yes\n 2) no\nNumber from 1 to 2: Number from 1 to 2: "
        "Number from 1 to 2: Number from 1 to 2: ");
}

TEST_CASE("without somebody to ask, the error names what answers") {
  const std::string expected =
      "input.needed: an answer is needed: Sure? (give --no-input), exit 2";
  Person piped("y\n", false);
  Person in_ci("y\n", true, {{"CI", "1"}});
  Person told_not_to("y\n", true, {}, true);
  for (Person* person : {&piped, &in_ci, &told_not_to}) {
    CHECK_FALSE(person->prompt->interactive());
    CHECK(failure([&] { person->prompt->confirm("Sure?", "--no-input"); }) ==
          expected);
    CHECK(person->err.text().empty());
  }
}

TEST_CASE("the end of input is no answer") {
  Person person("");
  CHECK(failure([&] { person.prompt->password("Password:", "--stdin"); }) ==
        "input.ended: no answer to: Password: (give --stdin), exit 2");
}
