// Small edits of a ModelDef that several operations share.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::migrations_engine {

/// Whether the database has a table for it.
inline bool has_table(const orm::ModelDef& model) {
  return model.managed() && !model.proxy() && !model.swapped;
}

/// Removes the field, and its name from unique_together.
void drop_field(orm::ModelDef& model, std::string_view name);
/// Sets unique_together or index_together to those lists, or removes it when
/// there are none.
void set_together(orm::ModelDef& model, std::string option,
                  const std::vector<std::vector<std::string>>& lists);
/// Sets a text option, or removes it.
void set_option(orm::ModelDef& model, std::string option,
                const std::optional<std::string>& value);

/// One field for two definitions that follow each other: the later one, with
/// the default of the earlier one for the rows there are if it has none; then
/// the default is not preserved.
std::pair<orm::FieldDef, bool> merge_default(const orm::FieldDef& earlier,
                                             const orm::FieldDef& later,
                                             bool preserve_default);

/// A relation that names the model `from`, as `to` or `through`, names `to`.
void repoint(orm::FieldDef& field, const orm::ModelKey& from,
             const orm::ModelKey& to);
/// Whether the indexes are the same but for their names.
bool is_same_but_for_name(orm::IndexDef index, const orm::IndexDef& other);

/// Whether order_with_respect_to gives it the column _order.
bool is_ordered(const orm::ModelDef& model);
/// Whether the field is that column, which no file mentions.
bool is_order_field(const orm::ModelDef& model, const orm::FieldDef& field);
/// Adds or drops the field _order as the option says; it stands last.
void keep_order_last(orm::ModelDef& model);

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
