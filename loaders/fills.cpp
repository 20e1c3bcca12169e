#include "loaders/fills.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/convert.hpp"

namespace manage::loaders {

namespace {

using orm::FieldKind;
using orm::Null;
using orm::Value;

Fill value_fill(Value value) { return {Fill::Kind::kValue, std::move(value)}; }

bool takes_moment(const orm::FieldDef& field) {
  return field.flag("auto_now") || field.flag("auto_now_add");
}

/// The moment of the import as a date, a time or both.
Value moment(const orm::FieldDef& field, const ImportOptions& options) {
  orm::FieldDef clock;
  clock.name = field.name;
  clock.type = field.type;
  clock.arguments = {{"default", DataMap{{"call", "now"}}}};
  return orm::default_value(clock, {options.now, options.time_zone});
}

bool calls_anew(const orm::FieldDef& field) {
  const DataMap* map = field.default_value().map();
  const Data* call = map && map->size() == 1 ? map->find("call") : nullptr;
  return call && call->text() && *call->text() == "uuid4";
}

/// nullopt: there is none that can be used here.
std::optional<Fill> default_fill(const PlannedField& planned,
                                 const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  // A default is a value of the column, not one to look a row up by.
  if (!field.has_default() || !planned.by_target()) return std::nullopt;
  if (calls_anew(field)) return Fill{Fill::Kind::kCall, {}};
  try {
    return value_fill(
        orm::default_value(field, {options.now, options.time_zone}));
  } catch (const Error& error) {
    // A Lua function is not called for every row: its field needs a column.
    if (error.code() != "convert.lua") throw;
    return std::nullopt;
  }
}

/// '' where a text may be blank, else nothing.
Fill blank_fill(const orm::FieldDef& field) {
  if (holds_text(field) && field.blank()) return value_fill(std::string());
  return {};
}

}  // namespace

bool holds_text(const orm::FieldDef& field) {
  switch (field.kind()) {
    case FieldKind::kChar:
    case FieldKind::kEmail:
    case FieldKind::kFile:
    case FieldKind::kFilePath:
    case FieldKind::kImage:
    case FieldKind::kSlug:
    case FieldKind::kText:
    case FieldKind::kUrl:
      return true;
    default:
      return false;
  }
}

Fill absent_fill(const PlannedField& planned, const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  if (takes_moment(field)) return value_fill(moment(field, options));
  if (auto fill = default_fill(planned, options)) return *fill;
  if (field.null()) return value_fill(Null{});
  return blank_fill(field);
}

Fill empty_fill(const PlannedField& planned, const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  if (field.null()) return value_fill(Null{});
  if (takes_moment(field)) return value_fill(moment(field, options));
  if (auto fill = default_fill(planned, options)) return *fill;
  return blank_fill(field);
}

Fill constant_fill(const orm::ModelSet& models, const PlannedField& planned,
                   const std::string& text, const ImportOptions& options) {
  const std::string& name = planned.field->name;
  if (text.empty() && !holds_text(*planned.field)) {
    if (planned.field->null()) return value_fill(Null{});
    throw usage_error(fmt::format("--set-value {}: a value is needed", name));
  }
  orm::FieldConverter converter(*planned.reads, models, {options.time_zone});
  Value value;
  std::string reason;
  if (converter.from_text(text, value, reason)) {
    return value_fill(std::move(value));
  }
  throw usage_error(fmt::format("--set-value {}: {}", name, reason));
}

}  // namespace manage::loaders
