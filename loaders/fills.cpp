#include "loaders/fills.hpp"

#include "core/error.hpp"
#include "loaders/field_text.hpp"

namespace manage::loaders {

namespace {

using orm::FieldKind;
using orm::Null;
using orm::Value;

Fill value_fill(Value value) { return {Fill::Kind::kValue, std::move(value)}; }

Value moment(FieldKind kind, const DateTime& now) {
  constexpr std::int64_t kDay = 86'400'000'000;
  if (kind == FieldKind::kDateTime) return now;
  std::int64_t days = now.micros / kDay - (now.micros % kDay < 0 ? 1 : 0);
  if (kind == FieldKind::kDate) return Date::from_days(days);
  return Time{now.micros - days * kDay};
}

std::optional<std::string> scalar_text(const Data& data) {
  if (const bool* flag = data.boolean()) return *flag ? "true" : "false";
  if (const auto* number = data.integer()) return std::to_string(*number);
  if (const Real* real = data.real()) return real->text;
  if (const std::string* text = data.text()) return *text;
  return std::nullopt;
}

/// The single entry `key` of a map, else nullptr.
const Data* only_entry(const Data& data, std::string_view key) {
  const DataMap* map = data.map();
  return map && map->size() == 1 ? map->find(key) : nullptr;
}

Fill called(const std::string& name, FieldKind kind, const DateTime& now) {
  if (name == "uuid4") return {Fill::Kind::kUuid, {}};
  if (name == "list") return value_fill(orm::Json{"[]"});
  if (name == "dict") return value_fill(orm::Json{"{}"});
  if (name == "today" && kind == FieldKind::kDateTime) {
    constexpr std::int64_t kDay = 86'400'000'000;
    return value_fill(DateTime{now.micros - now.micros % kDay});
  }
  return value_fill(moment(kind, now));
}

/// nullopt: there is none that can be used here.
std::optional<Fill> default_fill(const PlannedField& planned,
                                 const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  // A default is a value of the column, not one to look a row up by.
  if (!field.has_default() || !planned.by_target()) return std::nullopt;
  const Data* data = &field.default_value();
  if (data->is_null()) return value_fill(Null{});
  if (const Data* name = only_entry(*data, "call")) {
    if (!name->text()) return std::nullopt;
    return called(*name->text(), planned.reads->kind(), options.now);
  }
  if (only_entry(*data, "lua")) return std::nullopt;
  if (const Data* literal = only_entry(*data, "Value")) data = literal;
  if (planned.reads->kind() == FieldKind::kJson) {
    return value_fill(orm::Json{to_json(*data)});
  }
  std::optional<std::string> text = scalar_text(*data);
  std::string reason;
  if (!text) return std::nullopt;
  // A text default may be longer than the field: Django does not mind either.
  if (holds_text(*planned.reads)) return value_fill(*text);
  auto value = FieldText(*planned.reads, options.time_zone).read(*text, reason);
  if (!value) return std::nullopt;
  return value_fill(std::move(*value));
}

bool takes_moment(const orm::FieldDef& field) {
  return field.flag("auto_now") || field.flag("auto_now_add");
}

/// '' where a text may be blank, else nothing.
Fill blank_fill(const PlannedField& planned) {
  const orm::FieldDef& field = *planned.field;
  if (holds_text(field) && field.blank()) return value_fill(std::string());
  return {};
}

}  // namespace

Fill absent_fill(const PlannedField& planned, const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  if (takes_moment(field)) return value_fill(moment(field.kind(), options.now));
  if (auto fill = default_fill(planned, options)) return *fill;
  if (field.null()) return value_fill(Null{});
  return blank_fill(planned);
}

Fill empty_fill(const PlannedField& planned, const ImportOptions& options) {
  const orm::FieldDef& field = *planned.field;
  if (field.null()) return value_fill(Null{});
  if (takes_moment(field)) return value_fill(moment(field.kind(), options.now));
  if (auto fill = default_fill(planned, options)) return *fill;
  return blank_fill(planned);
}

Fill constant_fill(const PlannedField& planned, const std::string& text,
                   const ImportOptions& options) {
  if (text.empty() && !holds_text(*planned.field)) {
    if (planned.field->null()) return value_fill(Null{});
    throw usage_error(
        fmt::format("--set-value {}: a value is needed", planned.field->name));
  }
  std::string reason;
  auto value = FieldText(*planned.reads, options.time_zone).read(text, reason);
  if (value) return value_fill(std::move(*value));
  throw usage_error(fmt::format("--set-value {}: \"{}\" {}",
                                planned.field->name, text, reason));
}

}  // namespace manage::loaders
