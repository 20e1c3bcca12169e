#include "orm/expression_functions.hpp"

#include <algorithm>
#include <string>

namespace manage::orm {

namespace {

constexpr FunctionSpec kFunctions[] = {
    {"ACos", "ACOS", 1, 1, Result::kNumeric},
    {"ASin", "ASIN", 1, 1, Result::kNumeric},
    {"ATan", "ATAN", 1, 1, Result::kNumeric},
    {"ATan2", "ATAN2", 2, 2, Result::kNumeric},
    {"Abs", "ABS", 1, 1, Result::kSame},
    {"Ceil", "CEILING", 1, 1, Result::kSame},
    {"Chr", "CHR", 1, 1, Result::kText},
    {"Coalesce", "COALESCE", 2, kAny, Result::kSame},
    {"Cos", "COS", 1, 1, Result::kNumeric},
    {"Degrees", "DEGREES", 1, 1, Result::kNumeric},
    {"Exp", "EXP", 1, 1, Result::kNumeric},
    {"Floor", "FLOOR", 1, 1, Result::kSame},
    {"Greatest", "GREATEST", 2, kAny, Result::kSame},
    {"LPad", "LPAD", 3, 3, Result::kText},
    {"LTrim", "LTRIM", 1, 1, Result::kSame},
    {"Least", "LEAST", 2, kAny, Result::kSame},
    {"Left", "LEFT", 2, 2, Result::kText},
    {"Length", "LENGTH", 1, 1, Result::kInteger},
    {"Ln", "LN", 1, 1, Result::kNumeric},
    {"Lower", "LOWER", 1, 1, Result::kSame},
    {"MD5", "MD5", 1, 1, Result::kText},
    {"Mod", "MOD", 2, 2, Result::kNumeric},
    {"Now", "", 0, 0, Result::kMoment},
    {"NullIf", "NULLIF", 2, 2, Result::kSame},
    {"Ord", "ORD", 1, 1, Result::kInteger},
    {"Pi", "PI()", 0, 0, Result::kFloat},
    {"Power", "POWER", 2, 2, Result::kNumeric},
    {"RPad", "RPAD", 3, 3, Result::kText},
    {"RTrim", "RTRIM", 1, 1, Result::kSame},
    {"Radians", "RADIANS", 1, 1, Result::kNumeric},
    {"Random", "", 0, 0, Result::kFloat},
    {"RandomUUID", "", 0, 0, Result::kUuid},
    {"Repeat", "REPEAT", 2, 2, Result::kText},
    {"Replace", "REPLACE", 3, 3, Result::kText},
    {"Reverse", "REVERSE", 1, 1, Result::kSame},
    {"Right", "RIGHT", 2, 2, Result::kText},
    {"Round", "ROUND", 1, 2, Result::kFirst},
    {"Sign", "SIGN", 1, 1, Result::kSame},
    {"Sin", "SIN", 1, 1, Result::kNumeric},
    {"Sqrt", "SQRT", 1, 1, Result::kNumeric},
    {"StrIndex", "STRPOS", 2, 2, Result::kInteger},
    {"Substr", "SUBSTRING", 2, 3, Result::kText},
    {"Tan", "TAN", 1, 1, Result::kNumeric},
    {"TransactionNow", "", 0, 0, Result::kMoment},
    {"Trim", "TRIM", 1, 1, Result::kSame},
    {"Upper", "UPPER", 1, 1, Result::kSame},
};

/// What is not a plain function.
constexpr std::string_view kSpecial[] = {
    "Case", "Cast", "Collate", "Concat", "ExpressionWrapper",
    "F",    "Func", "OpClass", "Value"};

}  // namespace

const FunctionSpec* find_function(std::string_view name) {
  const auto found =
      std::find_if(std::begin(kFunctions), std::end(kFunctions),
                   [&](const FunctionSpec& spec) { return spec.name == name; });
  return found == std::end(kFunctions) ? nullptr : found;
}

/// Kinds that count as one when results are derived.
std::optional<FieldKind> family(std::optional<FieldKind> kind) {
  using K = FieldKind;
  if (!kind) return kind;
  switch (*kind) {
    case K::kDate:
    case K::kDateTime:
    case K::kTime:
    case K::kDuration:
    case K::kDecimal:
    case K::kFloat:
    case K::kBoolean:
    case K::kUuid:
    case K::kJson:
    case K::kBinary:
    case K::kGenericIPAddress:
    case K::kArray:
    case K::kHStore:
    case K::kSearchVector:
    case K::kIntegerRange:
    case K::kBigIntegerRange:
    case K::kDecimalRange:
    case K::kDateRange:
    case K::kDateTimeRange:
      return kind;
    case K::kChar:
    case K::kEmail:
    case K::kFile:
    case K::kFilePath:
    case K::kImage:
    case K::kSlug:
    case K::kText:
    case K::kUrl:
      return K::kText;
    default:
      return K::kInteger;
  }
}

std::optional<FieldKind> common_kind(const std::vector<SqlExpression>& parts) {
  if (parts.empty()) return std::nullopt;
  const auto first = family(parts.front().kind);
  const bool same = std::all_of(
      parts.begin(), parts.end(),
      [&](const SqlExpression& part) { return family(part.kind) == first; });
  return same ? first : std::nullopt;
}

bool any_of_kind(const std::vector<SqlExpression>& parts, FieldKind kind) {
  return std::any_of(
      parts.begin(), parts.end(),
      [&](const SqlExpression& part) { return part.kind == kind; });
}

std::optional<FieldKind> result_kind(Result result,
                                     const std::vector<SqlExpression>& parts) {
  switch (result) {
    case Result::kText:
      return FieldKind::kText;
    case Result::kInteger:
      return FieldKind::kInteger;
    case Result::kNumeric:
      return any_of_kind(parts, FieldKind::kDecimal) ? FieldKind::kDecimal
                                                     : FieldKind::kFloat;
    case Result::kFloat:
      return FieldKind::kFloat;
    case Result::kMoment:
      return FieldKind::kDateTime;
    case Result::kUuid:
      return FieldKind::kUuid;
    case Result::kFirst:
      return family(parts.front().kind);
    case Result::kSame:
      break;
  }
  return common_kind(parts);
}

std::vector<std::string> expression_names() {
  std::vector<std::string> names(std::begin(kSpecial), std::end(kSpecial));
  for (const FunctionSpec& spec : kFunctions) names.emplace_back(spec.name);
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace manage::orm
