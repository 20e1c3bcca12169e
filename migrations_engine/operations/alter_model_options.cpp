#include "migrations_engine/operations/alter_model_options.hpp"

#include <fmt/format.h>

#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

AlterModelOptions::AlterModelOptions(std::string name, DataMap options)
    : ModelOptionOperation(std::move(name)), options_(std::move(options)) {}

std::shared_ptr<Operation> AlterModelOptions::read(ArgumentReader& arguments) {
  orm::ModelDef holder;
  holder.app = arguments.app();
  holder.name = arguments.text("name");
  arguments.options("options", holder);
  return std::make_shared<AlterModelOptions>(holder.name, holder.options);
}

const std::vector<std::string>& AlterModelOptions::keys() {
  static const std::vector<std::string> kKeys{"base_manager_name",
                                              "default_manager_name",
                                              "default_related_name",
                                              "get_latest_by",
                                              "managed",
                                              "ordering",
                                              "permissions",
                                              "default_permissions",
                                              "select_on_save",
                                              "verbose_name",
                                              "verbose_name_plural"};
  return kKeys;
}

std::string AlterModelOptions::describe() const {
  return "Change Meta options on " + name();
}

std::string AlterModelOptions::fragment() const {
  return fmt::format("alter_{}_options", name_lower());
}

Data AlterModelOptions::to_data() const {
  return DataMap{{"name", name()}, {"options", options_}};
}

void AlterModelOptions::apply(orm::ModelDef& model) const {
  for (const std::string& key : keys()) {
    const Data* value = options_.find(key);
    if (value) {
      model.options.set(key, *value);
    } else {
      model.options.erase(key);
    }
  }
}

void AlterModelOptions::state_forwards(std::string_view app,
                                       ProjectState& state) const {
  state.change({std::string(app), name_lower()},
               [&](orm::ModelDef& model) { apply(model); });
}

void AlterModelOptions::database_forwards(std::string_view, orm::SchemaEditor&,
                                          const ProjectState&,
                                          const ProjectState&) const {}

void AlterModelOptions::database_backwards(std::string_view, orm::SchemaEditor&,
                                           const ProjectState&,
                                           const ProjectState&) const {}

}  // namespace manage::migrations_engine
