#include "core/json_schema.hpp"

#include <utility>

namespace manage::json_schema {

namespace {

Data of_type(std::string_view name) { return DataMap{{"type", name}}; }

}  // namespace

Data anything() { return DataMap(); }

Data text() {
  return DataMap{{"type", DataList{"string", "number", "boolean"}}};
}

Data boolean() { return of_type("boolean"); }

Data integer() { return of_type("integer"); }

Data number() { return of_type("number"); }

Data choice(const std::vector<std::string>& values) {
  return DataMap{{"enum", values}};
}

Data list(Data items) {
  return DataMap{{"type", "array"}, {"items", std::move(items)}};
}

Data list_or_one(const Data& item) { return either({list(item), item}); }

Data map(Data values) {
  return DataMap{{"type", "object"},
                 {"additionalProperties", std::move(values)}};
}

Data either(DataList schemas) { return DataMap{{"anyOf", std::move(schemas)}}; }

Data or_null(Data schema) {
  return either({std::move(schema), of_type("null")});
}

Data reference(std::string_view name) {
  return DataMap{{"$ref", "#/definitions/" + std::string(name)}};
}

Data described(Data schema, std::string_view sentence) {
  DataMap map = *schema.map();
  map.set("description", sentence);
  return map;
}

Object& Object::key(std::string_view name, Data schema) {
  properties_.set(std::string(name), std::move(schema));
  return *this;
}

Object& Object::required(std::string_view name, Data schema) {
  required_.emplace_back(name);
  return key(name, std::move(schema));
}

Data Object::build() const {
  DataMap schema{{"type", "object"}, {"properties", properties_}};
  if (!required_.empty()) schema.set("required", required_);
  schema.set("additionalProperties", false);
  return schema;
}

Data document(std::string_view title, const Data& root, DataMap definitions) {
  DataMap schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", title}};
  for (const auto& [key, value] : *root.map()) schema.set(key, value);
  if (!definitions.empty()) schema.set("definitions", std::move(definitions));
  return schema;
}

}  // namespace manage::json_schema
