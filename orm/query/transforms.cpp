#include "orm/query/transforms.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

/// What kinds of values have a transform.
enum Of : unsigned { kDates = 1, kTimes = 2, kMoments = 4 };

struct Transform {
  std::string_view name;
  std::string_view function;
  unsigned of;
};

constexpr Transform kTransforms[] = {
    {"date", "TruncDate", kMoments},
    {"day", "ExtractDay", kDates | kMoments},
    {"hour", "ExtractHour", kTimes | kMoments},
    {"iso_week_day", "ExtractIsoWeekDay", kDates | kMoments},
    {"iso_year", "ExtractIsoYear", kDates | kMoments},
    {"minute", "ExtractMinute", kTimes | kMoments},
    {"month", "ExtractMonth", kDates | kMoments},
    {"quarter", "ExtractQuarter", kDates | kMoments},
    {"second", "ExtractSecond", kTimes | kMoments},
    {"time", "TruncTime", kMoments},
    {"week", "ExtractWeek", kDates | kMoments},
    {"week_day", "ExtractWeekDay", kDates | kMoments},
    {"year", "ExtractYear", kDates | kMoments},
};

unsigned kinds_of(std::optional<FieldKind> kind) {
  if (kind == FieldKind::kDate) return kDates;
  if (kind == FieldKind::kTime) return kTimes;
  if (kind == FieldKind::kDateTime) return kMoments;
  return 0;
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
