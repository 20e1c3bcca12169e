// The canonical YAML: its looks as whole texts, and that it reads back.
#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <random>

#include "core/yaml.hpp"

namespace yaml = manage::yaml;
using manage::Data;
using manage::DataList;
using manage::DataMap;
using manage::Error;
using manage::Real;

namespace {

Data read(std::string text) {
  return yaml::to_data(yaml::parse("f.yaml", std::move(text)).root);
}

std::string rewritten(std::string text) {
  return yaml::write(read(std::move(text)));
}

std::string code_of(const Data& data) {
  try {
    yaml::write(data);
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "none";
}

Data nested(int levels) {
  Data data = 1;
  for (int i = 0; i < levels; ++i) data = DataList{std::move(data)};
  return data;
}

}  // namespace

TEST_CASE("a migration looks like the one in the documentation") {
  DataMap fields{{"id", DataMap{{"type", "BigAutoField"},
                                {"primary_key", true},
                                {"auto_created", true},
                                {"serialize", false},
                                {"verbose_name", "ID"}}},
                 {"name", DataMap{{"type", "CharField"}, {"max_length", 100}}}};
  DataMap author{
      {"type", "ForeignKey"}, {"to", "shop.author"}, {"on_delete", "CASCADE"}};
  // To clang, DataList{DataList{…}} is a copy.
  Data dependency = DataList{"auth", "0012_alter_user_first_name_max_length"};
  Data migration = DataMap{
      {"initial", true},
      {"dependencies", DataList{dependency}},
      {"operations",
       DataList{
           DataMap{{"CreateModel",
                    DataMap{{"name", "Author"},
                            {"fields", fields},
                            {"options",
                             DataMap{{"ordering", DataList{"-name", "id"}}}},
                            {"bases", DataList{"shop.person"}}}}},
           DataMap{{"AddField", DataMap{{"model_name", "book"},
                                        {"name", "author"},
                                        {"field", author},
                                        {"preserve_default", false}}}},
           DataMap{
               {"RunLua", DataMap{{"code", "backfill.lua"}, {"atomic", true}}}},
           DataMap{{"RunSQL", DataMap{{"sql", "SELECT 1;\nSELECT 2;\n"},
                                      {"reverse_sql", "noop"}}}},
           DataMap{{"DeleteModel", DataMap{{"name", "Old"}}}}}}};
  const std::string text =
      "initial: true\n"
      "dependencies:\n"
      "  - [auth, 0012_alter_user_first_name_max_length]\n"
      "operations:\n"
      "  - CreateModel:\n"
      "      name: Author\n"
      "      fields:\n"
      "        id: {type: BigAutoField, primary_key: true, auto_created: true,"
      " serialize: false, verbose_name: ID}\n"
      "        name: {type: CharField, max_length: 100}\n"
      "      options: {ordering: [-name, id]}\n"
      "      bases: [shop.person]\n"
      "  - AddField:\n"
      "      model_name: book\n"
      "      name: author\n"
      "      field: {type: ForeignKey, to: shop.author, on_delete: CASCADE}\n"
      "      preserve_default: false\n"
      "  - RunLua: {code: backfill.lua, atomic: true}\n"
      "  - RunSQL:\n"
      "      sql: |\n"
      "        SELECT 1;\n"
      "        SELECT 2;\n"
      "      reverse_sql: noop\n"
      "  - DeleteModel: {name: Old}\n";
  CHECK(yaml::write(migration) == text);
  CHECK(read(text) == migration);
}

TEST_CASE("a line holds at most 100 characters of flow style") {
  std::string wide_letters;
  for (int i = 0; i < 45; ++i) wide_letters += "ž";
  auto written = [&](std::size_t size) {
    return yaml::write(
        DataMap{{"key", DataList{wide_letters, std::string(size, 'b')}}});
  };
  CHECK(written(46) ==
        "key: [" + wide_letters + ", " + std::string(46, 'b') + "]\n");
  CHECK(written(47) ==
        "key:\n  - " + wide_letters + "\n  - " + std::string(47, 'b') + "\n");
}

TEST_CASE("rows of a table may be longer than other lines") {
  auto row = [](std::size_t size) {
    return DataMap{{"a", std::string(size, 'x')}};
  };
  CHECK(yaml::write(DataMap{{"fields", DataMap{{"name", row(104)}}}}) ==
        "fields:\n  name: {a: " + std::string(104, 'x') + "}\n");
  CHECK(yaml::write(DataMap{{"fields", DataMap{{"name", row(108)}}}}) ==
        "fields:\n  name:\n    a: " + std::string(108, 'x') + "\n");
  CHECK(yaml::write(
            DataMap{{"operations", DataList{DataMap{{"RunSQL", row(83)}}}}}) ==
        "operations:\n  - RunSQL: {a: " + std::string(83, 'x') + "}\n");
  CHECK(yaml::write(
            DataMap{{"operations", DataList{DataMap{{"RunSQL", row(84)}}}}}) ==
        "operations:\n  - RunSQL:\n      a: " + std::string(84, 'x') + "\n");
}

TEST_CASE("small documents") {
  CHECK(yaml::write(DataMap{}) == "{}\n");
  CHECK(yaml::write(DataList{}) == "[]\n");
  CHECK(yaml::write(nullptr) == "null\n");
  CHECK(yaml::write("two\nlines") == "\"two\\nlines\"\n");
  CHECK(rewritten("{a: {}, b: [], c: }") == "a: {}\nb: []\nc: null\n");
  CHECK(rewritten("[1, [2, [3]], {a: b}]") == "- 1\n- [2, [3]]\n- {a: b}\n");
  CHECK(yaml::write_flow(
            DataMap{{"a", DataList{1, "x y", Real{"1.50"}}}, {"b", false}}) ==
        "{a: [1, x y, 1.50], b: false}");
}

TEST_CASE("models keep one field a line") {
  const std::string text =
      "models:\n"
      "  Tag:\n"
      "    fields:\n"
      "      name: {type: SlugField, unique: true}\n"
      "    meta:\n"
      "      ordering: [-name]\n"
      "      indexes:\n"
      "        - {fields: [name], name: tag_name_idx, condition: {name__gt: a, "
      "rank__lt: 10}}\n"
      "        - {expressions: [{Lower: name}], name: tag_lower_idx}\n";
  CHECK(rewritten(text) == text);
}

TEST_CASE("texts that YAML 1.1 or 1.2 reads otherwise are quoted") {
  for (std::string text : {"no",
                           "on",
                           "y",
                           "N",
                           "Yes",
                           "OFF",
                           "true",
                           "null",
                           "~",
                           "",
                           "Null",
                           "=",
                           "<<",
                           "0012",
                           "12",
                           "-3",
                           "+4",
                           "1e3",
                           "1_000",
                           "0x1F",
                           "0o17",
                           "0b11",
                           "12:30",
                           "1.5",
                           ".5",
                           "1.",
                           ".inf",
                           "-.INF",
                           ".NaN",
                           "1:20:30.5",
                           "2026-01-01",
                           "2026-1-1T10:00:00Z",
                           "2026-01-01 10:00",
                           " x",
                           "x ",
                           "a: b",
                           "a #b",
                           "a:",
                           "#x",
                           "- a",
                           "-",
                           "? a",
                           "?",
                           ": a",
                           ":a",
                           ",a",
                           "[a",
                           "a]",
                           "{a",
                           "a}",
                           "&a",
                           "*a",
                           "!a",
                           "|",
                           ">",
                           "'a",
                           "@a",
                           "`a",
                           "%a",
                           "---",
                           "...",
                           "a?b",
                           "a,b"}) {
    INFO(text);
    CHECK(yaml::write_flow(text) == "\"" + text + "\"");
    CHECK(read(yaml::write(DataMap{{text, text}})) ==
          Data(DataMap{{text, text}}));
  }
}

TEST_CASE("other texts stand as they are") {
  for (std::string text : {"Author",
                           "-published",
                           "0012_alter_user",
                           "shop.author",
                           "a b",
                           "a'b",
                           "say \"x\"",
                           "a#b",
                           "a:b",
                           "http://x/y#z",
                           "žluťoučký kůň",
                           "nope",
                           "(a)",
                           "a*b",
                           "x=1",
                           "=x",
                           "12 monkeys",
                           "1.2.3a",
                           "🙂",
                           "$1",
                           "/a\\d"}) {
    INFO(text);
    CHECK(yaml::write_flow(text) == text);
    CHECK(read(yaml::write(DataMap{{text, text}})) ==
          Data(DataMap{{text, text}}));
  }
}

TEST_CASE("what cannot be seen is escaped") {
  CHECK(yaml::write_flow("a\tb\\c\"") == R"("a\tb\\c\"")");
  CHECK(yaml::write_flow(std::string("\0\x1B\x7F", 3)) == R"("\x00\x1B\x7F")");
  CHECK(yaml::write_flow("a\xC2\x85\xE2\x80\xA8\xEF\xBB\xBF") ==
        R"("a\x85\u2028\uFEFF")");
  CHECK(yaml::write_flow("one\r\n") == "\"one\\x0D\\n\"");
}

TEST_CASE("multi-line texts are literal blocks where that is exact") {
  auto written = [](std::string text) {
    return yaml::write(DataMap{{"a", std::move(text)}});
  };
  CHECK(written("x\n  y\n\n\tz\n") == "a: |\n  x\n    y\n\n  \tz\n");
  CHECK(written("x\n# y") == "a: |-\n  x\n  # y\n");
  CHECK(yaml::write(DataList{"x\ny\n", DataList{"p\nq"}}) ==
        "- |\n  x\n  y\n- - |-\n    p\n    q\n");
  for (std::string inexact :
       {" x\ny", "x\n\n", "\nx", "x\n \ny", "\n", "\tx\n"}) {
    INFO(inexact);
    CHECK(written(inexact) == "a: " + yaml::write_flow(inexact) + "\n");
  }
}

TEST_CASE("what the reader would refuse is not written") {
  CHECK(code_of("\xFF") ==
        "yaml.encoding: a text to be written is not valid UTF-8");
  CHECK(code_of(DataMap{{std::string(257, 'k'), 1}}) ==
        "yaml.key: a key is longer than 256 characters");
  CHECK(code_of(nested(65)) ==
        "yaml.depth: a value to be written has more than 64 levels");
  CHECK(read(yaml::write(nested(64))) == nested(64));
  CHECK(yaml::write_flow(Real{"x: y"}) == "\"x: y\"");
}

namespace {

/// Random trees made of what is hard to write.
class RandomData {
 public:
  explicit RandomData(unsigned seed) : random_(seed) {}

