#include "migrations_engine/operations/all.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/add_constraint.hpp"
#include "migrations_engine/operations/add_constraint_concurrently.hpp"
#include "migrations_engine/operations/add_constraint_not_valid.hpp"
#include "migrations_engine/operations/add_field.hpp"
#include "migrations_engine/operations/add_index.hpp"
#include "migrations_engine/operations/add_index_concurrently.hpp"
#include "migrations_engine/operations/alter_constraint.hpp"
#include "migrations_engine/operations/alter_field.hpp"
#include "migrations_engine/operations/alter_index_together.hpp"
#include "migrations_engine/operations/alter_model_options.hpp"
#include "migrations_engine/operations/alter_model_table.hpp"
#include "migrations_engine/operations/alter_model_table_comment.hpp"
#include "migrations_engine/operations/alter_order_with_respect_to.hpp"
#include "migrations_engine/operations/alter_unique_together.hpp"
#include "migrations_engine/operations/backfill.hpp"
#include "migrations_engine/operations/create_collation.hpp"
#include "migrations_engine/operations/create_extension.hpp"
#include "migrations_engine/operations/create_model.hpp"
#include "migrations_engine/operations/delete_model.hpp"
#include "migrations_engine/operations/remove_collation.hpp"
#include "migrations_engine/operations/remove_constraint.hpp"
#include "migrations_engine/operations/remove_field.hpp"
#include "migrations_engine/operations/remove_index.hpp"
#include "migrations_engine/operations/remove_index_concurrently.hpp"
#include "migrations_engine/operations/rename_field.hpp"
#include "migrations_engine/operations/rename_index.hpp"
#include "migrations_engine/operations/rename_model.hpp"
#include "migrations_engine/operations/run_lua.hpp"
#include "migrations_engine/operations/run_sql.hpp"
#include "migrations_engine/operations/separate_database_and_state.hpp"
#include "migrations_engine/operations/validate_constraint.hpp"
#include "migrations_engine/operations/validate_foreign_key.hpp"
#include "orm/field_yaml.hpp"
#include "orm/meta_yaml.hpp"
#include "orm/schema_sql.hpp"

namespace manage::migrations_engine {

namespace {

constexpr OperationType kOperations[] = {
    {"CreateModel", CreateModel::read},
    {"DeleteModel", DeleteModel::read},
    {"RenameModel", RenameModel::read},
    {"AlterModelTable", AlterModelTable::read},
    {"AlterModelTableComment", AlterModelTableComment::read},
    {"AlterUniqueTogether", AlterUniqueTogether::read},
    {"AlterIndexTogether", AlterIndexTogether::read},
    {"AlterOrderWithRespectTo", AlterOrderWithRespectTo::read},
    {"AlterModelOptions", AlterModelOptions::read},
    {"AddField", AddField::read},
    {"RemoveField", RemoveField::read},
    {"AlterField", AlterField::read},
    {"RenameField", RenameField::read},
    {"AddIndex", AddIndex::read},
    {"RemoveIndex", RemoveIndex::read},
    {"RenameIndex", RenameIndex::read},
    {"AddConstraint", AddConstraint::read},
    {"RemoveConstraint", RemoveConstraint::read},
    {"AlterConstraint", AlterConstraint::read},
    {"SeparateDatabaseAndState", SeparateDatabaseAndState::read},
    {"RunSQL", RunSQL::read},
    {"RunLua", RunLua::read},
    {"Backfill", Backfill::read},
    {"AddConstraintConcurrently", AddConstraintConcurrently::read},
    {"AddIndexConcurrently", AddIndexConcurrently::read},
    {"RemoveIndexConcurrently", RemoveIndexConcurrently::read},
    {"AddConstraintNotValid", AddConstraintNotValid::read},
    {"ValidateConstraint", ValidateConstraint::read},
    {"ValidateForeignKey", ValidateForeignKey::read},
    {"CreateExtension", CreateExtension::read},
    {"CreateCollation", CreateCollation::read},
    {"RemoveCollation", RemoveCollation::read},
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
                               Diagnostics& diagnostics,
                               const FileSource* source)
    : operation_(operation),
      app_(app),
      diagnostics_(diagnostics),
      source_(source),
      map_(node, operation_, diagnostics) {}

std::string ArgumentReader::what(std::string_view key) const {
  return fmt::format("{} of {}", key, operation_);
}

std::string ArgumentReader::text(std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node) return {};
  std::string read = yaml::to_text(*node, what(key), diagnostics_).value_or("");
  if (node->is_scalar() && !node->is_null() && node->text.empty()) {
    diagnostics_.add("migrations.operation", node->pos(),
                     fmt::format("{} must not be empty", what(key)));
  }
  return read;
}

std::optional<std::string> ArgumentReader::text_or_null(std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node || node->is_null()) return std::nullopt;
  return yaml::to_text(*node, what(key), diagnostics_);
}

