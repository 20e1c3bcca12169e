#include "orm/query/transforms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/functions.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

/// What kinds of values have a transform.
enum Of : unsigned {
  kDates = 1,
  kTimes = 2,
  kMoments = 4,
  kTexts = 8,
  kArrays = 16,
  kRanges = 32,
  kStores = 64,
};

struct Transform {
  std::string_view name;
  std::string_view function;
  unsigned of;
};

constexpr Transform kTransforms[] = {
    {"date", "TruncDate", kMoments},
    {"day", "ExtractDay", kDates | kMoments},
    {"endswith", "RangeEnd", kRanges},
    {"hour", "ExtractHour", kTimes | kMoments},
    {"isempty", "RangeEmpty", kRanges},
    {"iso_week_day", "ExtractIsoWeekDay", kDates | kMoments},
    {"iso_year", "ExtractIsoYear", kDates | kMoments},
    {"keys", "HStoreKeys", kStores},
    {"len", "ArrayLength", kArrays},
    {"lower_inc", "RangeLowerInc", kRanges},
    {"lower_inf", "RangeLowerInf", kRanges},
    {"minute", "ExtractMinute", kTimes | kMoments},
    {"month", "ExtractMonth", kDates | kMoments},
    {"quarter", "ExtractQuarter", kDates | kMoments},
    {"second", "ExtractSecond", kTimes | kMoments},
    {"startswith", "RangeStart", kRanges},
    {"time", "TruncTime", kMoments},
    {"unaccent", "Unaccent", kTexts},
    {"upper_inc", "RangeUpperInc", kRanges},
    {"upper_inf", "RangeUpperInf", kRanges},
    {"values", "HStoreValues", kStores},
    {"week", "ExtractWeek", kDates | kMoments},
    {"week_day", "ExtractWeekDay", kDates | kMoments},
    {"year", "ExtractYear", kDates | kMoments},
};

unsigned kinds_of(std::optional<FieldKind> given) {
  const std::optional<FieldKind> kind = family(given);
  if (!kind) return 0;
  if (range_ends(*kind)) return kRanges;
  switch (*kind) {
    case FieldKind::kDate:
      return kDates;
    case FieldKind::kTime:
      return kTimes;
    case FieldKind::kDateTime:
      return kMoments;
    case FieldKind::kText:
      return kTexts;
    case FieldKind::kArray:
      return kArrays;
    case FieldKind::kHStore:
      return kStores;
    default:
      return 0;
  }
}

std::optional<std::int64_t> index_of(std::string_view name) {
  constexpr std::size_t kDigits = 9;
  const bool digits =
      !name.empty() && name.size() <= kDigits &&
      std::all_of(name.begin(), name.end(),
                  [](unsigned char c) { return std::isdigit(c) != 0; });
  if (!digits) return std::nullopt;
  return std::stoll(std::string(name));
}

/// "0" is the first element, "0_2" the first two.
ExprPtr array_part(const ExprPtr& expr, std::string_view name) {
  if (const auto index = index_of(name)) {
    const FieldDef* field = field_of(*expr);
    const FieldPtr inner = field ? field->inner : nullptr;
    // PostgreSQL's [1] of a table is NULL, and its [1:1] a table of one row.
    const bool row = inner && inner->kind() == FieldKind::kArray;
    return call(row ? "ArrayRow" : "ArrayItem", {expr, value(*index + 1)}, {},
                inner);
  }
  const std::size_t bar = name.find('_');
  if (bar == std::string_view::npos) return nullptr;
  const auto first = index_of(name.substr(0, bar));
  const auto last = index_of(name.substr(bar + 1));
  if (!first || !last) return nullptr;
  return call("ArraySlice", {expr, value(*first + 1), value(*last)});
}

/// A key of a JSON value; one of a key is a longer way to it.
ExprPtr json_key(const ExprPtr& expr, std::string_view name) {
  DataList keys;
  ExprPtr base = expr;
  const auto* called = expr->as<CallExpr>();
  if (called && called->function == "JSONKey") {
    keys = *called->options.find("keys")->list();
    base = called->arguments.front();
  }
  keys.push_back(std::string(name));
  return call("JSONKey", {base}, {{"keys", std::move(keys)}});
}

}  // namespace

ExprPtr apply_transform(const ExprPtr& expr, std::string_view name) {
  const std::optional<FieldKind> kind = kind_of(*expr);
  if (kind == FieldKind::kJson) return json_key(expr, name);
  for (const Transform& one : kTransforms) {
    if (one.name == name && (one.of & kinds_of(kind)) != 0) {
      return call(std::string(one.function), {expr});
    }
  }
  if (kind == FieldKind::kArray) return array_part(expr, name);
  if (kind == FieldKind::kHStore) {
    return call("HStoreKey", {expr, value(std::string(name))});
  }
  return nullptr;
}

std::vector<std::string> transform_names(std::optional<FieldKind> kind) {
  std::vector<std::string> names;
  for (const Transform& one : kTransforms) {
    if ((one.of & kinds_of(kind)) != 0) names.emplace_back(one.name);
  }
  return names;
}

ExprPtr apply_transforms(std::string_view path, ExprPtr expr,
                         const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    ExprPtr next = apply_transform(expr, name);
    if (!next) {
      throw Error("query.lookup",
                  fmt::format("{}: there is no transform {}", path, name))
          .hint(text::did_you_mean(name, transform_names(kind_of(*expr))));
    }
    expr = std::move(next);
  }
  return expr;
}

}  // namespace manage::orm
