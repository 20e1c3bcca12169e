#include "orm/writing/field_validators.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "core/pattern.hpp"
#include "core/text.hpp"
#include "orm/convert.hpp"
#include "orm/formats.hpp"
#include "orm/validators.hpp"

namespace manage::orm {

namespace {

constexpr const char* kDomain =
    R"(^(?=.{1,253}$)(?:[a-z0-9\x{a1}-\x{ffff}](?:[a-z0-9\x{a1}-\x{ffff}-]{0,61}[a-z0-9\x{a1}-\x{ffff}])?\.)+(?!-)(?:[a-z\x{a1}-\x{ffff}-]{2,63})(?<!-)$)";
/// What Pillow can open, as Django asks it; here a list.
constexpr const char* kImages[] = {"apng", "avif", "bmp", "dib", "gif",  "ico",
                                   "j2k",  "jfif", "jp2", "jpe", "jpeg", "jpg",
                                   "pbm",  "pgm",  "png", "pnm", "ppm",  "tga",
                                   "tif",  "tiff", "webp"};

/// Less than 0, 0 or more, as a and b are ordered; nullopt: they are not of one
/// type.
std::optional<int> compared(const Value& a, const Value& b) {
  return std::visit(
      [&](const auto& left) -> std::optional<int> {
        using T = std::decay_t<decltype(left)>;
        if constexpr (requires { left < left; }) {
          const T* right = std::get_if<T>(&b);
          if (!right) return std::nullopt;
          return left < *right ? -1 : *right < left ? 1 : 0;
        } else {
          return std::nullopt;
        }
      },
      a);
}

class Validation {
 public:
  Validation(const Data& validator, const FieldDef& own, const Value& value)
      : own_(own), value_(value) {
    if (const std::string* name = validator.text()) {
      name_ = *name;
    } else {
      const auto& [name_of, given] = *validator.map()->begin();
      name_ = name_of;
      name_arguments(given);
    }
  }

  std::optional<InvalidValue> run() const {
    auto found = problem();
    if (!found) return found;
    if (const Data* message = arguments_.find("message");
        message && message->text()) {
      found->message = *message->text();
    }
    if (const Data* code = arguments_.find("code"); code && code->text()) {
      found->code = *code->text();
    }
    return found;
  }

 private:
  using Problem = std::optional<InvalidValue>;

  /// A list gives them in the type's order, a map by their names.
  void name_arguments(const Data& given) {
    for (const ValidatorType& type : validator_types()) {
      if (type.name != name_) continue;
      if (given.map()) {
        arguments_ = *given.map();
        return;
      }
      const DataList list = given.list() ? *given.list() : DataList{given};
      for (std::size_t i = 0; i < list.size() && i < type.arguments.size();
           ++i) {
        arguments_.set(std::string(type.arguments[i]), list[i]);
      }
      return;
    }
  }

  std::string text() const { return display(value_); }

  std::string argument(const char* name, std::string otherwise = {}) const {
    const Data* given = arguments_.find(name);
    return given && given->text() ? *given->text() : otherwise;
  }
  bool flag(const char* name) const {
    const Data* given = arguments_.find(name);
    return given && given->boolean() && *given->boolean();
  }
  std::int64_t limit() const {
    const Data* given = arguments_.find("limit_value");
    return given && given->integer() ? *given->integer() : 0;
  }

  Problem problem() const {
    if (name_ == "RegexValidator") return regex(argument("regex"));
    if (name_ == "UnicodeUsernameValidator") {
      return regex(argument("regex", R"(^[\w.@+-]+\z)"));
    }
    if (name_ == "ASCIIUsernameValidator") {
      return regex(argument("regex", R"(^[a-zA-Z0-9_.@+-]+\z)"));
    }
    if (name_.find("Length") != std::string::npos) return length();
    if (name_.starts_with("Range")) return range_end();
    if (name_.ends_with("ValueValidator")) return bound();
    if (name_ == "DecimalValidator") return digits();
    if (name_ == "KeysValidator") return keys();
    if (name_ == "FileExtensionValidator" ||
        name_ == "validate_image_file_extension") {
      return extension();
    }
    return form();
  }

