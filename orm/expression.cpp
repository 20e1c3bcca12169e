#include "orm/expression.hpp"

#include <fmt/args.h>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/condition.hpp"
#include "orm/convert.hpp"
#include "orm/query/functions.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::orm {

namespace {

constexpr std::string_view kOperators[] = {"+", "-", "*", "/", "%", "^"};

template <class Names>
bool is_one_of(std::string_view name, const Names& names) {
  return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool is_class(std::string_view key) {
  return (!key.empty() && key[0] >= 'A' && key[0] <= 'Z') ||
         is_one_of(key, kOperators);
}

std::string fill(std::string_view pattern,
                 const std::vector<std::string>& arguments) {
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const std::string& argument : arguments) store.push_back(argument);
  return fmt::vformat(pattern, store);
}

std::optional<FieldKind> literal_kind(const Data& data) {
  if (data.boolean()) return FieldKind::kBoolean;
  if (data.integer()) return FieldKind::kInteger;
  if (data.real()) return FieldKind::kDecimal;
  if (data.text()) return FieldKind::kText;
  return std::nullopt;
}

Kinds kinds_of(const std::vector<SqlExpression>& parts) {
  Kinds kinds;
  for (const SqlExpression& part : parts) kinds.push_back(part.kind);
  return kinds;
}

bool any_of_kind(const std::vector<SqlExpression>& parts, FieldKind kind) {
  return std::any_of(
      parts.begin(), parts.end(),
      [&](const SqlExpression& part) { return part.kind == kind; });
}

bool is_moment(const SqlExpression& part) {
  using K = FieldKind;
  return part.kind == K::kDate || part.kind == K::kDateTime ||
         part.kind == K::kTime || part.kind == K::kDuration;
}

/// A value of no field: JSON text for lists and maps.
Value plain_value(const Data& data) {
  if (data.is_null()) return Null{};
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) return *number;
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) {
    if (auto decimal = Decimal::parse(real->text)) return *decimal;
    return real->text;
  }
  return Json{to_json(data)};
}

/// The number with a fraction that a literal or a Value is.
const Data* real_literal(const Data& data) {
  const DataMap* map = data.map();
  const Data* value = map && map->size() == 1 ? map->find("Value") : &data;
  return value && value->real() ? value : nullptr;
}

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("conditions.expression", std::move(message))
      .hint(std::move(hint));
}

/// How the names of functions begin that only queries have: what not every
/// database can keep in a schema.
constexpr std::string_view kOfQueries[] = {
    "Array", "Cot", "Extract", "HStore",  "JSON",  "Log",
    "Range", "SHA", "Search",  "Trigram", "Trunc", "Unaccent"};

bool is_for_schemas(const FunctionSpec& spec) {
  return spec.role == FunctionRole::kScalar &&
         std::none_of(std::begin(kOfQueries), std::end(kOfQueries),
                      [&](std::string_view start) {
                        return spec.name.starts_with(start);
                      });
}

[[noreturn]] void unknown_class(std::string_view name) {
  const std::vector<std::string> known = expression_names();
  std::string hint = text::did_you_mean(name, known);
  if (hint.empty()) hint = "known are " + text::join(known, ", ");
  wrong(fmt::format("there is no expression {}", name), std::move(hint));
}

}  // namespace

/// The class of an expression, its arguments and its keyword arguments.
class ExpressionCompiler::Call {
 public:
  explicit Call(const DataMap& map) {
    for (const auto& [key, value] : map) {
      if (!is_class(key)) continue;
      if (!name_.empty()) {
        wrong(
            fmt::format("{} and {} stand in one map; an expression has one "
                        "class",
                        name_, key));
      }
      name_ = key;
      if (const DataList* list = value.list()) {
        arguments_ = *list;
      } else {
        arguments_ = {value};
      }
      positional_ = &value;
    }
    if (name_.empty()) {
      wrong(fmt::format("{} is no expression", to_json(map)),
            "an expression is a map such as {F: price} or {Lower: title}; a "
            "map that is a value is {Value: {…}}");
    }
    for (const auto& [key, value] : map) {
      if (key != name_) keywords_.set(key, value);
    }
  }

  const std::string& name() const { return name_; }
  const DataList& arguments() const { return arguments_; }
  /// As it stands after the class, a list not taken apart.
  const Data& whole() const { return *positional_; }

  const Data* keyword(std::string_view key) const {
    return keywords_.find(key);
  }

