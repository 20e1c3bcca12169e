#include "contrib/checks.hpp"

#include <catch2/catch.hpp>

#include "built_in_project.hpp"

using namespace manage;
using namespace manage::contrib;

namespace {

/// One line for each finding.
std::string found(const std::vector<std::string>& builtin,
                  const std::string& shop) {
  const Project project = make_project(builtin, shop);
  CheckList list;
  add_checks(list, project.apps, project.models);
  const Diagnostics diagnostics = list.run({});
  std::string lines;
  for (const Diagnostic& one : diagnostics.all()) {
    lines +=
        fmt::format("{} {}: {}\n", one.code, one.where.text(), one.message);
  }
  return lines;
}

}  // namespace

TEST_CASE("the built-in apps pass their own checks") {
  CHECK(found({"contenttypes", "auth", "sessions"}, "") == "");
}

TEST_CASE("permissions that clash are reported") {
  const std::string shop = R"(
models:
  Book:
    meta:
      permissions: [[view_book, See it], [burn, Burn], [burn, Burn again]]
)";
  CHECK(found({"contenttypes", "auth"}, shop) ==
        "auth.E005 shop/models.yaml:3:3: model shop.Book: the permission "
        "view_book is one that every model has\n"
        "auth.E006 shop/models.yaml:3:3: model shop.Book: the permission burn "
        "stands there twice\n");
  CHECK(found({"contenttypes"}, shop) == "");
}

TEST_CASE("names that the tables cannot hold are reported") {
  const std::string text(250, 'x');
  const std::string shop = fmt::format(R"(
models:
  Book:
    meta:
      verbose_name: {}
      default_permissions: [delete]
      permissions: [[burn, "123456{}"], [{}, Read]]
)",
                                       text, text, text.substr(0, 101));
  const std::string all = found({"contenttypes", "auth"}, shop);
  CHECK(all.find("auth.E007 shop/models.yaml:3:3") != std::string::npos);
  CHECK(all.find("auth.E008 shop/models.yaml:3:3") != std::string::npos);
  CHECK(all.find("auth.E012 shop/models.yaml:3:3") != std::string::npos);
  CHECK(std::count(all.begin(), all.end(), '\n') == 3);
}

TEST_CASE("a model's name has at most a hundred characters") {
  const std::string shop = "models:\n  B" + std::string(100, 'o') + ": {}\n";
  const std::string all = found({"contenttypes", "auth"}, shop);
  CHECK(all.find("contenttypes.E005") != std::string::npos);
  CHECK(all.find("auth.E011") != std::string::npos);
}