  Problem regex(const std::string& expression) const {
    std::string flags;
    if (const Data* given = arguments_.find("flags")) {
      // As Python numbers them: 2 ignores case, 8 and 16 are about lines.
      const std::int64_t number = given->integer() ? *given->integer() : 0;
      if (number & 2) flags += 'i';
      if (number & 8) flags += 'm';
      if (number & 16) flags += 's';
    }
    const Pattern pattern(
        flags.empty() ? expression : fmt::format("(?{}){}", flags, expression));
    if (pattern.search(text()) != flag("inverse_match")) return {};
    return InvalidValue{
        "invalid",
        fmt::format("must {}match {}", flag("inverse_match") ? "not " : "",
                    expression)};
  }

  std::size_t size() const {
    if (const auto* bytes = std::get_if<Bytes>(&value_)) {
      return bytes->data.size();
    }
    return text::length(text());
  }

  Problem length() const {
    const auto most =
        static_cast<std::size_t>(std::max<std::int64_t>(0, limit()));
    const bool array = name_.starts_with("Array");
    const std::size_t here = array ? array_length(text()) : size();
    const bool least = name_.find("Min") != std::string::npos;
    if (least ? here >= most : here <= most) return {};
    return InvalidValue{
        least ? "min_length" : "max_length",
        fmt::format("must have at {} {}, and has {}", least ? "least" : "most",
                    text::count(most, array ? "item" : "character"), here)};
  }

  static std::size_t array_length(const std::string& text) {
    const auto list = nlohmann::json::parse(text, nullptr, false);
    return list.is_array() ? list.size() : 0;
  }

  Problem bound() const {
    const Data* given = arguments_.find("limit_value");
    const Value end = given ? value_from_data(own_, *given) : Value(Null{});
    if (name_ == "StepValueValidator") return step(end);
    const auto order = compared(value_, end);
    if (!order) return {};
    const bool least = name_.starts_with("Min");
    if (least ? *order >= 0 : *order <= 0) return {};
    return InvalidValue{
        least ? "min_value" : "max_value",
        fmt::format("must be {} {}, and is {}", least ? "at least" : "at most",
                    display(end), text())};
  }

  Problem step(const Value& size) const {
    const auto number = [](const Value& value) {
      return std::strtod(display(value).c_str(), nullptr);
    };
    const Data* offset = arguments_.find("offset");
    const double from = offset ? number(value_from_data(own_, *offset)) : 0;
    const double wide = number(size);
    const double left = std::remainder(number(value_) - from, wide);
    if (wide == 0 || std::abs(left) < 1e-9 * std::abs(wide)) return {};
    return InvalidValue{"step_size",
                        fmt::format("must be a multiple of {}", display(size))};
  }

  Problem digits() const {
    const auto* number = std::get_if<Decimal>(&value_);
    const Data* most = arguments_.find("max_digits");
    const Data* places = arguments_.find("decimal_places");
    if (!number) return {};
    const auto limit_of = [](const Data* given) -> std::optional<std::int64_t> {
      if (!given || !given->integer()) return std::nullopt;
      return *given->integer();
    };
    const auto all = limit_of(most), after = limit_of(places);
    if (after && number->scale() > *after) {
      return InvalidValue{
          "max_decimal_places",
          fmt::format("must have at most {} decimal places", *after)};
    }
    if (all && number->whole_digits() + number->scale() > *all) {
      return InvalidValue{"max_digits",
                          fmt::format("must have at most {} digits", *all)};
    }
    return {};
  }

  Problem keys() const {
    const auto map = nlohmann::json::parse(text(), nullptr, false);
    const Data* wanted = arguments_.find("keys");
    if (!map.is_object() || !wanted) return {};
    const std::vector<std::string> names = wanted->texts();
    for (const std::string& name : names) {
      if (map.contains(name)) continue;
      return InvalidValue{"missing_keys",
                          fmt::format("must have the key {}", name)};
    }
    if (!flag("strict")) return {};
    for (const auto& [name, ignored] : map.items()) {
      if (std::find(names.begin(), names.end(), name) != names.end()) continue;
      return InvalidValue{"extra_keys",
                          fmt::format("must not have the key {}", name)};
    }
    return {};
  }

  /// The ends are numbers or days; without one, nothing bounds it.
  Problem range_end() const {
    std::string inside = text();
    if (inside.size() < 3) return {};
    const bool least = name_ == "RangeMinValueValidator";
    const std::size_t comma = inside.find(',');
    const std::string end =
        least ? inside.substr(1, comma - 1)
              : inside.substr(comma + 1, inside.size() - comma - 2);
    const double bound = static_cast<double>(limit());
    const double here = std::strtod(end.c_str(), nullptr);
    const bool met = !end.empty() && (least ? here >= bound : here <= bound);
    if (met) return {};
    return InvalidValue{least ? "min_value" : "max_value",
                        fmt::format("must be {} {} as a whole",
                                    least ? "at least" : "at most", limit())};
  }

