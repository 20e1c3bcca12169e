#include "orm/query/lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/convert.hpp"
#include "orm/json_text.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/transforms.hpp"
#include "orm/query/value_hash.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

/// What stands on the right side.
enum class Side {
  kValue,      ///< one value of the column
  kText,       ///< one text
  kTexts,      ///< any number of texts
  kList,       ///< any number of values
  kTwo,        ///< two values
  kTrueFalse,  ///< whether it holds
};

struct LookupSpec {
  std::string_view name;
  Side side;
  bool relation = false;     ///< also of a relation as a whole
  std::string_view of = {};  ///< only of such values; empty: of all
};

/// What comes first is taken first.
constexpr LookupSpec kLookups[] = {
    {"contained_by", Side::kValue, false, "array"},
    {"contained_by", Side::kValue, false, "hstore"},
    {"contained_by", Side::kValue, false, "json"},
    {"contained_by", Side::kValue, false, "range"},
    {"contains", Side::kValue, false, "array"},
    {"contains", Side::kValue, false, "hstore"},
    {"contains", Side::kValue, false, "json"},
    {"contains", Side::kValue, false, "range"},
    {"has_any_keys", Side::kTexts, false, "hstore"},
    {"has_any_keys", Side::kTexts, false, "json"},
    {"has_key", Side::kText, false, "hstore"},
    {"has_key", Side::kText, false, "json"},
    {"has_keys", Side::kTexts, false, "hstore"},
    {"has_keys", Side::kTexts, false, "json"},
    {"overlap", Side::kValue, false, "array"},
    {"overlap", Side::kValue, false, "range"},
    {"adjacent_to", Side::kValue, false, "range"},
    {"fully_gt", Side::kValue, false, "range"},
    {"fully_lt", Side::kValue, false, "range"},
    {"not_gt", Side::kValue, false, "range"},
    {"not_lt", Side::kValue, false, "range"},
    {"search", Side::kText, false, "text"},
    {"search", Side::kText, false, "vector"},
    {"trigram_similar", Side::kText, false, "text"},
    {"trigram_strict_word_similar", Side::kText, false, "text"},
    {"trigram_word_similar", Side::kText, false, "text"},
    {"exact", Side::kValue, true},
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
    {"iregex", Side::kText},
};

/// What lookups of their own a kind of values has.
std::string_view own_lookups(std::optional<FieldKind> given) {
  const std::optional<FieldKind> kind = family(given);
  if (!kind) return "";
  if (range_ends(*kind)) return "range";
  switch (*kind) {
    case FieldKind::kJson:
      return "json";
    case FieldKind::kArray:
      return "array";
    case FieldKind::kHStore:
      return "hstore";
    case FieldKind::kSearchVector:
      return "vector";
    case FieldKind::kText:
      return "text";
    default:
      return "";
  }
}

const LookupSpec* find_lookup(std::string_view name, std::string_view of) {
  const auto found = std::find_if(
      std::begin(kLookups), std::end(kLookups), [&](const LookupSpec& spec) {
        return spec.name == name && (spec.of.empty() || spec.of == of);
      });
  if (found == std::end(kLookups)) return nullptr;
  // A range begins and ends with a value: these names are transforms there.
  const bool transform = of == "range" && found->side == Side::kText;
  return transform ? nullptr : found;
}

