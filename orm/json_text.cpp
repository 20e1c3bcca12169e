#include "orm/json_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/data.hpp"

namespace manage::orm {

namespace {

/// So many digits survive the way through a double, whatever they are.
constexpr std::ptrdiff_t kExactDigits = 15;

bool is_number_char(char c) {
  return (c >= '0' && c <= '9') || c == '-' || c == '+' || c == '.' ||
         c == 'e' || c == 'E';
}

class JsonRewriter {
 public:
  explicit JsonRewriter(std::string_view json) : rest_(json) {}

  std::string run() {
    while (!rest_.empty()) {
      char c = rest_.front();
      if (c == '"') {
        string();
      } else if (is_number_char(c)) {
        number();
      } else {
        rest_.remove_prefix(1);
        punctuation(c);
      }
    }
    return std::move(out_);
  }

 private:
  /// Also the letters of true, false and null.
  void punctuation(char c) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r') return;
    out_ += c;
    if (c == ',' || c == ':') out_ += ' ';
  }

  void number() {
    auto end = std::find_if_not(rest_.begin(), rest_.end(), is_number_char);
    std::string_view token =
        rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(token.size());
    if (token.find_first_of(".eE") == std::string_view::npos) {
      out_ += token == "-0" ? "0" : token;
      return;
    }
    std::string_view digits = token.substr(0, token.find_first_of("eE"));
    auto count = std::count_if(digits.begin(), digits.end(),
                               [](char c) { return c >= '0' && c <= '9'; });
    double value = 0;
    auto [stop, error] =
        std::from_chars(token.data(), token.data() + token.size(), value);
    if (count > kExactDigits || error != std::errc()) {
      out_ += token;
      return;
    }
    std::string shortest = fmt::format("{}", value);
    out_ += shortest;
    if (shortest.find_first_of(".e") == std::string::npos) out_ += ".0";
  }

  void string() {
    out_ += '"';
    rest_.remove_prefix(1);
    while (rest_.front() != '"') {
      if (rest_.front() == '\\') {
        escape();
      } else {
        code_point();
      }
    }
    rest_.remove_prefix(1);
    out_ += '"';
  }

  void escape() {
    char kind = rest_[1];
    rest_.remove_prefix(2);
    if (kind == '/') {
      out_ += '/';
    } else if (kind != 'u') {
      out_ += '\\';
      out_ += kind;
    } else {
      unsigned unit = 0;
      std::from_chars(rest_.data(), rest_.data() + 4, unit, 16);
      rest_.remove_prefix(4);
      code_unit(unit);
    }
  }

  void code_point() {
    auto lead = static_cast<unsigned char>(rest_.front());
    std::size_t size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    unsigned point = size == 1 ? lead : lead & (0xFFu >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
      point = point << 6 | (static_cast<unsigned char>(rest_[i]) & 0x3Fu);
    }
    rest_.remove_prefix(size);
    if (point < 0x10000) {
      code_unit(point);
    } else {
      point -= 0x10000;
      code_unit(0xD800 + (point >> 10));
      code_unit(0xDC00 + (point & 0x3FF));
    }
  }

  void code_unit(unsigned unit) {
    constexpr std::string_view kShort = "\b\t\n\f\r\"\\";
    constexpr std::string_view kLetters = "btnfr\"\\";
    std::size_t at =
        unit < 0x80 ? kShort.find(static_cast<char>(unit)) : kShort.npos;
    if (at != kShort.npos) {
      out_ += '\\';
      out_ += kLetters[at];
    } else if (unit < 0x20 || unit >= 0x80) {
      fmt::format_to(std::back_inserter(out_), "\\u{:04x}", unit);
    } else {
      out_ += static_cast<char>(unit);
    }
  }

  std::string_view rest_;
  std::string out_;
};

}  // namespace

std::string stored_json(std::string_view json) {
  return JsonRewriter(json).run();
}

std::string json_text(const Value& value) {
  if (const auto* json = std::get_if<Json>(&value)) return json->text;
  if (is_null(value)) return "null";
  if (const bool* flag = std::get_if<bool>(&value)) {
    return *flag ? "true" : "false";
  }
  const bool number = std::holds_alternative<std::int64_t>(value) ||
                      std::holds_alternative<double>(value) ||
                      std::holds_alternative<Decimal>(value);
  return number ? display(value) : to_json(Data(display(value)));
}

}  // namespace manage::orm
