#include "migrations_engine/file_changes.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>

#include "core/error.hpp"

using namespace manage;
using namespace manage::migrations_engine;
namespace fs = std::filesystem;

namespace {

/// An empty folder that goes with the test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "changes.XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { fs::remove_all(path_); }

  fs::path operator/(const char* name) const { return path_ / name; }
  void put(const char* name, const std::string& text) const {
    std::ofstream(path_ / name) << text;
  }
  /// "a=1 b=2"
  std::string contents() const {
    std::map<std::string, std::string> found;
    for (const fs::directory_entry& entry : fs::directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      std::stringstream text;
      text << std::ifstream(entry.path()).rdbuf();
      found[entry.path().filename().string()] = text.str();
    }
    std::string all;
    for (const auto& [name, text] : found) all += name + "=" + text + " ";
    return all;
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("changes of files are all made") {
  Folder folder;
  folder.put("old", "1");
  folder.put("kept", "2");
  FileChanges changes;
  CHECK(changes.empty());
  changes.remove(folder / "old");
  changes.create(folder / "new", "3");
  changes.write(folder / "kept", "4");
  changes.apply();
  CHECK(folder.contents() == "kept=4 new=3 ");
}

TEST_CASE("or none of them") {
  Folder folder;
  folder.put("old", "1");
  folder.put("kept", "2");
  FileChanges changes;
  changes.write(folder / "kept", "4");
  changes.write(folder / "fresh", "5");
  changes.create(folder / "new", "3");
  changes.remove(folder / "old");
  SECTION("because a new file exists already") {
    changes.create(folder / "old", "6");
  }
  SECTION("because a folder cannot be made") {
    changes.create(folder / "kept" / "below", "6");
  }
  CHECK_THROWS_AS(changes.apply(), Error);
  CHECK(folder.contents() == "kept=2 old=1 ");
}
