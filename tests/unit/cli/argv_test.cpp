#include "cli/argv.hpp"

#include <catch2/catch.hpp>

using namespace manage::cli;

namespace {

using Strings = std::vector<std::string>;

const std::vector<OptionSpec> kGlobals{{{"--set"}, true},
                                       {{"--format"}, true},
                                       {{"--verbosity", "-v"}, true},
                                       {{"--quiet", "-q"}, false},
                                       {{"--help", "-h"}, false}};

const std::vector<OptionSpec> kImport{{{"--null"}, true},
                                      {{"--delimiter", "-d"}, true},
                                      {{"-n", "--dry-run"}, false}};

NormalForm import_csv(const Strings& arguments) {
  return normalise(arguments, kImport, kGlobals);
}

std::string problem(const NormalForm& form) {
  if (!form.problem) return "";
  const manage::Diagnostic& first = form.problem->diagnostics().front();
  return first.hint.empty() ? first.message : first.message + "|" + first.hint;
}

}  // namespace

TEST_CASE("the command is the first argument that no global option takes") {
  struct Row {
    Strings arguments;
    std::string command;
    Strings rest;
  };
  for (const Row& row : std::vector<Row>{
           {{"migrate"}, "migrate", {}},
           {{"help", "migrate"}, "help", {"migrate"}},
           {{"makemigrations", "users"}, "makemigrations", {"users"}},
           {{"--set", "debug=true", "migrate", "shop"},
            "migrate",
            {"--set", "debug=true", "shop"}},
           {{"--set=debug=true", "migrate"}, "migrate", {"--set=debug=true"}},
           {{"-qv2", "migrate", "-q"}, "migrate", {"-qv2", "-q"}},
           {{"-v", "2", "migrate"}, "migrate", {"-v", "2"}},
           {{"--", "migrate", "--plan"}, "migrate", {"--", "--plan"}}}) {
    CommandLine line = find_command(row.arguments, kGlobals);
    CHECK(line.command == row.command);
    CHECK(line.arguments == row.rest);
  }
  CHECK(find_command({"-q", "--nope"}, kGlobals).command == std::nullopt);
  CHECK(find_command({}, kGlobals).command == std::nullopt);
}

TEST_CASE("an empty value after = is a value, not the next option") {
  NormalForm form = import_csv({"--null=", "--delimiter", ";", "a.csv"});
  CHECK(form.options == Strings{"--null", "", "--delimiter", ";"});
  CHECK(form.positionals == Strings{"a.csv"});
  CHECK(import_csv({"--null", "", "a.csv"}).options == Strings{"--null", ""});
}

TEST_CASE("a repeatable option takes one value each time") {
  NormalForm form = import_csv({"--set", "a=b", "shop", "--set", "c=d", "x"});
  CHECK(form.globals == std::vector<std::pair<std::string, std::string>>{
                            {"--set", "a=b"}, {"--set", "c=d"}});
  CHECK(form.positionals == Strings{"shop", "x"});
}

TEST_CASE("short options may share a dash and hold their value") {
  NormalForm form = import_csv({"-nqd;", "-v3", "-v=2"});
  CHECK(form.options == Strings{"-n", "-d", ";"});
  CHECK(form.globals ==
        std::vector<std::pair<std::string, std::string>>{
            {"--quiet", ""}, {"--verbosity", "3"}, {"--verbosity", "2"}});
}

TEST_CASE("everything after -- is positional, and so is a lone dash") {
  NormalForm form = import_csv({"-", "--", "--null", "-q", "--"});
  CHECK(form.positionals == Strings{"-", "--null", "-q", "--"});
  CHECK(form.options.empty());
  CHECK(form.globals.empty());
}

TEST_CASE("a command's own option hides the global one of that name") {
  std::vector<OptionSpec> dumpdata{{{"--format"}, true}};
  NormalForm form = normalise({"--format", "yaml", "-q"}, dumpdata, kGlobals);
  CHECK(form.options == Strings{"--format", "yaml"});
  CHECK(form.globals ==
        std::vector<std::pair<std::string, std::string>>{{"--quiet", ""}});
}

TEST_CASE("an option is no other option's value unless joined to it") {
  CHECK(problem(import_csv({"--null", "--dry-run"})) ==
        "--null needs a value|a value that begins with a dash is written "
        "--null=VALUE");
  CHECK(import_csv({"--null=--dry-run"}).options ==
        Strings{"--null", "--dry-run"});
  CHECK(import_csv({"--null", "-1"}).options == Strings{"--null", "-1"});
  CHECK(import_csv({"--null", "-"}).options == Strings{"--null", "-"});
}

TEST_CASE("what is wrong is said once, and reading goes on") {
  CHECK(problem(import_csv({"--dryrun", "--nope"})) ==
        "unknown option --dryrun|did you mean --dry-run?");
  CHECK(problem(import_csv({"-x"})) == "unknown option -x");
  CHECK(problem(import_csv({"--dry-run=yes"})) == "--dry-run takes no value");
  CHECK(problem(import_csv({"--delimiter"})) ==
        "--delimiter needs a value|a value that begins with a dash is written "
        "--delimiter=VALUE");
  NormalForm form = import_csv({"--nope", "--help"});
  CHECK(form.problem);
  CHECK(form.globals.size() == 1);
}