  Problem extension() const {
    const std::string name = text();
    const std::size_t dot = name.rfind('.');
    const std::string found =
        dot == std::string::npos ? "" : text::lower(name.substr(dot + 1));
    std::vector<std::string> allowed(std::begin(kImages), std::end(kImages));
    if (name_ == "FileExtensionValidator") {
      const Data* given = arguments_.find("allowed_extensions");
      if (!given || given->is_null()) return {};
      allowed = given->texts();
      for (std::string& one : allowed) one = text::lower(one);
    }
    if (std::find(allowed.begin(), allowed.end(), found) != allowed.end()) {
      return {};
    }
    return InvalidValue{"invalid_extension",
                        fmt::format("must be a file of the kinds {}",
                                    text::join(allowed, ", "))};
  }

  /// Validators that only ask what a text looks like.
  Problem form() const {
    struct Form {
      std::string_view name;
      std::string_view wanted;
      bool (*holds)(const std::string&);
    };
    static constexpr Form kForms[] = {
        {"EmailValidator", "an e-mail address",
         [](const std::string& text) { return is_email(text); }},
        {"validate_email", "an e-mail address",
         [](const std::string& text) { return is_email(text); }},
        {"URLValidator", "a URL",
         [](const std::string& text) { return is_url(text); }},
        {"validate_slug", "letters, digits, - and _",
         [](const std::string& text) { return is_slug(text, false); }},
        {"validate_unicode_slug", "letters, digits, - and _",
         [](const std::string& text) { return is_slug(text, true); }},
        {"DomainNameValidator", "a domain name", is_domain},
        {"validate_domain_name", "a domain name", is_domain},
        {"validate_integer", "an integer",
         [](const std::string& text) {
           return Pattern(R"(^-?\d+\z)").search(text);
         }},
        {"validate_ipv4_address", "an IPv4 address",
         [](const std::string& text) {
           return normal_ip(text, IpProtocol::kIpv4, false).has_value();
         }},
        {"validate_ipv6_address", "an IPv6 address",
         [](const std::string& text) {
           return normal_ip(text, IpProtocol::kIpv6, false).has_value();
         }},
        {"validate_ipv46_address", "an IP address",
         [](const std::string& text) {
           return normal_ip(text, IpProtocol::kBoth, false).has_value();
         }},
        {"validate_comma_separated_integer_list",
         "integers with commas between them",
         [](const std::string& text) {
           return Pattern(R"(^\d+(?:,\d+)*\z)").search(text);
         }},
        {"ProhibitNullCharactersValidator", "a text without NUL",
         [](const std::string& text) {
           return text.find('\0') == std::string::npos;
         }},
    };
    if (name_ == "int_list_validator") return integers();
    for (const Form& form : kForms) {
      if (form.name != name_ || form.holds(text())) continue;
      return InvalidValue{name_.starts_with("Prohibit")
                              ? "null_characters_not_allowed"
                              : "invalid",
                          fmt::format("must be {}", form.wanted)};
    }
    return {};
  }

  static bool is_domain(const std::string& text) {
    return Pattern(std::string("(?i)") + kDomain).search(text);
  }

  Problem integers() const {
    const std::string between = argument("sep", ",");
    const std::string sign = flag("allow_negative") ? "-?" : "";
    const std::string whole = text();
    std::string_view rest = whole;
    const Pattern number("^" + sign + R"(\d+\z)");
    while (true) {
      const std::size_t end = rest.find(between);
      if (!number.search(rest.substr(0, end))) {
        return InvalidValue{
            "invalid",
            fmt::format("must be integers with {} between them", between)};
      }
      if (end == std::string_view::npos) return {};
      rest.remove_prefix(end + between.size());
    }
  }

  const FieldDef& own_;
  const Value& value_;
  std::string name_;
  DataMap arguments_;
};

}  // namespace

std::optional<InvalidValue> validate(const Data& validator, const FieldDef& own,
                                     const Value& value) {
  return Validation(validator, own, value).run();
}

}  // namespace manage::orm
