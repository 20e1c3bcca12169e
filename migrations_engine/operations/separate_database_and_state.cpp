#include "migrations_engine/operations/separate_database_and_state.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace manage::migrations_engine {

namespace {

Operations read_list(ArgumentReader& arguments, std::string_view key) {
  Operations operations;
  const yaml::Node* node = arguments.get(key);
  if (!node || node->is_null()) return operations;
  if (!node->is_sequence()) {
    arguments.diagnostics().add(
        "yaml.type", node->pos(),
        arguments.what(key) + " must be a list of operations");
    return operations;
  }
  for (const yaml::Node& item : node->items) {
    if (OperationPtr operation =
            read_operation(item, arguments.app(), arguments.diagnostics())) {
      if (operation->is_code()) {
        arguments.diagnostics().add(
            "migrations.operation", operation->pos,
            fmt::format("{} cannot stand in a SeparateDatabaseAndState",
                        operation->type()),
            "make it an operation of the migration itself");
      }
      if (operation->atomic()) {
        arguments.diagnostics().add(
            "migrations.operation", operation->pos,
            fmt::format("{} cannot say `atomic` here: a "
                        "SeparateDatabaseAndState runs as a whole",
                        operation->type()),
            "make it an operation of the migration itself");
      }
      operations.push_back(std::move(operation));
    }
  }
  return operations;
}

DataList list_of(const Operations& operations) {
  DataList list;
  for (const OperationPtr& operation : operations) {
    list.push_back(operation_to_data(*operation));
  }
  return list;
}

/// The state after the first `count` operations.
ProjectState after(const Operations& operations, std::size_t count,
                   std::string_view app, const ProjectState& before) {
  ProjectState state = before;
  for (std::size_t i = 0; i < count; ++i) {
    apply_to_state(*operations[i], app, state);
  }
  return state;
}

}  // namespace

SeparateDatabaseAndState::SeparateDatabaseAndState(Operations database,
                                                   Operations state)
    : database_(std::move(database)), state_(std::move(state)) {}

std::shared_ptr<Operation> SeparateDatabaseAndState::read(
    ArgumentReader& arguments) {
  Operations database = read_list(arguments, "database_operations");
  return std::make_shared<SeparateDatabaseAndState>(
      std::move(database), read_list(arguments, "state_operations"));
}

std::string SeparateDatabaseAndState::describe() const {
  return "Custom state/database change combination";
}

std::string SeparateDatabaseAndState::fragment() const { return {}; }

Data SeparateDatabaseAndState::to_data() const {
  DataMap data;
  if (!database_.empty()) data.set("database_operations", list_of(database_));
  if (!state_.empty()) data.set("state_operations", list_of(state_));
  return data;
}

ModelNames SeparateDatabaseAndState::own_models() const {
  ModelNames names;
  for (const OperationPtr& operation : state_) {
    names.merge(operation->own_models());
  }
  return names;
}

void SeparateDatabaseAndState::state_forwards(std::string_view app,
                                              ProjectState& state) const {
  for (const OperationPtr& operation : state_) {
    apply_to_state(*operation, app, state);
  }
}

void SeparateDatabaseAndState::database_forwards(std::string_view app,
                                                 orm::SchemaEditor& editor,
                                                 const ProjectState& from,
                                                 const ProjectState&) const {
  for (std::size_t i = 0; i < database_.size(); ++i) {
    const ProjectState before = after(database_, i, app, from);
    ProjectState then = before;
    apply_to_state(*database_[i], app, then);
    database_[i]->database_forwards(app, editor, before, then);
  }
}

void SeparateDatabaseAndState::database_backwards(
    std::string_view app, orm::SchemaEditor& editor, const ProjectState&,
    const ProjectState& to) const {
  for (std::size_t i = database_.size(); i-- > 0;) {
    const ProjectState before = after(database_, i, app, to);
    ProjectState then = before;
    apply_to_state(*database_[i], app, then);
    database_[i]->database_backwards(app, editor, then, before);
  }
}

bool SeparateDatabaseAndState::concurrent() const {
  return std::any_of(database_.begin(), database_.end(),
                     [](const OperationPtr& one) { return one->concurrent(); });
}

bool SeparateDatabaseAndState::has_transaction() const {
  return std::any_of(
      database_.begin(), database_.end(),
      [](const OperationPtr& one) { return one->has_transaction(); });
}

bool SeparateDatabaseAndState::reversible() const {
  auto can = [](const OperationPtr& one) { return one->reversible(); };
  return std::all_of(database_.begin(), database_.end(), can) &&
         std::all_of(state_.begin(), state_.end(), can);
}

}  // namespace manage::migrations_engine
