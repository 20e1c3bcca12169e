#include "orm/query/ordering.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
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
    const NamedPath found = find_path(*query_.model, path);
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
    for (const Ordering& one : order) add(path + "__", one.path, descending);
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
  const Data* option = model.def().options.find("ordering");
  std::vector<Ordering> order;
  if (!option || !option->list()) return order;
  for (const Data& one : *option->list()) {
    if (const std::string* name = one.text()) order.emplace_back(*name);
  }
  return order;
}

}  // namespace manage::orm
