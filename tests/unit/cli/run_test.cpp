#include <catch2/catch.hpp>

#include "tests/unit/cli/toy_program.hpp"

using toy::Outcome;
using toy::run;

namespace {

std::string echo(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "echo");
  Outcome outcome = run(arguments);
  return outcome.code == 0 ? outcome.out : outcome.err;
}

}  // namespace

TEST_CASE("options and arguments reach the command") {
  CHECK(echo({}) ==
        "app=- rest=[] null=[] database=default dialect=sqlite size=0 level=0 "
        "wait=0 plan=false v=1\n");
  CHECK(echo({"shop", "-ps5", "--null=", "a", "--null", "NA", "[b]", "--wait",
              "0.5", "--level=-3", "--database", "other", "--dialect",
              "postgresql"}) ==
        "app=shop rest=[a|[b]] null=[|NA] database=other dialect=postgresql "
        "size=5 level=-3 wait=0.5 plan=true v=1\n");
}

TEST_CASE("a list leaves the arguments behind it alone") {
  CHECK(echo({"--null", "a", "shop", "[x,y]"}) ==
        "app=shop rest=[[x,y]] null=[a] database=default dialect=sqlite size=0 "
        "level=0 wait=0 plan=false v=1\n");
}

TEST_CASE("of several values of a single option the last counts") {
  CHECK(run({"echo", "--level", "1", "--level", "2"}).out ==
        run({"echo", "--level", "2"}).out);
}

TEST_CASE("an argument that is the name of a command runs no command") {
  CHECK(echo({"version", "help"}).starts_with("app=version rest=[help]"));
  CHECK(run({"help", "echo"}).out == "help on echo\n");
}

TEST_CASE("what follows -- is no option") {
  CHECK(echo({"--", "--plan", "-q"}).starts_with("app=--plan rest=[-q]"));
}

TEST_CASE("global options stand before or after the command") {
  std::string loud = run({"echo", "shop", "-v", "3"}).out;
  CHECK(loud.ends_with("v=3\n"));
  CHECK(run({"-v3", "echo", "shop"}).out == loud);
  CHECK(run({"echo", "-v3", "shop"}).out == loud);
  CHECK(run({"echo", "-q"}).out.ends_with("v=0\n"));
}

TEST_CASE("values that make no sense are wrong usage") {
  for (auto [arguments, expected] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"echo", "--size", "ten"},
            "error: --size must be a whole number, not \"ten\"\n"},
           {{"echo", "--size", "0"},
            "error: --size must be at least 1, not 0\n"},
           {{"echo", "--level", "99999999999"},
            "error: --level must be a whole number, not \"99999999999\"\n"},
           {{"echo", "--wait", "0.5s"},
            "error: --wait must be a number, not \"0.5s\"\n"},
           {{"echo", "--dialect", "postgres"},
            "error: --dialect cannot be \"postgres\"\n"
            "hint: did you mean postgresql?\n"},
           {{"echo", "--dialect", "oracle"},
            "error: --dialect cannot be \"oracle\"\n"
            "hint: it is one of: sqlite, postgresql\n"},
           {{"echo", "--plam"},
            "error: unknown option --plam\nhint: did you mean --plan?\n"},
           {{"echo", "-x"},
            "error: unknown option -x\nhint: see: manage help echo\n"},
           {{"echo", "--plan=yes"},
            "error: --plan takes no value\nhint: see: manage help echo\n"},
           {{"--nope"},
            "error: unknown option --nope\nhint: see: manage help\n"},
           {{"fail", "a", "b"},
            "error: fail takes no argument \"b\"\n"
            "hint: see: manage help fail\n"},
           {{"fail"}, "error: fail needs how\nhint: see: manage help fail\n"},
           {{"echo", "-v", "4"},
            "error: --verbosity cannot be \"4\"\n"
            "hint: it is one of: 0, 1, 2, 3\n"},
           {{"echo", "--format=xml"},
            "error: --format cannot be \"xml\"\n"
            "hint: it is one of: text, json\n"},
           {{"echo", "--set", "debug"},
            "error: --set debug is not KEY=VALUE\n"
            "hint: for example: --set debug=true\n"},
           {{"ehco"},
            "error: unknown command ehco\nhint: did you mean echo?\n"},
           {{"zzzzz"},
            "error: unknown command zzzzz\n"
            "hint: manage help lists the commands\n"},
           {{"test", "shop"},
            "error: there is no command test here: tests are elsewhere\n"
            "hint: look elsewhere\n"}}) {
    Outcome outcome = run(arguments);
    CHECK(outcome.err == expected);
    CHECK(outcome.out.empty());
    CHECK(outcome.code == 2);
  }
}

TEST_CASE("decimal numbers only: 010 is ten") {
  CHECK(echo({"--level", "010"}).find("level=10") != std::string::npos);
  CHECK(run({"echo", "--level", "0x10"}).code == 2);
}

TEST_CASE("help and version are found wherever they stand") {
  CHECK(run({}).out == "help on everything\n");
  CHECK(run({"--help"}).out == "help on everything\n");
  CHECK(run({"-h", "echo"}).out == "help on echo\n");
  CHECK(run({"echo", "shop", "--help"}).out == "help on echo\n");
  CHECK(run({"echo", "--nope", "--help"}).out == "help on echo\n");
  CHECK(run({"fail", "--help"}).out == "help on fail\n");
  CHECK(run({"--version"}).out == "1.2.3\n");
  CHECK(run({"echo", "--version"}).out == "1.2.3\n");
  CHECK(run({"nope", "--help"}).code == 2);
}

