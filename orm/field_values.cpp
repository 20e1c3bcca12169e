#include "orm/field_values.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/datetime.hpp"
#include "core/decimal.hpp"
#include "core/text.hpp"
#include "orm/callable_names.hpp"
#include "orm/convert.hpp"
#include "orm/field_yaml.hpp"
#include "orm/formats.hpp"
#include "orm/query/from_data.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

/// How a type that is kept as text is recognised, and what it is called.
struct TextForm {
  bool (*accepts)(std::string_view);
  std::string_view expected;
};

std::optional<TextForm> text_form(FieldKind kind) {
  using K = FieldKind;
  using View = std::string_view;
  switch (kind) {
    case K::kDate:
      return TextForm{[](View t) { return Date::parse(t).has_value(); },
                      "a date such as 2026-01-31"};
    case K::kDateTime:
      return TextForm{[](View t) {
                        return DateTime::parse(t).has_value() ||
                               Date::parse(t).has_value();
                      },
                      "a date and time such as 2026-01-31 12:30:00"};
    case K::kTime:
      return TextForm{[](View t) { return Time::parse(t).has_value(); },
                      "a time such as 12:30:00"};
    case K::kDuration:
      return TextForm{[](View t) { return Duration::parse(t).has_value(); },
                      "a duration such as 1 12:30:00"};
    case K::kUuid:
      return TextForm{[](View t) { return parse_uuid(t).has_value(); },
                      "a uuid"};
    case K::kBinary:
      return TextForm{[](View t) { return decode_base64(t).has_value(); },
                      "base64 text"};
    case K::kDecimal:
    case K::kFloat:
      return TextForm{[](View t) { return Decimal::parse(t).has_value(); },
                      "a number"};
    default:
      return std::nullopt;
  }
}

void wrong_value(const yaml::Node& node, std::string_view what,
                 std::string_view expected, Diagnostics& diagnostics) {
  diagnostics.add("yaml.type", node.pos(),
                  fmt::format("{} must be {}", what, expected));
}

std::optional<Data> read_integer_value(const yaml::Node& node,
                                       const IntegerRange& range,
                                       std::string_view what,
                                       Diagnostics& diagnostics) {
  const auto number = yaml::to_int(node, what, diagnostics);
  if (!number) return std::nullopt;
  if (*number < range.low || *number > range.high) {
    wrong_value(node, what, fmt::format("from {} to {}", range.low, range.high),
                diagnostics);
    return std::nullopt;
  }
  return Data(*number);
}

/// The elements of an array, or the two ends of a range.
std::optional<Data> read_elements(const yaml::Node& node, const FieldDef& base,
                                  std::string_view what,
                                  Diagnostics& diagnostics) {
  if (!node.is_sequence()) {
    wrong_value(node, what, "a list", diagnostics);
    return std::nullopt;
  }
  DataList elements;
  for (const yaml::Node& item : node.items) {
    if (item.is_null()) {
      elements.emplace_back();
      continue;
    }
    const auto element = read_field_value(item, base, what, diagnostics);
    if (!element) return std::nullopt;
    elements.push_back(*element);
  }
  return Data(std::move(elements));
}

std::optional<Data> read_texts_map(const yaml::Node& node,
                                   std::string_view what,
                                   Diagnostics& diagnostics) {
  if (!node.is_map()) {
    wrong_value(node, what, "a map of texts", diagnostics);
    return std::nullopt;
  }
  DataMap map;
  for (const yaml::Node::Entry& entry : node.entries) {
    if (entry.value.is_null()) {
      map.set(entry.key, Data());
      continue;
    }
    const auto text = yaml::to_text(entry.value, what, diagnostics);
    if (!text) return std::nullopt;
    map.set(entry.key, *text);
  }
  return Data(std::move(map));
}

std::optional<Data> read_range(const yaml::Node& node, FieldKind ends,
                               std::string_view what,
                               Diagnostics& diagnostics) {
  if (node.is_scalar() && parse_range(node.text)) return Data(node.text);
  if (!node.is_sequence() || node.items.size() != 2) {
    wrong_value(node, what, "a range: [lower, upper] or \"[1,5)\"",
                diagnostics);
    return std::nullopt;
  }
  FieldDef end;
  end.type = &field_type(ends);
  return read_elements(node, end, what, diagnostics);
}

