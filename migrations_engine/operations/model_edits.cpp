#include "migrations_engine/operations/model_edits.hpp"

#include <fmt/format.h>

#include "core/error.hpp"

namespace manage::migrations_engine {

void drop_field(orm::ModelDef& model, std::string_view name) {
  std::erase_if(model.fields,
                [&](const orm::FieldDef& field) { return field.name == name; });
  auto without = [&](std::vector<std::vector<std::string>> lists) {
    for (std::vector<std::string>& list : lists) {
      std::erase(list, std::string(name));
    }
    std::erase_if(lists, [](const auto& list) { return list.empty(); });
    return lists;
  };
  set_together(model, "unique_together", without(model.unique_together()));
  set_together(model, "index_together", without(model.index_together()));
}

void set_together(orm::ModelDef& model, std::string option,
                  const std::vector<std::vector<std::string>>& lists) {
  if (lists.empty()) {
    model.options.erase(option);
    return;
  }
  model.options.set(std::move(option), DataList(lists.begin(), lists.end()));
}

void set_option(orm::ModelDef& model, std::string option,
                const std::optional<std::string>& value) {
  if (value) {
    model.options.set(std::move(option), *value);
  } else {
    model.options.erase(option);
  }
}

std::pair<orm::FieldDef, bool> merge_default(const orm::FieldDef& earlier,
                                             const orm::FieldDef& later,
                                             bool preserve_default) {
  orm::FieldDef merged = later;
  const bool carries = !later.has_default() && !later.null() &&
                       earlier.has_default() && earlier.kind() == later.kind();
  if (!carries) return {merged, preserve_default};
  merged.arguments.set("default", earlier.default_value());
  return {merged, false};
}

void repoint(orm::FieldDef& field, const orm::ModelKey& from,
             const orm::ModelKey& to) {
  if (!field.is_relation()) return;
  for (const char* argument : {"to", "through"}) {
    const std::string named = field.text(argument);
    if (!named.empty() && orm::ModelKey::parse(named) == from) {
      field.arguments.set(argument, to.text());
    }
  }
}

bool is_same_but_for_name(orm::IndexDef index, const orm::IndexDef& other) {
  index.arguments.set("name", other.name());
  return index == other;
}

bool is_ordered(const orm::ModelDef& model) {
  return model.options.find("order_with_respect_to") != nullptr;
}

bool is_order_field(const orm::ModelDef& model, const orm::FieldDef& field) {
  return field.name == "_order" && is_ordered(model);
}

void keep_order_last(orm::ModelDef& model) {
  std::erase_if(model.fields, [](const orm::FieldDef& field) {
    return field.name == "_order" && field.flag("auto_created");
  });
  if (is_ordered(model)) model.fields.push_back(orm::order_field(model.pos));
}

void throw_missing(const orm::ModelDef& model, std::string_view kind,
                   std::string_view name) {
  throw Error("migrations.state",
              fmt::format("model {} has no {} {} at this point of the "
                          "migrations",
                          model.key().text(), kind, name));
}

}  // namespace manage::migrations_engine
