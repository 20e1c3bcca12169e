// Conversions: a node becomes what its place asks for, or one diagnostic.
#include "core/yaml.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

namespace yaml = manage::yaml;
using manage::Diagnostics;

namespace {

std::string told(const Diagnostics& diagnostics) {
  std::string out;
  for (const manage::Diagnostic& d : diagnostics.all()) {
    out += d.where.text() + " " + d.code + ": " + d.message;
    if (!d.hint.empty()) out += " (" + d.hint + ")";
    out += '\n';
  }
  return out;
}

std::string bool_of(std::string text) {
  Diagnostics diagnostics;
  yaml::Tree tree = yaml::parse("f", std::move(text));
  auto value = yaml::to_bool(tree.root, "unique", diagnostics);
  return value ? (*value ? "true" : "false") : told(diagnostics);
}

std::string int_of(std::string text) {
  Diagnostics diagnostics;
  yaml::Tree tree = yaml::parse("f", std::move(text));
  auto value = yaml::to_int(tree.root, "max_length", diagnostics);
  return value ? fmt::format("{}", *value) : told(diagnostics);
}

std::string text_of(std::string text) {
  Diagnostics diagnostics;
  yaml::Tree tree = yaml::parse("f", std::move(text));
  auto value = yaml::to_text(tree.root, "name", diagnostics);
  return value ? *value : told(diagnostics);
}

std::string data_of(std::string text) {
  return manage::to_json(yaml::to_data(yaml::parse("f", std::move(text)).root));
}

}  // namespace

TEST_CASE("booleans are true and false only") {
  CHECK(bool_of("true") == "true");
  CHECK(bool_of("false") == "false");
  CHECK(bool_of("yes") ==
        "f:1:1 yaml.type: unique must be true or false, not yes (write true, "
        "without quotes)\n");
  CHECK(bool_of("Off") ==
        "f:1:1 yaml.type: unique must be true or false, not Off (write false, "
        "without quotes)\n");
  CHECK(bool_of("'true'") ==
        "f:1:1 yaml.type: unique must be true or false, not the text \"true\" "
        "(write true, without quotes)\n");
  CHECK(bool_of("1") ==
        "f:1:1 yaml.type: unique must be true or false, not 1\n");
  CHECK(bool_of("[true]") ==
        "f:1:1 yaml.type: unique must be true or false, not a list\n");
  CHECK(bool_of("~") ==
        "f:1:1 yaml.type: unique must be true or false, not null\n");
}

TEST_CASE("integers are exact") {
  CHECK(int_of("0") == "0");
  CHECK(int_of("-12") == "-12");
  CHECK(int_of("+12") == "12");
  CHECK(int_of("0o644") == "420");
  CHECK(int_of("0x1F") == "31");
  CHECK(int_of("-9223372036854775808") == "-9223372036854775808");
  CHECK(int_of("9223372036854775808") ==
        "f:1:1 yaml.type: max_length is out of range: 9223372036854775808\n");
  CHECK(int_of("0012") ==
        "f:1:1 yaml.type: max_length must be an integer, not 0012 (write 12 "
        "without leading zeros; octal is 0o12)\n");
  CHECK(int_of("089") ==
        "f:1:1 yaml.type: max_length must be an integer, not 089 (write 89 "
        "without leading zeros)\n");
  CHECK(int_of("'12'") ==
        "f:1:1 yaml.type: max_length must be an integer, not the text \"12\" "
        "(leave the quotes out)\n");
  for (std::string text : {"1_000", "1.0", "1e3", "0b1", "-0x1", "0o8", "x",
                           "12:30", "+-1", "-x"}) {
    CHECK(int_of("\n" + text) ==
          "f:2:1 yaml.type: max_length must be an integer, not " + text + "\n");
  }
}

TEST_CASE("texts keep their characters") {
  CHECK(text_of("no") == "no");
  CHECK(text_of("0012") == "0012");
  CHECK(text_of("1.0") == "1.0");
  CHECK(text_of("'null'") == "null");
  CHECK(text_of("''") == "");
  CHECK(text_of("null") ==
        "f:1:1 yaml.type: name must be text, not null (an empty text is "
        "written \"\")\n");
  CHECK(text_of("{}") == "f:1:1 yaml.type: name must be text, not a map\n");
}

TEST_CASE("a list of texts reports every item that is none") {
  Diagnostics diagnostics;
  yaml::Tree good = yaml::parse("f", "[a, 1]");
  CHECK(yaml::to_texts(good.root, "apps", diagnostics) ==
        std::vector<std::string>{"a", "1"});
  yaml::Tree bad = yaml::parse("f", "[a, ~, [b]]");
  CHECK_FALSE(yaml::to_texts(bad.root, "apps", diagnostics));
  yaml::Tree scalar = yaml::parse("f", "shop");
  CHECK_FALSE(yaml::to_texts(scalar.root, "apps", diagnostics));
  CHECK(told(diagnostics) ==
        "f:1:5 yaml.type: an item of apps must be text, not null (an empty "
        "text is written \"\")\n"
        "f:1:8 yaml.type: an item of apps must be text, not a list\n"
        "f:1:1 yaml.type: apps must be a list, not shop (write [shop])\n");
}

TEST_CASE("untyped places follow the core schema") {
  CHECK(data_of("[null, Null, ~, true, False, 12, -3, 0o17, 0x1F]") ==
        "[null,null,null,true,false,12,-3,15,31]");
  CHECK(data_of("[1.50, -1e3, 123456789012345678901234567890]") ==
        "[1.50,-1e3,123456789012345678901234567890]");
  CHECK(data_of("[yes, 0012, 12:30, 2026-01-01, .inf, 1_000, '1']") ==
        R"(["yes","0012","12:30","2026-01-01",".inf","1_000","1"])");
}

TEST_CASE("a reader of maps names what is missing and what is unknown") {
  Diagnostics diagnostics;
  yaml::Tree tree = yaml::parse("f", "a: 1\nmax_lenght: 2\nzzz: 3\n");
  yaml::MapReader reader(tree.root, "field title", diagnostics);
  CHECK(reader.get("a")->text == "1");
  CHECK(reader.get("max_length") == nullptr);
  CHECK(reader.require("type") == nullptr);
  reader.finish();
  yaml::Tree list = yaml::parse("f", "[]");
  yaml::MapReader none(list.root, "field author", diagnostics);
  CHECK_FALSE(none.ok());
  CHECK(none.require("type") == nullptr);
  none.finish();
  CHECK(told(diagnostics) ==
        "f:1:1 yaml.missing-key: field title needs the key type\n"
        "f:2:1 yaml.unknown-key: field title has no key max_lenght (did you "
        "mean max_length?)\n"
        "f:3:1 yaml.unknown-key: field title has no key zzz\n"
        "f:1:1 yaml.type: field author must be a map, not a list\n");
}
