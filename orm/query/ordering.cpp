#include "orm/query/ordering.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/path.hpp"
#include "orm/query/resolve.hpp"
#include "orm/query/transforms.hpp"

namespace manage::orm {

namespace {

class OrderMaker {
 public:
  explicit OrderMaker(Query& query) : query_(query) {}

  void add(const Ordering& by) {
    if (by.term.expr) {
      terms_.push_back({resolve(query_, by.term.expr, nullptr),
                        by.term.descending, by.term.nulls_first});
    } else {
      add("", by.path, false);
    }
  }

  /// `prefix` is the way to the model whose ordering it is: "author__".
  void add(const std::string& prefix, std::string_view name, bool backwards) {
    const bool minus = name.substr(0, 1) == "-";
    if (minus) name.remove_prefix(1);
    const std::string path = prefix + std::string(name);
    const bool descending = minus != backwards;
    if (name == "?") {
      terms_.push_back({call("Random", {}), descending, {}});
      return;
    }
    if (find_annotation_path(query_, path).expr) {
      terms_.push_back({resolve_path(query_, path, nullptr), descending, {}});
      return;
    }
    const NamedPath found = find_path(query_, path);
    if (found.field->is_composite()) {
      add_parts(found, path, descending);
      return;
    }
    const bool whole = found.lookups.empty() && found.target;
    const bool as_key = found.parts.back().name == "pk";
    if (whole && !as_key && follow(*found.target, path, descending)) return;
    ExprPtr column = join_path(query_, found, nullptr).column;
    terms_.push_back({apply_transforms(path, std::move(column), found.lookups),
                      descending,
                      {}});
  }

  std::vector<OrderTerm> take() { return std::move(terms_); }

 private:
  /// An expression of the related model's, whose names are seen from here.
  void add_term(const std::string& prefix, const OrderTerm& term,
                bool backwards) {
    const ExprPtr moved =
        rewrite(term.expr, [&](const ExprPtr& one) -> ExprPtr {
          const auto* field = one->as<FieldExpr>();
          return field ? f(prefix + field->path) : nullptr;
        });
    std::optional<bool> nulls = term.nulls_first;
    if (nulls && backwards) nulls = !*nulls;
    terms_.push_back(
        {resolve(query_, moved, nullptr), term.descending != backwards, nulls});
  }

  /// "pk" where that is several columns.
  void add_parts(const NamedPath& key, const std::string& path,
                 bool descending) {
    const std::string prefix =
        path.substr(0, path.size() - key.parts.back().name.size());
    for (const FieldDef* part : key.owner->key_columns()) {
      terms_.push_back(
          {resolve_path(query_, prefix + part->name, nullptr), descending, {}});
    }
  }

  /// Whether the related model has an ordering, which is used then.
  bool follow(const Model& target, const std::string& path, bool descending) {
    const std::vector<Ordering> order = default_ordering(target);
    if (order.empty()) return false;
    if (std::find(models_.begin(), models_.end(), &target) != models_.end()) {
      throw Error("query.ordering",
                  fmt::format("{}: the ordering of {} leads back to itself",
                              path, target.label()));
    }
    models_.push_back(&target);
    for (const Ordering& one : order) {
      if (one.term.expr) {
        add_term(path + "__", one.term, descending);
      } else {
        add(path + "__", one.path, descending);
      }
    }
    models_.pop_back();
    return true;
  }

  Query& query_;
  std::vector<const Model*> models_;
  std::vector<OrderTerm> terms_;
};

/// Combined rows have no tables, only names.
OrderTerm order_combined(const Query& query, const Ordering& by) {
  std::string_view name = by.path;
  const bool minus = name.substr(0, 1) == "-";
  if (minus) name.remove_prefix(1);
  if (name == "pk") name = query.model->primary_key().name;
  std::vector<std::string> known;
  for (const Selected& one : query.selected) {
    if (one.name == name) return {one.expr, minus, {}};
    known.push_back(one.name);
  }
  throw Error("query.combined",
              by.term.expr ? "combined rows are ordered by names only"
                           : fmt::format("combined rows have no {}", by.path))
      .hint("known are " + text::join(known, ", "));
}

}  // namespace

std::vector<OrderTerm> make_order(Query& query,
                                  const std::vector<Ordering>& order) {
  if (query.combinator != Combinator::kNone) {
    std::vector<OrderTerm> terms;
    for (const Ordering& by : order) {
      terms.push_back(order_combined(query, by));
    }
    return terms;
  }
  OrderMaker maker(query);
  for (const Ordering& by : order) maker.add(by);
  return maker.take();
}

std::vector<Ordering> default_ordering(const Model& model) {
  const DataMap& options = model.def().options;
  if (options.find("order_with_respect_to")) return {"_order"};
  const Data* option = options.find("ordering");
  std::vector<Ordering> order;
  if (!option || !option->list()) return order;
  for (const Data& one : *option->list()) {
    order.push_back(ordering_from_data(one, nullptr));
  }
  return order;
}

}  // namespace manage::orm
