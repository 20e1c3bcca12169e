// Expressions as SQL.
#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>
#include <map>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/sql_compiler.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

namespace {

std::string fill(std::string_view pattern,
                 const std::vector<std::string>& arguments) {
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const std::string& argument : arguments) store.push_back(argument);
  return fmt::vformat(pattern, store);
}

bool is_small(const Value& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number && *number >= std::numeric_limits<std::int32_t>::min() &&
         *number <= std::numeric_limits<std::int32_t>::max();
}

bool flag(const DataMap& options, std::string_view name) {
  const Data* given = options.find(name);
  return given && given->boolean() && *given->boolean();
}

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

/// The last arguments where they are left out, as Django has them.
ExprList with_defaults(const CallExpr& called) {
  ExprList arguments = called.arguments;
  const bool one_less =
      arguments.size() + 1 == (called.function == "Round" ? std::size_t{2} : 3);
  if (!one_less) return arguments;
  if (called.function == "Replace") arguments.push_back(value(std::string()));
  if (called.function == "LPad" || called.function == "RPad") {
    arguments.push_back(value(std::string(" ")));
  }
  if (called.function == "Round") {
    const Data* precision = called.options.find("precision");
    if (precision && precision->integer()) {
      arguments.push_back(value(*precision->integer()));
    }
  }
  return arguments;
}

}  // namespace

std::string SqlCompiler::definition(const Expr& expr) {
  const Truth made = truth(expr);
  if (made.known()) refuse_known();
  return made.sql;
}

void SqlCompiler::refuse_known() {
  throw Error("query.condition", "a condition is the same for every row")
      .hint("an empty list, for example, contains nothing");
}

std::string SqlCompiler::parameter(Value value) {
  if (defines()) return dialect_.literal(value);
  parameters_.push_back(std::move(value));
  return dialect_.placeholder(static_cast<int>(parameters_.size()));
}

std::string SqlCompiler::parameter_of(const Expr& literal, Value value) {
  if (defines()) return parameter(std::move(value));
  const auto known = known_.find(&literal);
  if (known != known_.end()) return dialect_.placeholder(known->second);
  std::string sign = parameter(std::move(value));
  known_.emplace(&literal, static_cast<int>(parameters_.size()));
  return sign;
}

TypedSql SqlCompiler::typed_sql(const Expr& expr) {
  return {sql(expr), kind_of(expr)};
}

std::string SqlCompiler::sql(const Expr& expr) {
  if (const auto* literal = expr.as<LiteralExpr>()) {
    return literal_sql(expr, *literal);
  }
  if (const auto* column = expr.as<ColumnExpr>()) {
    std::string name = dialect_.quote_name(column->field->column());
    if (defines()) return name;
    return alias_name(column->alias, column->level) + "." + name;
  }
  if (const auto* named = expr.as<NamedColumnExpr>()) {
    std::string name = dialect_.quote_name(named->column);
    if (named->table.empty()) return name;
    return dialect_.quote_name(named->table) + "." + name;
  }
  if (const auto* called = expr.as<CallExpr>()) return call_sql(*called, expr);
  if (const auto* aggregate = expr.as<AggregateExpr>()) {
    return aggregate_sql(*aggregate, expr);
  }
  if (const auto* window = expr.as<WindowExpr>()) return window_sql(*window);
  if (const auto* choice = expr.as<CaseExpr>()) return case_sql(*choice);
  if (const auto* raw = expr.as<RawExpr>()) return raw_sql(*raw);
  const auto* inner = expr.as<SubqueryExpr>();
  if (inner && inner->kind != SubqueryExpr::Kind::kExists) {
    return subquery_sql(*inner);
  }
  if (expr.as<LogicExpr>() || expr.as<LookupExpr>() || inner) {
    const Truth condition = truth(expr);
    if (condition.kind == Truth::Kind::kAlways) return "(1 = 1)";
    if (condition.kind == Truth::Kind::kNever) return "(1 = 0)";
    return "(" + condition.sql + ")";
  }
  if (const auto* outer = expr.as<OuterExpr>()) {
    wrong(fmt::format("OuterRef(\"{}\") stands in no subquery", outer->path));
  }
  wrong("an expression was not resolved before it was compiled");
}

