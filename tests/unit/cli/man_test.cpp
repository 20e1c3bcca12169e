#include "cli/man.hpp"

#include <catch2/catch.hpp>

#include "core/version.hpp"
#include "tests/unit/cli/toy_program.hpp"

using namespace manage;

namespace {

cli::Page spoons() {
  return {"spoons",
          "All spoons",
          "",
          {{"", {"There is no spoon.", "'Tis so."}},
           {"Kinds",
            {},
            ".hidden\n\nC:\\spoon",
            {{"tea-spoon", "for ~5 ml", "Made of \"steel\"."}, {"x", ""}}}}};
}

cli::Page forks() { return {"forks", "All forks", "", {{"", {"Two."}}}}; }

/// The pages of the toy commands, by file.
std::map<std::string, std::string> pages() {
  std::map<std::string, std::string> pages;
  for (const cli::ManPage& page : cli::man_pages(
           toy::program().commands,
           {{"spoons", "What spoons there are", spoons, "manage-spoons"},
            {"forks", "What forks there are", forks}})) {
    pages[page.file] = page.text;
  }
  return pages;
}

}  // namespace

TEST_CASE("there is a man page for each command, and for topics that say so") {
  std::vector<std::string> files;
  for (const auto& [file, text] : pages()) files.push_back(file);
  CHECK(files == std::vector<std::string>{"manage-call.1", "manage-dump.1",
                                          "manage-echo.1", "manage-fail.1",
                                          "manage-help.1", "manage-spoons.5",
                                          "manage-version.1", "manage.1"});
}

TEST_CASE("a man page has nothing that roff would take for its own") {
  CHECK(pages()["manage-spoons.5"] ==
        ".\\\" Written by `manage help --man`.\n"
        ".TH MANAGE\\-SPOONS 5 \"\" \"manage " +
            std::string(version()) +
            "\" \"manage\"\n"
            ".SH NAME\n"
            "manage\\-spoons \\- All spoons\n"
            ".SH DESCRIPTION\n"
            "There is no spoon.\n"
            ".PP\n"
            "\\(aqTis so.\n"
            ".SH KINDS\n"
            ".RS 4\n"
            ".nf\n"
            "\\&.hidden\n"
            "\\&\n"
            "C:\\espoon\n"
            ".fi\n"
            ".RE\n"
            ".TP\n"
            "\\fBtea\\-spoon\\fR\n"
            "for \\(ti5 ml\n"
            ".br\n"
            "Made of \\(dqsteel\\(dq.\n"
            ".TP\n"
            "\\fBx\\fR\n"
            "\\&\n"
            ".SH SEE ALSO\n"
            "\\fBmanage\\fR(1)\n");
}

TEST_CASE("the page of a command is its help") {
  std::string page = pages()["manage-echo.1"];
  CHECK(page.find(".SH NAME\nmanage\\-echo \\- Print what was bound\n"
                  ".SH SYNOPSIS\n"
                  "manage echo [options] [app_label] [rest…]\n"
                  ".SH ARGUMENTS\n.TP\n\\fBapp_label\\fR\nThe app\n") !=
        std::string::npos);
  CHECK(
      page.ends_with(".SH EXAMPLES\n.TP\n\\fBmanage echo shop\\fR\n"
                     "Echo shop\n"
                     ".SH SEE ALSO\n"
                     "\\fBmanage\\fR(1),\n\\fBmanage\\-spoons\\fR(5)\n"));
}

TEST_CASE("manage(1) has the topics without a page of their own") {
  std::string page = pages()["manage.1"];
  CHECK(page.find(".SH ALL FORKS\nTwo.\n") != std::string::npos);
  CHECK(page.find("ALL SPOONS") == std::string::npos);
  CHECK(page.find(".SH OPTIONS OF EVERY COMMAND\n") != std::string::npos);
  CHECK(page.find("\\fBmanage\\-echo\\fR(1),\n") != std::string::npos);
}
