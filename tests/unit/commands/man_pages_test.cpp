// The man pages in man/ are what the tables say now.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "cli/man.hpp"
#include "commands/wiring.hpp"
#include "source_dir.hpp"

namespace fs = std::filesystem;
using namespace manage;

TEST_CASE("man/ is up to date (else: build/release/manage help --man man)") {
  const fs::path folder = fs::path(MANAGE_SOURCE_DIR) / "man";
  cli::Program program = commands::program();
  std::set<std::string> wanted, found;
  for (const cli::ManPage& page :
       cli::man_pages(program.commands, program.topics)) {
    INFO(page.file);
    wanted.insert(page.file);
    std::stringstream text;
    text << std::ifstream(folder / page.file).rdbuf();
    CHECK((text.str() == page.text));
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    found.insert(entry.path().filename().string());
  }
  CHECK(found == wanted);
}
