// SQLite's spelling in conditions and expressions. Functions are only those it
// has itself: one that a program registers would make the table unreadable to
// every other program.
#include "orm/sql_syntax.hpp"

#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

namespace {

constexpr FunctionSpelling kFunctions[] = {
    {"Chr", "CHAR"},
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

constexpr SqlSyntax kSyntax = {kFunctions,
                               kTextLookups,
                               "CAST({} AS NUMERIC)",
                               "{}",
                               "COALESCE({0}, '') || COALESCE({1}, '')",
                               "(POWER({0},{1}))"};

}  // namespace

const SqlSyntax& SqliteDialect::sql_syntax() const { return kSyntax; }

}  // namespace manage::orm
