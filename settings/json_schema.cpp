#include "settings/json_schema.hpp"

#include <map>
#include <memory>

#include "core/json_schema.hpp"
#include "core/text.hpp"
#include "settings/schema.hpp"

namespace manage::settings {

namespace {

namespace js = json_schema;

/// Where a variable stands for the value: `debug: ${DEBUG}`.
Data or_variable(Data schema) {
  return js::either(
      {std::move(schema), DataMap{{"type", "string"}, {"pattern", "\\$"}}});
}

Data item_schema(const Key& key) {
  if (key.item_keys.empty()) return js::text();
  js::Object item;
  for (std::string_view name : key.item_keys) item.key(name, js::anything());
  return js::either({js::text(), item.build()});
}

Data value_schema(const Key& key) {
  if (!key.choices.empty()) {
    return or_variable(js::choice({key.choices.begin(), key.choices.end()}));
  }
  switch (key.type) {
    case Type::kBool:
      return or_variable(js::boolean());
    case Type::kInteger:
      return or_variable(js::integer());
    case Type::kNumber:
      return or_variable(js::number());
    case Type::kText:
      return js::text();
    case Type::kTexts:
      return js::list(js::text());
    case Type::kList:
      return js::list(item_schema(key));
    case Type::kMap:
      break;
  }
  return js::map(js::anything());
}

Data key_schema(const Key& key) {
  bool nullable = key.nullable || key.default_value.is_null();
  Data schema = value_schema(key);
  if (nullable) schema = js::or_null(std::move(schema));
  DataMap described = *js::described(std::move(schema), key.doc).map();
  if (!nullable && !key.secret) described.set("default", key.default_value);
  return described;
}

/// The sections of the dotted paths, as a tree.
struct Branch {
  const Key* key = nullptr;
  std::map<std::string, Branch> below;  ///< "*": any name
};

Data branch_schema(const Branch& branch) {
  auto any = branch.below.find("*");
  if (any != branch.below.end()) return js::map(branch_schema(any->second));
  js::Object object;
  for (const auto& [name, below] : branch.below) {
    if (!below.key) {
      object.key(name, branch_schema(below));
      continue;
    }
    object.key(name, key_schema(*below.key));
    bool is_list =
        below.key->type == Type::kTexts || below.key->type == Type::kList;
    if (!is_list) continue;
    Data changed = value_schema(*below.key);
    object.key(name + "+", js::described(changed, "Appends to the list"));
    object.key(name + "-", js::described(changed, "Removes from the list"));
  }
  return object.build();
}

}  // namespace

Data settings_json_schema() {
  Branch root;
  for (const Key& key : schema()) {
    Branch* branch = &root;
    for (const std::string& part : text::split(key.path, '.')) {
      branch = &branch->below[part];
    }
    branch->key = &key;
  }
  DataMap object = *branch_schema(root).map();
  object.set("patternProperties", DataMap{{"^x-", js::anything()}});
  return js::document("Settings of a manage project", std::move(object), {});
}

}  // namespace manage::settings
