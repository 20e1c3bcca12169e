#include "orm/effective_default.hpp"

#include "core/data.hpp"

namespace manage::orm {

namespace {

/// The empty value of the types that have one.
std::optional<Value> empty_value(FieldKind kind) {
  switch (kind) {
    case FieldKind::kBinary:
      return Bytes{};
    case FieldKind::kChar:
    case FieldKind::kEmail:
    case FieldKind::kFile:
    case FieldKind::kFilePath:
    case FieldKind::kImage:
    case FieldKind::kSlug:
    case FieldKind::kText:
    case FieldKind::kUrl:
      return std::string();
    default:
      return std::nullopt;
  }
}

/// Reads `given` as a default of the field.
Value value_of(FieldDef field, const Data& given,
               const DefaultOptions& options) {
  field.arguments.set("default", given);
  return default_value(field, options);
}

}  // namespace

std::optional<Value> effective_default(const FieldDef& field,
                                       const FieldDef& value_field,
                                       const DefaultOptions& options) {
  if (field.has_default()) {
    return value_of(value_field, field.default_value(), options);
  }
  if (!field.null() && field.blank()) {
    std::optional<Value> empty = empty_value(field.kind());
    if (empty) return empty;
  }
  if (field.flag("auto_now") || field.flag("auto_now_add")) {
    return value_of(field, DataMap{{"call", "now"}}, options);
  }
  return std::nullopt;
}

}  // namespace manage::orm
