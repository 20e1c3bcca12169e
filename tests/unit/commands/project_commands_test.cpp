#include <catch2/catch.hpp>

#include "commands/all.hpp"
#include "commands/prepare.hpp"
#include "commands/topics.hpp"
#include "core/version.hpp"
#include "tests/unit/cli/in_process.hpp"

using in_process::Outcome;

namespace {

using namespace manage;

settings::Settings some_settings() {
  settings::Settings settings;
  settings.root = "/srv/mysite";
  settings.env = "prod";
  settings.values = {
      {"debug", true, false, false, false, "settings/prod.yaml:1:8"},
      {"time_zone", "UTC", "UTC", true, false, "default"},
      {"secret_key", "hunter2", Data(), false, true,
       "environment MANAGE_SECRET_KEY"},
      {"databases.default.url", "postgresql://ann:pw@db/shop", Data(), false,
       false, "settings/base.yaml:4:33"},
      {"allowed_hosts", DataList{"a.example", "no"}, DataList{}, false, false,
       "--set allowed_hosts"},
  };
  return settings;
}

/// The real commands, in a project of these settings.
Outcome run(const std::vector<std::string>& arguments, bool terminal = false) {
  cli::Sources sources;
  sources.settings = [](const settings::LoadOptions&, Diagnostics&) {
    return some_settings();
  };
  cli::Program program{cli::CommandTable(commands::all_commands()),
                       commands::needs(), commands::absent_commands(),
                       std::move(sources), commands::all_topics()};
  return in_process::run(program, arguments, {}, terminal);
}

}  // namespace

TEST_CASE("version prints the version and nothing else") {
  CHECK(run({"version"}).out == std::string(version()) + "\n");
  CHECK(run({"--version"}).out == run({"version"}).out);
  CHECK(run({"version", "--format", "json"}).out ==
        "{\n  \"version\": \"" + std::string(version()) + "\"\n}\n");
}

TEST_CASE("help knows every command and the exit codes") {
  Outcome list = run({"help"});
  CHECK(list.code == 0);
  CHECK(list.out == run({}).out);
  for (const cli::Command& command : commands::all_commands()) {
    CHECK(list.out.find("  " + command.name + " ") != std::string::npos);
    Outcome help = run({"help", command.name});
    CHECK(help.code == 0);
    CHECK(help.out.starts_with(command.summary + "\n\nUsage: manage " +
                               command.name));
    CHECK(help.out == run({command.name, "--help"}).out);
  }
  CHECK(run({"help", "exit-codes"}).out.starts_with("Exit codes\n\n    0  "));
}

TEST_CASE("help is coloured on a terminal, not made visible") {
  CHECK(run({"help"}, true).out.find("\n\x1b[1mProject\x1b[0m\n") !=
        std::string::npos);
}

TEST_CASE("help offers near topics") {
  Outcome outcome = run({"help", "exitcodes"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "error: there is no help on exitcodes\n"
        "hint: did you mean exit-codes?\n");
}

TEST_CASE("Django's commands without a place here say why") {
  Outcome outcome = run({"makemessages", "-l", "cs"});
  CHECK(outcome.code == 2);
  CHECK(outcome.err ==
        "error: there is no command makemessages here: translations stay with "
        "the project's own tools\n");
  for (const cli::AbsentCommand& absent : commands::absent_commands()) {
    CHECK(run({absent.name})
              .err.starts_with("error: there is no command " + absent.name +
                               " here: "));
  }
}

TEST_CASE("diffsettings shows what differs, with secrets masked") {
  Outcome outcome = run({"diffsettings"});
  CHECK(outcome.code == 0);
  CHECK(outcome.out ==
        "debug: true\n"
        "secret_key: \"********\"\n"
        "databases.default.url: postgresql://ann:********@db/shop\n"
        "allowed_hosts: [a.example, \"no\"]\n");
  CHECK(outcome.err.empty());
}

TEST_CASE("diffsettings shows everything, origins and secrets if asked") {
  CHECK(run({"diffsettings", "--all", "--origin", "--reveal"}).out ==
        "debug: true  # settings/prod.yaml:1:8\n"
        "time_zone: UTC  # default\n"
        "secret_key: hunter2  # environment MANAGE_SECRET_KEY\n"
        "databases.default.url: postgresql://ann:pw@db/shop  "
        "# settings/base.yaml:4:33\n"
        "allowed_hosts: [a.example, \"no\"]  # --set allowed_hosts\n");
}

TEST_CASE("diffsettings as data") {
  Outcome outcome = run({"diffsettings", "--format", "json"});
  CHECK(
      outcome.out.starts_with("{\n"
                              "  \"root\": \"/srv/mysite\",\n"
                              "  \"env\": \"prod\",\n"
                              "  \"settings\": [\n"
                              "    {\n"
                              "      \"key\": \"debug\",\n"
                              "      \"value\": true,\n"
                              "      \"default\": false,\n"
                              "      \"is_default\": false,\n"
                              "      \"origin\": \"settings/prod.yaml:1:8\"\n"
                              "    },\n"
                              "    {\n"
                              "      \"key\": \"secret_key\",\n"
                              "      \"value\": \"********\",\n"));
  CHECK(outcome.out.find("hunter2") == std::string::npos);
}
