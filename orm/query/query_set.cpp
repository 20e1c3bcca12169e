#include "orm/query/query_set.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/filter.hpp"
#include "orm/query/ordering.hpp"
#include "orm/query/path.hpp"
#include "orm/query/resolve.hpp"

namespace manage::orm {

namespace {

/// Every column of the model; those of its parents are joins away.
std::vector<Selected> all_columns(Query& query) {
  std::vector<Selected> selected;
  for (const Model::Column& column : query.model->columns()) {
    NamedPath path;
    path.parts.push_back(
        {column.field->name, query.model->way_to(*column.owner)});
    path.column = column.field;
    selected.push_back(
        {column.field->attname(), join_path(query, path, nullptr).column});
  }
  return selected;
}

ExprPtr key_column(Query& query) { return resolve_path(query, "pk", nullptr); }

/// What tells the rows of the query apart.
ExprList key_columns(Query& query) {
  ExprList columns;
  if (query.own_model) {
    for (const Selected& one : all_columns(query)) columns.push_back(one.expr);
  } else if (query.model->primary_key().is_composite()) {
    for (const FieldDef* part : query.model->key_columns()) {
      columns.push_back(resolve_path(query, part->name, nullptr));
    }
  } else {
    columns.push_back(key_column(query));
  }
  return columns;
}

}  // namespace

QuerySet::QuerySet(const Registry& registry, const Model& model)
    : query_(std::make_shared<const Query>(registry, model)) {
  static const auto kNothing = std::make_shared<const Loading>();
  loading_ = kNothing;
}

Q not_deleted(const FieldDef& soft_delete) {
  return soft_delete.kind() == FieldKind::kBoolean
             ? Q(soft_delete.name, Value(false))
             : Q(soft_delete.name + "__isnull", Value(true));
}

QuerySet QuerySet::scoped(const Registry& registry, const Model& model) {
  QuerySet rows(registry, model);
  if (const FieldDef* field = model.soft_delete()) {
    rows = rows.filter(not_deleted(*field));
  }
  const DataMap* scope = model.def().default_scope.map();
  if (!scope) return rows;
  if (const Data* q = scope->find("filter")) {
    rows = rows.filter(Q::from_data(*q, &registry));
  }
  if (const Data* q = scope->find("exclude")) {
    rows = rows.exclude(Q::from_data(*q, &registry));
  }
  return rows;
}

void QuerySet::refuse_combined(std::string_view method) const {
  if (query_->combinator == Combinator::kNone) return;
  throw Error(
      "query.combined",
      fmt::format("{}() comes too late: rows are combined already", method))
      .hint("do it on the parts before");
}

Query QuerySet::changeable(std::string_view method) const {
  refuse_combined(method);
  if (query_->sliced()) {
    throw Error(
        "query.sliced",
        fmt::format("{}() comes too late: rows are cut off already", method))
        .hint("filter and order first, then take the slice");
  }
  return *query_;
}

QuerySet QuerySet::with(Query query) const {
  QuerySet changed = *this;
  changed.query_ = std::make_shared<const Query>(std::move(query));
  return changed;
}

QuerySet QuerySet::filter(const Q& q) const {
  Query query = changeable("filter");
  add_condition(query, q);
  return with(std::move(query));
}

QuerySet QuerySet::exclude(const Q& q) const {
  Query query = changeable("exclude");
  add_condition(query, ~q);
  return with(std::move(query));
}

QuerySet QuerySet::annotate(const std::vector<Named>& annotations) const {
  return annotated(annotations, true);
}

QuerySet QuerySet::alias(const std::vector<Named>& annotations) const {
  return annotated(annotations, false);
}

namespace {

void refuse_field_name(const Query& query, const std::string& name) {
  // Rows of rows may have new values under their names.
  if (query.own_model) return;
  const std::vector<std::string> names = query.model->names();
  if (std::find(names.begin(), names.end(), name) == names.end()) return;
  throw Error("query.expression",
              fmt::format("{} is a field of {}, and no name for an expression",
                          name, query.model->label()));
}

void set_annotation(Query& query, Annotation annotation) {
  for (Annotation& one : query.annotations) {
    if (one.name != annotation.name) continue;
    one = std::move(annotation);
    return;
  }
  query.annotations.push_back(std::move(annotation));
}

void add_filtered_relation(Query& query, const std::string& name,
                           const FilteredRelationExpr& relation) {
  const NamedPath path = find_path(*query.model, relation.path);
  if (!path.target || !path.lookups.empty()) {
    throw Error("query.field",
                fmt::format("{}: FilteredRelation is of a relation, which {} "
                            "is not",
                            name, relation.path));
  }
  if (name.find("__") != std::string::npos) {
    throw Error("query.expression",
                fmt::format("{} cannot be the name of a relation: __ goes on "
                            "to another one",
                            name));
  }
  if (query.find_filtered(name) || query.find_annotation(name)) {
    throw Error("query.expression",
                fmt::format("{} is the name of something else already", name));
  }
  query.filtered.push_back({name, relation.path, relation.condition});
  // What is wrong with the condition is said here.
  Query trial = query;
  join_path(trial, find_path(trial, name), nullptr);
}

}  // namespace

QuerySet QuerySet::annotated(const std::vector<Named>& annotations,
                             bool selected) const {
  refuse_combined(selected ? "annotate" : "alias");
  QuerySet changed = *this;
  Query query = *query_;
  bool aggregates = false;
  for (const Named& one : annotations) {
    if (!one.expr) {
      throw Error("query.expression",
                  fmt::format("{} is given no expression", one.name));
    }
    refuse_field_name(query, one.name);
    if (const auto* relation = one.expr->as<FilteredRelationExpr>()) {
      add_filtered_relation(query, one.name, *relation);
      continue;
    }
    ExprPtr made = resolve(query, one.expr, nullptr);
    aggregates = aggregates || contains_aggregate(*made);
    set_annotation(query, {one.name, std::move(made), selected});
    if (changed.fields_ && selected) changed.fields_->push_back(one.name);
  }
  if (aggregates) group_if_needed(query);
  changed.query_ = std::make_shared<const Query>(std::move(query));
  return changed;
}

/// One row for each row of the model; after values() for each combination.
void QuerySet::group_if_needed(Query& query) const {
  if (query.grouped()) return;
  ExprList by;
  if (!fields_) {
    by = key_columns(query);
  } else {
    for (const std::string& name : *fields_) {
      ExprPtr column = resolve_path(query, name, nullptr);
      if (!contains_aggregate(*column)) by.push_back(std::move(column));
    }
  }
  query.group_by = std::move(by);
}

QuerySet QuerySet::order_by(const std::vector<Ordering>& order) const {
  if (query_->sliced()) changeable("order_by");
  Query query = *query_;
  query.order = make_order(query, order);
  QuerySet changed = with(std::move(query));
  changed.ordered_ = true;
  return changed;
}

QuerySet QuerySet::reverse() const {
  if (query_->sliced()) changeable("reverse");
  QuerySet changed = *this;
  changed.reversed_ = !reversed_;
  return changed;
}

QuerySet QuerySet::distinct(const std::vector<std::string>& names) const {
  Query query = changeable("distinct");
  query.distinct = true;
  query.distinct_on.clear();
  for (const std::string& name : names) {
    query.distinct_on.push_back(resolve_path(query, name, nullptr));
  }
  return with(std::move(query));
}

QuerySet QuerySet::values(const std::vector<Named>& names) const {
  refuse_combined("values");
  QuerySet changed = *this;
  Query query = *query_;
  std::vector<std::string> fields;
  for (const Named& one : names) {
    if (one.expr) {
      refuse_field_name(query, one.name);
      ExprPtr made = resolve(query, one.expr, nullptr);
      const bool aggregate = contains_aggregate(*made);
      set_annotation(query, {one.name, std::move(made), true});
      if (aggregate) group_if_needed(query);
    } else {
      Query trial = query;
      resolve_path(trial, one.name, nullptr);
    }
    fields.push_back(one.name);
  }
  if (names.empty()) {
    for (const Model::Column& column : query.model->columns()) {
      fields.push_back(column.field->attname());
    }
    for (const Annotation& one : query.annotations) {
      if (one.selected) fields.push_back(one.name);
    }
  }
  changed.fields_ = std::move(fields);
  changed.query_ = std::make_shared<const Query>(std::move(query));
  return changed;
}

QuerySet QuerySet::slice(std::int64_t first,
                         std::optional<std::int64_t> count) const {
  if (first < 0 || (count && *count < 0)) {
    throw Error("query.sliced",
                "a slice begins at 0 or later, and has 0 rows "
                "or more");
  }
  Query query = *query_;
  if (query.limit) {
    const std::int64_t left = std::max<std::int64_t>(0, *query.limit - first);
    count = count ? std::min(*count, left) : left;
  }
  query.offset += first;
  query.limit = count;
  return with(std::move(query));
}

QuerySet QuerySet::none() const {
  Query query = *query_;
  query.limit = 0;
  return with(std::move(query));
}

QuerySet QuerySet::select_for_update(const LockOptions& options) const {
  refuse_combined("select_for_update");
  if (options.nowait && options.skip_locked) {
    throw Error("query.expression",
                "nowait and skip_locked exclude each other");
  }
  Query query = *query_;
  RowLock lock{options.nowait, options.skip_locked, options.no_key, {}};
  for (const std::string& path : options.of) {
    const NamedPath found =
        path == "self" ? NamedPath{} : find_path(query, path);
    if (path != "self" && (!found.target || !found.lookups.empty())) {
      throw Error("query.field",
                  fmt::format("{}: only a relation can be locked", path));
    }
    int alias = 0;
    for (const JoinStep& step : found.joins()) {
      alias = query.joins.join(alias, step, nullptr);
    }
    lock.of.push_back(alias);
  }
  query.lock = std::move(lock);
  return with(std::move(query));
}

QuerySet QuerySet::union_with(const std::vector<QuerySet>& others,
                              bool all) const {
  return combined(all ? Combinator::kUnionAll : Combinator::kUnion, others);
}

QuerySet QuerySet::intersection(const std::vector<QuerySet>& others) const {
  return combined(Combinator::kIntersection, others);
}

QuerySet QuerySet::difference(const std::vector<QuerySet>& others) const {
  return combined(Combinator::kDifference, others);
}

QuerySet QuerySet::combined(Combinator combinator,
                            const std::vector<QuerySet>& others) const {
  std::vector<const QuerySet*> parts{this};
  for (const QuerySet& one : others) parts.push_back(&one);
  Query query(*query_->registry, *query_->model);
  query.own_model = query_->own_model;
  query.combinator = combinator;
  for (const QuerySet* part : parts) {
    Query made = part->with_columns(part->ordered_ || part->query_->sliced()
                                        ? part->with_order(*part->query_)
                                        : *part->query_);
    // An order says nothing in the middle of a set, but for a slice.
    if (!made.sliced()) made.order.clear();
    query.combined.push_back(std::make_shared<const Query>(std::move(made)));
  }
  const std::vector<Selected>& first = query.combined.front()->selected;
  for (const auto& part : query.combined) {
    if (part->selected.size() == first.size()) continue;
    throw Error("query.combined",
                fmt::format("rows with {} and rows with {} cannot be combined",
                            text::count(first.size(), "value"),
                            text::count(part->selected.size(), "value")));
  }
  for (const Selected& one : first) {
    query.selected.push_back(
        {one.name, make_expr(NamedColumnExpr{"", one.name, one.expr})});
  }
  QuerySet made = with(std::move(query));
  made.ordered_ = true;
  made.reversed_ = false;
  return made;
}

QuerySet QuerySet::truncated(const std::string& field,
                             const std::string& function,
                             bool descending) const {
  const std::string name = "datefield";
  QuerySet cut =
      annotate({{name, call(function, {f(field)})}, {"plain_field", f(field)}});
  cut = cut.values({name}).distinct();
  cut = cut.filter(Q("plain_field__isnull", Value(false)));
  return cut.order_by({(descending ? "-" : "") + name});
}

namespace {

std::string truncation(std::string_view kind, bool moments) {
  static constexpr std::string_view kKinds[] = {
      "year", "month", "week", "day", "hour", "minute", "second"};
  const std::size_t known = moments ? std::size(kKinds) : 4;
  for (std::size_t i = 0; i < known; ++i) {
    if (kKinds[i] != kind) continue;
    std::string name(kind);
    name.front() = static_cast<char>(name.front() - 'a' + 'A');
    return "Trunc" + name;
  }
  throw Error("query.expression",
              fmt::format("\"{}\" is no part of a date", kind))
      .hint(moments ? "year, month, week, day, hour, minute or second"
                    : "year, month, week or day");
}

}  // namespace

QuerySet QuerySet::dates(const std::string& field, std::string_view kind,
                         bool descending) const {
  return truncated(field, truncation(kind, false), descending);
}

QuerySet QuerySet::datetimes(const std::string& field, std::string_view kind,
                             bool descending) const {
  return truncated(field, truncation(kind, true), descending);
}

bool QuerySet::ordered() const {
  if (ordered_) return !query_->order.empty();
  return !query_->grouped() && !default_ordering(model()).empty();
}

Query QuerySet::with_order(Query query) const {
  // The model's order would take rows apart that are grouped.
  if (!ordered_ && !query.grouped()) {
    query.order = make_order(query, default_ordering(model()));
  }
  if (reversed_) {
    for (OrderTerm& term : query.order) {
      term.descending = !term.descending;
      if (term.nulls_first) term.nulls_first = !*term.nulls_first;
    }
  }
  return query;
}

Query QuerySet::with_columns(Query query) const {
  if (query.combinator != Combinator::kNone) return query;
  query.selected.clear();
  if (fields_) {
    for (const std::string& name : *fields_) {
      query.selected.push_back({name, resolve_path(query, name, nullptr)});
    }
    return query;
  }
  query.selected = all_columns(query);
  for (const Annotation& one : query.annotations) {
    if (one.selected) query.selected.push_back({one.name, one.expr});
  }
  return query;
}

Query QuerySet::complete() const { return with_columns(with_order(*query_)); }

std::shared_ptr<const Query> QuerySet::for_subquery() const {
  Query query = query_->sliced() || ordered_ ? with_order(*query_) : *query_;
  if (fields_ || query.combinator != Combinator::kNone) {
    query = with_columns(std::move(query));
  } else {
    query.selected = {{"", key_column(query)}};
  }
  for (Selected& one : query.selected) one.name.clear();
  return std::make_shared<const Query>(std::move(query));
}

ExprPtr QuerySet::subquery(FieldPtr output) const {
  return make_expr(SubqueryExpr{SubqueryExpr::Kind::kScalar, for_subquery(),
                                std::move(output)});
}

ExprPtr QuerySet::array_subquery() const {
  return make_expr(
      SubqueryExpr{SubqueryExpr::Kind::kArray, for_subquery(), nullptr});
}

ExprPtr QuerySet::exists_subquery() const {
  Query query = *query_;
  query.order.clear();
  query.distinct = false;
  query.selected.clear();
  return make_expr(SubqueryExpr{SubqueryExpr::Kind::kExists,
                                std::make_shared<const Query>(std::move(query)),
                                nullptr});
}

}  // namespace manage::orm
