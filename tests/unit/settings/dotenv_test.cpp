// The .env file: its grammar, line by line.
#include "settings/dotenv.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace manage;

namespace {

std::string read(std::string text) {
  Diagnostics diagnostics;
  auto file = std::make_shared<SourceFile>(".env", std::move(text));
  std::string out;
  for (const auto& [name, entry] : settings::parse_dotenv(*file, diagnostics)) {
    out += fmt::format("{}@{}=[{}]\n", name, entry.line, entry.value);
  }
  for (const Diagnostic& d : diagnostics.all()) {
    out += d.where.text() + ": " + d.message + " (" + d.hint + ")\n";
  }
  return out;
}

}  // namespace

TEST_CASE("plain, quoted and commented values") {
  CHECK(read("# comment\n\nA=1\n export B = two words  # note\r\nC=a#b\nD=\n"
             "E=#x\nF=x=y\n") ==
        "A@3=[1]\nB@4=[two words]\nC@5=[a#b]\nD@6=[]\nE@7=[]\nF@8=[x=y]\n");
  CHECK(read("A='a \"b\" $c \\n # d' # e\nB=\"a\\n\\t\\\"\\\\\\$ #\"\nC=''") ==
        "A@1=[a \"b\" $c \\n # d]\nB@2=[a\n\t\"\\$ #]\nC@3=[]\n");
}

TEST_CASE("the last value of a name counts") {
  CHECK(read("A=1\nA=2") == "A@2=[2]\n");
}

TEST_CASE("lines that are no entries are reported, the others are read") {
  const std::string quoting =
      " is not quoted properly (in double quotes, write \\\" for a quote and "
      "\\\\ for a backslash; in single quotes everything stands for itself)\n";
  CHECK(read("A\nB='x\nC=\"x\\q\"\nD=\"x\" y\nE='a'b\n1F=2\nG=1\nH=\"x\\") ==
        "G@7=[1]\n"
        ".env:1: a line must be NAME=value (comments begin with #)\n"
        ".env:2: the value of B" +
            quoting + ".env:3: the value of C" + quoting +
            ".env:4: the value of D" + quoting + ".env:5: the value of E" +
            quoting +
            ".env:6: a line must be NAME=value (comments begin with #)\n"
            ".env:8: the value of H" +
            quoting);
  CHECK(read("A=\xFF") == ".env:1: the value of A is not valid UTF-8 ()\n");
}
