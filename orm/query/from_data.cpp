#include "orm/query/from_data.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/functions.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint = {}) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

bool is_class(std::string_view key) {
  return (!key.empty() && key[0] >= 'A' && key[0] <= 'Z') || is_operator(key);
}

/// The class of an expression, its arguments and its keyword arguments.
class Call {
 public:
  Call(const DataMap& map, const DataNames& names) : names_(names) {
    for (const auto& [key, value] : map) {
      if (!is_class(key)) {
        keywords_.set(key, value);
        continue;
      }
      if (whole_) {
        wrong(fmt::format(
            "{} and {} stand in one map; an expression has one class", name_,
            key));
      }
      name_ = key;
      whole_ = &value;
      arguments_ = value.list() ? *value.list() : DataList{value};
    }
    if (!whole_) {
      wrong(fmt::format("{} is no expression", to_json(map)),
            "an expression is a map such as {F: price} or {Lower: title}; a "
            "map that is a value is {Value: {…}}");
    }
  }

  ExprPtr make() {
    for (const Special& one : kSpecial) {
      if (one.name == name_) return (this->*one.make)();
    }
    if (is_operator(name_)) return operators();
    const FunctionSpec* spec = find_function(name_);
    if (!spec) {
      wrong(fmt::format("there is no expression {}", name_),
            text::did_you_mean(name_, class_names()));
    }
    return spec->role == FunctionRole::kAggregate ? aggregate() : function();
  }

  static std::vector<std::string> class_names() {
    std::vector<std::string> names = function_names();
    for (const Special& one : kSpecial) {
      if (one.name != kGiven) names.emplace_back(one.name);
    }
    return names;
  }

 private:
  /// What is no plain function. RawSQL is none of them: data never becomes SQL.
  struct Special {
    std::string_view name;
    ExprPtr (Call::*make)();
  };
  static const Special kSpecial[16];

  const Data* take(std::string_view key) {
    const Data* found = keywords_.find(key);
    if (found) used_.emplace_back(key);
    return found;
  }

  void finish() const {
    for (const auto& [key, value] : keywords_) {
      if (std::find(used_.begin(), used_.end(), key) != used_.end()) continue;
      wrong(fmt::format("{} takes no argument {}", name_, key));
    }
  }

  std::string text_argument(std::string_view what) const {
    if (arguments_.size() == 1 && arguments_.front().text()) {
      return *arguments_.front().text();
    }
    wrong(fmt::format("{} takes {}", name_, what));
  }

  ExprList arguments() const {
    ExprList list;
    for (const Data& one : arguments_) {
      list.push_back(argument_from_data(one, names_));
    }
    return list;
  }

  FieldPtr output() {
    const Data* given = take("output_field");
    if (!given) return nullptr;
    const DataMap* map = given->map();
    const Data* type = map ? map->find("type") : nullptr;
    auto field = std::make_shared<FieldDef>();
    field->name = "output_field";
    field->type =
        type && type->text() ? find_field_type(*type->text()) : nullptr;
    if (!field->type || !field->has_column() || field->is_relation()) {
      wrong("output_field needs the type of a column",
            "write {type: CharField, max_length: 50}");
    }
    for (const auto& [key, value] : *map) {
      if (key == "type") continue;
      if (!find_argument(*field->type, key)) {
        wrong(fmt::format("output_field: {} takes no argument {}",
                          field->type->name, key));
      }
      field->arguments.set(key, value);
    }
    return field;
  }

  /// {F: title, slice: [0, 3]}: as far as Python's title[0:3].
  ExprPtr field() {
    ExprPtr whole = f(text_argument("the name of a field"));
    const Data* slice = take("slice");
    finish();
    if (!slice) return whole;
    const DataList* ends = slice->list();
    const bool two = ends && ends->size() == 2;
    const auto* start = two ? (*ends)[0].integer() : nullptr;
    const auto* end = two ? (*ends)[1].integer() : nullptr;
    const bool open = two && (*ends)[1].is_null();
    if (!start || *start < 0 || (!open && (!end || *end < *start))) {
      wrong("a slice is [start, end], both from 0, or null for the end");
    }
    ExprList parts{std::move(whole), value(*start + 1)};
    if (end) parts.push_back(value(*end - *start));
    return call("Substr", std::move(parts));
  }

  /// {Extract: made, lookup_name: iso_year}: ExtractIsoYear.
  ExprPtr part_of_date() {
    const char* argument = name_ == "Extract" ? "lookup_name" : "kind";
    const Data* given = take(argument);
    if (!given || !given->text()) {
      wrong(fmt::format("{} needs a {}", name_, argument),
            fmt::format("write {{{}: made, {}: year}}", name_, argument));
    }
    for (const std::string& word : text::split(*given->text(), '_')) {
      std::string part = word;
      if (!part.empty()) part.front() = text::upper(part).front();
      name_ += part;
    }
    if (!find_function(name_)) {
      wrong(fmt::format("\"{}\" is no part of a date or time", *given->text()));
    }
    return function();
  }

  ExprPtr pair() {
    name_ = "Concat";
    return function();
  }

