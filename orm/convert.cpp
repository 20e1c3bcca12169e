#include "orm/convert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/json_text.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

/// Long values are cut: a reason is one line of a report.
std::string shown(std::string_view text) {
  constexpr std::size_t kLongest = 40;
  std::string_view start = text::prefix(text, kLongest);
  std::string out = "\"";
  for (char c : start) {
    bool control = static_cast<unsigned char>(c) < 0x20;
    if (control) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + (start.size() < text.size() ? "…\"" : "\"");
}

/// Fills in the reason; always false, so that a caller can return it.
bool refuse(std::string& reason, std::string_view expected,
            std::string_view text) {
  reason = fmt::format("expected {}, got {}", expected, shown(text));
  return false;
}

/// from_chars knows no plus sign.
std::string_view without_plus(std::string_view text) {
  bool plus = text.size() > 1 && text[0] == '+' && text[1] != '-';
  return plus ? text.substr(1) : text;
}

/// Whether all of `text` is a number; `result` tells why not.
template <class Number>
std::errc whole_number(std::string_view text, Number& number) {
  text = without_plus(text);
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && stop != end) return std::errc::invalid_argument;
  // A number that is too large is one only if nothing follows it.
  if (error == std::errc::result_out_of_range && stop != end) {
    return std::errc::invalid_argument;
  }
  return error;
}

IpProtocol protocol_of(const FieldDef& field) {
  std::string protocol = text::lower(field.text("protocol"));
  if (protocol == "ipv4") return IpProtocol::kIpv4;
  return protocol == "ipv6" ? IpProtocol::kIpv6 : IpProtocol::kBoth;
}

/// The values of choices, out of their groups.
void collect_choices(const FieldDef& field, const DataList& choices,
                     std::set<std::string, std::less<>>& out) {
  for (const Data& choice : choices) {
    const DataList* pair = choice.list();
    if (!pair || pair->size() != 2) continue;
    if (const DataList* group = (*pair)[1].list()) {
      collect_choices(field, *group, out);
    } else {
      out.insert(display(value_from_data(field, (*pair)[0])));
    }
  }
}

}  // namespace

std::optional<IntegerRange> integer_range(FieldKind kind) {
  constexpr std::int64_t kSmall = std::numeric_limits<std::int16_t>::max();
  constexpr std::int64_t kPlain = std::numeric_limits<std::int32_t>::max();
  constexpr std::int64_t kBig = std::numeric_limits<std::int64_t>::max();
  switch (kind) {
    case K::kSmallAuto:
    case K::kSmallInteger:
      return IntegerRange{-kSmall - 1, kSmall};
    case K::kAuto:
    case K::kInteger:
      return IntegerRange{-kPlain - 1, kPlain};
    case K::kBigAuto:
    case K::kBigInteger:
      return IntegerRange{-kBig - 1, kBig};
    case K::kPositiveSmallInteger:
      return IntegerRange{0, kSmall};
    case K::kPositiveInteger:
      return IntegerRange{0, kPlain};
    case K::kPositiveBigInteger:
      return IntegerRange{0, kBig};
    default:
      return std::nullopt;
  }
}

FieldConverter::Read FieldConverter::reader_of(FieldKind kind) {
  if (integer_range(kind)) return &FieldConverter::read_integer;
  struct Reader {
    FieldKind kind;
    Read read;
  };
  static constexpr Reader kReaders[] = {
      {K::kBoolean, &FieldConverter::read_boolean},
      {K::kFloat, &FieldConverter::read_float},
      {K::kDecimal, &FieldConverter::read_decimal},
      {K::kDate, &FieldConverter::read_date},
      {K::kTime, &FieldConverter::read_time},
      {K::kDateTime, &FieldConverter::read_moment},
      {K::kDuration, &FieldConverter::read_duration},
      {K::kUuid, &FieldConverter::read_uuid},
      {K::kJson, &FieldConverter::read_json},
      {K::kBinary, &FieldConverter::read_binary},
      {K::kGenericIPAddress, &FieldConverter::read_ip},
      {K::kEmail, &FieldConverter::read_email},
      {K::kUrl, &FieldConverter::read_url},
      {K::kSlug, &FieldConverter::read_slug},
      {K::kArray, &FieldConverter::read_array},
      {K::kHStore, &FieldConverter::read_hstore},
  };
  if (range_ends(kind)) return &FieldConverter::read_range;
  for (const Reader& reader : kReaders) {
    if (reader.kind == kind) return reader.read;
  }
  return &FieldConverter::read_text;
}

