#include "migrations_engine/file_names.hpp"

#include <catch2/catch.hpp>

#include "project.hpp"

using namespace manage;
using namespace manage::migrations_engine;

TEST_CASE("A file whose name is no migration's is named (manage.W005)") {
  const std::vector<std::string> names = {
      "0001_initial.yaml", "0002_a.yml", "0003_b.YAML", "0004_c.Yml",
      // Leftovers of editors and merges, other kinds of files, and HEAD.
      "_0005.yml", "~0005.yml", ".0005.yml", "#0005.yml#", "0005.yaml~",
      "0005.yaml.orig", "0005.py", "HEAD", "README"};
  Files files;
  for (const std::string& name : names) {
    files["shop"]["migrations/" + name] = "operations: []\n";
  }
  Diagnostics found;
  check_file_names(make_apps(files), found);
  std::vector<std::string> lines;
  for (const Diagnostic& one : found.all()) {
    CHECK(one.level == Level::kWarning);
    lines.push_back(one.code + " " + one.where.text() + ": " + one.message +
                    " - " + one.hint);
  }
  CHECK(lines == std::vector<std::string>{
                     "manage.W005 shop/migrations/0002_a.yml: 0002_a.yml of "
                     "shop is not read: the names of migrations end in .yaml - "
                     "rename it to 0002_a.yaml",
                     "manage.W005 shop/migrations/0003_b.YAML: 0003_b.YAML of "
                     "shop is not read: the names of migrations end in .yaml - "
                     "rename it to 0003_b.yaml",
                     "manage.W005 shop/migrations/0004_c.Yml: 0004_c.Yml of "
                     "shop is not read: the names of migrations end in .yaml - "
                     "rename it to 0004_c.yaml"});
}
