#include "orm/query/functions.hpp"

#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "orm/rich_values.hpp"

namespace manage::orm {

namespace {

using R = Gives;
constexpr FunctionRole kAggregate = FunctionRole::kAggregate;
constexpr FunctionRole kWindow = FunctionRole::kWindow;

/// Sorted by name.
constexpr FunctionSpec kFunctions[] = {
    {"ACos", "ACOS", 1, 1, R::kNumeric},
    {"ASin", "ASIN", 1, 1, R::kNumeric},
    {"ATan", "ATAN", 1, 1, R::kNumeric},
    {"ATan2", "ATAN2", 2, 2, R::kNumeric},
    {"Abs", "ABS", 1, 1, R::kSame},
    {"AnyValue", "", 1, 1, R::kFirst, kAggregate, false},
    {"ArrayAgg", "ARRAY_AGG", 1, 1, R::kArrayOf, kAggregate},
    {"ArrayItem", "({0})[{1}]", 2, 2, R::kText},
    {"ArrayLength", "ARRAY_LENGTH", 1, 1, R::kInteger},
    {"ArrayRow", "(SELECT ARRAY_AGG(e) FROM UNNEST(({0})[{1}:{1}]) AS e)", 2, 2,
     R::kFirst},
    {"ArraySlice", "({0})[{1}:{2}]", 3, 3, R::kFirst},
    {"Avg", "AVG", 1, 1, R::kNumeric, kAggregate},
    {"BitAnd", "BIT_AND", 1, 1, R::kFirst, kAggregate, false},
    {"BitOr", "BIT_OR", 1, 1, R::kFirst, kAggregate, false},
    {"BitXor", "BIT_XOR", 1, 1, R::kFirst, kAggregate, false},
    {"BoolAnd", "BOOL_AND", 1, 1, R::kBoolean, kAggregate, false},
    {"BoolOr", "BOOL_OR", 1, 1, R::kBoolean, kAggregate, false},
    {"Cast", "", 1, 1, R::kFirst},
    {"Ceil", "CEILING", 1, 1, R::kSame},
    {"Chr", "CHR", 1, 1, R::kText},
    {"Coalesce", "COALESCE", 2, kAny, R::kSame},
    {"Collate", "", 1, 2, R::kFirst, FunctionRole::kScalar, true, "collation"},
    {"Concat", "", 2, kAny, R::kText},
    {"Corr", "CORR", 2, 2, R::kFloat, kAggregate, false},
    {"Cos", "COS", 1, 1, R::kNumeric},
    {"Cot", "COT", 1, 1, R::kNumeric},
    {"Count", "COUNT", 0, 1, R::kInteger, kAggregate},
    {"CovarPop", "", 2, 2, R::kFloat, kAggregate, false, "sample"},
    {"CumeDist", "CUME_DIST", 0, 0, R::kFloat, kWindow},
    {"Degrees", "DEGREES", 1, 1, R::kNumeric},
    {"DenseRank", "DENSE_RANK", 0, 0, R::kInteger, kWindow},
    {"Exp", "EXP", 1, 1, R::kNumeric},
    {"ExpressionWrapper", "{0}", 1, 1, R::kFirst},
    {"ExtractDay", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractHour", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractIsoWeekDay", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractIsoYear", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractMinute", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractMonth", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractQuarter", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractSecond", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractWeek", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractWeekDay", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"ExtractYear", "", 1, 1, R::kInteger, FunctionRole::kScalar, true,
     "tzinfo"},
    {"FirstValue", "FIRST_VALUE", 1, 1, R::kFirst, kWindow},
    {"Floor", "FLOOR", 1, 1, R::kSame},
    {"Func", "", 0, kAny, R::kFirst, FunctionRole::kScalar, true, "function"},
    {"Greatest", "GREATEST", 2, kAny, R::kSame},
    {"HStoreKey", "({0} -> {1})", 2, 2, R::kText},
    {"HStoreKeys", "AKEYS", 1, 1, R::kArrayOf},
    {"HStoreValues", "AVALS", 1, 1, R::kArrayOf},
    {"JSONArray", "", 0, kAny, R::kJson},
    {"JSONBAgg", "JSONB_AGG", 1, 1, R::kJson, kAggregate},
    {"JSONKey", "", 1, 1, R::kJson, FunctionRole::kScalar, true, "keys"},
    {"JSONObject", "", 0, kAny, R::kJson},
    {"LPad", "LPAD", 2, 3, R::kText},
    {"LTrim", "LTRIM", 1, 1, R::kSame},
    {"Lag", "LAG", 1, 3, R::kFirst, kWindow, false, "offset"},
    {"LastValue", "LAST_VALUE", 1, 1, R::kFirst, kWindow},
    {"Lead", "LEAD", 1, 3, R::kFirst, kWindow, false, "offset"},
    {"Least", "LEAST", 2, kAny, R::kSame},
    {"Left", "LEFT", 2, 2, R::kText},
    {"Length", "LENGTH", 1, 1, R::kInteger},
    {"Ln", "LN", 1, 1, R::kNumeric},
    {"Log", "LOG", 2, 2, R::kNumeric},
    {"Lower", "LOWER", 1, 1, R::kSame},
    {"MD5", "MD5", 1, 1, R::kText},
    {"Max", "MAX", 1, 1, R::kFirst, kAggregate},
    {"Min", "MIN", 1, 1, R::kFirst, kAggregate},
    {"Mod", "MOD", 2, 2, R::kNumeric},
    {"Now", "", 0, 0, R::kMoment},
    {"NthValue", "NTH_VALUE", 2, 2, R::kFirst, kWindow},
    {"Ntile", "NTILE", 1, 1, R::kInteger, kWindow},
    {"NullIf", "NULLIF", 2, 2, R::kSame},
    {"Ord", "ORD", 1, 1, R::kInteger},
    {"PercentRank", "PERCENT_RANK", 0, 0, R::kFloat, kWindow},
    {"Pi", "PI()", 0, 0, R::kFloat},
    {"Power", "POWER", 2, 2, R::kNumeric},
    {"RPad", "RPAD", 2, 3, R::kText},
    {"RTrim", "RTRIM", 1, 1, R::kSame},
    {"Radians", "RADIANS", 1, 1, R::kNumeric},
    {"Random", "", 0, 0, R::kFloat},
    {"RandomUUID", "", 0, 0, R::kUuid},
    {"RangeEmpty", "ISEMPTY", 1, 1, R::kBoolean},
    {"RangeEnd", "UPPER", 1, 1, R::kEnds},
    {"RangeLowerInc", "LOWER_INC", 1, 1, R::kBoolean},
    {"RangeLowerInf", "LOWER_INF", 1, 1, R::kBoolean},
    {"RangeStart", "LOWER", 1, 1, R::kEnds},
    {"RangeUpperInc", "UPPER_INC", 1, 1, R::kBoolean},
    {"RangeUpperInf", "UPPER_INF", 1, 1, R::kBoolean},
    {"Rank", "RANK", 0, 0, R::kInteger, kWindow},
    {"RegrAvgX", "REGR_AVGX", 2, 2, R::kFloat, kAggregate, false},
    {"RegrAvgY", "REGR_AVGY", 2, 2, R::kFloat, kAggregate, false},
    {"RegrCount", "REGR_COUNT", 2, 2, R::kInteger, kAggregate, false},
    {"RegrIntercept", "REGR_INTERCEPT", 2, 2, R::kFloat, kAggregate, false},
    {"RegrR2", "REGR_R2", 2, 2, R::kFloat, kAggregate, false},
    {"RegrSXX", "REGR_SXX", 2, 2, R::kFloat, kAggregate, false},
    {"RegrSXY", "REGR_SXY", 2, 2, R::kFloat, kAggregate, false},
    {"RegrSYY", "REGR_SYY", 2, 2, R::kFloat, kAggregate, false},
    {"RegrSlope", "REGR_SLOPE", 2, 2, R::kFloat, kAggregate, false},
    {"Repeat", "REPEAT", 2, 2, R::kText},
    {"Replace", "REPLACE", 2, 3, R::kText},
    {"Reverse", "REVERSE", 1, 1, R::kSame},
    {"Right", "RIGHT", 2, 2, R::kText},
    {"Round", "ROUND", 1, 2, R::kFirst, FunctionRole::kScalar, true,
     "precision"},
    {"RowNumber", "ROW_NUMBER", 0, 0, R::kInteger, kWindow},
    {"SHA1", "", 1, 1, R::kText},
    {"SHA224", "", 1, 1, R::kText},
    {"SHA256", "", 1, 1, R::kText},
    {"SHA384", "", 1, 1, R::kText},
    {"SHA512", "", 1, 1, R::kText},
    {"SearchHeadline", "", 2, 2, R::kText, FunctionRole::kScalar, true,
     "config start_sel stop_sel max_words min_words short_word highlight_all "
     "max_fragments fragment_delimiter"},
    {"SearchQuery", "", 1, 1, R::kSearch, FunctionRole::kScalar, true,
     "config search_type invert"},
    {"SearchRank", "TS_RANK", 2, 2, R::kFloat, FunctionRole::kScalar, true,
     "weights normalization cover_density"},
    {"SearchVector", "", 1, kAny, R::kSearch, FunctionRole::kScalar, true,
     "config weight"},
    {"Sign", "SIGN", 1, 1, R::kSame},
    {"Sin", "SIN", 1, 1, R::kNumeric},
    {"Sqrt", "SQRT", 1, 1, R::kNumeric},
    {"StdDev", "", 1, 1, R::kNumeric, kAggregate, false, "sample"},
    {"StrIndex", "STRPOS", 2, 2, R::kInteger},
    {"StringAgg", "STRING_AGG", 2, 2, R::kText, kAggregate},
    {"Substr", "SUBSTRING", 2, 3, R::kText},
    {"Sum", "SUM", 1, 1, R::kTotal, kAggregate},
    {"Tan", "TAN", 1, 1, R::kNumeric},
    {"TransactionNow", "", 0, 0, R::kMoment},
    {"TrigramDistance", "({0} <-> {1})", 2, 2, R::kFloat},
    {"TrigramSimilarity", "SIMILARITY", 2, 2, R::kFloat},
    {"TrigramStrictWordDistance", "({0} <<<-> {1})", 2, 2, R::kFloat},
    {"TrigramStrictWordSimilarity", "STRICT_WORD_SIMILARITY", 2, 2, R::kFloat},
    {"TrigramWordDistance", "({0} <<-> {1})", 2, 2, R::kFloat},
    {"TrigramWordSimilarity", "WORD_SIMILARITY", 2, 2, R::kFloat},
    {"Trim", "TRIM", 1, 1, R::kSame},
    {"TruncDate", "", 1, 1, R::kDate, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncDay", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncHour", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncMinute", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncMonth", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncQuarter", "", 1, 1, R::kFirst, FunctionRole::kScalar, true,
     "tzinfo"},
    {"TruncSecond", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncTime", "", 1, 1, R::kTime, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncWeek", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"TruncYear", "", 1, 1, R::kFirst, FunctionRole::kScalar, true, "tzinfo"},
    {"Unaccent", "UNACCENT", 1, 1, R::kText},
    {"Upper", "UPPER", 1, 1, R::kSame},
    {"Variance", "", 1, 1, R::kNumeric, kAggregate, false, "sample"},
};

constexpr std::string_view kOperators[] = {"+", "-", "*", "/",  "%", "^",
                                           "&", "|", "#", "<<", ">>"};

using K = FieldKind;

bool is_number(std::optional<K> kind) {
  return kind == K::kInteger || kind == K::kFloat || kind == K::kDecimal;
}

}  // namespace

const FunctionSpec* find_function(std::string_view name) {
  const auto* const found =
      std::lower_bound(std::begin(kFunctions), std::end(kFunctions), name,
                       [](const FunctionSpec& spec, std::string_view other) {
                         return spec.name < other;
                       });
  const bool there = found != std::end(kFunctions) && found->name == name;
  return there ? found : nullptr;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const FunctionSpec& spec : kFunctions) names.emplace_back(spec.name);
  return names;
}

