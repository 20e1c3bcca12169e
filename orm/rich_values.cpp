#include "orm/rich_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/convert.hpp"

namespace manage::orm {

namespace {

using K = FieldKind;

struct ElementText {
  std::string operator()(bool value) const { return value ? "t" : "f"; }
  std::string operator()(const DateTime& value) const {
    return value.text() + "+00";
  }
  std::string operator()(const Bytes& value) const {
    return "\\x" + hex_text(value.data);
  }
  std::string operator()(const std::string& value) const { return value; }
  template <class T>
  std::string operator()(const T& value) const {
    return display(value);
  }
};

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

/// With quotes only where the server would write them.
std::string quoted_if_needed(const std::string& text,
                             std::string_view special) {
  const bool needed =
      text.empty() || text::lower(text) == "null" ||
      std::any_of(text.begin(), text.end(), [&](char c) {
        return std::isspace(static_cast<unsigned char>(c)) != 0 ||
               special.find(c) != std::string_view::npos;
      });
  return needed ? in_quotes(text) : text;
}

std::string array_of(const FieldDef& field, const Data& data) {
  const DataList* list = data.list();
  if (!list) refuse_value(field, data);
  const FieldDef& base = *field.inner;
  std::vector<std::optional<std::string>> elements;
  for (const Data& item : *list) {
    if (item.is_null()) {
      elements.emplace_back();
    } else {
      elements.push_back(element_text(value_from_data(base, item)));
    }
  }
  return array_text(elements, base.kind() == K::kArray);
}

std::string hstore_of(const FieldDef& field, const Data& data) {
  const DataMap* map = data.map();
  if (!map) refuse_value(field, data);
  std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
  for (const auto& [key, value] : *map) {
    if (!value.is_null() && !value.text()) refuse_value(field, data);
    pairs.emplace_back(key, std::nullopt);
    if (value.text()) pairs.back().second = *value.text();
  }
  return hstore_text(pairs);
}

std::string range_of(const FieldDef& field, FieldKind ends, const Data& data) {
  const std::string* written = data.text();
  const DataList* list = data.list();
  if (written && parse_range(*written)) return *written;
  if (!list || list->size() != 2) refuse_value(field, data);
  FieldDef end;
  end.name = field.name;
  end.type = &field_type(ends);
  end.pos = field.pos;
  std::optional<std::string> texts[2];
  for (std::size_t i = 0; i < 2; ++i) {
    if ((*list)[i].is_null()) continue;
    texts[i] = element_text(value_from_data(end, (*list)[i]));
  }
  const std::string bounds = field.text("default_bounds");
  return range_text(texts[0], texts[1], bounds.empty() ? "[)" : bounds);
}

/// One end of a range, with its quotes taken off; false if it is none.
bool read_end(std::string_view text, std::optional<std::string>& end) {
  if (text.empty()) return true;
  std::string out;
  bool open = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      out += text[++i];
    } else if (text[i] == '"') {
      open = !open;
    } else {
      out += text[i];
    }
  }
  end = std::move(out);
  return !open;
}

}  // namespace

std::optional<FieldKind> range_ends(FieldKind kind) {
  switch (kind) {
    case K::kIntegerRange:
      return K::kInteger;
    case K::kBigIntegerRange:
      return K::kBigInteger;
    case K::kDecimalRange:
      return K::kDecimal;
    case K::kDateRange:
      return K::kDate;
    case K::kDateTimeRange:
      return K::kDateTime;
    default:
      return std::nullopt;
  }
}

std::string element_text(const Value& value) {
  return std::visit(ElementText{}, value);
}

std::string array_text(const std::vector<std::optional<std::string>>& elements,
                       bool nested) {
  std::vector<std::string> texts;
  for (const std::optional<std::string>& element : elements) {
    if (!element) {
      texts.emplace_back("NULL");
    } else {
      texts.push_back(nested ? *element
                             : quoted_if_needed(*element, "{}\",\\"));
    }
  }
  return "{" + text::join(texts, ",") + "}";
}

std::string hstore_text(
    const std::vector<std::pair<std::string, std::optional<std::string>>>&
        pairs) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : pairs) {
    texts.push_back(in_quotes(key) + "=>" +
                    (value ? in_quotes(*value) : "NULL"));
  }
  return text::join(texts, ", ");
}

std::string range_text(const std::optional<std::string>& lower,
                       const std::optional<std::string>& upper,
                       std::string_view bounds) {
  const auto end = [](const std::optional<std::string>& text) {
    return text ? quoted_if_needed(*text, "()[]\",\\") : std::string();
  };
  // The server writes a missing end as not included.
  return fmt::format("{}{},{}{}", lower ? bounds.substr(0, 1) : "(", end(lower),
                     end(upper), upper ? bounds.substr(1, 1) : ")");
}

std::optional<RangeParts> parse_range(std::string_view text) {
  RangeParts parts;
  if (text::lower(text) == "empty") {
    parts.empty = true;
    return parts;
  }
  if (text.size() < 3 || (text.front() != '[' && text.front() != '(') ||
      (text.back() != ']' && text.back() != ')')) {
    return std::nullopt;
  }
  parts.bounds = {text.front(), text.back()};
  const std::string_view inside = text.substr(1, text.size() - 2);
  std::size_t comma = std::string_view::npos;
  bool open = false;
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] == '"') open = !open;
    if (inside[i] != ',' || open) continue;
    if (comma != std::string_view::npos) return std::nullopt;
    comma = i;
  }
  if (comma == std::string_view::npos ||
      !read_end(inside.substr(0, comma), parts.lower) ||
      !read_end(inside.substr(comma + 1), parts.upper)) {
    return std::nullopt;
  }
  return parts;
}

Value rich_value(const FieldDef& field, const Data& data) {
  if (const auto ends = range_ends(field.kind())) {
    return range_of(field, *ends, data);
  }
  if (field.kind() == K::kArray) return array_of(field, data);
  if (field.kind() == K::kHStore) return hstore_of(field, data);
  if (!data.text()) refuse_value(field, data);
  return *data.text();
}

}  // namespace manage::orm