/// What `{call: name}` may stand for in which fields.
struct Callable {
  std::string_view name;
  std::vector<FieldKind> kinds;
};

const std::vector<Callable>& callables() {
  using K = FieldKind;
  static const std::vector<Callable> kAll = {
      {"now", {K::kDateTime, K::kDate, K::kTime}},
      {"today", {K::kDate, K::kDateTime}},
      {"uuid4", {K::kUuid, K::kChar, K::kText, K::kSlug}},
      {"list", {K::kJson, K::kArray}},
      {"dict", {K::kJson, K::kHStore}}};
  return kAll;
}

bool is_single(const yaml::Node& node, std::string_view key) {
  return node.is_map() && node.entries.size() == 1 &&
         node.entries.front().key == key;
}

std::optional<Data> read_call(const yaml::Node& node, const FieldDef& field,
                              std::string_view what, Diagnostics& diagnostics) {
  const yaml::Node& value = node.entries.front().value;
  const auto name = yaml::to_text(value, what, diagnostics);
  if (!name) return std::nullopt;
  std::vector<std::string> names;
  for (const Callable& callable : callables()) {
    names.emplace_back(callable.name);
    if (callable.name != *name) continue;
    const auto& kinds = callable.kinds;
    if (std::find(kinds.begin(), kinds.end(), field.kind()) != kinds.end()) {
      return Data(DataMap{{"call", *name}});
    }
    diagnostics.add("yaml.type", value.pos(),
                    fmt::format("{}: {} gives no value of {}", what, *name,
                                field.type->name));
    return std::nullopt;
  }
  diagnostics.add(
      "fields.default", value.pos(),
      fmt::format("{}: there is no function {} to call", what, *name),
      "use " + text::join(names, ", "));
  return std::nullopt;
}

/// Collects pairs and groups of choices.
class ChoicesReader {
 public:
  ChoicesReader(const FieldDef& field, std::string_view what,
                Diagnostics& diagnostics)
      : field_(field), what_(what), diagnostics_(diagnostics) {}

  /// Whether all of it could be read.
  bool read(const yaml::Node& node, DataList& out, bool in_group) {
    if (node.is_map()) return read_map(node, out, in_group);
    if (!node.is_sequence()) {
      wrong_value(node, what_, "a list or a map", diagnostics_);
      return false;
    }
    bool ok = true;
    for (const yaml::Node& item : node.items) {
      ok = read_item(item, out, in_group) && ok;
    }
    return ok;
  }

 private:
  bool read_map(const yaml::Node& node, DataList& out, bool in_group) {
    bool ok = true;
    for (const yaml::Node::Entry& entry : node.entries) {
      yaml::Node key;
      key.text = entry.key;
      key.file = node.file;
      key.line = entry.key_line;
      key.column = entry.key_column;
      ok = (entry.value.is_scalar()
                ? read_pair(key, entry.value, out)
                : read_group(key, entry.value, out, in_group)) &&
           ok;
    }
    return ok;
  }

  bool read_item(const yaml::Node& item, DataList& out, bool in_group) {
    if (item.is_scalar()) return read_pair(item, item, out);
    if (item.is_sequence() && item.items.size() == 2) {
      const yaml::Node& second = item.items[1];
      return second.is_scalar()
                 ? read_pair(item.items[0], second, out)
                 : read_group(item.items[0], second, out, in_group);
    }
    diagnostics_.add("fields.E005", item.pos(),
                     fmt::format("{} must be values, [value, label] pairs or "
                                 "[group, [pairs]]",
                                 what_));
    return false;
  }

  bool read_group(const yaml::Node& name, const yaml::Node& members,
                  DataList& out, bool in_group) {
    if (in_group) {
      diagnostics_.add("fields.E005", members.pos(),
                       fmt::format("{}: a group cannot hold groups", what_));
      return false;
    }
    const auto label = yaml::to_text(name, what_, diagnostics_);
    DataList pairs;
    if (!read(members, pairs, true) || !label) return false;
    out.push_back(DataList{*label, std::move(pairs)});
    return true;
  }

