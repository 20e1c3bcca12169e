// Conditions as SQL.
#include <fmt/format.h>

#include <algorithm>

#include "core/data.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/json_text.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/sql_compiler.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

namespace {

std::string_view comparison_sign(std::string_view lookup) {
  if (lookup == "exact") return "=";
  if (lookup == "gt") return ">";
  if (lookup == "gte") return ">=";
  if (lookup == "lt") return "<";
  if (lookup == "lte") return "<=";
  return {};
}

Truth negate(Truth condition, bool negated) {
  if (!negated) return condition;
  return Truth::of("NOT (" + condition.sql + ")");
}

/// True if an odd number of the parts is: no database has it as an operator.
std::string exclusive(const std::vector<std::string>& parts) {
  std::string sum;
  for (const std::string& part : parts) {
    const std::string one = fmt::format("CASE WHEN {} THEN 1 ELSE 0 END", part);
    sum = sum.empty() ? one : fmt::format("({} + {})", sum, one);
  }
  if (parts.size() > 2) sum = fmt::format("(MOD({}, 2))", sum);
  return fmt::format("({}) AND 1 = {}", text::join(parts, " OR "), sum);
}

Truth join(Connector connector, std::vector<Truth> parts) {
  if (parts.size() == 1 && !parts.front().known()) {
    return std::move(parts.front());
  }
  std::vector<std::string> texts;
  for (const Truth& part : parts) {
    texts.push_back(part.kind == Truth::Kind::kAlways  ? "1 = 1"
                    : part.kind == Truth::Kind::kNever ? "1 = 0"
                    : part.compound                    ? "(" + part.sql + ")"
                                                       : part.sql);
  }
  std::string sql;
  switch (connector) {
    case Connector::kAnd:
      sql = text::join(texts, " AND ");
      break;
    case Connector::kOr:
      sql = text::join(texts, " OR ");
      break;
    case Connector::kXor:
      sql = exclusive(texts);
      break;
  }
  Truth joined = Truth::of(std::move(sql));
  joined.compound = true;
  return joined;
}

/// What a text lookup compares with, % and _ meaning themselves.
std::string pattern_of(const TextLookup& spec, std::string body) {
  if (spec.escaped) {
    for (std::string_view special : {"\\", "%", "_"}) {
      body = text::replace_all(std::move(body), special,
                               "\\" + std::string(special));
    }
  }
  return fmt::format(fmt::runtime(spec.pattern), body);
}

}  // namespace

Truth SqlCompiler::truth(const Expr& expr) {
  if (const auto* joined = expr.as<LogicExpr>()) return logic_truth(*joined);
  if (const auto* lookup = expr.as<LookupExpr>()) return lookup_truth(*lookup);
  const auto* inner = expr.as<SubqueryExpr>();
  if (inner && inner->kind == SubqueryExpr::Kind::kExists) {
    auto select_one = select(*inner->query);
    if (!select_one) return Truth::always(false);
    return Truth::of("EXISTS(" + *select_one + ")");
  }
  return Truth::of(sql(expr));
}

Truth SqlCompiler::logic_truth(const LogicExpr& joined) {
  std::vector<Truth> parts;
  const bool all = joined.connector == Connector::kAnd;
  for (const ExprPtr& one : joined.parts) {
    Truth part = truth(*one);
    if (defines() && part.known()) refuse_known();
    // Of xor every part counts.
    const bool keep = !part.known() || joined.connector == Connector::kXor;
    if (keep) {
      parts.push_back(std::move(part));
    } else if ((part.kind == Truth::Kind::kNever) == all) {
      return Truth::always(all == joined.negated);
    }
  }
  if (parts.empty()) return Truth::always(all != joined.negated);
  const bool several = parts.size() > 1;
  Truth made = join(joined.connector, std::move(parts));
  // As Django prints them.
  if (defines() && several && !joined.negated) {
    return Truth::of("(" + made.sql + ")");
  }
  return negate(std::move(made), joined.negated);
}

namespace {

const CallExpr* json_key(const Expr& expr) {
  const auto* called = expr.as<CallExpr>();
  return called && called->function == "JSONKey" ? called : nullptr;
}

}  // namespace