bool ArgumentReader::flag(std::string_view key, bool otherwise) {
  const yaml::Node* node = map_.get(key);
  if (!node) return otherwise;
  return yaml::to_bool(*node, what(key), diagnostics_).value_or(otherwise);
}

orm::FieldDef ArgumentReader::field(std::string_view key,
                                    const std::string& name) {
  const yaml::Node* node = map_.require(key);
  // Without its name, which is reported, nothing can be said about it.
  return node && !name.empty() ? field(*node, name) : orm::FieldDef{};
}

orm::FieldDef ArgumentReader::field(const yaml::Node& node,
                                    const std::string& name) {
  orm::FieldContext context;
  context.app = app_;
  return orm::read_field(name, node, context, diagnostics_)
      .value_or(orm::FieldDef{});
}

bool ArgumentReader::not_valid(const orm::FieldDef& field) {
  const bool wanted = flag("not_valid", false);
  if (wanted && field.type && !orm::has_foreign_key(field)) {
    diagnostics_.add(
        "migrations.operation", get("not_valid")->pos(),
        fmt::format(
            "{} is about a foreign key, and {} has none in the database",
            what("not_valid"), field.name),
        "take it out: only a ForeignKey or OneToOneField has one, unless it "
        "says `db_constraint: false`");
  }
  return wanted;
}

orm::IndexDef ArgumentReader::index(std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node) return {};
  const auto read = orm::read_index(*node, diagnostics_);
  if (read && read->name().empty()) {
    diagnostics_.add("migrations.operation", node->pos(),
                     fmt::format("the index of {} needs a name", operation_),
                     "only in models.yaml an index gets one by itself");
  }
  return read.value_or(orm::IndexDef{});
}

orm::ConstraintDef ArgumentReader::constraint(std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node) return {};
  auto read = orm::read_constraint(*node, diagnostics_);
  if (read && read->arguments.find("name") && read->name().empty()) {
    diagnostics_.add(
        "migrations.operation", node->pos(),
        fmt::format("the constraint of {} needs a name", operation_));
  }
  return read.value_or(orm::ConstraintDef{});
}

orm::CollationDef ArgumentReader::collation() {
  orm::CollationDef read;
  read.name = text("name");
  read.locale = text("locale");
  if (const yaml::Node* node = map_.get("provider")) {
    read.provider = yaml::to_text(*node, what("provider"), diagnostics_)
                        .value_or(read.provider);
    if (read.provider != "libc" && read.provider != "icu") {
      diagnostics_.add("migrations.operation", node->pos(),
                       what("provider") + " must be libc or icu");
    }
  }
  read.deterministic = flag("deterministic", true);
  return read;
}

Data collation_to_data(const orm::CollationDef& collation) {
  DataMap data{{"name", collation.name}, {"locale", collation.locale}};
  if (collation.provider != "libc") data.set("provider", collation.provider);
  if (!collation.deterministic) data.set("deterministic", false);
  return data;
}

void ArgumentReader::options(std::string_view key, orm::ModelDef& model) {
  if (const yaml::Node* node = map_.get(key)) {
    orm::read_meta(*node, model, diagnostics_, orm::MetaSource::kHistory);
  }
}

std::vector<std::vector<std::string>> ArgumentReader::field_lists(
    std::string_view key) {
  const yaml::Node* node = map_.require(key);
  if (!node || node->is_null()) return {};
  std::optional<Data> value =
      orm::read_option(*orm::find_option(key), *node, diagnostics_);
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