  void allow_keywords(std::initializer_list<std::string_view> allowed) const {
    for (const auto& [key, value] : keywords_) {
      if (is_one_of(key, allowed)) continue;
      wrong(fmt::format("{} takes no argument {}", name_, key),
            text::did_you_mean(key, {allowed.begin(), allowed.end()}));
    }
  }

  void require_count(std::size_t least, std::size_t most) const {
    if (arguments_.size() >= least && arguments_.size() <= most) return;
    const std::string expected =
        least == most
            ? text::count(least, "argument")
            : fmt::format("at least {}", text::count(least, "argument"));
    wrong(
        fmt::format("{} takes {}, not {}", name_, expected, arguments_.size()));
  }

 private:
  std::string name_;
  DataList arguments_;
  DataMap keywords_;
  const Data* positional_ = nullptr;
};

std::vector<std::string> expression_names() {
  // What is not a plain function.
  std::vector<std::string> names = {"Case", "F", "OpClass", "Value"};
  for (std::string& name : function_names()) {
    const bool known = is_for_schemas(*find_function(name));
    if (known) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool is_expression(const DataMap& map) {
  return std::any_of(map.begin(), map.end(), [](const DataMap::Entry& entry) {
    return is_class(entry.first);
  });
}

std::string source_text(const Data& data) {
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) return real->text;
  return to_json(data);
}

std::vector<std::string> split_lookup(std::string_view path) {
  std::vector<std::string> parts;
  for (;;) {
    const std::size_t end = path.find("__");
    parts.emplace_back(path.substr(0, end));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + 2);
  }
}

std::vector<SqlExpression> ExpressionCompiler::operands(
    const DataList& given) const {
  std::vector<SqlExpression> parts;
  for (const Data& data : given) parts.push_back(argument(data));
  if (!any_of_kind(parts, FieldKind::kFloat)) return parts;
  // A decimal is text on SQLite, which is never equal to a number.
  FieldDef number;
  number.type = &field_type(FieldKind::kFloat);
  for (std::size_t i = 0; i < given.size(); ++i) {
    if (const Data* real = real_literal(given[i])) {
      parts[i] = {literal(*real, number, "an argument"), FieldKind::kFloat};
    }
  }
  return parts;
}

SqlExpression ExpressionCompiler::argument(const Data& data) const {
  if (const std::string* path = data.text()) {
    ColumnPath found = column(*path);
    if (!found.rest.empty()) {
      wrong(fmt::format("{} has no {} in an expression", found.field->name,
                        text::join(found.rest, "__")));
    }
    return {std::move(found.sql), found.values->kind()};
  }
  if (const DataMap* map = data.map()) return expression(*map);
  if (data.list()) wrong("a list is no expression");
  return {plain_literal(data), literal_kind(data)};
}

SqlExpression ExpressionCompiler::expression(const DataMap& map) const {
  const Call call(map);
  const std::string& name = call.name();
  if (name == "F") return field_of(call);
  if (name == "Value") {
    call.allow_keywords({"output_field"});
    return {plain_literal(call.whole()), literal_kind(call.whole())};
  }
  if (name == "Concat") return concat(call);
  if (name == "Cast") return cast(call);
  if (name == "Func") return named_function(call);
  if (name == "Collate") return collate(call);
  if (name == "Case") return case_when(call);
  if (name == "OpClass") {
    wrong("OpClass stands only around a whole entry of an index");
  }
  if (name == "ExpressionWrapper") {
    call.allow_keywords({"output_field"});
    call.require_count(1, 1);
    return argument(call.arguments().front());
  }
  if (is_one_of(name, kOperators)) return arithmetic(call);
  return function(call);
}

SqlExpression ExpressionCompiler::field_of(const Call& call) const {
  call.allow_keywords({});
  call.require_count(1, 1);
  const Data& path = call.arguments().front();
  if (!path.text()) wrong("F takes the name of a field");
  return argument(path);
}

std::string ExpressionCompiler::plain_literal(const Data& data) const {
  return dialect_.literal(plain_value(data));
}

SqlExpression ExpressionCompiler::computed(
    std::string sql, std::optional<FieldKind> kind) const {
  if (kind == FieldKind::kDecimal) {
    sql = fill(dialect_.sql_syntax().decimal_result, {sql});
  }
  return {std::move(sql), kind};
}

