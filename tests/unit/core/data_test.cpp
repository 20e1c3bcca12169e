#include "core/data.hpp"

#include <catch2/catch.hpp>

using namespace manage;

TEST_CASE("a number is written as JSON has it, digit for digit") {
  struct Row {
    std::string text, json;
  };
  for (const auto& [text, json] : std::vector<Row>{
           {"1.5", "1.5"},
           {"+1.5", "1.5"},
           {"-.5", "-0.5"},
           {".5e3", "0.5e3"},
           {"5.", "5.0"},
           {"5.E+3", "5.0E+3"},
           {"007.50", "7.50"},
           {"0.10", "0.10"},
           {"1e400", "1e400"},
           {"123456789012345678901234567890", "123456789012345678901234567890"},
           {"-0.0", "-0.0"},
           {".inf", "\".inf\""},
           {"-.INF", "\"-.INF\""},
           {".nan", "\".nan\""},
       }) {
    CHECK(to_json(Real{text}) == json);
  }
}

TEST_CASE("JSON quotes what must be quoted, and keeps the rest") {
  CHECK(to_json(Data("a\"b\\c\n\x01ü")) == "\"a\\\"b\\\\c\\n\\u0001ü\"");
  CHECK(to_json(DataMap{{"b", DataList{1, true, Data()}}, {"a", DataMap()}}) ==
        R"({"b":[1,true,null],"a":{}})");
  CHECK(to_json(DataList{1}, 2) == "[\n  1\n]");
}