bool takes_option(const FunctionSpec& spec, std::string_view name) {
  const std::vector<std::string> known =
      text::split(std::string(spec.options), ' ');
  return std::find(known.begin(), known.end(), name) != known.end();
}

std::optional<FieldKind> family(std::optional<FieldKind> kind) {
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

std::optional<FieldKind> common_kind(const Kinds& parts) {
  std::optional<FieldKind> common;
  for (const auto& part : parts) {
    const auto one = family(part);
    if (!one) continue;
    if (common && common != one) return std::nullopt;
    common = one;
  }
  return common;
}

std::optional<FieldKind> result_kind(Gives gives, const Kinds& parts) {
  switch (gives) {
    case R::kText:
      return K::kText;
    case R::kInteger:
      return K::kInteger;
    case R::kNumeric:
      for (const auto& part : parts) {
        if (part == K::kDecimal || part == K::kDuration) return part;
      }
      return K::kFloat;
    case R::kFloat:
      return K::kFloat;
    case R::kBoolean:
      return K::kBoolean;
    case R::kDate:
      return K::kDate;
    case R::kTime:
      return K::kTime;
    case R::kMoment:
      return K::kDateTime;
    case R::kUuid:
      return K::kUuid;
    case R::kJson:
      return K::kJson;
    case R::kSearch:
      return K::kSearchVector;
    case R::kArrayOf:
      return K::kArray;
    case R::kEnds:
      return parts.empty() || !parts.front() ? std::nullopt
                                             : range_ends(*parts.front());
    case R::kTotal:
    case R::kFirst:
      return parts.empty() ? std::nullopt : family(parts.front());
    case R::kSame:
      break;
  }
  if (const auto common = common_kind(parts)) return common;
  // Numbers of several kinds are of the widest one.
  std::optional<FieldKind> widest = K::kInteger;
  for (const auto& part : parts) {
    widest = operator_kind("+", widest, part);
    if (!is_number(widest)) return std::nullopt;
  }
  return widest;
}

bool is_operator(std::string_view name) {
  return std::find(std::begin(kOperators), std::end(kOperators), name) !=
         std::end(kOperators);
}

std::optional<FieldKind> operator_kind(std::string_view sign,
                                       std::optional<FieldKind> left,
                                       std::optional<FieldKind> right) {
  const auto a = family(left);
  const auto b = family(right);
  if (!a) return b;
  if (!b) return a;
  if (is_number(a) && is_number(b)) {
    if (a == b) return a;
    if (a == K::kFloat || b == K::kFloat) return K::kFloat;
    return K::kDecimal;
  }
  if (a == K::kSearchVector && b == a) return a;
  if (sign == "+" || sign == "-") {
    const bool moments = a == K::kDate || a == K::kDateTime;
    if (sign == "-" && a == b && (moments || a == K::kTime)) {
      return K::kDuration;
    }
    if (a == K::kDuration && b == K::kDuration) return K::kDuration;
    if (b == K::kDuration && moments) return K::kDateTime;
    if (b == K::kDuration && a == K::kTime) return K::kTime;
    if (sign == "+" && a == K::kDuration) {
      return operator_kind(sign, right, left);
    }
  }
  if ((sign == "*" || sign == "/") && a == K::kDuration && is_number(b)) {
    return K::kDuration;
  }
  if (sign == "*" && is_number(a) && b == K::kDuration) return K::kDuration;
  return std::nullopt;
}

}  // namespace manage::orm
