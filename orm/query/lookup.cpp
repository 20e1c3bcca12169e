#include "orm/query/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/expression_functions.hpp"

namespace manage::orm {

namespace {

/// What stands on the right side.
enum class Side {
  kValue,     ///< one value of the column
  kText,      ///< one text
  kList,      ///< any number of values
  kTwo,       ///< two values
  kTrueFalse  ///< whether it holds
};

struct LookupSpec {
  std::string_view name;
  Side side;
  bool relation = false;  ///< also of a relation as a whole
};

constexpr LookupSpec kLookups[] = {{"exact", Side::kValue, true},
                                   {"iexact", Side::kText},
                                   {"gt", Side::kValue, true},
                                   {"gte", Side::kValue, true},
                                   {"lt", Side::kValue, true},
                                   {"lte", Side::kValue, true},
                                   {"in", Side::kList, true},
                                   {"contains", Side::kText},
                                   {"icontains", Side::kText},
                                   {"startswith", Side::kText},
                                   {"istartswith", Side::kText},
                                   {"endswith", Side::kText},
                                   {"iendswith", Side::kText},
                                   {"range", Side::kTwo},
                                   {"isnull", Side::kTrueFalse, true},
                                   {"regex", Side::kText},
                                   {"iregex", Side::kText}};

const LookupSpec* find_lookup(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kLookups), std::end(kLookups),
                   [&](const LookupSpec& spec) { return spec.name == name; });
  return found == std::end(kLookups) ? nullptr : found;
}

[[noreturn]] void unknown_lookup(std::string_view path, std::string_view name,
                                 bool relation) {
  std::vector<std::string> known;
  for (const LookupSpec& spec : kLookups) {
    if (spec.relation || !relation) known.emplace_back(spec.name);
  }
  std::string hint = text::did_you_mean(name, known);
  if (hint.empty()) hint = "known are " + text::join(known, ", ");
  throw Error("query.lookup",
              fmt::format("{}: there is no lookup {}{}", path, name,
                          relation ? " of a relation" : ""))
      .hint(std::move(hint));
}

[[noreturn]] void wrong_value(std::string_view path, std::string_view expected,
                              std::string_view got, std::string hint = {}) {
  throw Error("query.value",
              fmt::format("{} needs {}, not {}", path, expected, got))
      .hint(std::move(hint));
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  const bool all = end == text.data() + text.size();
  return error == std::errc() && all ? std::optional(number) : std::nullopt;
}

template <class T>
std::optional<Value> as_value(const std::optional<T>& parsed) {
  if (!parsed) return std::nullopt;
  return Value(*parsed);
}

/// What a text means to a field of that kind; nullopt if nothing.
std::optional<Value> parse_for(FieldKind kind, const std::string& text) {
  switch (kind) {
    case FieldKind::kBoolean:
      if (text == "true") return Value(true);
      if (text == "false") return Value(false);
      return std::nullopt;
    case FieldKind::kInteger:
      return as_value(whole_number<std::int64_t>(text));
    case FieldKind::kFloat:
      return as_value(whole_number<double>(text));
    case FieldKind::kDecimal:
      return as_value(Decimal::parse(text));
    case FieldKind::kDate:
      return as_value(Date::parse(text));
    case FieldKind::kTime:
      return as_value(Time::parse(text));
    case FieldKind::kDateTime:
      return as_value(DateTime::parse(text));
    case FieldKind::kDuration:
      return as_value(Duration::parse(text));
    case FieldKind::kUuid:
      return as_value(parse_uuid(text));
    default:
      return Value(text);
  }
}

/// What a number means to a field of that kind.
std::optional<Value> convert_number(FieldKind kind, std::int64_t number) {
  switch (kind) {
    case FieldKind::kInteger:
      return Value(number);
    case FieldKind::kFloat:
      return Value(static_cast<double>(number));
    case FieldKind::kDecimal:
      return as_value(Decimal::parse(std::to_string(number)));
    case FieldKind::kBoolean:
      if (number == 0 || number == 1) return Value(number == 1);
      return std::nullopt;
    case FieldKind::kText:
      return Value(std::to_string(number));
    default:
      return std::nullopt;
  }
}

std::optional<Value> convert(FieldKind kind, const Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    return parse_for(kind, *text);
  }
  if (const auto* number = std::get_if<std::int64_t>(&value)) {
    return convert_number(kind, *number);
  }
  if (const auto* flag = std::get_if<bool>(&value)) {
    if (kind == FieldKind::kBoolean) return value;
    return convert_number(kind, *flag ? 1 : 0);
  }
  if (const auto* decimal = std::get_if<Decimal>(&value)) {
    if (kind == FieldKind::kDecimal) return value;
    return parse_for(kind, decimal->text());
  }
  if (const auto* date = std::get_if<Date>(&value);
      date && kind == FieldKind::kDateTime) {
    return as_value(DateTime::parse(date->text()));
  }
  return value;
}

