// models.yaml on any bytes: models come out or Error is thrown, and every field
// is written in a form that reads back as the same.
#include <cstdlib>
#include <memory>

#include "core/yaml.hpp"
#include "orm/field_yaml.hpp"
#include "orm/models_yaml.hpp"

namespace orm = manage::orm;
namespace yaml = manage::yaml;

namespace {

void check_rewriting(const orm::FieldDef& field, const orm::ModelDef& model) {
  const std::string text = yaml::write(orm::field_to_data(field));
  const yaml::Tree tree = yaml::parse("field.yaml", text);
  manage::Diagnostics diagnostics;
  const auto again =
      orm::read_field(field.name, tree.root,
                      {model.app, model.name, {}, "auth.User"}, diagnostics);
  if (!again || diagnostics.has_errors() ||
      !again->same_definition(field, true)) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  const auto file = std::make_shared<manage::SourceFile>(
      "models.yaml", std::string(reinterpret_cast<const char*>(bytes), size));
  try {
    manage::Diagnostics diagnostics;
    const orm::ModelSet models =
        orm::read_models({{"shop", "BigAutoField", file}}, {}, diagnostics);
    if (diagnostics.has_errors()) return 0;
    for (const auto& [key, model] : models.all()) {
      for (const orm::FieldDef& field : model->fields) {
        check_rewriting(field, *model);
      }
    }
  } catch (const manage::Error&) {
  }
  return 0;
}