FieldConverter::FieldConverter(const FieldDef& field, const ModelSet& models,
                               ConvertOptions options)
    : time_zone_(std::move(options.time_zone)) {
  const FieldDef& own = value_field(field, models);
  read_ = reader_of(own.kind());
  range_ = integer_range(own.kind()).value_or(IntegerRange{});
  if (std::optional<int> length = own.max_length()) {
    max_length_ = static_cast<std::size_t>(std::max(*length, 0));
  }
  max_digits_ = own.integer("max_digits");
  decimal_places_ = own.integer("decimal_places");
  protocol_ = protocol_of(own);
  unpack_ipv4_ = own.flag("unpack_ipv4");
  unicode_slug_ = own.flag("allow_unicode");
  if (own.inner) {
    inner_ = std::make_shared<const FieldConverter>(*own.inner, models,
                                                    ConvertOptions{time_zone_});
  } else if (const auto ends = range_ends(own.kind());
             ends && *ends != K::kDecimal) {
    // Decimals have no limits there, so they are read by themselves.
    FieldDef end;
    end.name = own.name;
    end.type = &field_type(*ends);
    inner_ = std::make_shared<const FieldConverter>(end, models,
                                                    ConvertOptions{time_zone_});
  }
  const Data* choices = own.arguments.find("choices");
  if (choices && choices->list()) {
    collect_choices(own, *choices->list(), choices_);
  }
}

bool FieldConverter::from_text(std::string_view text, Value& out,
                               std::string& reason) const {
  return (this->*read_)(text, out, reason) &&
         (choices_.empty() || is_choice(out, reason));
}

bool FieldConverter::is_choice(const Value& value, std::string& reason) const {
  const std::string* text = std::get_if<std::string>(&value);
  if (text ? choices_.contains(*text) : choices_.contains(display(value))) {
    return true;
  }
  constexpr std::size_t kListed = 8;
  std::string list;
  std::size_t count = 0;
  for (const std::string& choice : choices_) {
    if (++count > kListed) break;
    list += (count > 1 ? ", " : "") + shown(choice);
  }
  if (count > kListed) list += ", …";
  return refuse(reason, "one of " + list, display(value));
}

bool FieldConverter::read_integer(std::string_view text, Value& out,
                                  std::string& reason) const {
  std::int64_t number = 0;
  std::errc error = whole_number(text, number);
  if (error == std::errc::invalid_argument) {
    return refuse(reason, "an integer", text);
  }
  if (error != std::errc() || number < range_.low || number > range_.high) {
    return refuse(
        reason,
        fmt::format("an integer from {} to {}", range_.low, range_.high), text);
  }
  out = number;
  return true;
}

bool FieldConverter::read_boolean(std::string_view text, Value& out,
                                  std::string& reason) const {
  constexpr std::size_t kLongest = 5;
  std::string word = text.size() <= kLongest ? text::lower(text) : "";
  bool yes = word == "true" || word == "t" || word == "1" || word == "yes" ||
             word == "y";
  if (!yes && word != "false" && word != "f" && word != "0" && word != "no" &&
      word != "n") {
    return refuse(reason, "true or false (or t, f, yes, no, y, n, 1, 0)", text);
  }
  out = yes;
  return true;
}

bool FieldConverter::read_float(std::string_view text, Value& out,
                                std::string& reason) const {
  double number = 0;
  std::errc error = whole_number(text, number);
  if (error == std::errc::result_out_of_range) {
    return refuse(reason, "a number within the range of a double", text);
  }
  if (error != std::errc() || !std::isfinite(number)) {
    return refuse(reason, "a number", text);
  }
  out = number;
  return true;
}

bool FieldConverter::read_decimal(std::string_view text, Value& out,
                                  std::string& reason) const {
  std::optional<Decimal> decimal = Decimal::parse(text);
  if (!decimal) return refuse(reason, "a decimal number", text);
  std::size_t whole_limit =
      static_cast<std::size_t>(std::max(max_digits_ - decimal_places_, 0));
  if (decimal->scale() > decimal_places_) {
    return refuse(
        reason,
        fmt::format("at most {}",
                    text::count(static_cast<std::size_t>(decimal_places_),
                                "decimal place")),
        text);
  }
  if (static_cast<std::size_t>(decimal->whole_digits()) > whole_limit) {
    return refuse(reason,
                  fmt::format("at most {} before the decimal point",
                              text::count(whole_limit, "digit")),
                  text);
  }
  // Digits are only added, so there is a result.
  out = *decimal->with_scale(decimal_places_);
  return true;
}