std::string SqlCompiler::literal_sql(const Expr& expr,
                                     const LiteralExpr& literal) {
  if (is_null(literal.value)) return "NULL";
  const FieldKind kind = kind_of(expr).value_or(FieldKind::kText);
  std::string sign = parameter_of(expr, dialect_.to_db(kind, literal.value));
  if (defines()) return sign;
  return dialect_.query_sql().typed(std::move(sign), kind,
                                    is_small(literal.value));
}

std::vector<std::string> SqlCompiler::argument_sql(const ExprList& arguments) {
  std::vector<std::string> texts;
  for (const ExprPtr& one : arguments) texts.push_back(sql(*one));
  return texts;
}

std::string SqlCompiler::computed(std::string sql, const Expr& expr) const {
  if (kind_of(expr) != FieldKind::kDecimal) return sql;
  return fill(dialect_.sql_syntax().decimal_result, {std::move(sql)});
}

std::string SqlCompiler::spelt(std::string_view name, std::string_view plain,
                               const std::vector<std::string>& arguments) {
  std::string_view spelling = plain;
  for (const FunctionSpelling& own : dialect_.sql_syntax().functions) {
    if (own.name == name) spelling = own.sql;
  }
  for (const FunctionSpelling& own : dialect_.sql_syntax().query_functions) {
    if (own.name == name && !defines()) spelling = own.sql;
  }
  if (spelling.empty()) {
    wrong(fmt::format("{} has no function {}", dialect_.title(), name));
  }
  // What takes nothing is spelt as a whole.
  const FunctionSpec* spec = find_function(name);
  if (spec && spec->most == 0 && spec->role == FunctionRole::kScalar) {
    return std::string(spelling);
  }
  if (spelling.find('{') != std::string_view::npos) {
    return fill(spelling, arguments);
  }
  return fmt::format("{}({})", spelling, text::join(arguments, ", "));
}

std::string SqlCompiler::call_sql(const CallExpr& called, const Expr& expr) {
  if (called.function == "ExpressionWrapper") {
    return sql(*called.arguments.front());
  }
  if (is_operator(called.function)) {
    const TypedSql left = typed_sql(*called.arguments[0]);
    const TypedSql right = typed_sql(*called.arguments[1]);
    std::string made = dialect_.query_sql().combine(called.function, left,
                                                    right, kind_of(expr));
    // Django does not know what these give, so its definitions say nothing.
    const bool unknown = (called.function == "%" || called.function == "^") &&
                         family(left.kind) != family(right.kind);
    return defines() && unknown ? made : computed(std::move(made), expr);
  }
  if (auto special = special_call(called, expr)) return *std::move(special);
  if (auto search = search_call(called)) return *std::move(search);
  if (auto json = json_call(called)) return *std::move(json);
  const FunctionSpec& spec = *find_function(called.function);
  const ExprList arguments = with_defaults(called);
  made_.insert(made_.end(), arguments.begin(), arguments.end());
  return computed(spelt(spec.name, spec.sql, argument_sql(arguments)), expr);
}

std::vector<std::string> SqlCompiler::json_keys(const CallExpr& called) {
  const Data* keys = called.options.find("keys");
  if (!keys || !keys->list()) wrong("JSONKey needs a list of keys");
  return keys->texts();
}

