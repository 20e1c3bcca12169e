#include "cli/help.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/cli/toy_program.hpp"

using namespace manage;

TEST_CASE("commands are listed by group, one line each") {
  CHECK(
      cli::command_list(toy::program().commands, false) ==
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
      "manage help COMMAND tells more about a command, manage help exit-codes "
      "what each\n"
      "exit code means.\n");
}

TEST_CASE("the help of a command ends with its examples") {
  cli::Program program = toy::program();
  std::string help = cli::command_help(*program.commands.find("echo"), false);
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
  cli::Program program = toy::program();
  std::string help = cli::command_help(*program.commands.find("echo"), false);
  CHECK(help.find("\n  --env NAME                    Which settings to use: "
                  "settings/NAME.yaml (else\n"
                  "                                MANAGE_ENV, else dev)\n") !=
        std::string::npos);
}

TEST_CASE("a required argument has no brackets") {
  cli::Program program = toy::program();
  std::string help = cli::command_help(*program.commands.find("dump"), false);
  CHECK(help.find("Usage: manage dump [options] model\n") != std::string::npos);
}

TEST_CASE("the help of a command as data") {
  cli::Program program = toy::program();
  CHECK(to_json(cli::command_help_document(*program.commands.find("dump"))) ==
        R"({"name":"dump","summary":"Has a format of its own",)"
        R"("arguments":[{"names":["model"],"value":null,)"
        R"("help":"The model","required":true,"repeatable":false}],)"
        R"("options":[{"names":["--format"],"value":"FORMAT",)"
        R"("help":"Of the fixture","required":false,"repeatable":false}],)"
        R"("examples":[]})");
}

TEST_CASE("the exit codes are a table") {
  CHECK(cli::exit_code_help() ==
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
