#include "cli/style.hpp"

#include <catch2/catch.hpp>

#include "cli/table.hpp"

using namespace manage::cli;

TEST_CASE("what could steer a terminal becomes visible") {
  CHECK(safe("plain žluť 漢字\t|") == "plain žluť 漢字\t|");
  CHECK(safe("\x1b[31mred") == "␛[31mred");
  CHECK(safe("a\rb\nc\x7f") == "a␍b␊c␡");
  CHECK(safe("a\nb", true) == "a\nb");
  CHECK(safe(std::string_view("a\0b", 3)) == "a␀b");
  CHECK(safe("a\xFF\xC0z") == "a\uFFFD\uFFFDz");
  CHECK(safe("\u0085\u202E\u2066x\u2025") == "\uFFFD\uFFFD\uFFFDx\u2025");
}

TEST_CASE("paint adds codes only where colours are wanted") {
  CHECK(paint("OK", Style::kGood, true) == "\x1b[32mOK\x1b[0m");
  CHECK(paint("OK", Style::kGood, false) == "OK");
  CHECK(paint("OK", Style::kPlain, true) == "OK");
}

TEST_CASE("a table aligns by characters and leaves no trailing spaces") {
  Table table({"App", {"Rows", Table::Align::kRight}, "Note"});
  table.add({"žluťoučký", "7", ""});
  table.add({{"shop", Style::kGood}, "1,234", "big"});
  table.add({"x", "", "\x1b"});
  CHECK(table.text(false) ==
        "App         Rows  Note\n"
        "žluťoučký      7\n"
        "shop       1,234  big\n"
        "x                 ␛\n");
  CHECK(table.text(true).find("\x1b[32mshop\x1b[0m       1,234  big\n") !=
        std::string::npos);
}