std::optional<std::string> SqlCompiler::special_call(const CallExpr& called,
                                                     const Expr& expr) {
  const std::string& name = called.function;
  const auto zone = [&]() -> std::string {
    const Data* given = called.options.find("tzinfo");
    return given && given->text() ? *given->text() : models_.time_zone;
  };
  if (name.starts_with("Extract")) {
    return dialect_.query_sql().extract(
        name.substr(7), typed_sql(*called.arguments.front()), zone());
  }
  if (name.starts_with("Trunc")) {
    return dialect_.query_sql().trunc(
        name.substr(5), typed_sql(*called.arguments.front()), zone(),
        kind_of(expr).value_or(FieldKind::kDateTime));
  }
  if (name == "JSONKey") {
    return dialect_.query_sql().json_path(sql(*called.arguments.front()),
                                          json_keys(called), false);
  }
  if (name == "Concat") return concat_sql(called);
  if (name == "Cast") {
    if (!called.output) wrong("Cast needs an output_field");
    return dialect_.query_sql().cast(
        typed_sql(*called.arguments.front()), called.output->kind(),
        dialect_.column_type(*called.output, models_));
  }
  if (name == "Collate") {
    const Data* collation = called.options.find("collation");
    if (!collation || !collation->text()) {
      wrong("Collate needs the name of a collation");
    }
    return fmt::format("{} COLLATE {}", sql(*called.arguments.front()),
                       dialect_.quote_name(*collation->text()));
  }
  if (name == "Func") return computed(named_function(called), expr);
  return std::nullopt;
}

std::string SqlCompiler::named_function(const CallExpr& called) {
  const Data* function = called.options.find("function");
  const std::string* name = function ? function->text() : nullptr;
  const bool plain =
      name && !name->empty() &&
      std::all_of(name->begin(), name->end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '.';
      });
  if (!plain) {
    wrong("Func needs the name of a function",
          "write it as {Func: [start, stop], function: TSTZRANGE}");
  }
  return fmt::format("{}({})", *name,
                     text::join(argument_sql(called.arguments), ", "));
}

std::string SqlCompiler::concat_sql(const CallExpr& called) {
  const SqlSyntax& syntax = dialect_.sql_syntax();
  std::string joined;
  const ExprList& arguments = called.arguments;
  for (auto part = arguments.rbegin(); part != arguments.rend(); ++part) {
    TypedSql one = typed_sql(**part);
    if (family(one.kind) != FieldKind::kText) {
      one.sql = fill(syntax.as_text, {one.sql});
    }
    joined = joined.empty() ? one.sql : fill(syntax.concat, {one.sql, joined});
  }
  return joined;
}

std::string SqlCompiler::aggregate_sql(const AggregateExpr& aggregate,
                                       const Expr& expr) {
  const FunctionSpec& spec = *find_function(aggregate.function);
  std::vector<std::string> arguments = argument_sql(aggregate.arguments);
  if (spec.name == "JSONBAgg") {
    arguments.front() = dialect_.query_sql().json_part(
        {arguments.front(), kind_of(*aggregate.arguments.front())});
  }
  if (arguments.empty() && spec.name == "Count") arguments.emplace_back("*");
  if (aggregate.distinct) arguments.front() = "DISTINCT " + arguments.front();
  if (!aggregate.order.empty()) {
    std::vector<std::string> terms;
    for (const OrderTerm& term : aggregate.order) {
      terms.push_back(term_sql(term));
    }
    arguments.back() += " ORDER BY " + text::join(terms, ", ");
  }
  const std::string name = std::string(spec.name) +
                           (flag(aggregate.options, "sample") ? "Sample" : "");
  std::string made = spelt(name, spec.sql, arguments);
  if (aggregate.filter) {
    const Truth met = truth(*aggregate.filter);
    const std::string condition = met.kind == Truth::Kind::kAlways  ? "1 = 1"
                                  : met.kind == Truth::Kind::kNever ? "1 = 0"
                                                                    : met.sql;
    made += fmt::format(" FILTER (WHERE {})", condition);
  }
  return computed(std::move(made), expr);
}

namespace {

std::string frame_end(std::optional<std::int64_t> end, bool start) {
  if (!end) return start ? "UNBOUNDED PRECEDING" : "UNBOUNDED FOLLOWING";
  if (*end == 0) return "CURRENT ROW";
  return *end < 0 ? fmt::format("{} PRECEDING", -*end)
                  : fmt::format("{} FOLLOWING", *end);
}

std::string frame_sql(const WindowFrame& frame) {
  std::string sql =
      fmt::format("{} BETWEEN {} AND {}",
                  frame.unit == WindowFrame::Unit::kRows ? "ROWS" : "RANGE",
                  frame_end(frame.start, true), frame_end(frame.end, false));
  switch (frame.exclusion) {
    case WindowFrame::Exclusion::kCurrentRow:
      return sql + " EXCLUDE CURRENT ROW";
    case WindowFrame::Exclusion::kGroup:
      return sql + " EXCLUDE GROUP";
    case WindowFrame::Exclusion::kTies:
      return sql + " EXCLUDE TIES";
    case WindowFrame::Exclusion::kNone:
      break;
  }
  return sql;
}

}  // namespace

