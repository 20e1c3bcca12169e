#include "migrations_engine/operation.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/operations/all.hpp"
#include "orm/column_clauses.hpp"

namespace manage::migrations_engine {

namespace {

void add_if_of(std::string_view app, const std::string& reference,
               ModelNames& names) {
  orm::ModelKey key = orm::ModelKey::parse(reference);
  if (key.app == app) names.insert(std::move(key.model));
}

}  // namespace

ModelNames Operation::own_models() const {
  const std::string name = model_lower();
  return name.empty() ? ModelNames{} : ModelNames{name};
}

std::optional<ModelNames> Operation::mentioned_models(std::string_view) const {
  return std::nullopt;
}

bool Operation::references_model(std::string_view model,
                                 std::string_view app) const {
  const std::optional<ModelNames> names = mentioned_models(app);
  return !names || names->contains(model);
}

bool Operation::references_field(std::string_view model, std::string_view,
                                 std::string_view app) const {
  return references_model(model, app);
}

Reduction Operation::reduce(const Operation& later, std::string_view) const {
  if (elidable()) return Reduction::replace({later.shared_from_this()});
  if (later.elidable()) return Reduction::replace({self()});
  return Reduction::blocked();
}

void apply_to_state(const Operation& operation, std::string_view app,
                    ProjectState& state) {
  try {
    operation.state_forwards(app, state);
  } catch (const Error& error) {
    if (error.diagnostics().front().where || !operation.pos) throw;
    throw Error(error).at(operation.pos);
  }
}

// --- ModelOperation ---------------------------------------------------------

std::string ModelOperation::name_lower() const { return text::lower(name_); }

bool ModelOperation::same_model(const ModelOperation& other) const {
  return name_lower() == other.name_lower();
}

std::optional<ModelNames> ModelOperation::mentioned_models(
    std::string_view) const {
  return own_models();
}

Reduction ModelOperation::reduce(const Operation& later,
                                 std::string_view app) const {
  Reduction plain = Operation::reduce(later, app);
  if (plain.kind != Reduction::Kind::kBlocked) return plain;
  return Reduction::pass_if(!later.references_model(name_lower(), app));
}

Reduction ModelOptionOperation::reduce(const Operation& later,
                                       std::string_view app) const {
  if (later.type() == type() || later.type() == "DeleteModel") {
    if (same_model(static_cast<const ModelOperation&>(later))) {
      return Reduction::replace({later.shared_from_this()});
    }
  }
  return ModelOperation::reduce(later, app);
}

// --- FieldOperation ---------------------------------------------------------

std::string FieldOperation::model_name_lower() const {
  return text::lower(model_name_);
}

bool FieldOperation::same_field(const FieldOperation& other) const {
  return model_name_lower() == other.model_name_lower() && name_ == other.name_;
}

std::optional<ModelNames> FieldOperation::mentioned_models(
    std::string_view app) const {
  ModelNames names = own_models();
  if (field()) add_mentioned(*field(), app, names);
  return names;
}

bool FieldOperation::references_field(std::string_view model,
                                      std::string_view field_name,
                                      std::string_view app) const {
  if (model_name_lower() == model &&
      (name_ == field_name ||
       (field() && orm::is_computed_from(*field(), field_name)))) {
    return true;
  }
  return field() &&
         field_references(*field(), {std::string(app), std::string(model)},
                          field_name);
}

Reduction FieldOperation::reduce(const Operation& later,
                                 std::string_view app) const {
  Reduction plain = Operation::reduce(later, app);
  if (plain.kind != Reduction::Kind::kBlocked) return plain;
  return Reduction::pass_if(
      !later.references_field(model_name_lower(), name_, app));
}

std::string IndexOperation::model_name_lower() const {
  return text::lower(model_name_);
}

bool field_references(const orm::FieldDef& field, const orm::ModelKey& target,
                      std::optional<std::string_view> target_field) {
  if (!field.is_relation()) return false;
  bool points = orm::ModelKey::parse(field.to()) == target;
  std::string through = field.text("through");
  bool passes = !through.empty() && orm::ModelKey::parse(through) == target;
  if (!target_field) return points || passes;
  std::string to_field = field.text("to_field");
  // Without to_field the primary key is meant, whatever its name is.
  return (points && (to_field.empty() || to_field == *target_field)) || passes;
}

void add_mentioned(const orm::FieldDef& field, std::string_view app,
                   ModelNames& names) {
  if (!field.is_relation()) return;
  for (const std::string& reference : {field.to(), field.text("through")}) {
    add_if_of(app, reference, names);
  }
}

void add_mentioned(const orm::ModelDef& model, std::string_view app,
                   ModelNames& names) {
  for (const std::string& base : model.bases) add_if_of(app, base, names);
  for (const orm::FieldDef& field : model.fields) {
    add_mentioned(field, app, names);
  }
}

bool names_field(const orm::FieldDef& field, const orm::ModelKey& target,
                 std::string_view target_field) {
  return field.is_relation() && field.text("to_field") == target_field &&
         orm::ModelKey::parse(field.to()) == target;
}

// --- reading and writing ----------------------------------------------------

OperationPtr read_operation(const yaml::Node& item, std::string_view app,
                            Diagnostics& diagnostics,
                            const FileSource* source) {
  if (!item.is_map() || item.entries.size() != 1) {
    diagnostics.add(
        "migrations.operation", item.pos(),
        fmt::format("an operation is a map of one key, its class "
                    "name, found {}",
                    item.is_map() ? text::count(item.entries.size(), "key")
                                  : std::string(item.kind_name())),
        "write it as `- CreateModel: {name: …, fields: …}`");
    return nullptr;
  }
  const yaml::Node::Entry& entry = item.entries.front();
  SourcePos pos = item.pos();
  pos.line = entry.key_line;
  pos.column = entry.key_column;
  const OperationType* type = find_operation_type(entry.key);
  if (!type) {
    diagnostics.add("migrations.operation", pos,
                    fmt::format("there is no operation {}", entry.key),
                    text::did_you_mean(entry.key, operation_type_names()));
    return nullptr;
  }
  std::size_t before = diagnostics.all().size();
  ArgumentReader arguments(entry.value, entry.key, app, diagnostics, source);
  std::shared_ptr<Operation> operation;
  if (arguments.ok()) {
    operation = type->read(arguments);
    arguments.finish();
  }
  if (diagnostics.all().size() != before) return nullptr;
  operation->pos = std::move(pos);
  return operation;
}

Data operation_to_data(const Operation& operation) {
  return DataMap{{std::string(operation.type()), operation.to_data()}};
}

}  // namespace manage::migrations_engine
