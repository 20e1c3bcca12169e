#include "orm/query/ordering.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/query/path.hpp"

namespace manage::orm {

namespace {

class OrderMaker {
 public:
  explicit OrderMaker(Query& query) : query_(query) {}

  /// `prefix` is the way to the model whose ordering it is: "author__".
  void add(const std::string& prefix, std::string_view name, bool backwards) {
    const bool minus = name.substr(0, 1) == "-";
    if (minus) name.remove_prefix(1);
    const std::string path = prefix + std::string(name);
    const bool descending = minus != backwards;
    const NamedPath found = find_path(*query_.model, path);
    if (!found.lookups.empty()) {
      throw Error("query.field", fmt::format("{}: nothing is ordered by {}",
                                             path, found.lookups.front()));
    }
    const bool as_key = found.parts.back().name == "pk";
    if (found.target && !as_key && follow(*found.target, path, descending)) {
      return;
    }
    terms_.push_back(
        {join_path(query_, found, nullptr).column, descending, {}});
  }

  std::vector<OrderTerm> take() { return std::move(terms_); }

 private:
  /// Whether the related model has an ordering, which is used then.
  bool follow(const Model& target, const std::string& path, bool descending) {
    const std::vector<std::string> names = default_ordering(target);
    if (names.empty()) return false;
    if (std::find(models_.begin(), models_.end(), &target) != models_.end()) {
      throw Error("query.ordering",
                  fmt::format("{}: the ordering of {} leads back to itself",
                              path, target.label()));
    }
    models_.push_back(&target);
    for (const std::string& name : names) add(path + "__", name, descending);
    models_.pop_back();
    return true;
  }

  Query& query_;
  std::vector<const Model*> models_;
  std::vector<OrderTerm> terms_;
};

}  // namespace

std::vector<OrderTerm> make_order(Query& query,
                                  const std::vector<std::string>& names) {
  OrderMaker maker(query);
  for (const std::string& name : names) maker.add("", name, false);
  return maker.take();
}

std::vector<std::string> default_ordering(const Model& model) {
  const Data* option = model.def().options.find("ordering");
  std::vector<std::string> names;
  if (!option || !option->list()) return names;
  for (const Data& one : *option->list()) {
    if (const std::string* name = one.text()) names.push_back(*name);
  }
  return names;
}

}  // namespace manage::orm
