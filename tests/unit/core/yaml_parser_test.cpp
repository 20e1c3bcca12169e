// Reading YAML: positions, quoting, and every refusal with its full text.
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "core/yaml.hpp"

namespace yaml = manage::yaml;
using manage::Error;

namespace {

/// Each diagnostic as "line:col code: message (hint)", one per line.
std::string errors_of(std::string text) {
  try {
    yaml::parse("f.yaml", std::move(text));
  } catch (const Error& error) {
    std::string out;
    for (const manage::Diagnostic& d : error.diagnostics()) {
      out += fmt::format("{}:{} {}: {}", d.where.line, d.where.column, d.code,
                         d.message);
      if (!d.hint.empty()) out += " (" + d.hint + ")";
      out += '\n';
    }
    return out;
  }
  return "none\n";
}

/// The tree with the position of each node: `1:1{a@1:1=1:4 x}`.
std::string outline(const yaml::Node& node) {
  std::string out = fmt::format("{}:{}", node.line, node.column);
  if (node.is_scalar()) {
    if (node.is_null()) return out + " null";
    return out + (node.quoted ? " \"" + node.text + "\"" : " " + node.text);
  }
  std::vector<std::string> parts;
  for (const yaml::Node& item : node.items) parts.push_back(outline(item));
  for (const yaml::Node::Entry& entry : node.entries) {
    parts.push_back(fmt::format("{}@{}:{}={}", entry.key, entry.key_line,
                                entry.key_column, outline(entry.value)));
  }
  std::string inside = fmt::format("{}", fmt::join(parts, ", "));
  return out + (node.is_map() ? "{" + inside + "}" : "[" + inside + "]");
}

std::string outline_of(std::string text) {
  return outline(yaml::parse("f.yaml", std::move(text)).root);
}

std::string repeated(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("nodes know their line and column") {
  CHECK(outline_of("a: x\nb:\n  - 1\n  - {c: 'd'}\n") ==
        "1:1{a@1:1=1:4 x, b@2:1=3:3[3:5 1, 4:5{c@4:6=4:9 \"d\"}]}");
}

TEST_CASE("columns count characters, not bytes") {
  CHECK(outline_of("{žluť: kůň, ñ: €}") ==
        "1:1{žluť@1:2=1:8 kůň, ñ@1:13=1:16 €}");
}

TEST_CASE("a byte order mark and Windows line ends are allowed") {
  CHECK(outline_of("\xEF\xBB\xBF"
                   "a: 1\r\nb: 2\r\n") == "1:1{a@1:1=1:4 1, b@2:1=2:4 2}");
}

TEST_CASE("scalars keep their characters") {
  CHECK(outline_of("[no, 0012, 1.0, 12:30, 2026-01-01, Null, -x]") ==
        "1:1[1:2 no, 1:6 0012, 1:12 1.0, 1:17 12:30, 1:24 2026-01-01, "
        "1:36 Null, 1:42 -x]");
}

TEST_CASE("quoted and block scalars are marked") {
  CHECK(outline_of("- 'null'\n- \"\"\n- |\n  x\n- >-\n  y\n") ==
        "1:1[1:3 \"null\", 2:3 \"\", 3:3 \"x\n\", 5:3 \"y\"]");
}

TEST_CASE("a null is reported at its key") {
  CHECK(outline_of("a:\nb: ~\nc: null\nd:\n  null\n") ==
        "1:1{a@1:1=1:1 null, b@2:1=2:1 null, c@3:1=3:1 null, d@4:1=4:1 null}");
  CHECK(outline_of("{a, b: , c: null}") ==
        "1:1{a@1:2=1:2 null, b@1:5=1:5 null, c@1:10=1:10 null}");
}

TEST_CASE("an empty list item is reported at its dash") {
  CHECK(outline_of("a:\n- \n- # note\n-\n- ~\n") ==
        "1:1{a@1:1=2:1[2:1 null, 3:1 null, 4:1 null, 5:3 null]}");
  CHECK(outline_of("- -\n  - x\n") == "1:1[1:3[1:3 null, 2:5 x]]");
}

TEST_CASE("an absent value does not take the word of the next key") {
  CHECK(outline_of("a:\nNULL: 1\n") == "1:1{a@1:1=1:1 null, NULL@2:1=2:7 1}");
  CHECK(outline_of("a:\n  -\nNull: 1\n") ==
        "1:1{a@1:1=2:3[2:3 null], Null@3:1=3:7 1}");
}

TEST_CASE("keys are text, whatever they look like") {
  CHECK(outline_of("null: 1\n~: 2\n1.0: 3\n\"<<\": 4\n") ==
        "1:1{null@1:1=1:7 1, ~@2:1=2:4 2, 1.0@3:1=3:6 3, <<@4:1=4:7 4}");
}

TEST_CASE("a file without a document is null") {
  CHECK(outline_of("") == "0:0 null");
  CHECK(outline_of("# only a comment\n") == "0:0 null");
  CHECK(outline_of("---\n...\n").ends_with(" null"));
}

TEST_CASE("an alias has its own position, its content the anchor's") {
  CHECK(outline_of("a: &x [1]\nb: *x\nc: &s t\nd: {*s : *s}\n") ==
        "1:1{a@1:1=1:4[1:8 1], b@2:1=2:4[1:8 1], c@3:1=3:4 t, "
        "d@4:1=4:4{t@4:5=4:10 t}}");
}

TEST_CASE("an alias may repeat part of an open list") {
  CHECK(outline_of("- &a {k: [1]}\n- - *a\n  - &b [2]\n  - *b\n") ==
        "1:1[1:3{k@1:7=1:10[1:11 1]}, 2:3[2:5{k@1:7=1:10[1:11 1]}, "
        "3:5[3:9 2], 4:5[3:9 2]]]");
}

TEST_CASE("all errors of a file are reported") {
  CHECK(errors_of("[[a]: &x [b], *x : c]") ==
        "1:2 yaml.key: a key must be text, not a list\n"
        "1:15 yaml.key: a key must be text, not a list\n");
  CHECK(errors_of("a: 1\na: 2\n<<: {b: 1}\nc: !!str d\n? [x]\n: y\n") ==
        "2:1 yaml.duplicate-key: the key a stands twice in this map (it is "
        "first given at f.yaml:1:1)\n"
        "3:1 yaml.merge-key: the merge key << is not supported (write the "
        "keys out, or quote it: \"<<\")\n"
        "4:4 yaml.tag: YAML tags are not supported (remove the tag; the key "
        "decides what a value is)\n"
        "5:3 yaml.key: a key must be text, not a list\n");
}

TEST_CASE("tags are refused wherever they stand") {
  std::string tail =
      " yaml.tag: YAML tags are not supported (remove the tag; the key decides "
      "what a value is)\n";
  CHECK(errors_of("! x") == "1:1" + tail);
  CHECK(errors_of("a: !x {}") == "1:4" + tail);
  CHECK(errors_of("a: &n ! \"b\"") == "1:4" + tail);
  CHECK(errors_of("a: !!null null") == "1:4" + tail);
  CHECK(errors_of("[!!int]") == "1:2" + tail);
}

TEST_CASE("nothing follows the document") {
  CHECK(errors_of("a: 1\n---\nb: 2\n") ==
        "2:1 yaml.second-document: a file holds one document; here a second "
        "one starts\n");
  CHECK(errors_of("- a\nb: c\n") ==
        "2:1 yaml.second-document: nothing may follow the value that is the "
        "whole file\n");
  CHECK(errors_of("--- a\n...\n") == "none\n");
}

TEST_CASE("a syntax error ends the file, after what was found before it") {
  CHECK(errors_of("a: 1\na: 2\nb: c: d\ne: !x f\n") ==
        "2:1 yaml.duplicate-key: the key a stands twice in this map (it is "
        "first given at f.yaml:1:1)\n"
        "3:5 yaml.syntax: a ':' cannot stand here (if this belongs to a text, "
        "put the text in quotes)\n");
}

TEST_CASE("syntax errors say what is wrong") {
  struct Case {
    std::string text, error;
  };
  const std::string quote =
      " (if this belongs to a text, put the text in quotes)\n";
  const std::vector<Case> cases{
      {"a: [1, 2\nb: 3\n",
       "2:2 yaml.syntax: expected ',' or ']' in the list that starts at 1:4\n"},
      {"a: {b: 1\nc: 3\n",
       "2:2 yaml.syntax: expected ',' or '}' in the map that starts at 1:4\n"},
      {"a: [b, {c: [1, 2]",
       "1:8 yaml.syntax: the map that starts here is not closed\n"},
      {"[", "1:1 yaml.syntax: the list that starts here is not closed\n"},
      {"a: [1,,2]", "1:7 yaml.syntax: a value is missing before this comma\n"},
      {"a: \"x\nb: 1\n",
       "1:4 yaml.syntax: the quoted text has no closing quote\n"},
      {"a: 'it''s", "1:10 yaml.syntax: the quoted text has no closing quote\n"},
      {"a: 'x' y\n", "1:8 yaml.syntax: expected a key of the map" + quote},
      {"a:\n\tb: 1\n",
       "2:3 yaml.syntax: a ':' cannot stand here (indent with spaces; tabs are "
       "not allowed)\n"},
      {"a: |\n\tx\n",
       "2:1 yaml.syntax: a tab cannot indent (indent with spaces; tabs are not "
       "allowed)\n"},
      {"a: @x",
       "1:4 yaml.syntax: a text cannot begin with this character (put the text "
       "in quotes)\n"},
      {"a: *b",
       "1:4 yaml.syntax: the alias names no anchor before it (put a text that "
       "begins with * in quotes)\n"},
      {"a: ]",
       "1:4 yaml.syntax: a closing bracket that was never opened" + quote},
      {"a: - b",
       "1:4 yaml.syntax: a list cannot begin here (begin it on a line of its "
       "own, or quote the text)\n"},
      {": b", "1:1 yaml.key: a key is missing before this colon\n"},
      {R"(a: "\q")",
       "1:7 yaml.syntax: a bad escape in a double-quoted text (a backslash is "
       "written \\\\; in single quotes it stands for itself)\n"},
  };
  for (const Case& c : cases) {
    INFO(c.text);
    CHECK(errors_of(c.text) == c.error);
  }
}

TEST_CASE("what is not text is refused at its first byte") {
  CHECK(errors_of("a: ž\nb: č\xFF\n") ==
        "2:5 yaml.encoding: the file is not valid UTF-8 (save it as UTF-8)\n");
  CHECK(errors_of("a: x\x04y\n") ==
        "1:5 yaml.encoding: the control character U+0004 is not allowed (in "
        "double quotes it is written \\x04)\n");
  CHECK(errors_of("a: 1\rb: 2\n") ==
        "1:5 yaml.encoding: the control character U+000D is not allowed (in "
        "double quotes it is written \\x0D)\n");
  CHECK(errors_of(std::string("a\0b", 3)).starts_with("1:2 yaml.encoding"));
}

TEST_CASE("64 levels are enough") {
  CHECK(errors_of(repeated("[", 64) + repeated("]", 64)) == "none\n");
  std::string too_deep =
      " yaml.depth: lists and maps are nested more than 64 deep\n";
  CHECK(errors_of(repeated("[", 65) + repeated("]", 65)) == "1:65" + too_deep);
  CHECK(errors_of(repeated("- ", 65) + "x") == "1:129" + too_deep);
  CHECK(errors_of(repeated("[", 900'000)) == "1:33" + too_deep);
  CHECK(errors_of(repeated("- ", 3'000'000)) == "1:129" + too_deep);
  std::string half = "a: &a " + repeated("[", 33) + repeated("]", 33) + "\n";
  CHECK(errors_of(half + "b: " + repeated("[", 30) + "*a" +
                  repeated("]", 30)) == "none\n");
  CHECK(errors_of(half + "b: " + repeated("[", 31) + "*a" +
                  repeated("]", 31)) == "2:35" + too_deep);
}

TEST_CASE("files and aliases cannot fill the memory") {
  CHECK(errors_of(std::string((16u << 20) + 1, ' ')) ==
        "0:0 yaml.too-large: the file is larger than 16 MiB\n");
  CHECK(errors_of(repeated("[", 1'000'001)) ==
        "0:0 yaml.too-large: the file has more than 1,000,000 brackets and "
        "commas\n");
  std::string laughs = "a: &a [x, x, x, x, x, x, x, x, x, x]\n";
  for (char c = 'b'; c <= 'f'; ++c) {
    std::string before = fmt::format("*{}", static_cast<char>(c - 1));
    laughs += fmt::format("{}: &{} [{}{}]\n", c, c, before,
                          repeated(", " + before, 9));
  }
  CHECK(errors_of(laughs) ==
        "4:36 yaml.alias: aliases expand to more than 10,000 values\n");
  std::string big = "- &t \"" + std::string(3u << 20, 'x') + "\"\n";
  CHECK(errors_of(big + repeated("- *t\n", 6)) ==
        "7:3 yaml.alias: aliases expand to more than 16 MiB of text\n");
  CHECK(errors_of("a: &a [*a]") ==
        "1:8 yaml.alias: an alias stands inside what it refers to\n");
}
