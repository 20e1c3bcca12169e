// Defaults, choices and rows: values of a field from data and from databases.
#include <fmt/format.h>

#include <charconv>

#include "core/error.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/json_text.hpp"
#include "orm/random_uuid.hpp"
#include "orm/rich_values.hpp"
#include "orm/strict_value.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

/// Numbers and texts as text: types that are written so read from it.
std::string source_text(const FieldDef& field, const Data& data) {
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) return real->text;
  if (const std::int64_t* number = data.integer()) {
    return fmt::format("{}", *number);
  }
  refuse_value(field, data);
}

template <class T>
Value parsed(const FieldDef& field, const Data& data) {
  std::optional<T> value = T::parse(source_text(field, data));
  if (!value) refuse_value(field, data);
  return *value;
}

Value parsed_moment(const FieldDef& field, const Data& data) {
  std::string text = source_text(field, data);
  std::optional<DateTime> moment = DateTime::parse(text);
  if (!moment) moment = DateTime::parse(text + " 00:00");
  if (!moment) refuse_value(field, data);
  return *moment;
}

Value parsed_double(const FieldDef& field, const Data& data) {
  std::string text = source_text(field, data);
  double number = 0;
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end) refuse_value(field, data);
  return number;
}

Value integer_value(const FieldDef& field, const Data& data) {
  const std::int64_t* number = data.integer();
  std::optional<IntegerRange> range = integer_range(field.kind());
  if (!number || (range && (*number < range->low || *number > range->high))) {
    refuse_value(field, data);
  }
  return *number;
}

Value key_value(const FieldDef& field, const Data& data) {
  if (data.integer()) return *data.integer();
  if (data.text()) return *data.text();
  refuse_value(field, data);
}

Value clock_value(const FieldDef& field, bool midnight,
                  const DefaultOptions& options) {
  constexpr std::int64_t kDay = 86'400'000'000;
  std::int64_t local = options.time_zone.local(options.now).micros;
  std::int64_t time = (local % kDay + kDay) % kDay;
  if (field.kind() == K::kDate) return Date::from_days((local - time) / kDay);
  if (field.kind() == K::kTime) return Time{time};
  if (!midnight) return options.now;
  DateTime start{local - time};
  // Where clocks skip midnight, the day begins when they start again.
  return options.time_zone.moment_of(start).value_or(
      DateTime{start.micros - options.time_zone.offset_at(start) * 1'000'000});
}

Value call_value(const FieldDef& field, const std::string& name,
                 const DefaultOptions& options) {
  if (name == "now" || name == "today") {
    return clock_value(field, name == "today", options);
  }
  if (name == "uuid4") {
    Uuid uuid = random_uuid();
    if (field.kind() == K::kUuid) return uuid;
    return uuid_text(uuid);
  }
  if (field.kind() == K::kArray) return rich_value(field, DataList{});
  if (field.kind() == K::kHStore) return rich_value(field, DataMap{});
  if (name == "list") return Json{"[]"};
  if (name == "dict") return Json{"{}"};
  throw Error("convert.value",
              fmt::format("the default of {} calls {}, which is no function",
                          field.name, name))
      .at(field.pos)
      .hint("use now, today, uuid4, list or dict");
}

/// The value of the only key of a map, if that is `key`.
const Data* single(const Data& data, std::string_view key) {
  const DataMap* map = data.map();
  return map && map->size() == 1 ? map->find(key) : nullptr;
}

}  // namespace

void refuse_value(const FieldDef& field, const Data& data) {
  throw Error("convert.value",
              fmt::format("{} is no value of {} {}", to_json(data),
                          field.type->name, field.name))
      .at(field.pos);
}

Value value_from_data(const FieldDef& field, const Data& data) {
  if (data.is_null()) return Null{};
  if (const Data* literal = single(data, "Value")) {
    if (field.kind() == K::kJson) return Json{stored_json(to_json(*literal))};
    return value_from_data(field, *literal);
  }
  if (field.is_relation()) return key_value(field, data);
  if (integer_range(field.kind())) return integer_value(field, data);
  switch (field.kind()) {
    case K::kBoolean:
      if (!data.boolean()) refuse_value(field, data);
      return *data.boolean();
    case K::kJson:
      return Json{stored_json(to_json(data))};
    case K::kDate:
      return parsed<Date>(field, data);
    case K::kTime:
      return parsed<Time>(field, data);
    case K::kDateTime:
      return parsed_moment(field, data);
    case K::kDuration:
      return parsed<Duration>(field, data);
    case K::kDecimal:
      return parsed<Decimal>(field, data);
    case K::kFloat:
      return parsed_double(field, data);
    case K::kUuid: {
      std::optional<Uuid> uuid = parse_uuid(source_text(field, data));
      if (!uuid) refuse_value(field, data);
      return *uuid;
    }
    case K::kArray:
    case K::kHStore:
    case K::kSearchVector:
    case K::kIntegerRange:
    case K::kBigIntegerRange:
    case K::kDecimalRange:
    case K::kDateRange:
    case K::kDateTimeRange:
      return rich_value(field, data);
    case K::kBinary: {
      auto bytes = decode_base64(source_text(field, data));
      if (!bytes) refuse_value(field, data);
      return Bytes{*bytes};
    }
    default:
      return source_text(field, data);
  }
}

namespace {

Value called(const FieldDef& field, const std::string& function,
             Callables* callables) {
  if (!callables) {
    throw Error("convert.lua",
                fmt::format("the default of {} is a Lua function", field.name))
        .at(field.pos)
        .hint("give the value");
  }
  // A relation's field is not known here, and its value no other than a key.
  static const ModelSet kNoModels;
  Value made = callables->make({function, field.pos});
  return field.is_relation()
             ? made
             : strict_value(field, field, kNoModels, function, std::move(made));
}

}  // namespace

Value default_value(const FieldDef& field, const DefaultOptions& options) {
  if (!field.has_default()) return Null{};
  const Data& data = field.default_value();
  const Data* call = single(data, "call");
  if (call && call->text()) return call_value(field, *call->text(), options);
  if (const Data* lua = single(data, "lua"); lua && lua->text()) {
    return called(field, *lua->text(), options.callables);
  }
  return value_from_data(field, data);
}

Value value_from_db(const Dialect& dialect, const FieldDef& field,
                    const ModelSet& models, const Value& value) {
  const FieldDef& own = value_field(field, models);
  Value result = dialect.from_db(own.kind(), value);
  if (const Decimal* decimal = std::get_if<Decimal>(&result)) {
    int places = own.integer("decimal_places");
    // More places than the field has stay as they are: nothing is lost.
    if (auto scaled = decimal->with_scale(places)) return *scaled;
  }
  return result;
}

}  // namespace manage::orm