std::string SqlCompiler::json_side(const Expr& expr) {
  const auto* literal = expr.as<LiteralExpr>();
  std::string one =
      literal ? parameter(dialect_.to_db(FieldKind::kJson,
                                         Json{json_text(literal->value)}))
              : sql(expr);
  if (defines()) return one;
  const QuerySql& spelling = dialect_.query_sql();
  if (literal) one = spelling.typed(std::move(one), FieldKind::kJson, false);
  return spelling.json_value(one);
}

std::string SqlCompiler::json_as_text(const Expr& expr) {
  const CallExpr* key = json_key(expr);
  if (!key) return sql(expr);
  return dialect_.query_sql().json_path(sql(*key->arguments.front()),
                                        json_keys(*key), true);
}

std::optional<Truth> SqlCompiler::json_truth(const LookupExpr& lookup) {
  const std::string& name = lookup.lookup;
  if (name == "exact") {
    return Truth::of(json_side(*lookup.left) + " = " +
                     json_side(*lookup.right.front()));
  }
  const auto* rows =
      lookup.right.empty() ? nullptr : lookup.right.front()->as<SubqueryExpr>();
  if (name == "in" && !rows) {
    if (lookup.right.empty()) return Truth::always(false);
    std::vector<std::string> values;
    const std::string left = json_side(*lookup.left);
    for (const ExprPtr& one : lookup.right) values.push_back(json_side(*one));
    return Truth::of(fmt::format("{} IN ({})", left, text::join(values, ", ")));
  }
  if (name == "range") {
    const std::string left = json_side(*lookup.left);
    const std::string low = json_side(*lookup.right[0]);
    return Truth::of(fmt::format("{} BETWEEN {} AND {}", left, low,
                                 json_side(*lookup.right[1])));
  }
  const std::string_view sign = comparison_sign(name);
  if (sign.empty()) return std::nullopt;
  const std::string left = json_side(*lookup.left);
  return Truth::of(
      fmt::format("{} {} {}", left, sign, json_side(*lookup.right.front())));
}

std::optional<Truth> SqlCompiler::rich_truth(const LookupExpr& lookup) {
  if (lookup.lookup.find('.') == std::string::npos) return std::nullopt;
  for (const RichLookup& spec : dialect_.sql_syntax().rich_lookups) {
    if (spec.name != lookup.lookup) continue;
    if (lookup.lookup.ends_with(".search")) return search_truth(lookup);
    const Expr& right = *lookup.right.front();
    const bool json = lookup.lookup.starts_with("json.contain");
    const std::string left = sql(*lookup.left);
    std::string other = json ? json_side(right) : sql(right);
    const auto* literal = right.as<LiteralExpr>();
    if (!json && literal && std::holds_alternative<Json>(literal->value)) {
      other = dialect_.query_sql().list_of_texts(other);
    }
    return Truth::of(fmt::format(fmt::runtime(spec.sql), left, other));
  }
  const std::size_t dot = lookup.lookup.find('.');
  throw Error("query.lookup",
              fmt::format("{} has no lookup {} of such values",
                          dialect_.title(), lookup.lookup.substr(dot + 1)));
}

Truth SqlCompiler::lookup_truth(const LookupExpr& lookup) {
  const std::string& name = lookup.lookup;
  if (auto rich = rich_truth(lookup)) return *std::move(rich);
  // A vector is never equal to anything: it is searched.
  if (!defines() && name == "exact" &&
      kind_of(*lookup.left) == FieldKind::kSearchVector) {
    return search_truth(lookup);
  }
  if (kind_of(*lookup.left) == FieldKind::kJson) {
    if (auto json = json_truth(lookup)) return *std::move(json);
  }
  const auto* literal =
      lookup.right.empty() ? nullptr : lookup.right.front()->as<LiteralExpr>();
  const bool* flag = literal ? std::get_if<bool>(&literal->value) : nullptr;
  if (name == "isnull") {
    return Truth::of(sql(*lookup.left) + (*flag ? " IS NULL" : " IS NOT NULL"));
  }
  if (name == "exact" && flag && kind_of(*lookup.left) == FieldKind::kBoolean) {
    const Truth itself = truth(*lookup.left);
    if (itself.known()) {
      return Truth::always((itself.kind == Truth::Kind::kAlways) == *flag);
    }
    // A column needs no parentheses.
    if (lookup.left->as<ColumnExpr>() && !*flag) {
      return Truth::of("NOT " + itself.sql);
    }
    return negate(itself, !*flag);
  }
  if (name == "in") return in_truth(lookup);
  if (name == "range") {
    const std::string left = sql(*lookup.left);
    const std::string low = right_sql(*lookup.right[0]);
    return Truth::of(fmt::format("{} BETWEEN {} AND {}", left, low,
                                 right_sql(*lookup.right[1])));
  }
  if (const std::string_view sign = comparison_sign(name); !sign.empty()) {
    const std::string left = sql(*lookup.left);
    return Truth::of(
        fmt::format("{} {} {}", left, sign, right_sql(*lookup.right.front())));
  }
  return text_truth(lookup);
}

