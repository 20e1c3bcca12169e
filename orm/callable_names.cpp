#include "orm/callable_names.hpp"

#include "core/text.hpp"

namespace manage::orm {

namespace {

void add(const Data* data, const SourcePos& pos, std::vector<Callable>& found) {
  const DataMap* map = data ? data->map() : nullptr;
  const Data* name = map && map->size() == 1 ? map->find("lua") : nullptr;
  if (name && name->text()) found.push_back({*name->text(), pos});
}

}  // namespace

bool is_callable_name(std::string_view name) {
  const std::vector<std::string> parts = text::split(name, '.');
  for (const std::string& part : parts) {
    if (!text::is_identifier(part)) return false;
  }
  return parts.size() >= 3;
}

bool is_callable(const yaml::Node& node) {
  return node.is_map() && node.entries.size() == 1 &&
         node.entries.front().key == "lua" &&
         node.entries.front().value.is_scalar() &&
         is_callable_name(node.entries.front().value.text);
}

std::vector<Callable> named_callables(const ModelSet& models) {
  std::vector<Callable> found;
  for (const auto& [key, model] : models.all()) {
    if (!model->clean.empty()) found.push_back({model->clean, model->pos});
    for (const FieldDef& field : model->fields) {
      add(field.arguments.find("default"), field.pos, found);
      const Data* deleted = field.arguments.find("on_delete");
      if (deleted && deleted->map()) {
        add(deleted->map()->find("SET"), field.pos, found);
      }
      const Data* validators = field.arguments.find("validators");
      if (!validators || !validators->list()) continue;
      for (const Data& one : *validators->list()) add(&one, field.pos, found);
    }
  }
  return found;
}

}  // namespace manage::orm