  bool read_pair(const yaml::Node& value, const yaml::Node& label,
                 DataList& out) {
    const auto text = yaml::to_text(label, what_, diagnostics_);
    if (!text) return false;
    if (value.is_null()) {
      out.push_back(DataList{Data(), *text});
      return true;
    }
    const auto typed = read_field_value(value, field_, what_, diagnostics_);
    if (!typed) return false;
    out.push_back(DataList{*typed, *text});
    return true;
  }

  const FieldDef& field_;
  std::string_view what_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<Data> read_field_value(const yaml::Node& node,
                                     const FieldDef& field,
                                     std::string_view what,
                                     Diagnostics& diagnostics) {
  const FieldKind kind = field.kind();
  // A key's value has the type of the field it points to, which another file
  // may declare: it is checked where it is used.
  if (kind == FieldKind::kJson || field.is_relation()) {
    return yaml::to_data(node);
  }
  if (kind == FieldKind::kArray) {
    // Without a usable base_field, which is reported, any list may be right.
    if (!field.inner) return yaml::to_data(node);
    return read_elements(node, *field.inner, what, diagnostics);
  }
  if (kind == FieldKind::kHStore)
    return read_texts_map(node, what, diagnostics);
  if (const auto ends = range_ends(kind)) {
    return read_range(node, *ends, what, diagnostics);
  }
  if (const auto range = integer_range(kind)) {
    return read_integer_value(node, *range, what, diagnostics);
  }
  if (kind == FieldKind::kBoolean) {
    const auto flag = yaml::to_bool(node, what, diagnostics);
    if (!flag) return std::nullopt;
    return Data(*flag);
  }
  const auto text = yaml::to_text(node, what, diagnostics);
  if (!text) return std::nullopt;
  const auto form = text_form(kind);
  if (form && !form->accepts(*text)) {
    wrong_value(node, what, form->expected, diagnostics);
    return std::nullopt;
  }
  if (kind == FieldKind::kDecimal || kind == FieldKind::kFloat) {
    return Data(Real{*text});
  }
  return Data(*text);
}

std::optional<Data> read_default(const yaml::Node& node, const FieldDef& field,
                                 std::string_view what,
                                 Diagnostics& diagnostics) {
  if (node.is_null()) return Data();
  if (is_single(node, "call")) {
    return read_call(node, field, what, diagnostics);
  }
  if (is_single(node, "lua") && !is_callable(node)) {
    diagnostics.add("fields.default", node.pos(),
                    fmt::format("{} names no function", what),
                    "write {lua: app.module.function}");
    return std::nullopt;
  }
  if (is_single(node, "lua") || is_single(node, "Value")) {
    return yaml::to_data(node);
  }
  return read_field_value(node, field, what, diagnostics);
}

std::optional<Data> read_db_default(const yaml::Node& node,
                                    const FieldDef& field,
                                    std::string_view what,
                                    Diagnostics& diagnostics) {
  if (node.is_null()) return Data();
  for (std::string_view program : {"call", "lua"}) {
    if (!is_single(node, program)) continue;
    diagnostics.add("fields.db-default", node.pos(),
                    fmt::format("{} is computed by the database, not by a "
                                "program",
                                what),
                    "use an expression such as {Now: []}, or `default`");
    return std::nullopt;
  }
  if (!node.is_map()) return read_field_value(node, field, what, diagnostics);
  const Data given = yaml::to_data(node);
  if (field.kind() == FieldKind::kHStore && !is_expression_map(*given.map())) {
    return read_field_value(node, field, what, diagnostics);
  }
  if (is_single(node, "Value")) {
    const yaml::Node& literal = node.entries.front().value;
    // A literal map needs its Value, lest it look like an expression.
    if (literal.is_map()) return given;
    return read_field_value(literal, field, what, diagnostics);
  }
  if (field.kind() == FieldKind::kJson) return given;
  if (is_expression_map(*given.map())) return given;
  wrong_value(node, what, "a value or an expression such as {Now: []}",
              diagnostics);
  return std::nullopt;
}

std::optional<Data> read_choices(const yaml::Node& node, const FieldDef& field,
                                 std::string_view what,
                                 Diagnostics& diagnostics) {
  DataList choices;
  if (!ChoicesReader(field, what, diagnostics).read(node, choices, false)) {
    return std::nullopt;
  }
  return Data(std::move(choices));
}

}  // namespace manage::orm
