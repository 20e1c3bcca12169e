#include "cli/diagnostics.hpp"

#include <catch2/catch.hpp>

#include "cli/secrets.hpp"

using namespace manage;
using namespace manage::cli;

namespace {

SourcePos place(const std::string& text, int line, int column,
                const std::string& name = "shop/models.yaml") {
  return {std::make_shared<SourceFile>(name, text), line, column};
}

std::string shown(const Diagnostic& diagnostic) {
  return render(diagnostic, false);
}

}  // namespace

TEST_CASE("an error shows its place, its line and what to do") {
  CHECK(shown({"x", "unknown key titel", place("a:\n  titel: 1\n", 2, 3),
               "did you mean title?"}) ==
        "error: unknown key titel\n"
        "  --> shop/models.yaml:2:3\n"
        "   2 |   titel: 1\n"
        "     |   ^\n"
        "hint: did you mean title?\n");
}

TEST_CASE("an error shows only as much of a place as is known") {
  CHECK(shown({"x", "broken", {}, ""}) == "error: broken\n");
  CHECK(shown({"x", "empty", place("", 0, 0), ""}) ==
        "error: empty\n  --> shop/models.yaml\n");
  CHECK(shown({"x", "odd", place("one\ntwo\n", 2, 0), ""}) ==
        "error: odd\n  --> shop/models.yaml:2\n   2 | two\n");
}

TEST_CASE("the caret counts characters and keeps tabs") {
  CHECK(shown({"x", "bad", place("\tžluť: \xF0\x9F\x90\x8E x\n", 1, 10), ""}) ==
        "error: bad\n"
        "  --> shop/models.yaml:1:10\n"
        "   1 | \tžluť: \xF0\x9F\x90\x8E x\n"
        "     | \t        ^\n");
}

TEST_CASE("a caret never leaves its line") {
  CHECK(shown({"x", "bad", place("ab\n", 1, 999), ""}) ==
        "error: bad\n  --> shop/models.yaml:1:999\n"
        "   1 | ab\n     |   ^\n");
}

TEST_CASE("of a very long line the part around the caret is shown") {
  std::string line = std::string(500, 'a') + "X" + std::string(500, 'b');
  CHECK(shown({"x", "bad", place(line, 1, 501), ""}) ==
        "error: bad\n  --> shop/models.yaml:1:501\n"
        "   1 | …" +
            std::string(60, 'a') + "X" + std::string(59, 'b') + "…\n" +
            "     | " + std::string(61, ' ') + "^\n");
  CHECK(shown({"x", "bad", place(line, 1, 1), ""}) ==
        "error: bad\n  --> shop/models.yaml:1:1\n"
        "   1 | " +
            std::string(120, 'a') + "…\n     | ^\n");
}

TEST_CASE("control characters of a file or a message are made visible") {
  CHECK(shown({"x", "bad \x1b[2J", place("a\x1b[31mb\r\n", 1, 7), ""}) ==
        "error: bad ␛[2J\n  --> shop/models.yaml:1:7\n"
        "   1 | a␛[31mb\n     |       ^\n");
}

TEST_CASE("lines of settings do not show their secrets") {
  CHECK(shown({"x", "bad",
               place("secret_key: hunter2\n", 1, 13, "settings/prod.yaml"),
               ""}) ==
        "error: bad\n  --> settings/prod.yaml:1:13\n"
        "   1 | secret_key: ********\n     |             ^\n");
  CHECK(shown({"x", "bad", place("password: {type: CharFeld}\n", 1, 18), ""}) ==
        "error: bad\n  --> shop/models.yaml:1:18\n"
        "   1 | password: {type: CharFeld}\n"
        "     |                  ^\n");
  CHECK(shown({"x", "cannot reach postgresql://u:p@h/db", {}, ""}) ==
        "error: cannot reach postgresql://u:********@h/db\n");
}

TEST_CASE("several errors have an empty line between them") {
  std::vector<Diagnostic> all{{"a", "one", {}, "h", Level::kWarning},
                              {"b", "two", {}, "", Level::kWarning}};
  CHECK(render(all, false) == "warning: one\nhint: h\n\nwarning: two\n");
  Diagnostics many;
  for (int i = 0; i < 52; ++i) many.add("a", {}, "bad");
  try {
    many.throw_if_errors();
    FAIL("nothing was thrown");
  } catch (const Error& error) {
    CHECK(render(error.diagnostics(), false)
              .ends_with("error: bad\n\nand 2 more of the same kind\n"));
  }
}

