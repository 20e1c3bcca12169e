// The topics of help say what the tables of the program hold.
#include "commands/topics.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstring>
#include <sstream>

#include "commands/wiring.hpp"
#include "core/text.hpp"
#include "orm/field_def.hpp"
#include "settings/schema.hpp"
#include "tests/unit/cli/in_process.hpp"

using namespace manage;

namespace {

std::string help(std::vector<std::string> names) {
  names.insert(names.begin(), "help");
  in_process::Outcome outcome = in_process::run(commands::program(), names);
  return outcome.code == 0 ? outcome.out : outcome.err;
}

}  // namespace

TEST_CASE("every topic has help, and an entry for each of its names") {
  for (const cli::Topic& topic : commands::all_topics()) {
    INFO(topic.name);
    cli::Page page = topic.page();
    CHECK(page.name == topic.name);
    CHECK(help({topic.name}) == cli::page_text(page, false));
    CHECK((topic.entries == nullptr) == (topic.entry == nullptr));
    if (!topic.entries) continue;
    for (const std::string& name : topic.entries()) {
      INFO(name);
      CHECK(topic.entry(name).name == name);
      CHECK(help({topic.name, name}) ==
            cli::page_text(topic.entry(name), false));
    }
  }
}

TEST_CASE("no line of help is wider than 80 columns") {
  for (const cli::Topic& topic : commands::all_topics()) {
    std::stringstream lines(help({topic.name}));
    for (std::string line; std::getline(lines, line);) {
      INFO(line);
      CHECK(text::length(line) <= 80);
    }
  }
}

TEST_CASE("help settings lists every key with its line") {
  cli::Page page = commands::settings_page();
  std::vector<std::string> listed;
  for (const cli::Section& section : page.sections) {
    if (section.title != "Keys") continue;
    for (const cli::Definition& key : section.definitions) {
      listed.push_back(key.term + ": " + key.meaning);
    }
  }
  std::vector<std::string> keys;
  for (const settings::Key& key : settings::schema()) {
    keys.push_back(fmt::format("{}: {}", key.path, key.doc));
  }
  CHECK(listed == keys);
}

TEST_CASE("help settings KEY tells all about it") {
  CHECK(help({"settings", "databases.replica.engine"}) ==
        "databases.replica.engine: Which database it is; sqlite3 for the alias "
        "default\n"
        "\n"
        "  value        sqlite3, postgresql, or null\n"
        "  default      none (null)\n"
        "  variable     MANAGE_DATABASES__REPLICA__ENGINE, or\n"
        "               MANAGE_DATABASES__REPLICA__ENGINE_FILE\n"
        "  secret file  databases__replica__engine in secrets_dir\n"
        "  option       --set databases.replica.engine=VALUE\n");
  CHECK(help({"settings", "installed_apps"})
            .find("  items        texts, or maps of path, label, ") !=
        std::string::npos);
  CHECK(help({"settings", "secret_key"})
            .ends_with("  secret       masked when it is shown\n"));
  CHECK(help({"settings", "file_upload_permissions"})
            .find("  default      0o644\n") != std::string::npos);
}

TEST_CASE("help settings knows sections and free maps") {
  CHECK(help({"settings", "orm"}) ==
        "orm: a map of settings\n"
        "\n"
        "  orm.lazy_loading  What happens when a related row is loaded one by "
        "one\n"
        "  orm.query_log     Log every query\n");
  CHECK(help({"settings", "databases.replica"}) ==
        "databases.replica" +
            help({"settings", "databases"}).substr(std::strlen("databases")));
  CHECK(help({"settings", "logging.root.level"})
            .starts_with("logging: What is logged"));
}

TEST_CASE("help offers near settings and field types") {
  CHECK(help({"settings", "time_zon"}) ==
        "error: there is no setting time_zon\n"
        "hint: did you mean time_zone?\n");
  CHECK(help({"settings", "qqqqqqq"}) ==
        "error: there is no setting qqqqqqq\n"
        "hint: manage help settings lists the keys\n");
  CHECK(help({"models", "CharFeld"}) ==
        "error: there is no field type CharFeld\n"
        "hint: did you mean CharField?\n");
  CHECK(help({"exit-codes", "2"}) ==
        "error: there is no help on exit-codes 2\n"
        "hint: see: manage help exit-codes\n");
}

TEST_CASE("help models lists every field type") {
  std::string text = help({"models"});
  for (const orm::FieldType& type : orm::field_types()) {
    CHECK(text.find(fmt::format("\n  {}", type.name)) != std::string::npos);
  }
}

TEST_CASE("a group is help, too, and --man goes with no name") {
  CHECK(help({"migrations"}).starts_with("Migrations\n\n  makemigrations  "));
  CHECK(help({"migrate", "--man", "/tmp"}) == "error: --man takes no NAME\n");
}

TEST_CASE("Django's commands that have no place here are refused by name") {
  const std::vector<std::string> refused{"compilemessages", "createcachetable",
                                         "makemessages",    "ogrinspect",
                                         "sendtestemail",   "test",
                                         "testserver"};
  std::vector<std::string> absent;
  for (const cli::AbsentCommand& one : commands::program().absent) {
    absent.push_back(one.name);
  }
  std::sort(absent.begin(), absent.end());
  CHECK(absent == refused);
}
