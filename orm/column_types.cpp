#include "orm/column_types.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

const FieldDef& value_field(const FieldDef& field, const ModelSet& models) {
  constexpr int kMaxDepth = 64;
  const FieldDef* value = &field;
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    if (value->is_generated() && value->inner) {
      value = value->inner.get();
    } else if (value->is_relation()) {
      value = &models.target_field(*value);
    } else {
      return *value;
    }
  }
  throw Error("fields.cycle",
              fmt::format("the foreign key {} points to itself", field.name))
      .at(field.pos)
      .hint("one model in the circle needs a primary key of its own");
}

std::string spell_column_type(std::span<const ColumnType> types,
                              const FieldDef& field, const ModelSet& models) {
  if (!field.has_column()) return {};
  const FieldDef& value = value_field(field, models);
  const auto type = std::find_if(
      types.begin(), types.end(),
      [&](const ColumnType& one) { return one.kind == value.kind(); });
  if (type == types.end()) return {};
  std::string spelt(field.is_relation() ? type->referenced : type->own);
  if (value.kind() == FieldKind::kArray) {
    const std::string element = spell_column_type(types, *value.inner, models);
    if (element.empty()) return {};
    const int size = value.integer("size");
    spelt = text::replace_all(std::move(spelt), "{element}", element);
    return text::replace_all(std::move(spelt), "{size}",
                             size > 0 ? std::to_string(size) : "");
  }
  std::optional<int> length = value.max_length();
  spelt = text::replace_all(std::move(spelt), "{length}",
                            length ? fmt::format("({})", *length) : "");
  return text::replace_all(std::move(spelt), "{digits}",
                           fmt::format("({}, {})", value.integer("max_digits"),
                                       value.integer("decimal_places")));
}

}  // namespace manage::orm
