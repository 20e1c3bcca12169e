#include "core/new_files.hpp"

#include <stdlib.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <set>
#include <stdexcept>

#include "core/error.hpp"

namespace fs = std::filesystem;
using manage::Error;
using manage::NewFile;
using manage::write_new_files;

namespace {

class Folder {
 public:
  Folder() {
    std::string name =
        (fs::temp_directory_path() / "manage-new-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()));
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  const fs::path& path() const { return path_; }

  /// Everything below, folders with a slash at the end.
  std::set<std::string> names() const {
    std::set<std::string> names;
    for (const auto& entry : fs::recursive_directory_iterator(path_)) {
      std::string name = entry.path().lexically_relative(path_).string();
      names.insert(name + (entry.is_directory() ? "/" : ""));
    }
    return names;
  }

 private:
  fs::path path_;
};

const std::vector<NewFile> kFiles{{"a", "1\n"}, {"sub/deep/b", "2\n"}};

void go_on() {}

}  // namespace

TEST_CASE("new files are written with the folders they need") {
  Folder folder;
  write_new_files(folder.path() / "new", kFiles, go_on);
  CHECK(folder.names() == std::set<std::string>{"new/", "new/a", "new/sub/",
                                                "new/sub/deep/",
                                                "new/sub/deep/b"});
  std::string text;
  std::getline(std::ifstream(folder.path() / "new/sub/deep/b"), text);
  CHECK(text == "2");
}

TEST_CASE("a name that is taken stops all of them, links to nowhere too") {
  Folder folder;
  fs::create_directory(folder.path() / "sub");
  fs::create_directory(folder.path() / "sub/deep");
  fs::create_symlink("nowhere", folder.path() / "sub/deep/b");
  std::ofstream(folder.path() / "a") << "old\n";
  CHECK_THROWS_WITH(write_new_files(folder.path(), kFiles, go_on),
                    folder.path().string() + " has a, sub/deep/b already");
  std::string text;
  std::getline(std::ifstream(folder.path() / "a"), text);
  CHECK(text == "old");
}

TEST_CASE("what stops it half-way leaves nothing behind") {
  Folder folder;
  int before = 0;
  auto stop_at_second = [&] {
    if (++before == 2) throw std::runtime_error("stop");
  };
  CHECK_THROWS_WITH(
      write_new_files(folder.path() / "new/er", kFiles, stop_at_second),
      "stop");
  CHECK(folder.names().empty());
}

TEST_CASE("a file that appears meanwhile is not replaced") {
  Folder folder;
  auto sneak_in = [&] {
    if (!fs::exists(folder.path() / "a")) return;
    fs::create_directories(folder.path() / "sub/deep");
    std::ofstream(folder.path() / "sub/deep/b") << "theirs\n";
  };
  CHECK_THROWS_AS(write_new_files(folder.path(), kFiles, sneak_in), Error);
  CHECK(folder.names() ==
        std::set<std::string>{"sub/", "sub/deep/", "sub/deep/b"});
}
