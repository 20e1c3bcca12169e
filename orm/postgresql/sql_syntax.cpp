// PostgreSQL's spelling in conditions and expressions.
#include "orm/sql_syntax.hpp"

#include "orm/postgresql/dialect.hpp"

namespace manage::orm {

namespace {

constexpr FunctionSpelling kFunctions[] = {
    {"Now", "STATEMENT_TIMESTAMP()"},
    {"Ord", "ASCII"},
    {"Random", "RANDOM()"},
    {"RandomUUID", "GEN_RANDOM_UUID()"},
    {"StrIndex", "STRPOS"},
    {"Substr", "SUBSTRING"},
    {"TransactionNow", "CURRENT_TIMESTAMP"},
};

constexpr FunctionSpelling kQueryFunctions[] = {
    {"ArrayLength",
     "CASE WHEN {0} IS NULL THEN NULL ELSE COALESCE(ARRAY_LENGTH({0}, 1), 0) "
     "END"},
    {"AnyValue", "(ARRAY_AGG({0}) FILTER (WHERE ({0}) IS NOT NULL))[1]"},
    {"CovarPop", "COVAR_POP"},
    {"CovarPopSample", "COVAR_SAMP"},
    {"JSONArray", "JSONB_BUILD_ARRAY"},
    {"JSONObject", "JSONB_BUILD_OBJECT"},
    {"Log", "LOG(({0})::numeric, ({1})::numeric)"},
    {"Mod", "MOD(({0})::numeric, ({1})::numeric)"},
    {"SHA1", "ENCODE(DIGEST({0}, 'sha1'), 'hex')"},
    {"SHA224", "ENCODE(SHA224(CONVERT_TO({0}, 'UTF8')), 'hex')"},
    {"SHA256", "ENCODE(SHA256(CONVERT_TO({0}, 'UTF8')), 'hex')"},
    {"SHA384", "ENCODE(SHA384(CONVERT_TO({0}, 'UTF8')), 'hex')"},
    {"SHA512", "ENCODE(SHA512(CONVERT_TO({0}, 'UTF8')), 'hex')"},
    {"SearchHeadline", "TS_HEADLINE"},
    {"SearchQuery", "PLAINTO_TSQUERY"},
    {"SearchVector", "TO_TSVECTOR"},
    {"StdDev", "STDDEV_POP"},
    {"StdDevSample", "STDDEV_SAMP"},
    {"Variance", "VAR_POP"},
    {"VarianceSample", "VAR_SAMP"},
};

constexpr std::string_view kLike = "{0}::text LIKE {1}";
constexpr std::string_view kUpperLike = "UPPER({0}::text) LIKE UPPER({1})";

/// A computed text with what LIKE takes for a sign escaped.
constexpr std::string_view kInside =
    R"('%' || REPLACE(REPLACE(REPLACE({}, E'\\', E'\\\\'), '%', E'\\%'), '_', )"
    R"(E'\\_') || '%')";
constexpr std::string_view kStart =
    R"(REPLACE(REPLACE(REPLACE({}, E'\\', E'\\\\'), '%', E'\\%'), '_', )"
    R"(E'\\_') || '%')";
constexpr std::string_view kEnd =
    R"('%' || REPLACE(REPLACE(REPLACE({}, E'\\', E'\\\\'), '%', E'\\%'), '_', )"
    R"(E'\\_'))";

constexpr TextLookup kTextLookups[] = {
    {"iexact", "UPPER({0}::text) = UPPER({1})", "{}", false},
    {"contains", kLike, "%{}%", true, kInside},
    {"icontains", kUpperLike, "%{}%", true, kInside},
    {"startswith", kLike, "{}%", true, kStart},
    {"istartswith", kUpperLike, "{}%", true, kStart},
    {"endswith", kLike, "%{}", true, kEnd},
    {"iendswith", kUpperLike, "%{}", true, kEnd},
    {"regex", "{0}::text ~ {1}", "{}", false},
    {"iregex", "{0}::text ~* {1}", "{}", false},
};

constexpr RichLookup kRichLookups[] = {
    {"array.contained_by", "{0} <@ {1}"},
    {"array.contains", "{0} @> {1}"},
    {"array.overlap", "{0} && {1}"},
    {"hstore.contained_by", "{0} <@ {1}"},
    {"hstore.contains", "{0} @> {1}"},
    {"hstore.has_any_keys", "{0} ?| {1}"},
    {"hstore.has_key", "{0} ? {1}"},
    {"hstore.has_keys", "{0} ?& {1}"},
    {"json.contained_by", "{0} <@ {1}"},
    {"json.contains", "{0} @> {1}"},
    {"json.has_any_keys", "{0} ?| {1}"},
    {"json.has_key", "{0} ? {1}"},
    {"json.has_keys", "{0} ?& {1}"},
    {"range.adjacent_to", "{0} -|- {1}"},
    {"range.contained_by", "{0} <@ {1}"},
    {"range.contains", "{0} @> {1}"},
    {"range.fully_gt", "{0} >> {1}"},
    {"range.fully_lt", "{0} << {1}"},
    {"range.not_gt", "{0} &< {1}"},
    {"range.not_lt", "{0} &> {1}"},
    {"range.overlap", "{0} && {1}"},
    {"text.search", ""},  // spelt by orm/query/search_sql.cpp
    {"text.trigram_similar", "{0} % {1}"},
    {"text.trigram_strict_word_similar", "{1} <<% {0}"},
    {"text.trigram_word_similar", "{1} <% {0}"},
    {"vector.search", ""},
};

constexpr std::string_view kTimeInTransaction =
    "(extract(epoch FROM clock_timestamp() - transaction_timestamp()) * "
    "1000000)::bigint";

/// The text is no number.
constexpr std::string_view kFailIfAny =
    "SELECT CAST('found ' || count(*) AS integer) FROM ({0}) AS found HAVING "
    "count(*) > 0";
constexpr std::string_view kFailIfNone =
    "SELECT CAST('found ' || count(*) AS integer) FROM ({0}) AS found HAVING "
    "count(*) = 0";

constexpr std::string_view kTakeNumbers =
    "SELECT nextval(numbers.sequence) FROM (SELECT pg_get_serial_sequence({0}, "
    "{1})::regclass AS sequence) AS numbers, generate_series(1, {2})";

/// || and not CONCAT, which is not immutable and so not allowed in an index.
constexpr SqlSyntax kSyntax = {kFunctions,
                               kTextLookups,
                               "{}",
                               "({})::text",
                               "(COALESCE({0}, '') || COALESCE({1}, ''))",
                               kQueryFunctions,
                               {},
                               kRichLookups,
                               kTimeInTransaction,
                               kFailIfAny,
                               kFailIfNone,
                               kTakeNumbers,
                               {},
                               true};

}  // namespace

const SqlSyntax& PostgresqlDialect::sql_syntax() const { return kSyntax; }

}  // namespace manage::orm