std::string SqlCompiler::window_sql(const WindowExpr& window) {
  std::vector<std::string> parts;
  if (!window.partition.empty()) {
    parts.push_back("PARTITION BY " +
                    text::join(argument_sql(window.partition), ", "));
  }
  if (!window.order.empty()) {
    std::vector<std::string> terms;
    for (const OrderTerm& term : window.order) terms.push_back(term_sql(term));
    parts.push_back("ORDER BY " + text::join(terms, ", "));
  }
  if (window.frame) parts.push_back(frame_sql(*window.frame));
  std::string over = fmt::format("OVER ({})", text::join(parts, " "));
  if (kind_of(*window.expr) != FieldKind::kDecimal) {
    return fmt::format("{} {}", sql(*window.expr), over);
  }
  // OVER belongs to the function, inside of what makes a decimal of it.
  const auto* aggregate = window.expr->as<AggregateExpr>();
  const auto* called = window.expr->as<CallExpr>();
  const FunctionSpec& spec =
      *find_function(aggregate ? aggregate->function : called->function);
  std::string made =
      spelt(spec.name, spec.sql,
            argument_sql(aggregate ? aggregate->arguments : called->arguments));
  return fill(dialect_.sql_syntax().decimal_result,
              {fmt::format("{} {}", made, over)});
}

std::string SqlCompiler::case_sql(const CaseExpr& choice) {
  std::string branches;
  std::string otherwise = choice.otherwise ? sql(*choice.otherwise) : "NULL";
  for (const auto& [when, then] : choice.branches) {
    const Truth met = truth(*when);
    if (defines() && met.known()) refuse_known();
    if (met.kind == Truth::Kind::kNever) continue;
    if (met.kind == Truth::Kind::kAlways) {
      otherwise = sql(*then);
      break;
    }
    branches += fmt::format(" WHEN {} THEN {}", met.sql, sql(*then));
  }
  if (branches.empty()) return otherwise;
  return fmt::format("CASE{} ELSE {} END", branches, otherwise);
}

std::string SqlCompiler::subquery_sql(const SubqueryExpr& inner) {
  auto rows = select(*inner.query);
  if (inner.kind == SubqueryExpr::Kind::kArray) {
    return rows ? fmt::format("ARRAY({})", *rows) : "ARRAY[]::text[]";
  }
  return rows ? "(" + *rows + ")" : "NULL";
}

std::string SqlCompiler::raw_sql(const RawExpr& raw) {
  return "(" + raw_text(raw) + ")";
}

std::string SqlCompiler::raw_text(const RawExpr& raw) {
  std::string made;
  std::size_t next = 0;
  for (std::size_t at = 0; at < raw.sql.size(); ++at) {
    const char c = raw.sql[at];
    const char after = at + 1 < raw.sql.size() ? raw.sql[at + 1] : '\0';
    if (c != '%' || (after != 's' && after != '%')) {
      made += c;
      continue;
    }
    ++at;
    if (after == '%') {
      made += '%';
      continue;
    }
    if (next == raw.parameters.size()) {
      wrong("RawSQL has more %s than parameters");
    }
    const Value& given = raw.parameters[next++];
    const FieldKind kind = kind_of(*value(given)).value_or(FieldKind::kText);
    made += dialect_.query_sql().typed(parameter(dialect_.to_db(kind, given)),
                                       kind, is_small(given));
  }
  if (next != raw.parameters.size()) {
    wrong("RawSQL has more parameters than %s");
  }
  return made;
}

}  // namespace manage::orm