bool FieldConverter::read_date(std::string_view text, Value& out,
                               std::string& reason) const {
  std::optional<Date> date = Date::parse(text);
  if (!date) return refuse(reason, "a date such as 2026-01-31", text);
  out = *date;
  return true;
}

bool FieldConverter::read_time(std::string_view text, Value& out,
                               std::string& reason) const {
  std::optional<Time> time = Time::parse(text);
  if (!time) return refuse(reason, "a time such as 12:30:00", text);
  out = *time;
  return true;
}

bool FieldConverter::read_moment(std::string_view text, Value& out,
                                 std::string& reason) const {
  constexpr std::size_t kDateLength = 10;
  std::optional<DateTime> moment;
  if (text.size() == kDateLength) {
    moment = DateTime::parse(std::string(text) + " 00:00");
  } else {
    moment = DateTime::parse(text);
  }
  if (!moment) {
    return refuse(reason, "a date and time such as 2026-01-31 12:30:00", text);
  }
  bool has_offset =
      text.find_first_of("Z+-", kDateLength) != std::string_view::npos;
  if (!has_offset) {
    moment = time_zone_.moment_of(*moment);
    if (!moment) {
      return refuse(reason,
                    "a time that exists in the time zone (clocks are put "
                    "forward over this one)",
                    text);
    }
  }
  out = *moment;
  return true;
}

bool FieldConverter::read_duration(std::string_view text, Value& out,
                                   std::string& reason) const {
  std::optional<Duration> duration = Duration::parse(text);
  if (!duration) return refuse(reason, "a duration such as 4 12:30:00", text);
  out = *duration;
  return true;
}

bool FieldConverter::read_uuid(std::string_view text, Value& out,
                               std::string& reason) const {
  std::optional<Uuid> uuid = parse_uuid(text);
  if (!uuid) {
    return refuse(reason, "a UUID of 32 hexadecimal digits", text);
  }
  out = *uuid;
  return true;
}

bool FieldConverter::read_json(std::string_view text, Value& out,
                               std::string& reason) const {
  if (!is_json(text)) return refuse(reason, "JSON", text);
  out = Json{stored_json(text)};
  return true;
}

bool FieldConverter::read_binary(std::string_view text, Value& out,
                                 std::string& reason) const {
  std::optional<std::string> bytes = decode_base64(text);
  if (!bytes) return refuse(reason, "base64 text", text);
  if (max_length_ && bytes->size() > *max_length_) {
    return refuse(reason,
                  fmt::format("at most {}", text::count(*max_length_, "byte")),
                  text);
  }
  out = Bytes{std::move(*bytes)};
  return true;
}

bool FieldConverter::read_ip(std::string_view text, Value& out,
                             std::string& reason) const {
  std::optional<std::string> address = normal_ip(text, protocol_, unpack_ipv4_);
  if (!address) {
    constexpr const char* kExpected[] = {"an IP address", "an IPv4 address",
                                         "an IPv6 address"};
    return refuse(reason, kExpected[static_cast<int>(protocol_)], text);
  }
  out = std::move(*address);
  return true;
}

bool FieldConverter::read_email(std::string_view text, Value& out,
                                std::string& reason) const {
  if (!text.empty() && !is_email(text)) {
    return refuse(reason, "an e-mail address", text);
  }
  return read_text(text, out, reason);
}

bool FieldConverter::read_url(std::string_view text, Value& out,
                              std::string& reason) const {
  if (!text.empty() && !is_url(text)) {
    return refuse(reason, "a URL with http, https, ftp or ftps", text);
  }
  return read_text(text, out, reason);
}

bool FieldConverter::read_slug(std::string_view text, Value& out,
                               std::string& reason) const {
  if (!text.empty() && !is_slug(text, unicode_slug_)) {
    return refuse(reason, "only letters, digits, hyphens and underscores",
                  text);
  }
  return read_text(text, out, reason);
}

bool FieldConverter::read_text(std::string_view text, Value& out,
                               std::string& reason) const {
  if (text.find('\0') != std::string_view::npos) {
    return refuse(reason, "a text without NUL characters", text);
  }
  if (text::invalid_utf8(text)) return refuse(reason, "UTF-8 text", text);
  // No text has more characters than bytes, so most need not be counted.
  if (max_length_ && text.size() > *max_length_) {
    std::size_t length = text::length(text);
    if (length > *max_length_) {
      reason = fmt::format("expected at most {}, got {}",
                           text::count(*max_length_, "character"), length);
      return false;
    }
  }
  if (std::string* reused = std::get_if<std::string>(&out)) {
    reused->assign(text);
  } else {
    out = std::string(text);
  }
  return true;
}

}  // namespace manage::orm
