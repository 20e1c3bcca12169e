#include "orm/column_types.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/convert.hpp"

namespace manage::orm {

std::string spell_column_type(std::span<const ColumnType> types,
                              const FieldDef& field, const ModelSet& models) {
  if (!field.has_column()) return {};
  const FieldDef& value = value_field(field, models);
  const ColumnType& type = types[static_cast<std::size_t>(value.kind())];
  std::string spelt(field.is_relation() ? type.referenced : type.own);
  std::optional<int> length = value.max_length();
  spelt = text::replace_all(std::move(spelt), "{length}",
                            length ? fmt::format("({})", *length) : "");
  return text::replace_all(std::move(spelt), "{digits}",
                           fmt::format("({}, {})", value.integer("max_digits"),
                                       value.integer("decimal_places")));
}

}  // namespace manage::orm