  ExprPtr whole_condition() {
    finish();
    return condition(Q::from_data(*whole_, names_));
  }

  ExprPtr relation() {
    std::string path = text_argument("the name of a relation");
    const Data* met = take("condition");
    finish();
    if (!met) {
      wrong("FilteredRelation needs a condition",
            "write {FilteredRelation: books, condition: {books__sold: true}}");
    }
    return filtered_relation(std::move(path), Q::from_data(*met, names_));
  }

  /// {JSONObject: {name: title, pages: {F: pages}}}
  ExprPtr json_object() {
    finish();
    const DataMap* map = whole_->map();
    if (!map) wrong("JSONObject takes a map of expressions");
    ExprList parts;
    for (const auto& [key, part] : *map) {
      parts.push_back(value(key));
      parts.push_back(argument_from_data(part, names_));
    }
    return call(name_, std::move(parts));
  }

  ExprPtr given() {
    const bool one = arguments_.size() == 1 && arguments_.front().integer();
    const std::int64_t at = one ? *arguments_.front().integer() : -1;
    finish();
    if (!names_.given || at < 0 ||
        at >= static_cast<std::int64_t>(names_.given->size())) {
      wrong("there is no expression Given");
    }
    return (*names_.given)[static_cast<std::size_t>(at)];
  }

  ExprPtr operator_class() {
    wrong("OpClass stands only around a whole entry of an index");
  }

  ExprPtr outer() {
    std::string path = text_argument("the path of a field");
    const Data* depth = take("depth");
    finish();
    return outer_ref(std::move(path), depth && depth->integer()
                                          ? static_cast<int>(*depth->integer())
                                          : 1);
  }

  ExprPtr literal() {
    FieldPtr field = output();
    finish();
    return value(value_from_plain_data(*whole_), std::move(field));
  }

  ExprPtr operators() {
    FieldPtr field = output();
    finish();
    const ExprList list = arguments();
    if (list.size() < 2) {
      wrong(fmt::format("\"{}\" takes at least 2 arguments", name_));
    }
    ExprPtr total = list.front();
    for (std::size_t i = 1; i < list.size(); ++i) {
      total = call(name_, {total, list[i]});
    }
    return field ? with_output(total, std::move(field)) : total;
  }

  ExprPtr function() {
    FieldPtr field = output();
    ExprList list = arguments();
    DataMap options;
    const FunctionSpec& spec = *find_function(name_);
    for (const auto& [key, value] : keywords_) {
      if (!takes_option(spec, key)) continue;
      take(key);
      options.set(key, value);
    }
    // The second argument of Collate is a name, and that of Round a number.
    if (name_ == "Collate" && arguments_.size() == 2 && arguments_[1].text()) {
      options.set("collation", arguments_[1]);
      list.pop_back();
    }
    finish();
    return call(name_, std::move(list), std::move(options), std::move(field));
  }

  ExprPtr aggregate() {
    AggregateExpr made{name_, {}};
    const bool star = arguments_.size() == 1 && arguments_.front().text() &&
                      *arguments_.front().text() == "*";
    if (!star) made.arguments = arguments();
    made.output = output();
    if (const Data* distinct = take("distinct")) {
      made.distinct = distinct->boolean() && *distinct->boolean();
    }
    if (const Data* filter = take("filter")) {
      made.filter = condition(Q::from_data(*filter, names_));
    }
    if (const Data* order = take("order_by")) made.order = terms(*order);
    const FunctionSpec& spec = *find_function(name_);
    for (const auto& [key, value] : keywords_) {
      if (!takes_option(spec, key)) continue;
      take(key);
      made.options.set(key, value);
    }
    const Data* otherwise = take("default");
    finish();
    ExprPtr whole = make_expr(std::move(made));
    if (!otherwise) return whole;
    ExprPtr instead = otherwise->map()
                          ? expression_from_data(*otherwise->map(), names_)
                          : value(value_from_plain_data(*otherwise));
    return call("Coalesce", {std::move(whole), std::move(instead)});
  }

  ExprPtr choice() {
    CaseExpr made;
    for (const Data& branch : arguments_) {
      const DataMap* map = branch.map();
      const Data* when = map ? map->find("when") : nullptr;
      const Data* then = map ? map->find("then") : nullptr;
      if (!when || !then || map->size() != 2) {
        wrong("a branch of Case is {when: condition, then: expression}");
      }
      made.branches.emplace_back(condition(Q::from_data(*when, names_)),
                                 argument_from_data(*then, names_));
    }
    if (const Data* otherwise = take("default")) {
      made.otherwise = argument_from_data(*otherwise, names_);
    }
    made.output = output();
    finish();
    return make_expr(std::move(made));
  }

  std::vector<OrderTerm> terms(const Data& data) const {
    const DataList list = data.list() ? *data.list() : DataList{data};
    std::vector<OrderTerm> made;
    for (const Data& one : list) {
      Ordering by = ordering_from_data(one, names_);
      if (!by.term.expr) {
        by.term.descending = by.path.starts_with("-");
        by.term.expr = f(by.path.substr(by.term.descending ? 1 : 0));
      }
      made.push_back(std::move(by.term));
    }
    return made;
  }