ExprPtr literal_for(std::string_view path, const Expr& left, Value value) {
  const auto* column = left.as<ColumnExpr>();
  const FieldDef* field = column ? column->values : nullptr;
  if (field) value = value_for(path, *field, std::move(value));
  return make_expr(LiteralExpr{std::move(value), field});
}

class LookupMaker {
 public:
  LookupMaker(std::string_view path, ExprPtr left, const LookupSpec& spec,
              const Operand& operand)
      : path_(path), left_(std::move(left)), spec_(spec), operand_(operand) {}

  ExprPtr make() const {
    switch (spec_.side) {
      case Side::kValue:
      case Side::kText:
        return single();
      case Side::kList:
        return list();
      case Side::kTwo:
        return two();
      case Side::kTrueFalse:
        return is_null_lookup();
    }
    return nullptr;
  }

 private:
  ExprPtr lookup(std::string name, ExprList right) const {
    return make_expr(LookupExpr{std::move(name), left_, std::move(right)});
  }

  ExprPtr single() const {
    if (const auto* expr = std::get_if<ExprPtr>(&operand_)) {
      return lookup(std::string(spec_.name), {*expr});
    }
    const auto* given = std::get_if<Value>(&operand_);
    if (!given) {
      wrong_value(path_, "one value", "a list",
                  fmt::format("{}__in takes a list", path_));
    }
    if (is_null(*given)) {
      if (spec_.name == "exact" || spec_.name == "iexact") {
        return lookup("isnull", {value(true)});
      }
      wrong_value(path_, "a value", "null", "ask with isnull");
    }
    if (spec_.side == Side::kText) {
      return lookup(std::string(spec_.name), {value(display(*given))});
    }
    return lookup(std::string(spec_.name),
                  {literal_for(path_, *left_, *given)});
  }

  ExprPtr list() const {
    if (const auto* expr = std::get_if<ExprPtr>(&operand_)) {
      return lookup("in", {*expr});
    }
    const auto* values = std::get_if<std::vector<Value>>(&operand_);
    if (!values) wrong_value(path_, "a list", "one value");
    ExprList right;
    std::vector<Value> seen;
    for (const Value& one : *values) {
      // Nothing equals NULL.
      if (is_null(one)) continue;
      ExprPtr literal = literal_for(path_, *left_, one);
      const Value& typed = literal->as<LiteralExpr>()->value;
      if (std::find(seen.begin(), seen.end(), typed) != seen.end()) continue;
      seen.push_back(typed);
      right.push_back(std::move(literal));
    }
    return lookup("in", std::move(right));
  }

  ExprPtr two() const {
    const auto* values = std::get_if<std::vector<Value>>(&operand_);
    if (!values || values->size() != 2) {
      wrong_value(path_, "a list of two values",
                  values ? fmt::format("of {}", values->size()) : "one value");
    }
    ExprList right;
    for (const Value& one : *values) {
      if (is_null(one)) wrong_value(path_, "two values", "null");
      right.push_back(literal_for(path_, *left_, one));
    }
    return lookup("range", std::move(right));
  }

  ExprPtr is_null_lookup() const {
    const auto* given = std::get_if<Value>(&operand_);
    const bool* flag = given ? std::get_if<bool>(given) : nullptr;
    if (!flag) wrong_value(path_, "true or false", "something else");
    return lookup("isnull", {value(*flag)});
  }

  std::string_view path_;
  ExprPtr left_;
  const LookupSpec& spec_;
  const Operand& operand_;
};

}  // namespace

bool is_relation_lookup(std::string_view name) {
  const LookupSpec* spec = find_lookup(name);
  return spec && spec->relation;
}

std::vector<std::string> relation_lookups() {
  std::vector<std::string> names;
  for (const LookupSpec& spec : kLookups) {
    if (spec.relation) names.emplace_back(spec.name);
  }
  return names;
}

Value value_for(std::string_view path, const FieldDef& field, Value value) {
  if (is_null(value)) return value;
  const FieldKind kind = family(field.kind()).value_or(field.kind());
  if (auto converted = convert(kind, value)) return *std::move(converted);
  wrong_value(path, fmt::format("a value of a {}", field.type->name),
              display(value));
}

ExprPtr make_lookup(std::string_view path, const ExprPtr& left, bool relation,
                    const std::vector<std::string>& names,
                    const Operand& operand) {
  const std::string name = names.empty() ? "exact" : names.front();
  const LookupSpec* spec = find_lookup(name);
  if (!spec || names.size() > 1 || (relation && !spec->relation)) {
    unknown_lookup(path, names.size() > 1 && spec ? names[1] : name, relation);
  }
  return LookupMaker(path, left, *spec, operand).make();
}

}  // namespace manage::orm