  Data value(int depth) {
    switch (below(depth > 0 ? 9 : 7)) {
      case 0:
        return nullptr;
      case 1:
        return below(2) == 0;
      case 2:
        return static_cast<std::int64_t>(random_());
      case 3:
        return Real{fmt::format("-{}.{}", below(100), below(100))};
      case 7:
        return list(depth - 1);
      case 8:
        return map(depth - 1);
      default:
        return text();
    }
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::string text() {
    static const std::vector<std::string> kPieces{
        "a",        "Author",   " ",
        "\n",       "\t",       ":",
        "#",        "-",        "?",
        ",",        "[",        "]",
        "{",        "}",        "'",
        "\"",       "\\",       "0",
        "1",        ".",        "e",
        "_",        "ž",        "🙂",
        "no",       "null",     "~",
        "&",        "*",        "!",
        "|",        "\r",       "\x1",
        "=",        "<",        "%",
        "\xC2\x85", "\xC2\xA0", "long words to fill a line"};
    std::string text;
    for (std::size_t left = below(7); left > 0; --left) {
      text += kPieces[below(kPieces.size())];
    }
    return text;
  }

  Data list(int depth) {
    DataList list;
    for (std::size_t left = below(5); left > 0; --left) {
      list.push_back(value(depth));
    }
    return list;
  }

  Data map(int depth) {
    DataMap map;
    for (std::size_t left = below(5); left > 0; --left) {
      map.set(text(), value(depth));
    }
    return map;
  }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("whatever is written reads back, and is written the same again") {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    Data data = RandomData(seed).value(6);
    std::string text = yaml::write(data);
    INFO("seed " << seed << "\n" << text);
    Data again = read(text);
    REQUIRE(again == data);
    REQUIRE(yaml::write(again) == text);
    REQUIRE(read(yaml::write_flow(data)) == data);
  }
}
