// What a QuerySet asks for as records.
#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/loading.hpp"
#include "orm/query/query_set.hpp"

namespace manage::orm {

Prefetch::Prefetch(std::string name, const QuerySet& narrowed, std::string attr)
    : path(std::move(name)),
      rows(std::make_shared<const QuerySet>(narrowed)),
      to_attr(std::move(attr)) {}

QuerySet QuerySet::with_loading(Loading loading) const {
  QuerySet changed = *this;
  changed.loading_ = std::make_shared<const Loading>(std::move(loading));
  return changed;
}

QuerySet QuerySet::where(const ExprPtr& condition, Query query) const {
  query.where = query.where ? logic(Connector::kAnd, {query.where, condition})
                            : condition;
  return with(std::move(query));
}

QuerySet QuerySet::select_related(const std::vector<std::string>& paths) const {
  refuse_combined("select_related");
  if (fields_) {
    throw Error("query.expression",
                "select_related() is for records, not for values()")
        .hint("name the related fields in values(): author__name");
  }
  Loading loading = *loading_;
  loading.all_related = loading.all_related || paths.empty();
  loading.related.insert(loading.related.end(), paths.begin(), paths.end());
  return with_loading(std::move(loading));
}

QuerySet QuerySet::prefetch_related(
    const std::vector<Prefetch>& prefetch) const {
  Loading loading = *loading_;
  loading.prefetch.insert(loading.prefetch.end(), prefetch.begin(),
                          prefetch.end());
  return with_loading(std::move(loading));
}

QuerySet QuerySet::defer(const std::vector<std::string>& names) const {
  refuse_combined("defer");
  Loading loading = *loading_;
  for (const std::string& name : names) {
    QuerySet(registry(), model()).values({name});  // names what is not there
    auto& only = loading.only;
    only.erase(std::remove(only.begin(), only.end(), name), only.end());
    loading.deferred.push_back(name);
  }
  return with_loading(std::move(loading));
}

QuerySet QuerySet::only(const std::vector<std::string>& names) const {
  refuse_combined("only");
  Loading loading = *loading_;
  loading.deferred.clear();
  for (const std::string& name : names) {
    QuerySet(registry(), model()).values({name});
  }
  loading.only = names;
  return with_loading(std::move(loading));
}

QuerySet QuerySet::using_database(std::string alias) const {
  Loading loading = *loading_;
  loading.alias = std::move(alias);
  loading.routed = false;
  return with_loading(std::move(loading));
}

QuerySet QuerySet::near_database(std::string alias) const {
  if (!loading_->routed) return *this;
  Loading loading = *loading_;
  loading.alias = std::move(alias);
  return with_loading(std::move(loading));
}

QuerySet QuerySet::located(const Databases& databases) const {
  if (!loading_->routed || databases.routes.empty()) return *this;
  return using_database(databases.read_alias(model(), loading_->alias));
}

std::string QuerySet::write_alias(const Databases& databases) const {
  return loading_->routed ? databases.write_alias(model(), loading_->alias)
                          : loading_->alias;
}

QuerySet QuerySet::lazy_loading(LazyLoading lazy) const {
  Loading loading = *loading_;
  loading.lazy = lazy;
  return with_loading(std::move(loading));
}

Records QuerySet::records(const Databases& databases) const {
  if (fields_) {
    throw Error("query.expression", "values() gives rows, not records")
        .hint("its rows are a list: rows[1], or a loop over them");
  }
  const QuerySet here = located(databases);
  const RecordQuery asked = make_record_query(here, databases);
  Records found =
      load_records(asked, databases.connection(here.loading().alias));
  manage::orm::prefetch_related(found, loading_->prefetch, databases);
  return found;
}

RecordPtr QuerySet::one_of(QuerySet rows, const Databases& databases) const {
  const Records found = rows.slice(0, 1).records(databases);
  return found.empty() ? nullptr : found.front();
}

RecordPtr QuerySet::get(const Q& q, const Databases& databases) const {
  // Enough to say how many there are, if it is not one.
  constexpr std::int64_t kMost = 21;
  QuerySet rows = q.empty() ? *this : filter(q);
  if (!rows.query_->sliced()) rows = rows.slice(0, kMost);
  const Records found = rows.records(databases);
  if (found.size() == 1) return found.front();
  if (found.empty()) {
    throw Error("query.none",
                fmt::format("there is no such {}", model().label()));
  }
  const std::string count =
      found.size() == kMost ? "more than 20" : std::to_string(found.size());
  throw Error("query.several", fmt::format("there are {} such {}, not one",
                                           count, model().label()));
}

RecordPtr QuerySet::first(const Databases& databases) const {
  return one_of(ordered() ? *this : order_by({"pk"}), databases);
}

RecordPtr QuerySet::last(const Databases& databases) const {
  QuerySet rows = ordered() ? *this : order_by({"pk"});
  return one_of(rows.reverse(), databases);
}

std::vector<Ordering> QuerySet::latest_order(
    const std::vector<std::string>& fields, bool latest) const {
  std::vector<std::string> names = fields;
  if (names.empty()) {
    if (const Data* given = model().def().options.find("get_latest_by")) {
      names = given->text() ? std::vector<std::string>{*given->text()}
                            : given->texts();
    }
  }
  if (names.empty()) {
    throw Error(
        "query.expression",
        fmt::format("by what is one {} later than another?", model().label()))
        .hint("name the fields, or give the model meta.get_latest_by");
  }
  std::vector<Ordering> order;
  for (std::string& name : names) {
    const bool minus = name.starts_with("-");
    const std::string plain = minus ? name.substr(1) : name;
    order.emplace_back((minus != latest ? "-" : "") + plain);
  }
  return order;
}

RecordPtr QuerySet::latest(const std::vector<std::string>& fields,
                           const Databases& databases) const {
  changeable("latest");
  RecordPtr found = one_of(order_by(latest_order(fields, true)), databases);
  if (found) return found;
  throw Error("query.none",
              fmt::format("there is no such {}", model().label()));
}

RecordPtr QuerySet::earliest(const std::vector<std::string>& fields,
                             const Databases& databases) const {
  changeable("earliest");
  RecordPtr found = one_of(order_by(latest_order(fields, false)), databases);
  if (found) return found;
  throw Error("query.none",
              fmt::format("there is no such {}", model().label()));
}

Records QuerySet::in_bulk(const std::vector<Value>& values,
                          const Databases& databases,
                          const std::string& field) const {
  const auto hop = model().find(field);
  if (!hop || hop->target || !(hop->field->unique() || field == "pk")) {
    throw Error("query.field", fmt::format("{} is no unique field of {}", field,
                                           model().label()));
  }
  if (values.empty()) return {};
  return filter(Q(field + "__in", values)).order_by({}).records(databases);
}

bool QuerySet::contains(Record& record, const Databases& databases) const {
  if (&record.model().concrete() != &model().concrete()) return false;
  Connection& connection =
      databases.connection(located(databases).loading().alias);
  if (!query_->sliced()) {
    return filter(Q("pk", record.key())).exists(connection);
  }
  const Records found = records(databases);
  return std::any_of(found.begin(), found.end(), [&](const RecordPtr& one) {
    return one->key() == record.key();
  });
}

void QuerySet::each(const Databases& databases,
                    const std::function<void(const RecordPtr&)>& visit,
                    std::size_t chunk) const {
  const QuerySet here = located(databases);
  const RecordQuery asked = make_record_query(here, databases);
  Connection& connection = databases.connection(here.loading().alias);
  Records some;
  const auto flush = [&] {
    manage::orm::prefetch_related(some, loading_->prefetch, databases);
    for (const RecordPtr& one : some) visit(one);
    some.clear();
  };
  for_each_record(asked, connection, chunk, [&](RecordPtr record) {
    some.push_back(std::move(record));
    if (some.size() >= chunk) flush();
  });
  flush();
}

}  // namespace manage::orm
