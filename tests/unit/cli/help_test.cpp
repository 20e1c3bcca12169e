#include "cli/help.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/cli/toy_program.hpp"

using namespace manage;

namespace {

std::string help_on(std::string_view command) {
  cli::Program program = toy::program();
  return cli::page_text(cli::command_page(*program.commands.find(command)),
                        false);
}

cli::Page spoons() {
  return {"spoons", "All spoons", "", {{"", {"There is no spoon."}}}};
}

const cli::Topics kTopics{{"spoons", "What spoons there are", spoons}};

}  // namespace

TEST_CASE("commands are listed by group, one line each") {
  CHECK(
      cli::page_text(cli::overview_page(toy::program().commands, {}), false) ==
      "manage does for any project what Django's manage.py does for a Django "
      "project.\n"
      "\n"
      "Usage: manage COMMAND [options]\n"
      "\n"
      "Data\n"
      "  echo     Print what was bound\n"
      "  dump     Has a format of its own\n"
      "\n"
      "Project\n"
      "  fail     Fail\n"
      "  call     Run a command inside\n"
      "  help     Help\n"
      "  version  Version\n"
      "\n"
      "manage help NAME tells more about a command, a topic, or a group of "
      "commands\n"
      "such as migrations.\n");
}

TEST_CASE("the help of a command ends with its examples") {
  std::string help = help_on("echo");
  CHECK(help.substr(0, help.find("\nOptions of every command")) ==
        "Print what was bound\n"
        "\n"
        "Usage: manage echo [options] [app_label] [rest…]\n"
        "\n"
        "Arguments\n"
        "  app_label  The app\n"
        "  rest       The rest\n"
        "\n"
        "Options\n"
        "  --null TOKEN                 Null tokens\n"
        "  --database ALIAS             Database\n"
        "  --dialect sqlite|postgresql  Dialect\n"
        "  -s, --size N                 Size\n"
        "  --level N                    Level\n"
        "  --wait SECONDS               Wait\n"
        "  -p, --plan                   Plan\n");
  CHECK(help.ends_with("\nExamples\n  manage echo shop  Echo shop\n"));
}

TEST_CASE("long help is wrapped under its beginning") {
  std::string help = help_on("echo");
  CHECK(help.find("\n  --env NAME                    Which settings to use: "
                  "settings/NAME.yaml (else\n"
                  "                                MANAGE_ENV, else dev)\n") !=
        std::string::npos);
}

TEST_CASE("a required argument has no brackets") {
  std::string help = help_on("dump");
  CHECK(help.find("Usage: manage dump [options] model\n") != std::string::npos);
}

TEST_CASE("the help of a command as data") {
  cli::Program program = toy::program();
  CHECK(to_json(cli::command_document(*program.commands.find("dump"))) ==
        R"({"name":"dump","summary":"Has a format of its own",)"
        R"("arguments":[{"names":["model"],"value":null,)"
        R"("help":"The model","required":true,"repeatable":false}],)"
        R"("options":[{"names":["--format"],"value":"FORMAT",)"
        R"("help":"Of the fixture","required":false,"repeatable":false}],)"
        R"("examples":[]})");
}

TEST_CASE("the exit codes are a table") {
  CHECK(cli::page_text(cli::exit_code_page(), false) ==
        "Exit codes\n"
        "\n"
        "    0  done, or nothing to do\n"
        "    1  the command failed, or a check found something\n"
        "    2  wrong usage\n"
        "    6  finished, but rows were rejected\n"
        "   75  another run holds the lock\n"
        "  130  interrupted (Ctrl-C)\n"
        "  143  terminated (SIGTERM)\n");
}

TEST_CASE("topics are listed behind the commands") {
  cli::CommandTable commands = toy::program().commands;
  std::string text =
      cli::page_text(cli::overview_page(commands, kTopics), false);
  CHECK(text.find("  version  Version\n"
                  "\n"
                  "Topics of help\n"
                  "  spoons   What spoons there are\n"
                  "\n"
                  "manage help NAME tells more") != std::string::npos);
  CHECK(to_json(cli::overview_document(commands, kTopics))
            .ends_with(R"("topics":[{"name":"spoons",)"
                       R"("summary":"What spoons there are"}]})"));
}

TEST_CASE("a group has the lines of its commands, and their examples") {
  cli::CommandTable commands = toy::program().commands;
  CHECK(cli::group_names(commands) ==
        std::vector<std::string>{"data", "project"});
  CHECK(cli::page_text(cli::group_page("data", commands), false) ==
        "Data\n"
        "\n"
        "  echo  Print what was bound\n"
        "  dump  Has a format of its own\n"
        "\n"
        "Examples\n"
        "  manage echo shop  Echo shop\n");
}

TEST_CASE("help can be asked for commands, topics and groups") {
  std::vector<std::string> names;
  for (const cli::HelpName& name :
       cli::help_names(toy::program().commands, kTopics)) {
    names.push_back(name.name);
  }
  CHECK(names == std::vector<std::string>{"echo", "dump", "fail", "call",
                                          "help", "version", "spoons", "data",
                                          "project"});
}