SqlExpression ExpressionCompiler::function(const Call& call) const {
  const FunctionSpec* spec = find_function(call.name());
  if (!spec || !is_for_schemas(*spec)) unknown_class(call.name());
  DataList given = call.arguments();
  if (spec->name == "Round") {
    call.allow_keywords({"precision"});
    if (const Data* precision = call.keyword("precision")) {
      given.push_back(*precision);
    }
  } else {
    call.allow_keywords({});
  }
  // Django's defaults of the last argument.
  const bool one_less = given.size() + 1 == spec->most;
  if (spec->name == "Replace" && one_less) {
    given.push_back(DataMap{{"Value", ""}});
  } else if ((spec->name == "LPad" || spec->name == "RPad") && one_less) {
    given.push_back(DataMap{{"Value", " "}});
  } else if (given.size() != spec->most) {
    call.require_count(spec->least, spec->most);
  }

  const std::vector<SqlExpression> parts = operands(given);
  std::vector<std::string> texts;
  for (const SqlExpression& part : parts) texts.push_back(part.sql);
  std::string_view sql = spec->sql;
  for (const FunctionSpelling& own : dialect_.sql_syntax().functions) {
    if (own.name == spec->name) sql = own.sql;
  }
  if (sql.empty()) {
    wrong(fmt::format("{} has no function {}", dialect_.name(), spec->name));
  }
  const auto kind = result_kind(spec->gives, kinds_of(parts));
  // What takes nothing is spelt as a whole.
  if (spec->most == 0) return {std::string(sql), kind};
  if (sql.find('{') != std::string_view::npos) {
    return computed(fill(sql, texts), kind);
  }
  return computed(fmt::format("{}({})", sql, text::join(texts, ", ")), kind);
}

SqlExpression ExpressionCompiler::arithmetic(const Call& call) const {
  call.allow_keywords({"output_field"});
  call.require_count(2, kAny);
  const std::string& sign = call.name();
  SqlExpression total = argument(call.arguments().front());
  for (std::size_t i = 1; i < call.arguments().size(); ++i) {
    const SqlExpression next = argument(call.arguments()[i]);
    if (is_moment(total) || is_moment(next)) {
      wrong(
          fmt::format("\"{}\" cannot reckon with dates and times here", sign));
    }
    const std::vector<SqlExpression> both = {total, next};
    auto kind = common_kind(kinds_of(both));
    if (!kind && sign != "%" && sign != "^") {
      if (any_of_kind(both, FieldKind::kDecimal)) kind = FieldKind::kDecimal;
      if (any_of_kind(both, FieldKind::kFloat)) kind = FieldKind::kFloat;
    }
    total = computed(
        sign == "^" ? fill(dialect_.sql_syntax().power, {total.sql, next.sql})
                    : fmt::format("({} {} {})", total.sql, sign, next.sql),
        kind);
  }
  return total;
}

SqlExpression ExpressionCompiler::concat(const Call& call) const {
  call.allow_keywords({"output_field"});
  call.require_count(2, kAny);
  const SqlSyntax& syntax = dialect_.sql_syntax();
  std::string sql;
  const DataList& arguments = call.arguments();
  for (auto part = arguments.rbegin(); part != arguments.rend(); ++part) {
    SqlExpression one = argument(*part);
    if (one.kind && family(one.kind) != FieldKind::kText) {
      one.sql = fill(syntax.as_text, {one.sql});
    }
    sql = sql.empty() ? one.sql : fill(syntax.concat, {one.sql, sql});
  }
  return {std::move(sql), FieldKind::kText};
}

FieldDef ExpressionCompiler::output_field(const Call& call) const {
  const Data* output = call.keyword("output_field");
  const DataMap* map = output ? output->map() : nullptr;
  const Data* type = map ? map->find("type") : nullptr;
  FieldDef field;
  field.name = "output_field";
  field.type = type && type->text() ? find_field_type(*type->text()) : nullptr;
  // What describes another field would need that one read as well.
  if (!field.type || !field.has_column() || field.is_relation() ||
      field.type->rich || field.is_generated()) {
    field.type = nullptr;
    return field;
  }
  for (const auto& [key, value] : *map) {
    if (key == "type") continue;
    if (!find_argument(*field.type, key)) {
      wrong(fmt::format("output_field: {} takes no argument {}",
                        field.type->name, key));
    }
    field.arguments.set(key, value);
  }
  return field;
}

SqlExpression ExpressionCompiler::named_function(const Call& call) const {
  call.allow_keywords({"function", "output_field"});
  const Data* function = call.keyword("function");
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
  std::vector<std::string> texts;
  for (const SqlExpression& part : operands(call.arguments())) {
    texts.push_back(part.sql);
  }
  const FieldDef output = output_field(call);
  std::optional<FieldKind> kind;
  if (output.type) kind = output.kind();
  return computed(fmt::format("{}({})", *name, text::join(texts, ", ")), kind);
}