TEST_CASE("colours mark the word, the place and the caret") {
  CHECK(render({"x", "bad", place("ab", 1, 1), "h"}, true) ==
        "\x1b[1;31merror:\x1b[0m bad\n"
        "  \x1b[36m-->\x1b[0m shop/models.yaml:1:1\n"
        "\x1b[36m   1 | \x1b[0mab\n"
        "\x1b[36m     | \x1b[0m\x1b[1;31m^\x1b[0m\n"
        "\x1b[36mhint:\x1b[0m h\n");
}

TEST_CASE("a diagnostic as data has null for what is not known") {
  CHECK(to_json(to_document({"a.b", "one", place("x", 1, 2), "do"})) ==
        R"({"code":"a.b","message":"one","where":"shop/models.yaml:1:2",)"
        R"("hint":"do"})");
  CHECK(to_json(to_document({"a.b", "one", {}, ""})) ==
        R"({"code":"a.b","message":"one","where":null,"hint":null})");
}

TEST_CASE("annotations escape what has a meaning to GitHub") {
  CHECK(annotations({{"a", "100% bad\nreally", place("x", 1, 2, "a,b:c.yaml"),
                      "do: it"}}) ==
        "::error file=a%2Cb%3Ac.yaml,line=1,col=2::100%25 bad%0Areally%0A"
        "hint: do: it\n");
  CHECK(annotations({{"a", "odd", {}, "", Level::kWarning}}) ==
        "::warning::odd\n");
  CHECK(annotations({{"a", "bad", place("x", 3, 0), ""}}, "sites/one") ==
        "::error file=sites/one/shop/models.yaml,line=3::bad\n");
}

TEST_CASE("what is less than a warning is a notice to GitHub") {
  std::vector<Diagnostic> all{{"a", "look", {}, "", Level::kInfo},
                              {"b", "bad", {}, "", Level::kCritical}};
  CHECK(annotations(all) == "::error::bad\n::notice::look\n");
  CHECK(render(all, false) == "info: look\n\ncritical: bad\n");
}

TEST_CASE("the id of a check stands behind its message") {
  CHECK(shown({"fields.W342", "odd", {}, "do", Level::kWarning}) ==
        "warning: odd (fields.W342)\nhint: do\n");
  CHECK(shown({"settings.type", "bad", {}, ""}) == "error: bad\n");
  CHECK(annotations({{"fields.E300", "bad", {}, ""}}) ==
        "::error::bad (fields.E300)\n");
}

TEST_CASE("GitHub gets ten annotations of a kind at most") {
  std::vector<Diagnostic> all(10, {"a", "bad", {}, ""});
  std::string line = "::error::bad\n";
  std::string nine;
  for (int i = 0; i < 9; ++i) nine += line;
  CHECK(annotations(all) == nine + line);
  all.resize(46, {"a", "bad", {}, ""});
  CHECK(annotations(all) == nine + "::error::and 37 more, see the log\n");
}

TEST_CASE("passwords in URLs are masked, and nothing else") {
  for (auto [given, expected] :
       std::vector<std::pair<std::string, std::string>>{
           {"postgresql://u:p@ss@h:5432/db?x=y",
            "postgresql://u:********@h:5432/db?x=y"},
           {"no \"postgres://u:a/b?c#d@h\", x",
            "no \"postgres://u:********@h\", x"},
           {"http://u:p@h/a and postgresql://u:/@h/b@c",
            "http://u:********@h/a and postgresql://u:********@c"},
           {"see https://example.com:80/a@b", "see https://example.com:80/a@b"},
           {"a://u@h and b://u:p@h.", "a://u@h and b://u:********@h."},
           {"://", "://"},
           {"no url", "no url"}}) {
    CHECK(without_url_passwords(given) == expected);
  }
}

TEST_CASE("a secret value is masked, the absence of one is not") {
  CHECK(masked("x", true) == Data("********"));
  CHECK(masked(DataList{"a"}, true) == Data("********"));
  CHECK(masked("", true) == Data(""));
  CHECK(masked(Data(), true) == Data());
  CHECK(masked(DataList{}, true) == Data(DataList{}));
  CHECK(masked(DataMap{{"url", "a://u:p@h"}}, false) ==
        Data(DataMap{{"url", "a://u:********@h"}}));
  CHECK(masked(3, false) == Data(3));
  CHECK(masked("redis://:a/b#c@h", false) == Data("redis://:********@h"));
  CHECK(masked(DataMap{{"sslpassword", "p"}, {"sslmode", "require"}}, false) ==
        Data(DataMap{{"sslpassword", "********"}, {"sslmode", "require"}}));
}