  static std::optional<std::int64_t> frame_end(const Data& data) {
    if (data.is_null()) return std::nullopt;
    if (!data.integer()) wrong("the end of a frame is a number or null");
    return *data.integer();
  }

  WindowFrame::Exclusion frame_exclusion() {
    using Exclusion = WindowFrame::Exclusion;
    const Data* given = take("exclude");
    if (!given) return Exclusion::kNone;
    constexpr std::pair<std::string_view, Exclusion> kKnown[] = {
        {"current_row", Exclusion::kCurrentRow},
        {"group", Exclusion::kGroup},
        {"ties", Exclusion::kTies}};
    for (const auto& [name, exclusion] : kKnown) {
      if (given->text() && *given->text() == name) return exclusion;
    }
    wrong("a frame excludes current_row, group or ties");
  }

  ExprPtr window() {
    const ExprList over = arguments();
    if (over.size() != 1) wrong("Window takes one expression");
    WindowExpr made{over.front()};
    if (const Data* by = take("partition_by")) {
      const DataList list = by->list() ? *by->list() : DataList{*by};
      for (const Data& one : list) {
        made.partition.push_back(argument_from_data(one, names_));
      }
    }
    if (const Data* by = take("order_by")) made.order = terms(*by);
    for (const char* unit : {"rows", "range"}) {
      const Data* ends = take(unit);
      if (!ends) continue;
      if (!ends->list() || ends->list()->size() != 2) {
        wrong("a frame is [start, end], null being without end");
      }
      made.frame = WindowFrame{
          unit == std::string_view("rows") ? WindowFrame::Unit::kRows
                                           : WindowFrame::Unit::kRange,
          frame_end((*ends->list())[0]), frame_end((*ends->list())[1]),
          frame_exclusion()};
    }
    FieldPtr field = output();
    finish();
    ExprPtr whole = make_expr(std::move(made));
    return field ? with_output(whole, std::move(field)) : whole;
  }

  ExprPtr subquery() {
    const Data* model = take("model");
    if (!names_.registry || !model || !model->text() || !whole_->list()) {
      wrong(fmt::format("{} needs a model and a list of steps", name_),
            "write {Subquery: [{filter: …}], model: shop.Book}");
    }
    const QuerySet rows = apply_steps(
        QuerySet(*names_.registry, names_.registry->get(*model->text())),
        *whole_->list());
    FieldPtr field = output();
    finish();
    if (name_ == "Exists") return rows.exists_subquery();
    if (name_ == "ArraySubquery") return rows.array_subquery();
    return rows.subquery(std::move(field));
  }

  const DataNames names_;
  std::string name_;
  DataList arguments_;
  DataMap keywords_;
  std::vector<std::string> used_;
  const Data* whole_ = nullptr;
};

constexpr Call::Special Call::kSpecial[] = {
    {"ArraySubquery", &Call::subquery},
    {"Case", &Call::choice},
    {"ConcatPair", &Call::pair},
    {"Exists", &Call::subquery},
    {"Extract", &Call::part_of_date},
    {"F", &Call::field},
    {"FilteredRelation", &Call::relation},
    {kGiven, &Call::given},
    {"JSONObject", &Call::json_object},
    {"OpClass", &Call::operator_class},
    {"OuterRef", &Call::outer},
    {"Q", &Call::whole_condition},
    {"Subquery", &Call::subquery},
    {"Trunc", &Call::part_of_date},
    {"Value", &Call::literal},
    {"Window", &Call::window}};

}  // namespace

std::vector<std::string> expression_names() { return Call::class_names(); }

bool is_expression_map(const DataMap& map) {
  return std::any_of(map.begin(), map.end(), [](const DataMap::Entry& entry) {
    return is_class(entry.first);
  });
}

Value value_from_plain_data(const Data& data) {
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

ExprPtr expression_from_data(const DataMap& map, const DataNames& names) {
  return Call(map, names).make();
}

ExprPtr argument_from_data(const Data& data, const DataNames& names) {
  if (const std::string* path = data.text()) return f(*path);
  if (const DataMap* map = data.map()) {
    return expression_from_data(*map, names);
  }
  if (data.list()) wrong("a list is no expression");
  return value(value_from_plain_data(data));
}

Ordering ordering_from_data(const Data& data, const DataNames& names) {
  if (const std::string* path = data.text()) return *path;
  const DataMap* map = data.map();
  if (!map) wrong("an order is a name or an expression");
  OrderTerm term;
  const Data* by = map->find("asc");
  if (const Data* down = map->find("desc")) {
    by = down;
    term.descending = true;
  }
  if (!by) {
    term.expr = expression_from_data(*map, names);
    return term;
  }
  term.expr = argument_from_data(*by, names);
  for (const auto& [key, value] : *map) {
    const bool* flag = value.boolean();
    if (key == "nulls_first" || key == "nulls_last") {
      if (flag && *flag) term.nulls_first = key == "nulls_first";
    } else if (key != "asc" && key != "desc") {
      wrong(fmt::format("an order takes no argument {}", key));
    }
  }
  return term;
}

}  // namespace manage::orm
