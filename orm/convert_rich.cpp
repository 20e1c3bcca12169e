// Texts from outside as values of PostgreSQL's own types: arrays and hstore
// from JSON, ranges as the server writes them.
#include <fmt/format.h>

#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/convert.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

/// JSON is YAML; nullopt if it is no JSON, or says a key twice.
std::optional<yaml::Tree> parse_json(std::string_view text) {
  if (!is_json(text)) return std::nullopt;
  try {
    return yaml::parse("", std::string(text));
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool refuse(std::string& reason, std::string_view expected) {
  reason = fmt::format("expected {}", expected);
  return false;
}

}  // namespace

bool FieldConverter::read_list(const yaml::Node& list, std::string& out,
                               std::string& reason) const {
  if (!list.is_sequence()) {
    return refuse(reason, "a list of lists in JSON");
  }
  const bool nested = inner_->inner_ != nullptr;
  std::vector<std::optional<std::string>> elements;
  for (const yaml::Node& item : list.items) {
    std::optional<std::string>& element = elements.emplace_back();
    if (item.is_null()) continue;
    element.emplace();
    if (nested) {
      if (!inner_->read_list(item, *element, reason)) return false;
      continue;
    }
    Value value;
    if (!item.is_scalar()) return refuse(reason, "a list of values in JSON");
    if (!inner_->from_text(item.text, value, reason)) return false;
    element = element_text(value);
  }
  out = array_text(elements, nested);
  return true;
}

bool FieldConverter::read_array(std::string_view text, Value& out,
                                std::string& reason) const {
  const std::optional<yaml::Tree> tree = parse_json(text);
  if (!tree || !tree->root.is_sequence()) {
    return refuse(reason, "a list in JSON, such as [1, 2]");
  }
  std::string made;
  if (!read_list(tree->root, made, reason)) return false;
  out = std::move(made);
  return true;
}

bool FieldConverter::read_hstore(std::string_view text, Value& out,
                                 std::string& reason) const {
  constexpr std::string_view kExpected =
      "a map of texts in JSON, such as {\"size\": \"xl\"}";
  const std::optional<yaml::Tree> tree = parse_json(text);
  if (!tree || !tree->root.is_map()) return refuse(reason, kExpected);
  std::vector<std::pair<std::string, std::optional<std::string>>> pairs;
  for (const yaml::Node::Entry& entry : tree->root.entries) {
    if (!entry.value.is_scalar()) return refuse(reason, kExpected);
    pairs.emplace_back(entry.key, std::nullopt);
    if (!entry.value.is_null()) pairs.back().second = entry.value.text;
  }
  out = hstore_text(pairs);
  return true;
}

bool FieldConverter::read_range(std::string_view text, Value& out,
                                std::string& reason) const {
  const std::optional<RangeParts> parts = parse_range(text);
  if (!parts) return refuse(reason, "a range such as [1,5)");
  if (parts->empty) {
    out = std::string("empty");
    return true;
  }
  std::optional<std::string> ends[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const std::optional<std::string>& given =
        i == 0 ? parts->lower : parts->upper;
    Value value;
    if (!given) continue;
    if (inner_) {
      if (!inner_->from_text(*given, value, reason)) return false;
    } else if (const auto number = Decimal::parse(*given)) {
      value = *number;
    } else {
      return refuse(reason, "a range of decimal numbers");
    }
    ends[i] = element_text(value);
  }
  out = range_text(ends[0], ends[1], parts->bounds);
  return true;
}

}  // namespace manage::orm
