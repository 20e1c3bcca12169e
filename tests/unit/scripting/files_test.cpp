// Files that scripts open.
#include "scripting/files.hpp"

#include <unistd.h>

#include <filesystem>

#include "core/file.hpp"
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

namespace fs = std::filesystem;

namespace {

/// A folder with a project in it, which scripts may use.
class Project {
 public:
  Project() {
    char name[] = "/tmp/manage-files.XXXXXX";
    folder = mkdtemp(name);
    fs::create_directories(folder / "project");
    write_file_atomic(folder / "outside.txt", "secret");
    script.environment().files.start_at(folder / "project");
    script.environment().files.allow(folder / "project");
  }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;
  ~Project() { fs::remove_all(folder); }

  fs::path folder;
  Script script;
};

}  // namespace

TEST_CASE("files are written and read again") {
  Project project;
  CHECK(project.script.run(R"(
    local f = open("out.txt", "w")
    f:write("one\n", 2, "\n", decimal"3.50")
    f:close()
    for line in open("out.txt"):lines() do print(line) end
    local f <close> = open("out.txt")
    print(f:read("L") == "one\n", f:read(1), f:read("a"), f:read("l"))
    do local g <close> = open("out.txt", "a") g:write("!") end
    print(#open("out.txt"):read("a"))
  )") == "one\n2\n3.50\ntrue\t2\t\n3.50\tnil\n11\n");
}

TEST_CASE("what lies outside of the project is left alone") {
  Project project;
  const std::string outside =
      " is outside of the project - add its folder to the setting "
      "shell.files, or let an argument of the command's name it";
  CHECK(project.script.error("open('../outside.txt')") ==
        "file.outside: ../outside.txt" + outside);
  CHECK(project.script.error("open('/etc/passwd')") ==
        "file.outside: /etc/passwd" + outside);
  fs::create_symlink(project.folder / "outside.txt",
                     project.folder / "project/link");
  CHECK(project.script.error("open('link', 'w')") ==
        "file.outside: link" + outside);
  project.script.environment().files.allow(project.folder / "outside.txt");
  CHECK(project.script.show("open('../outside.txt'):read()") == "secret");
}

TEST_CASE("errors of files are raised") {
  Project project;
  CHECK(project.script.error("open('none.txt')") ==
        "file.missing: there is no file none.txt");
  CHECK(project.script.error("open('a/b.txt', 'w')") ==
        "file.unwritable: cannot open a/b.txt: No such file or directory");
  CHECK(project.script
            .error("local f = open('x', 'w') f:close() f:write('')"
                   "f:write('a')")
            .find("file.closed") == 0);
  CHECK(project.script.error("open('x', 'rw')").find("script.argument") == 0);
  project.script.environment().files.allow("/dev");
  CHECK(project.script.error("local f = open('/dev/full', 'w') f:write('a') "
                             "f:close()") ==
        "file.unwritable: cannot write /dev/full: No space left on device");
  // What is left open is told when the script has ended.
  project.script.run("left = open('/dev/full', 'w') left:write('a')");
  CHECK_THROWS_AS(project.script.environment().files.close_all(), Error);
}

TEST_CASE("what nobody holds any more is written all the same") {
  Project project;
  project.script.environment().files.allow("/dev");
  project.script.run("open('out.txt', 'w'):write('kept') collectgarbage()");
  project.script.environment().files.close_all();
  CHECK(project.script.show("open('out.txt'):read('a')") == "kept");
  project.script.run("open('/dev/full', 'w'):write('lost') collectgarbage()");
  CHECK(orm::thrown([&] { project.script.environment().files.close_all(); }) ==
        "file.unwritable: cannot write /dev/full: No space left on "
        "device");
}

TEST_CASE("CSV is read by the reader of imports, and written") {
  Project project;
  CHECK(project.script.run(R"(
    local f = open("b.csv", "w")
    f:write(csv.line{"title", "note"}, csv.line{"a,b", 'say "x"'},
            csv.line{1, NULL})
    f:close()
    for row, line in csv.rows("b.csv") do
      print(line, row.title, row.note, row[1] == row.title)
    end
    for row in csv.rows("b.csv", {header=false}) do print(#row, row[1]) end
  )") == "2\ta,b\tsay \"x\"\ttrue\n3\t1\t\ttrue\n2\ttitle\n2\ta,b\n2\t1\n");
  // A line of one empty cell is not an empty line, which is none.
  CHECK(project.script
            .run("local f <close> = open('one.csv', 'w') "
                 "f:write(csv.line{''}, csv.line{NULL})")
            .empty());
  CHECK(project.script.run("for row in csv.rows('one.csv', {header=false}) do "
                           "print(#row, row[1]) end") == "1\t\n1\t\n");
  CHECK(project.script
            .run("local f <close> = open('bad.csv', 'w') "
                 "f:write('a\\n\"x\"y\\n')")
            .empty());
  CHECK(project.script.error("for row in csv.rows('bad.csv') do end")
            .find("csv.after-quote: bad.csv:2: ") == 0);
}
