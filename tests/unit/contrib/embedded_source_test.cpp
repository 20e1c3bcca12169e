#include "contrib/embedded_source.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "core/yaml.hpp"
#include "source_dir.hpp"

using namespace manage;
using namespace manage::contrib;

TEST_CASE("the files in the binary are those of the folder contrib") {
  CHECK_FALSE(embedded_files().empty());
  for (const EmbeddedFile& file : embedded_files()) {
    std::ifstream stream(std::string(MANAGE_SOURCE_DIR "/contrib/") +
                         std::string(file.path));
    std::stringstream text;
    text << stream.rdbuf();
    CAPTURE(file.path);
    CHECK(text.str() == file.text);
  }
}

TEST_CASE("an embedded app is read like a folder") {
  const auto source = embedded_source("contenttypes");
  CHECK(source->list("migrations") ==
        std::vector<std::string>{"0001_initial.yaml",
                                 "0002_remove_content_type_name.yaml"});
  CHECK(source->list("fixtures").empty());
  CHECK(source->read("models.yml") == nullptr);
  CHECK(source->folder() == std::nullopt);
  const auto file = source->read("migrations/0001_initial.yaml");
  REQUIRE(file);
  CHECK(file->name() == "contrib/contenttypes/migrations/0001_initial.yaml");
}

TEST_CASE("a place in an embedded file says which line it is") {
  const auto file = embedded_source("sessions")->read("models.yaml");
  const yaml::Tree tree = yaml::parse(file);
  const yaml::Node* models = tree.root.find("models");
  REQUIRE(models);
  CHECK(models->entries.front().key_pos().text() ==
        "contrib/sessions/models.yaml:2:3");
}
