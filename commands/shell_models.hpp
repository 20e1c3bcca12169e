// The shell's \d: models as tables.
#pragma once

#include "commands/shell_output.hpp"
#include "orm/registry.hpp"

namespace manage::commands {

/// Each with its table and how many fields it has.
void list_models(const orm::ModelSet& models, ShellOutput& output);
/// Its fields, inherited ones first, its indexes and its constraints.
void describe_model(const orm::Model& model, ShellOutput& output);

}  // namespace manage::commands
