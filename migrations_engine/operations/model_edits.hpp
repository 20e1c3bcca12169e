// Small edits of a ModelDef that several operations share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::migrations_engine {

/// Whether the database has a table for it.
inline bool has_table(const orm::ModelDef& model) {
  return model.managed() && !model.proxy();
}

/// Removes the field, and its name from unique_together.
void drop_field(orm::ModelDef& model, std::string_view name);
/// Sets the option to those lists, or removes it when there are none.
void set_unique_together(orm::ModelDef& model,
                         const std::vector<std::vector<std::string>>& lists);

/// The index or constraint of that name, or nullptr.
template <class Named>
const Named* find_named(const std::vector<Named>& list, std::string_view name) {
  for (const Named& item : list) {
    if (item.name() == name) return &item;
  }
  return nullptr;
}

template <class Named>
void drop_named(std::vector<Named>& list, std::string_view name) {
  std::erase_if(list, [&](const Named& item) { return item.name() == name; });
}

/// Throws Error "migrations.state": the model has no such field, index, …
[[noreturn]] void throw_missing(const orm::ModelDef& model,
                                std::string_view kind, std::string_view name);

}  // namespace manage::migrations_engine