TEST_CASE("a command may have an option of a global one's name") {
  CHECK(run({"dump", "shop.Book", "--format", "yaml"}).out ==
        "shop.Book as yaml, json false\n");
  CHECK(run({"--format", "yaml", "dump", "shop.Book"}).out ==
        "shop.Book as yaml, json false\n");
}

TEST_CASE("exit codes are those of the table") {
  struct Row {
    std::string how;
    int code;
    std::string err;
  };
  for (const Row& row : std::vector<Row>{
           {"any", 1, "error: broken\nhint: mend it\n"},
           {"locked", 75, "error: locked\n"},
           {"rejected", 6, ""},
           {"memory", 1, "error: out of memory\n"},
           {"defect", 1,
            "error: internal error: vector::at\n"
            "hint: this is a defect of manage 0.1.0; please report it with the "
            "command line that led to it\n"},
           {"strange", 1,
            "error: internal error: unknown exception\n"
            "hint: this is a defect of manage 0.1.0; please report it with the "
            "command line that led to it\n"},
           {"twice", 1, "error: one\n\nerror: two\nhint: do two\n"},
           {"warn", 0, "warning: careful\nhint: look twice\n"}}) {
    Outcome outcome = run({"fail", row.how});
    CHECK(outcome.code == row.code);
    CHECK(outcome.err == row.err);
    CHECK(outcome.out.empty());
  }
}

TEST_CASE("--format json prints one document and no text") {
  Outcome outcome = run({"echo", "a", "--format", "json"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out ==
        "{\n  \"echo\": \"app=a rest=[] null=[] database=default "
        "dialect=sqlite size=0 level=0 wait=0 plan=false v=1\"\n}\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("--format json prints one document on failure too") {
  CHECK(run({"--format", "json", "fail", "any"}).out ==
        "{\n  \"error\": {\n    \"code\": \"a.broken\",\n"
        "    \"message\": \"broken\",\n    \"where\": null,\n"
        "    \"hint\": \"mend it\"\n  }\n}\n");
  Outcome unknown = run({"nope", "--format=json"});
  CHECK(unknown.code == 2);
  CHECK(unknown.err.empty());
  CHECK(unknown.out.find("\"unknown command nope\"") != std::string::npos);
  Outcome half = run({"fail", "half-way", "--format=json"});
  CHECK(half.out.starts_with("{\n  \"done\": 1,\n  \"error\": {\n"));
  Outcome twice = run({"fail", "twice", "--format=json"});
  CHECK(twice.out.find("\"errors\": [") != std::string::npos);
  CHECK(twice.out.find("\"do two\"") != std::string::npos);
  CHECK(run({"fail", "warn", "--format=json"}).out ==
        "{\n  \"warnings\": [\n    {\n      \"code\": \"warning\",\n"
        "      \"message\": \"careful\",\n      \"where\": null,\n"
        "      \"hint\": \"look twice\"\n    }\n  ]\n}\n");
}

TEST_CASE("annotations go to standard output, beside JSON to standard error") {
  Outcome text = run({"fail", "any", "--annotations", "github"});
  CHECK(text.out == "::error::broken%0Ahint: mend it\n");
  CHECK(text.err == "error: broken\nhint: mend it\n");
  Outcome json =
      run({"fail", "any", "--format=json"}, {{"GITHUB_ACTIONS", "true"}});
  CHECK(json.err == "::error::broken%0Ahint: mend it\n");
  CHECK(json.out.starts_with("{\n  \"error\""));
  CHECK(run({"fail", "warn"}, {{"GITHUB_ACTIONS", "true"}}).out ==
        "::warning::careful%0Ahint: look twice\n");
}

TEST_CASE("colours are for terminals, and for whoever asks") {
  const std::string red = "\x1b[1;31merror:\x1b[0m";
  auto colored = [&](std::vector<std::string> arguments,
                     std::map<std::string, std::string> environment,
                     bool terminal) {
    arguments.insert(arguments.begin(), {"fail", "any"});
    return run(arguments, environment, terminal).err.starts_with(red);
  };
  CHECK(colored({}, {}, true));
  CHECK_FALSE(colored({}, {}, false));
  CHECK_FALSE(colored({}, {{"NO_COLOR", "1"}}, true));
  CHECK(colored({}, {{"NO_COLOR", ""}}, true));
  CHECK_FALSE(colored({}, {{"TERM", "dumb"}}, true));
  CHECK(colored({}, {{"FORCE_COLOR", "1"}}, false));
  CHECK_FALSE(colored({}, {{"FORCE_COLOR", "0"}}, true));
  CHECK_FALSE(colored({}, {{"FORCE_COLOR", "1"}, {"NO_COLOR", "1"}}, true));
  CHECK(colored({"--force-color"}, {{"NO_COLOR", "1"}}, false));
  CHECK_FALSE(colored({"--no-color"}, {{"FORCE_COLOR", "1"}}, true));
}

TEST_CASE("a command runs another one inside") {
  CHECK(run({"call", "--", "echo", "shop", "-v2"}).out ==
        "app=shop rest=[] null=[] database=default dialect=sqlite size=0 "
        "level=0 wait=0 plan=false v=2\nback with 0, v=1\n");
  CHECK(run({"call", "--", "fail", "rejected"}).code == 6);
  CHECK(run({"call", "--", "fail", "any"}).err ==
        "error: broken\nhint: mend it\n");
  CHECK(run({"call", "--", "echo", "--env", "prod"}).err ==
        "error: --project, --env, --set and --format cannot be given to a "
        "command inside a command\n");
  CHECK(run({"--format", "json", "call", "echo"}).out ==
        "{\n  \"outer\": true\n}\n");
}
