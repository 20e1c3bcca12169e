#include "orm/strict_value.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/convert.hpp"
#include "orm/query/functions.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

/// Up to here every integer is a double.
constexpr std::int64_t kExactInteger = std::int64_t{1} << 53;

class Strict {
 public:
  Strict(const FieldDef& field, const FieldDef& own, const ModelSet& models,
         const std::string& label)
      : field_(field), own_(own), models_(models), label_(label) {}

  Value read(Value value) const {
    if (is_null(value)) return value;
    switch (family(own_.kind()).value_or(own_.kind())) {
      case K::kText:
        return text(std::move(value));
      case K::kInteger:
        return integer(std::move(value));
      case K::kFloat:
        return real(std::move(value));
      case K::kDecimal:
        return decimal(std::move(value));
      case K::kJson:
        return document(std::move(value));
      case K::kBoolean:
        return plain<bool>(std::move(value), "true or false");
      case K::kDate:
        return plain<Date>(std::move(value), "a date");
      case K::kTime:
        return plain<Time>(std::move(value), "a time");
      case K::kDateTime:
        return plain<DateTime>(std::move(value), "a date and time");
      case K::kDuration:
        return plain<Duration>(std::move(value), "a duration");
      case K::kUuid:
        return plain<Uuid>(std::move(value), "a UUID");
      case K::kBinary:
        return plain<Bytes>(std::move(value), "bytes");
      default:
        return rich(std::move(value));
    }
  }

 private:
  [[noreturn]] void refuse(std::string_view wanted, const Value& value) const {
    throw Error("query.value", fmt::format("{}.{} needs {}, not {}", label_,
                                           field_.name, wanted, shown(value)));
  }
  static std::string shown(const Value& value) {
    return std::holds_alternative<std::string>(value)
               ? fmt::format("\"{}\"", text::prefix(display(value), 60))
               : display(value);
  }

  /// What a text says to the field's type, choices aside.
  Value parse(const std::string& text) const {
    FieldDef plain = own_;
    plain.arguments.erase("choices");
    Value made;
    std::string reason;
    const FieldConverter converter(plain, models_);
    if (converter.from_text(text, made, reason)) return made;
    throw Error("query.value",
                fmt::format("{}.{}: {}", label_, field_.name, reason));
  }

  template <class T>
  Value plain(Value value, std::string_view wanted) const {
    if (std::holds_alternative<T>(value)) return value;
    if (const auto* text = std::get_if<std::string>(&value)) {
      return parse(*text);
    }
    refuse(wanted, value);
  }

  Value text(Value value) const {
    const auto* text = std::get_if<std::string>(&value);
    if (!text) refuse("a text", value);
    if (text::invalid_utf8(*text)) refuse("a text in UTF-8", value);
    const auto most = own_.max_length();
    if (most && text->size() > static_cast<std::size_t>(*most) &&
        text::length(*text) > static_cast<std::size_t>(*most)) {
      refuse(fmt::format("at most {} characters", *most), value);
    }
    return value;
  }

  Value integer(Value value) const {
    if (const auto* text = std::get_if<std::string>(&value)) {
      return parse(*text);
    }
    const auto* number = std::get_if<std::int64_t>(&value);
    if (!number) refuse("an integer", value);
    const auto range = integer_range(own_.kind());
    if (range && (*number < range->low || *number > range->high)) {
      refuse(fmt::format("an integer from {} to {}", range->low, range->high),
             value);
    }
    return value;
  }

  Value real(Value value) const {
    if (const auto* text = std::get_if<std::string>(&value)) {
      return parse(*text);
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      if (*number > kExactInteger || *number < -kExactInteger) {
        refuse("a number that a float holds exactly", value);
      }
      return static_cast<double>(*number);
    }
    const auto* number = std::get_if<double>(&value);
    if (!number || !std::isfinite(*number)) refuse("a finite number", value);
    return value;
  }

  Value decimal(Value value) const {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      return parse(std::to_string(*number));
    }
    if (const auto* text = std::get_if<std::string>(&value)) {
      return parse(*text);
    }
    const auto* number = std::get_if<Decimal>(&value);
    if (!number) refuse("a decimal", value);
    return parse(number->text());
  }

  Value document(Value value) const {
    using json = nlohmann::json;
    if (std::holds_alternative<Json>(value)) return value;
    if (const auto* text = std::get_if<std::string>(&value)) {
      if (text::invalid_utf8(*text)) refuse("a text in UTF-8", value);
      return Json{json(*text).dump()};
    }
    if (const auto* flag = std::get_if<bool>(&value)) {
      return Json{*flag ? "true" : "false"};
    }
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      return Json{std::to_string(*number)};
    }
    const auto* real = std::get_if<double>(&value);
    if (real && std::isfinite(*real)) return Json{json(*real).dump()};
    refuse("a JSON value", value);
  }

  /// Arrays, ranges and their like: a text, or a list or map in JSON.
  Value rich(Value value) const {
    if (const auto* text = std::get_if<std::string>(&value)) {
      return parse(*text);
    }
    if (const auto* json = std::get_if<Json>(&value)) return parse(json->text);
    refuse(fmt::format("a value of {}", own_.type->name), value);
  }

  const FieldDef& field_;
  const FieldDef& own_;
  const ModelSet& models_;
  const std::string& label_;
};

}  // namespace

Value strict_value(const FieldDef& field, const FieldDef& own,
                   const ModelSet& models, const std::string& label,
                   Value value) {
  return Strict(field, own, models, label).read(std::move(value));
}

}  // namespace manage::orm
