#include "migrations_engine/operations/all.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/alter_model_options.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_field.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "migrations_engine/operations/run_sql.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"

namespace manage::migrations_engine {

namespace {

constexpr OperationType kOperations[] = {
    {"CreateModel", CreateModel::read},
    {"DeleteModel", DeleteModel::read},
    {"AddField", AddField::read},
    {"RemoveField", RemoveField::read},
    {"AlterField", AlterField::read},
    {"AddIndex", AddIndex::read},
    {"RemoveIndex", RemoveIndex::read},
    {"AddConstraint", AddConstraint::read},
    {"RemoveConstraint", RemoveConstraint::read},
    {"AlterUniqueTogether", AlterUniqueTogether::read},
    {"AlterModelOptions", AlterModelOptions::read},
    {"RunSQL", RunSQL::read},
};

}  // namespace

const OperationType* find_operation_type(std::string_view name) {
  for (const OperationType& type : kOperations) {
    if (type.name == name) return &type;
  }
  return nullptr;
}

std::vector<std::string> operation_type_names() {
  std::vector<std::string> names;
  for (const OperationType& type : kOperations) names.emplace_back(type.name);
  return names;
}

ArgumentReader::ArgumentReader(const yaml::Node& node,
                               std::string_view operation, std::string_view app,
                               Diagnostics& diagnostics)
    : operation_(operation),
      app_(app),
      diagnostics_(diagnostics),
      map_(node, operation_, diagnostics) {}

std::string ArgumentReader::what(std::string_view key) const {
  return fmt::format("{} of {}", key, operation_);
}

std::string ArgumentReader::text(std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node) return {};
  return yaml::to_text(*node, what(key), diagnostics_).value_or("");
}

bool ArgumentReader::flag(std::string_view key, bool otherwise) {
  const yaml::Node* node = map_.get(key);
  if (!node) return otherwise;
  return yaml::to_bool(*node, what(key), diagnostics_).value_or(otherwise);
}

orm::FieldDef ArgumentReader::field(std::string_view key,
                                    const std::string& name) {
  const yaml::Node* node = map_.require(key);
  return node ? field(*node, name) : orm::FieldDef{};
}

orm::FieldDef ArgumentReader::field(const yaml::Node& node,
                                    const std::string& name) {
  orm::FieldContext context;
  context.app = app_;
  return orm::read_field(name, node, context, diagnostics_)
      .value_or(orm::FieldDef{});
}

orm::IndexDef ArgumentReader::index(const yaml::Node& node) {
  return orm::read_index(node, diagnostics_).value_or(orm::IndexDef{});
}

orm::ConstraintDef ArgumentReader::constraint(const yaml::Node& node) {
  return orm::read_constraint(node, diagnostics_)
      .value_or(orm::ConstraintDef{});
}

void ArgumentReader::options(std::string_view key, orm::ModelDef& model) {
  if (const yaml::Node* node = map_.get(key)) {
    orm::read_meta(*node, model, diagnostics_);
  }
}

std::vector<std::vector<std::string>> ArgumentReader::field_lists(
    std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node || node->is_null()) return {};
  std::optional<Data> value = orm::read_option(
      *orm::find_option("unique_together"), *node, diagnostics_);
  std::vector<std::vector<std::string>> lists;
  if (!value || !value->list()) return lists;
  for (const Data& list : *value->list()) lists.push_back(list.texts());
  return lists;
}

std::vector<std::string> ArgumentReader::texts(std::string_view key) {
  const yaml::Node* node = map_.get(key);
  if (!node) return {};
  return yaml::to_texts(*node, what(key), diagnostics_)
      .value_or(std::vector<std::string>{});
}

}  // namespace manage::migrations_engine
