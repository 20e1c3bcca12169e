// ${VAR} in settings values.
#include "settings/interpolate.hpp"

#include <catch2/catch.hpp>

using namespace manage;

namespace {

std::string expanded(std::string_view text) {
  settings::Variables variables;
  variables.environment = {{"A", "one"}, {"EMPTY", ""}, {"D", "$A ${A}"}};
  variables.dotenv = {{"A", {"weaker", 1}}, {"FILE", {"from .env", 2}}};
  Diagnostics diagnostics;
  auto result = settings::interpolate(text, variables, {}, diagnostics);
  if (result) return *result;
  const Diagnostic& d = diagnostics.all().front();
  return d.code + ": " + d.message + " (" + d.hint + ")";
}

}  // namespace

TEST_CASE("variables come from the environment, then from .env") {
  CHECK(expanded("x ${A} y ${FILE}") == "x one y from .env");
  CHECK(expanded("[${EMPTY}]") == "[]");
  CHECK(expanded("${D}") == "$A ${A}");
}

TEST_CASE("a default stands for what is not set or empty") {
  CHECK(expanded("${A:-x}") == "one");
  CHECK(expanded("${EMPTY:-x}") == "x");
  CHECK(expanded("${NONE:-postgresql://r@h/db}") == "postgresql://r@h/db");
  CHECK(expanded("${NONE:-}") == "");
  CHECK(expanded("${NONE:-<${A}>}") == "<one>");
}

TEST_CASE("a dollar is a dollar where it begins no variable") {
  CHECK(expanded("$$ $$$$ $$${A} $x 5$") == "$ $$ $one $x 5$");
}

TEST_CASE("what is not set is an error") {
  CHECK(expanded("${NONE}") ==
        "settings.unset-variable: the variable NONE is not set (set NONE in "
        "the environment or in .env)");
  CHECK(expanded("${NONE:?ask Ann}") ==
        "settings.unset-variable: NONE: ask Ann (set NONE in the environment "
        "or in .env)");
  CHECK(expanded("${EMPTY:?}") ==
        "settings.unset-variable: the variable EMPTY is not set (set EMPTY in "
        "the environment or in .env)");
}

TEST_CASE("broken forms are errors") {
  CHECK(expanded("a ${A") ==
        "settings.interpolation: ${ has no closing } (a dollar is written $$)");
  CHECK(expanded("${A-x}") ==
        "settings.interpolation: ${A-x} is none of ${VAR}, ${VAR:-default} and "
        "${VAR:?message} (a dollar is written $$)");
  CHECK(expanded("${}").starts_with("settings.interpolation: ${} is none of"));
  std::string deep = "x";
  for (int i = 0; i < 11; ++i) deep = "${N:-" + deep + "}";
  CHECK(expanded(deep) ==
        "settings.interpolation: ${} is nested more than 10 deep ()");
}
