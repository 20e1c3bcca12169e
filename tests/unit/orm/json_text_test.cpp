#include "orm/json_text.hpp"

#include <catch2/catch.hpp>

using namespace manage::orm;

TEST_CASE("JSON is stored as Python writes it") {
  struct Row {
    std::string json, stored;
  };
  for (const auto& [json, stored] : std::vector<Row>{
           {R"({"a":1,"b":[1,2 , 3],"c":{ }})",
            R"({"a": 1, "b": [1, 2, 3], "c": {}})"},
           {"\n[ true ,false,\tnull ]\r\n", "[true, false, null]"},
           {R"("ü☃😀")", R"("\u00fc\u2603\ud83d\ude00")"},
           {R"("\u00FC\ud83D\uDE00\u0041\/\b\u001f")",
            R"("\u00fc\ud83d\ude00A/\b\u001f")"},
           {R"("a\"b\\c\u000a\u0022")", R"("a\"b\\c\n\"")"},
           {"\"\x7f, : {\"", "\"\x7f, : {\""},
           {"\"\\ud800\"", "\"\\ud800\""},
       }) {
    CHECK(stored_json(json) == stored);
    CHECK(stored_json(stored) == stored);
  }
}

TEST_CASE("numbers have Python's form, unless that would lose digits") {
  struct Row {
    std::string json, stored;
  };
  for (const auto& [json, stored] : std::vector<Row>{
           {"1", "1"},
           {"-0", "0"},
           {"123456789012345678901234567890", "123456789012345678901234567890"},
           {"1.50", "1.5"},
           {"-0.0", "-0.0"},
           {"1e2", "100.0"},
           {"1E+300", "1e+300"},
           {"2.5e-8", "2.5e-08"},
           {"1e16", "1e+16"},
           {"1e15", "1000000000000000.0"},
           {"0.0001", "0.0001"},
           {"0.00001", "1e-05"},
           {"0.12345678901234567890", "0.12345678901234567890"},
           {"[1.0,2]", "[1.0, 2]"},
       }) {
    CHECK(stored_json(json) == stored);
  }
}
