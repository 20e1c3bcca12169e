// SQLite's spelling in conditions and expressions. Functions are only those it
// has itself: one that a program registers would make the table unreadable to
// every other program.
#include "orm/sql_syntax.hpp"

#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

namespace {

constexpr FunctionSpelling kFunctions[] = {
    {"Chr", "CHAR"},
    {"Cot", ""},
    {"Greatest", "MAX"},
    {"LPad", ""},
    {"Least", "MIN"},
    {"Left", "SUBSTR({0}, 1, {1})"},
    {"MD5", ""},
    {"Now", "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')"},
    {"Ord", "UNICODE"},
    {"RPad", ""},
    {"Repeat", ""},
    {"Reverse", ""},
    {"Right", "SUBSTR({0}, ({1} * -1))"},
    {"StrIndex", "INSTR"},
    {"Substr", "SUBSTR"},
};

/// What orm/sqlite/functions.cpp adds, and what only SQLite spells so.
constexpr FunctionSpelling kQueryFunctions[] = {
    {"AnyValue", "ANY_VALUE"},
    {"ArrayAgg", ""},
    {"ArrayItem", ""},
    {"ArrayLength", ""},
    {"ArrayRow", ""},
    {"ArraySlice", ""},
    {"HStoreKey", ""},
    {"HStoreKeys", ""},
    {"HStoreValues", ""},
    {"RangeEmpty", ""},
    {"RangeEnd", ""},
    {"RangeLowerInc", ""},
    {"RangeLowerInf", ""},
    {"RangeStart", ""},
    {"RangeUpperInc", ""},
    {"RangeUpperInf", ""},
    {"SearchHeadline", ""},
    {"SearchQuery", ""},
    {"SearchRank", ""},
    {"SearchVector", ""},
    {"TrigramDistance", ""},
    {"TrigramSimilarity", ""},
    {"TrigramStrictWordDistance", ""},
    {"TrigramStrictWordSimilarity", ""},
    {"TrigramWordDistance", ""},
    {"TrigramWordSimilarity", ""},
    {"Unaccent", ""},
    {"BitAnd", ""},
    {"BitOr", ""},
    {"BitXor", ""},
    {"BoolAnd", ""},
    {"BoolOr", ""},
    {"Corr", ""},
    {"Cot", "COT"},
    {"JSONArray", "JSON_ARRAY"},
    {"JSONBAgg", "JSON_GROUP_ARRAY"},
    {"JSONObject", "JSON_OBJECT"},
    {"LPad", "LPAD"},
    {"MD5", "MD5"},
    {"RPad", "RPAD"},
    {"Random", "((RANDOM() / 18446744073709551616.0) + 0.5)"},
    {"RegrAvgX", ""},
    {"RegrAvgY", ""},
    {"RegrCount", ""},
    {"RegrIntercept", ""},
    {"RegrR2", ""},
    {"RegrSXX", ""},
    {"RegrSXY", ""},
    {"RegrSYY", ""},
    {"RegrSlope", ""},
    {"Repeat", "REPEAT"},
    {"Reverse", "REVERSE"},
    {"SHA1", "SHA1"},
    {"SHA224", "SHA224"},
    {"SHA256", "SHA256"},
    {"SHA384", "SHA384"},
    {"SHA512", "SHA512"},
    {"StdDev", "STDDEV_POP"},
    {"StdDevSample", "STDDEV_SAMP"},
    {"StringAgg", "GROUP_CONCAT"},
    {"Variance", "VAR_POP"},
    {"VarianceSample", "VAR_SAMP"},
};

/// Those of queries.
constexpr TextLookup kQueryLookups[] = {
    {"regex", "{0} REGEXP {1}", "{}", false},
    {"iregex", "{0} REGEXP ('(?i)' || {1})", "{}", false},
};

constexpr RichLookup kRichLookups[] = {
    {"json.has_any_keys", "manage_json_has_any({0}, {1})"},
    {"json.has_key", "manage_json_has({0}, {1})"},
    {"json.has_keys", "manage_json_has_all({0}, {1})"},
};

/// SQLite's LIKE ignores the case of ASCII letters: both forms are one.
constexpr std::string_view kLike = R"({0} LIKE {1} ESCAPE '\')";

/// A computed text with what LIKE takes for a sign escaped.
constexpr std::string_view kInside =
    R"('%' || REPLACE(REPLACE(REPLACE({}, '\', '\\'), '%', '\%'), '_', '\_'))"
    " || '%'";
constexpr std::string_view kStart =
    R"(REPLACE(REPLACE(REPLACE({}, '\', '\\'), '%', '\%'), '_', '\_'))"
    " || '%'";
constexpr std::string_view kEnd =
    R"('%' || REPLACE(REPLACE(REPLACE({}, '\', '\\'), '%', '\%'), '_', '\_'))";
constexpr std::string_view kWhole =
    R"(REPLACE(REPLACE(REPLACE({}, '\', '\\'), '%', '\%'), '_', '\_'))";

constexpr TextLookup kTextLookups[] = {
    {"iexact", kLike, "{}", true, kWhole},
    {"contains", kLike, "%{}%", true, kInside},
    {"icontains", kLike, "%{}%", true, kInside},
    {"startswith", kLike, "{}%", true, kStart},
    {"istartswith", kLike, "{}%", true, kStart},
    {"endswith", kLike, "%{}", true, kEnd},
    {"iendswith", kLike, "%{}", true, kEnd},
};

constexpr std::string_view kLastNumber =
    "SELECT MAX(COALESCE((SELECT MAX({1}) FROM {0}), 0), COALESCE((SELECT seq "
    "FROM sqlite_sequence WHERE name = {2}), 0))";

constexpr SqlSyntax kSyntax = {kFunctions,
                               kTextLookups,
                               "CAST({} AS NUMERIC)",
                               "{}",
                               "COALESCE({0}, '') || COALESCE({1}, '')",
                               kQueryFunctions,
                               kQueryLookups,
                               kRichLookups,
                               {},
                               {},
                               {},
                               {},
                               kLastNumber};

}  // namespace

const SqlSyntax& SqliteDialect::sql_syntax() const { return kSyntax; }

}  // namespace manage::orm