std::string SqlCompiler::right_sql(const Expr& right) {
  const auto* literal = right.as<LiteralExpr>();
  if (!literal) return sql(right);
  const FieldKind kind = kind_of(right).value_or(FieldKind::kText);
  return parameter_of(right, dialect_.to_db(kind, literal->value));
}

namespace {

/// From so many on, one parameter is better than many.
constexpr std::size_t kManyValues = 100;

/// The values if they are many, and integers all of them.
std::optional<std::vector<std::int64_t>> many_integers(const ExprList& list) {
  if (list.size() < kManyValues) return std::nullopt;
  std::vector<std::int64_t> numbers;
  for (const ExprPtr& one : list) {
    const auto* literal = one->as<LiteralExpr>();
    const bool integer = literal &&
                         std::holds_alternative<std::int64_t>(literal->value) &&
                         family(kind_of(*one)) == FieldKind::kInteger;
    if (!integer) return std::nullopt;
    numbers.push_back(std::get<std::int64_t>(literal->value));
  }
  return numbers;
}

}  // namespace

Truth SqlCompiler::in_truth(const LookupExpr& lookup) {
  if (lookup.right.empty()) return Truth::always(false);
  const std::string left = sql(*lookup.left);
  const auto* rows = lookup.right.front()->as<SubqueryExpr>();
  if (rows && rows->kind == SubqueryExpr::Kind::kRows) {
    const auto inner = select(*rows->query);
    if (!inner) return Truth::always(false);
    return Truth::of(fmt::format("{} IN ({})", left, *inner));
  }
  const auto numbers = defines() ? std::nullopt : many_integers(lookup.right);
  if (numbers) {
    const QuerySql& spelling = dialect_.query_sql();
    return Truth::of(
        spelling.in_integers(left, parameter(spelling.integers(*numbers))));
  }
  std::string values;
  for (const ExprPtr& one : lookup.right) {
    if (!values.empty()) values += ", ";
    values += right_sql(*one);
  }
  return Truth::of(fmt::format("{} IN ({})", left, values));
}

const TextLookup* SqlCompiler::find_text_lookup(std::string_view name) const {
  const SqlSyntax& syntax = dialect_.sql_syntax();
  const auto find = [&](std::span<const TextLookup> list) {
    const auto found =
        std::find_if(list.begin(), list.end(),
                     [&](const TextLookup& one) { return one.name == name; });
    return found == list.end() ? nullptr : &*found;
  };
  const TextLookup* own = defines() ? nullptr : find(syntax.query_lookups);
  return own ? own : find(syntax.text_lookups);
}

Truth SqlCompiler::text_truth(const LookupExpr& lookup) {
  const std::string left = json_as_text(*lookup.left);
  const Expr& right = *lookup.right.front();
  if (const TextLookup* spec = find_text_lookup(lookup.lookup)) {
    std::string other;
    if (const auto* literal = right.as<LiteralExpr>()) {
      other = parameter_of(right,
                           Value(pattern_of(*spec, display(literal->value))));
    } else {
      other = fmt::format(fmt::runtime(spec->computed), sql(right));
    }
    return Truth::of(fmt::format(fmt::runtime(spec->sql), left, other));
  }
  throw Error("query.lookup", fmt::format("{} has no lookup {} for that",
                                          dialect_.title(), lookup.lookup));
}

}  // namespace manage::orm