SqlExpression ExpressionCompiler::cast(const Call& call) const {
  call.allow_keywords({"output_field"});
  call.require_count(1, 1);
  const FieldDef field = output_field(call);
  if (!field.type) {
    wrong("Cast needs an output_field",
          "add output_field: {type: CharField, max_length: 50}");
  }
  // A function makes dates from text on SQLite, with rules of its own.
  if (is_moment({{}, field.kind()})) {
    wrong("Cast to a date or time is not supported here");
  }
  return {fmt::format("CAST({} AS {})", argument(call.arguments().front()).sql,
                      dialect_.column_type(field, models_)),
          field.kind()};
}

SqlExpression ExpressionCompiler::collate(const Call& call) const {
  call.allow_keywords({"collation"});
  const Data* collation = call.keyword("collation");
  if (!collation) call.require_count(2, 2);
  call.require_count(1, 2);
  const Data& name = collation ? *collation : call.arguments()[1];
  if (!name.text()) wrong("Collate needs the name of a collation");
  SqlExpression inner = argument(call.arguments().front());
  inner.sql += " COLLATE " + dialect_.quote_name(*name.text());
  return inner;
}

SqlExpression ExpressionCompiler::case_when(const Call& call) const {
  call.allow_keywords({"default", "output_field"});
  call.require_count(1, kAny);
  DataList results;
  std::vector<std::string> conditions;
  for (const Data& branch : call.arguments()) {
    const DataMap* map = branch.map();
    const Data* when = map ? map->find("when") : nullptr;
    const Data* then = map ? map->find("then") : nullptr;
    if (!when || !then || map->size() != 2) {
      wrong("a branch of Case is {when: condition, then: expression}");
    }
    conditions.push_back(condition_sql(*when, model_, models_, dialect_));
    results.push_back(*then);
  }
  const Data* otherwise = call.keyword("default");
  results.push_back(otherwise ? *otherwise : Data());
  const std::vector<SqlExpression> parts = operands(results);
  std::string sql = "CASE";
  for (std::size_t i = 0; i < conditions.size(); ++i) {
    sql += fmt::format(" WHEN {} THEN {}", conditions[i], parts[i].sql);
  }
  sql += fmt::format(" ELSE {} END", parts.back().sql);
  return {std::move(sql), common_kind(kinds_of(parts))};
}

void ExpressionCompiler::unknown_field(std::string_view name) const {
  throw Error("models.E012",
              fmt::format("{} has no field {}", model_.label(), name))
      .hint(text::did_you_mean(name, models_.field_names(model_)));
}

ColumnPath ExpressionCompiler::column(std::string_view path) const {
  std::vector<std::string> parts = split_lookup(path);
  const std::string name = parts.front();
  ColumnPath result;
  result.field = name == "pk" ? model_.primary_key() : model_.find_field(name);
  for (const FieldDef& field : model_.fields) {
    if (!result.field && field.attname() == name) result.field = &field;
  }
  if (!result.field) {
    if (models_.find_field(model_, name)) {
      throw Error("models.E016",
                  fmt::format("{} is a column of a parent's table", name));
    }
    unknown_field(name);
  }
  if (!result.field->has_column()) {
    throw Error("models.E013", fmt::format("{} has no column", name));
  }
  parts.erase(parts.begin());
  if (result.field->is_relation() && !parts.empty()) {
    const FieldDef& target = models_.target_field(*result.field);
    if (parts.front() == target.name ||
        (parts.front() == "pk" && target.primary_key())) {
      parts.erase(parts.begin());
    } else if (models_.find_field(models_.target(*result.field),
                                  parts.front())) {
      throw Error("models.E041",
                  fmt::format("{} leads to another table, and only columns of "
                              "{} can be used here",
                              path, model_.label()));
    }
  }
  result.values = &value_field(*result.field, models_);
  result.sql = dialect_.quote_name(result.field->column());
  result.rest = std::move(parts);
  return result;
}

std::string ExpressionCompiler::literal(const Data& data, const FieldDef& field,
                                        std::string_view what) const {
  try {
    // A text column takes any scalar as it is written: 12 is the text "12".
    const bool written = family(field.kind()) == FieldKind::kText;
    const Value value =
        value_from_data(field, written ? Data(source_text(data)) : data);
    return dialect_.literal(dialect_.to_db(field.kind(), value));
  } catch (const Error&) {
    throw Error("conditions.value",
                fmt::format("{} cannot be {}: {} holds no such value", what,
                            source_text(data), field.type->name));
  }
}

}  // namespace manage::orm
