// Full-text search as SQL (PostgreSQL, chapter 12), and what JSON is built of.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/sql_compiler.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

/// Whether it is what is searched for, and not what is searched in.
bool is_search_query(const Expr& expr) {
  const auto* called = expr.as<CallExpr>();
  if (!called) return false;
  if (called->function == "SearchQuery") return true;
  if (called->function != "&" && called->function != "|") return false;
  return is_search_query(*called->arguments.front());
}

/// The configuration ("english") as an argument before others, or nothing.
std::string config_of(const DataMap& options) {
  const Data* given = options.find("config");
  if (!given) return "";
  const std::string* name = given->text();
  const bool plain =
      name && !name->empty() &&
      std::all_of(name->begin(), name->end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '.';
      });
  if (!plain) wrong("config is the name of a text search configuration");
  return fmt::format("'{}'::regconfig, ", *name);
}

const DataMap* options_of(const Expr& expr) {
  const auto* called = expr.as<CallExpr>();
  if (!called) return nullptr;
  if (called->function == "SearchQuery") return &called->options;
  return options_of(*called->arguments.front());
}

bool is_set(const DataMap& options, std::string_view name) {
  const Data* given = options.find(name);
  return given && given->boolean() && *given->boolean();
}

std::string_view query_function(const DataMap& options) {
  constexpr std::pair<std::string_view, std::string_view> kTypes[] = {
      {"plain", "PLAINTO_TSQUERY"},
      {"phrase", "PHRASETO_TSQUERY"},
      {"raw", "TO_TSQUERY"},
      {"websearch", "WEBSEARCH_TO_TSQUERY"}};
  const Data* given = options.find("search_type");
  if (!given) return kTypes[0].second;
  for (const auto& [type, function] : kTypes) {
    if (given->text() && *given->text() == type) return function;
  }
  wrong("search_type is plain, phrase, raw or websearch");
}

/// Four numbers, for D, C, B and A.
std::string weights_of(const DataMap& options) {
  const Data* given = options.find("weights");
  if (!given) return "";
  std::vector<std::string> numbers;
  for (const Data& one : given->list() ? *given->list() : DataList{}) {
    if (const Real* real = one.real()) numbers.push_back(real->text);
    if (const auto* whole = one.integer()) {
      numbers.push_back(std::to_string(*whole));
    }
  }
  if (numbers.size() != 4) {
    wrong("weights are four numbers", "for D, C, B and A: [0.1, 0.2, 0.4, 1]");
  }
  return fmt::format("ARRAY[{}]::float4[], ", text::join(numbers, ", "));
}

/// How SearchHeadline's options are called by TS_HEADLINE.
constexpr std::pair<std::string_view, std::string_view> kHeadline[] = {
    {"start_sel", "StartSel"},
    {"stop_sel", "StopSel"},
    {"max_words", "MaxWords"},
    {"min_words", "MinWords"},
    {"short_word", "ShortWord"},
    {"highlight_all", "HighlightAll"},
    {"max_fragments", "MaxFragments"},
    {"fragment_delimiter", "FragmentDelimiter"}};

std::string headline_options(const DataMap& options) {
  std::vector<std::string> parts;
  for (const auto& [name, spelling] : kHeadline) {
    const Data* given = options.find(name);
    if (!given) continue;
    std::string text;
    if (given->text()) {
      text = *given->text();
    } else if (given->integer()) {
      text = std::to_string(*given->integer());
    } else if (given->boolean()) {
      text = *given->boolean() ? "true" : "false";
    } else {
      wrong(fmt::format("SearchHeadline: {} is a text or a number", name));
    }
    parts.push_back(fmt::format("{}='{}'", spelling,
                                text::replace_all(std::move(text), "'", "''")));
  }
  return text::join(parts, ", ");
}

}  // namespace

std::string SqlCompiler::search_query(const Expr& expr) {
  if (is_search_query(expr)) return sql(expr);
  return spelt("SearchQuery", "", {sql(expr)});
}

std::string SqlCompiler::search_vector(const Expr& expr,
                                       const DataMap& options) {
  if (kind_of(expr) == FieldKind::kSearchVector) return sql(expr);
  return spelt("SearchVector", "",
               {fmt::format("{}COALESCE(({})::text, '')", config_of(options),
                            sql(expr))});
}

std::optional<std::string> SqlCompiler::search_call(const CallExpr& called) {
  const std::string& name = called.function;
  const ExprList& given = called.arguments;
  if (name == "SearchVector") {
    std::vector<std::string> texts;
    for (const ExprPtr& one : given) {
      texts.push_back(fmt::format("COALESCE(({})::text, '')", sql(*one)));
    }
    std::string made =
        spelt(name, "",
              {config_of(called.options) + text::join(texts, " || ' ' || ")});
    const Data* weight = called.options.find("weight");
    if (!weight) return made;
    const std::string* letter = weight->text();
    if (!letter || letter->size() != 1 || *letter < "A" || *letter > "D") {
      wrong("a weight is A, B, C or D");
    }
    return fmt::format("SETWEIGHT({}, '{}')", made, *letter);
  }
  if (name == "SearchQuery") {
    spelt(name, "", {""});  // where there is no such thing, it says so
    std::string made =
        fmt::format("{}({}{})", query_function(called.options),
                    config_of(called.options), sql(*given.front()));
    return is_set(called.options, "invert") ? "(!! " + made + ")" : made;
  }
  if (name == "SearchRank") {
    const Data* how = called.options.find("normalization");
    return spelt(
        name,
        is_set(called.options, "cover_density") ? "TS_RANK_CD" : "TS_RANK",
        {weights_of(called.options) + search_vector(*given[0], {}),
         search_query(*given[1]) + (how && how->integer()
                                        ? fmt::format(", {}", *how->integer())
                                        : "")});
  }
  if (name != "SearchHeadline") return std::nullopt;
  std::vector<std::string> parts{config_of(called.options) + sql(*given[0]),
                                 search_query(*given[1])};
  const std::string options = headline_options(called.options);
  if (!options.empty()) parts.push_back(parameter(options));
  return spelt(name, "", parts);
}

Truth SqlCompiler::search_truth(const LookupExpr& lookup) {
  const Expr& right = *lookup.right.front();
  const DataMap* options = is_search_query(right) ? options_of(right) : nullptr;
  const std::string left =
      search_vector(*lookup.left, options ? *options : DataMap{});
  return Truth::of(fmt::format("{} @@ {}", left, search_query(right)));
}

std::optional<std::string> SqlCompiler::json_call(const CallExpr& called) {
  const bool object = called.function == "JSONObject";
  if (!object && called.function != "JSONArray") return std::nullopt;
  const ExprList& given = called.arguments;
  if (object && given.size() % 2 != 0) {
    wrong("JSONObject takes names and values in turn");
  }
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const bool key = object && i % 2 == 0;
    parts.push_back(key ? sql(*given[i])
                        : dialect_.query_sql().json_part(typed_sql(*given[i])));
  }
  return spelt(called.function, "", parts);
}

}  // namespace manage::orm
