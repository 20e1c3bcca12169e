#include "orm/effective_default.hpp"
namespace manage::orm {
std::optional<Value> effective_default(const FieldDef& field, const FieldDef&) {
  if (field.has_default()) {
    const Data& d = field.default_value();
    if (d.boolean()) return Value(*d.boolean());
    if (d.integer()) return Value(*d.integer());
    if (d.text()) return Value(*d.text());
    return Value(Null{});
  }
  if (!field.null() && field.blank()) return Value(std::string());
  return std::nullopt;
}
}
