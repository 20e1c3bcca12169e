// Statement lists of whole histories, compared with those of data/*.txt.
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "schema_history.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

std::filesystem::path data_file(const std::string& name) {
  return std::filesystem::path(MANAGE_SOURCE_DIR) / "tests/unit/orm/data" /
         name;
}

/// A file of `## title` lines, each followed by indented statements.
class Expected {
 public:
  explicit Expected(const std::string& name) {
    std::ifstream file(data_file(name));
    REQUIRE(file);
    std::string line, title;
    while (std::getline(file, line)) {
      if (line.starts_with("## ")) {
        title = line.substr(3);
        sections_[title];
      } else if (line.starts_with("    ")) {
        sections_[title].push_back(line.substr(4));
      }
    }
  }
  const Sql& operator[](const std::string& title) {
    INFO(title);
    REQUIRE(sections_.contains(title));
    read_.insert(title);
    return sections_[title];
  }
  bool all_read() const { return read_.size() == sections_.size(); }

 private:
  std::map<std::string, Sql> sections_;
  std::set<std::string> read_;
};

void check_story(const Dialect& dialect, const std::string& file) {
  Story story(dialect);
  // MANAGE_TEST_WRITE=1 writes the file anew; the difference shows in git.
  if (std::getenv("MANAGE_TEST_WRITE")) {
    std::ofstream out(data_file(file));
    tell_history(story, [&](const std::string& title) {
      out << "## " << title << "\n";
      for (const std::string& line : story.sql()) out << "    " << line << "\n";
    });
    return;
  }
  Expected expected(file);
  tell_history(story, [&](const std::string& title) {
    INFO(title);
    CHECK(story.sql() == expected[title]);
  });
  CHECK(expected.all_read());
}

}  // namespace

TEST_CASE("PostgreSQL: every operation gives Django's statements") {
  check_story(postgresql_dialect(), "schema_postgresql.txt");
}

TEST_CASE("SQLite: every operation gives Django's statements, and more") {
  check_story(sqlite_dialect(), "schema_sqlite.txt");
}