[[noreturn]] void unknown_lookup(std::string_view path, std::string_view name,
                                 bool relation, std::string_view of,
                                 std::vector<std::string> known) {
  for (const LookupSpec& spec : kLookups) {
    if (!spec.of.empty() && spec.of != of) continue;
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

/// Years that dates can have.
constexpr std::int64_t kFirstYear = 1, kLastYear = 9999;

/// The field of values that are of none: the keys of an hstore.
FieldPtr fieldless(FieldKind kind) {
  auto field = std::make_shared<FieldDef>();
  field->name = "value";
  field->type = &field_type(kind);
  if (kind == FieldKind::kArray) field->inner = fieldless(FieldKind::kText);
  return field;
}

FieldPtr literal_field(const Expr& expr) {
  if (const FieldDef* field = field_of(expr)) return borrowed(*field);
  const std::optional<FieldKind> kind = kind_of(expr);
  const bool rich = kind == FieldKind::kArray || kind == FieldKind::kHStore;
  return rich ? fieldless(*kind) : nullptr;
}

/// A list or a map in JSON as a value of an array or hstore.
Value rich_literal(std::string_view path, const Expr& left, const Json& given) {
  const FieldPtr field = literal_field(left);
  Value made;
  std::string reason;
  const FieldConverter reader(*field, {});
  if (!reader.from_text(given.text, made, reason)) {
    throw Error("query.value", fmt::format("{}: {}", path, reason));
  }
  return made;
}

ExprPtr literal_for(std::string_view path, const Expr& left, Value given) {
  const FieldKind kind = kind_of(left).value_or(FieldKind::kText);
  const auto* json = std::get_if<Json>(&given);
  if (json && (kind == FieldKind::kArray || kind == FieldKind::kHStore)) {
    return value(rich_literal(path, left, *json), literal_field(left));
  }
  Value typed =
      value_for(path, kind_of(left), field_of(left), std::move(given));
  return value(std::move(typed), literal_field(left));
}

/// The two ends of a range.
std::optional<Value> range_of(const std::vector<Value>& list) {
  if (list.size() != 2) return std::nullopt;
  const auto end = [](const Value& one) {
    return is_null(one) ? std::nullopt : std::optional(element_text(one));
  };
  return Value(range_text(end(list[0]), end(list[1]), "[)"));
}

Json as_json(const std::vector<Value>& list) {
  std::vector<std::string> elements;
  for (const Value& one : list) elements.push_back(json_text(one));
  return Json{"[" + text::join(elements, ", ") + "]"};
}

class LookupMaker {
 public:
  LookupMaker(std::string_view path, ExprPtr left, const LookupSpec& spec,
              const Operand& operand)
      : path_(path),
        left_(std::move(left)),
        spec_(spec),
        operand_(operand),
        of_(own_lookups(kind_of(*left_))) {}

  ExprPtr make() const {
    switch (spec_.side) {
      case Side::kValue:
      case Side::kText:
        return single();
      case Side::kTexts:
        return texts();
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
  ExprPtr lookup(std::string_view name, ExprList right) const {
    std::string whole(name);
    if (!spec_.of.empty()) whole = fmt::format("{}.{}", spec_.of, name);
    return make_expr(LookupExpr{std::move(whole), left_, std::move(right)});
  }

  ExprPtr single() const {
    if (const auto* expr = std::get_if<ExprPtr>(&operand_)) {
      return lookup(spec_.name, {*expr});
    }
    const auto* list = std::get_if<std::vector<Value>>(&operand_);
    if (list && spec_.side == Side::kValue) {
      if (auto whole = whole_list(*list)) return lookup(spec_.name, {whole});
    }
    const auto* given = std::get_if<Value>(&operand_);
    if (!given) {
      wrong_value(path_, "one value", "a list",
                  fmt::format("{}__in takes a list", path_));
    }
    if (is_null(*given)) {
      // null is a JSON value, and another one than NULL.
      if (spec_.name == "exact" && of_ == "json") {
        return lookup("exact", {value(Json{"null"})});
      }
      if (spec_.name == "exact" || spec_.name == "iexact") {
        return lookup("isnull", {value(true)});
      }
      wrong_value(path_, "a value", "null", "ask with isnull");
    }
    if (spec_.side == Side::kText) {
      return lookup(spec_.name, {value(display(*given))});
    }
    if (of_ == "range" && spec_.name == "contains") {
      return lookup(spec_.name, {part_of_range(*given)});
    }
    return lookup(spec_.name, {literal_for(path_, *left_, *given)});
  }

  /// A list as one value; nullptr where the left side has no lists.
  ExprPtr whole_list(const std::vector<Value>& list) const {
    if (of_ == "json") return value(as_json(list));
    if (of_ == "array") return literal_for(path_, *left_, as_json(list));
    if (of_ != "range") return nullptr;
    std::optional<Value> range = range_of(list);
    return range ? value(*std::move(range), literal_field(*left_)) : nullptr;
  }

  /// What a range contains may be a range, or what it begins and ends with.
  ExprPtr part_of_range(const Value& given) const {
    const auto* text = std::get_if<std::string>(&given);
    if (text && parse_range(*text)) return literal_for(path_, *left_, given);
    return value(
        value_for(path_, range_ends(*kind_of(*left_)), nullptr, given));
  }

  /// As a list in JSON.
  ExprPtr texts() const {
    const auto* values = std::get_if<std::vector<Value>>(&operand_);
    if (!values) wrong_value(path_, "a list", "one value");
    DataList list;
    for (const Value& one : *values) list.push_back(display(one));
    return lookup(spec_.name, {value(Json{to_json(Data(std::move(list)))})});
  }

  static bool is_null_literal(const ExprPtr& one) {
    const auto* literal = one->as<LiteralExpr>();
    return literal && is_null(literal->value);
  }

  /// Values among expressions are those of the column.
  ExprList typed(ExprList list) const {
    for (ExprPtr& one : list) {
      const auto* literal = one->as<LiteralExpr>();
      if (!literal || literal->field) continue;
      one = literal_for(path_, *left_, literal->value);
    }
    return list;
  }

  /// Without NULL, which nothing equals.
  ExprPtr list() const {
    if (const auto* expr = std::get_if<ExprPtr>(&operand_)) {
      return lookup("in", {as_rows(*expr)});
    }
    if (const auto* all = std::get_if<ExprList>(&operand_)) {
      ExprList right = typed(*all);
      std::erase_if(right, is_null_literal);
      return lookup("in", std::move(right));
    }
    const auto* values = std::get_if<std::vector<Value>>(&operand_);
    if (!values) wrong_value(path_, "a list", "one value");
    ExprList right;
    std::unordered_set<Value, ValueHash> seen;
    for (const Value& one : *values) {
      if (is_null(one)) continue;
      ExprPtr literal = literal_for(path_, *left_, one);
      const Value& typed = literal->as<LiteralExpr>()->value;
      if (!seen.insert(typed).second) continue;
      right.push_back(std::move(literal));
    }
    return lookup("in", std::move(right));
  }

  ExprPtr two() const {
    if (const auto* both = std::get_if<ExprList>(&operand_)) {
      if (std::any_of(both->begin(), both->end(), is_null_literal)) {
        wrong_value(path_, "two values", "null");
      }
      if (both->size() == 2) return lookup("range", typed(*both));
    }
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

  /// A subquery as a list of its rows.
  static ExprPtr as_rows(const ExprPtr& expr) {
    const auto* inner = expr->as<SubqueryExpr>();
    if (!inner || inner->kind != SubqueryExpr::Kind::kScalar) return expr;
    SubqueryExpr rows = *inner;
    rows.kind = SubqueryExpr::Kind::kRows;
    return make_expr(std::move(rows));
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
  std::string_view of_;  ///< what the left side is
};

}  // namespace

bool is_relation_lookup(std::string_view name) {
  const LookupSpec* spec = find_lookup(name, "");
  return spec && spec->relation;
}

std::vector<std::string> relation_lookups() {
  std::vector<std::string> names;
  for (const LookupSpec& spec : kLookups) {
    if (spec.relation) names.emplace_back(spec.name);
  }
  return names;
}

namespace {

/// "published__year__gt": a year is compared as the days it begins and ends
/// with, so that an index on the column helps.
ExprPtr year_lookup(const LookupExpr& lookup) {
  const auto* called = lookup.left->as<CallExpr>();
  if (!called || called->function != "ExtractYear") return nullptr;
  const ExprPtr& day = called->arguments.front();
  if (kind_of(*day) != FieldKind::kDate || !called->options.empty()) {
    return nullptr;
  }
  const auto* literal = lookup.right.front()->as<LiteralExpr>();
  const auto* year =
      literal ? std::get_if<std::int64_t>(&literal->value) : nullptr;
  if (!year || *year < kFirstYear || *year > kLastYear) return nullptr;
  const int number = static_cast<int>(*year);
  const ExprPtr first = value(Date{number, 1, 1}, literal_field(*day));
  const ExprPtr last = value(Date{number, 12, 31}, literal_field(*day));
  const std::string& name = lookup.lookup;
  if (name == "exact") {
    return make_expr(LookupExpr{"range", day, {first, last}});
  }
  if (name == "gt" || name == "lte") {
    return make_expr(LookupExpr{name, day, {last}});
  }
  if (name == "gte" || name == "lt") {
    return make_expr(LookupExpr{name, day, {first}});
  }
  return nullptr;
}

}  // namespace

ExprPtr make_lookup(std::string_view path, const ExprPtr& left, bool relation,
                    const std::vector<std::string>& names,
                    const Operand& operand) {
  ExprPtr side = left;
  const LookupSpec* found = names.empty() ? find_lookup("exact", "") : nullptr;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const bool last = i + 1 == names.size();
    const std::string_view of = own_lookups(kind_of(*side));
    if (last) found = find_lookup(names[i], of);
    if (found && (found->relation || !relation)) break;
    ExprPtr next = relation ? nullptr : apply_transform(side, names[i]);
    if (!next) {
      unknown_lookup(path, names[i], relation, of,
                     transform_names(kind_of(*side)));
    }
    side = std::move(next);
    if (last) found = find_lookup("exact", "");
  }
  ExprPtr made = LookupMaker(path, side, *found, operand).make();
  if (const auto* lookup = made->as<LookupExpr>();
      lookup && !lookup->right.empty()) {
    if (ExprPtr year = year_lookup(*lookup)) return year;
  }
  return made;
}

}  // namespace manage::orm
