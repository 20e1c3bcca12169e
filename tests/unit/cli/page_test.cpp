#include "cli/page.hpp"

#include <catch2/catch.hpp>

using namespace manage;

namespace {

const cli::Page kPage{
    "tea",
    "How tea is made",
    "manage tea [LEAVES]",
    {{"",
      {"Boil water. Pour it onto the leaves, wait for as long as the leaves "
       "ask for, then drink.",
       "Repeat."}},
     {"Leaves",
      {"There are some."},
      "green\n\n  dark",
      {{"green", "three"}, {"dark", "five"}}},
     {"Names", {}, "", {{"oolong", ""}}}}};

}  // namespace

TEST_CASE("a page as text is at most 80 columns wide") {
  CHECK(cli::page_text(kPage, false) ==
        "How tea is made\n"
        "\n"
        "Usage: manage tea [LEAVES]\n"
        "\n"
        "Boil water. Pour it onto the leaves, wait for as long as the leaves "
        "ask for,\n"
        "then drink.\n"
        "\n"
        "Repeat.\n"
        "\n"
        "Leaves\n"
        "  There are some.\n"
        "\n"
        "    green\n"
        "\n"
        "      dark\n"
        "\n"
        "  green  three\n"
        "  dark   five\n"
        "\n"
        "Names\n"
        "  oolong\n");
}

TEST_CASE("titles of a page are strong in colour") {
  CHECK(cli::page_text(kPage, true).find("\n\x1b[1mLeaves\x1b[0m\n") !=
        std::string::npos);
}

TEST_CASE("a page as data") {
  cli::Page page{"tea",
                 "Tea",
                 "",
                 {{"Leaves", {"Some."}, "x", {{"  7 ", "seven", "details"}}}}};
  CHECK(to_json(cli::page_document(page)) ==
        R"({"name":"tea","summary":"Tea","usage":"","sections":[)"
        R"({"title":"Leaves","paragraphs":["Some."],"code":"x",)"
        R"("definitions":[{"term":"7","meaning":"seven"}]}]})");
}
