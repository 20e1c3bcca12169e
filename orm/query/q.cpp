#include "orm/query/q.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "orm/query/from_data.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint) {
  throw Error("query.condition", std::move(message)).hint(std::move(hint));
}

Operand operand_of_list(const DataList& list, const DataNames& names) {
  const bool plain = std::none_of(list.begin(), list.end(),
                                  [](const Data& one) { return one.map(); });
  if (plain) {
    std::vector<Value> values;
    for (const Data& one : list) values.push_back(value_from_plain_data(one));
    return values;
  }
  ExprList parts;
  for (const Data& one : list) {
    parts.push_back(one.map() ? expression_from_data(*one.map(), names)
                              : value(value_from_plain_data(one)));
  }
  return parts;
}

Operand operand_of(const Data& data, const DataNames& names) {
  if (const DataList* list = data.list()) {
    return operand_of_list(*list, names);
  }
  const DataMap* map = data.map();
  if (!map) return value_from_plain_data(data);
  const Data* plain = map->size() == 1 ? map->find("Value") : nullptr;
  if (plain) return value_from_plain_data(*plain);
  return expression_from_data(*map, names);
}

std::optional<Connector> find_connector(std::string_view key) {
  if (key == "and") return Connector::kAnd;
  if (key == "or") return Connector::kOr;
  if (key == "xor") return Connector::kXor;
  return std::nullopt;
}

Q join_all(Connector connector, const std::string& key, const Data& data,
           const DataNames& names) {
  const DataList* list = data.list();
  if (!list || list->empty()) {
    wrong(fmt::format("{} needs a list of conditions", key),
          fmt::format("{}: [{{a: 1}}, {{b: 2}}]", key));
  }
  Q all = Q::from_data(list->front(), names);
  for (std::size_t i = 1; i < list->size(); ++i) {
    const Q next = Q::from_data((*list)[i], names);
    switch (connector) {
      case Connector::kAnd:
        all = all & next;
        break;
      case Connector::kOr:
        all = all | next;
        break;
      case Connector::kXor:
        all = all ^ next;
        break;
    }
  }
  return all;
}

}  // namespace

Q::Q(std::string path, Operand operand) {
  parts_.emplace_back(Lookup{std::move(path), std::move(operand)});
}

Q::Q(ExprPtr expression) { parts_.emplace_back(std::move(expression)); }

Q Q::from_data(const Data& data, const DataNames& names) {
  const DataMap* map = data.map();
  if (!map || map->empty()) {
    wrong("a condition is a map of lookups", "write {price__gt: 100}");
  }
  if (is_expression_map(*map)) {
    ExprPtr made = expression_from_data(*map, names);
    const auto* condition = made->as<ConditionExpr>();
    return condition ? *condition->q : Q(std::move(made));
  }
  Q all;
  std::vector<const DataMap::Entry*> lookups;
  for (const DataMap::Entry& entry : *map) {
    if (entry.first == "not") {
      all = all & ~from_data(entry.second, names);
    } else if (const auto connector = find_connector(entry.first)) {
      all = all & join_all(*connector, entry.first, entry.second, names);
    } else {
      lookups.push_back(&entry);
    }
  }
  // The order of a map is its writer's; SQL and plans should not depend on it.
  std::sort(lookups.begin(), lookups.end(),
            [](const DataMap::Entry* a, const DataMap::Entry* b) {
              return a->first < b->first;
            });
  for (const DataMap::Entry* entry : lookups) {
    all = all & Q(entry->first, operand_of(entry->second, names));
  }
  return all;
}

/// What says the same without parentheses is taken apart (Django's Node.add).
void Q::add(const Q& part) {
  const bool same = part.connector_ == connector_ || part.parts_.size() == 1;
  if (part.negated_ || !same) {
    parts_.emplace_back(part);
    return;
  }
  parts_.insert(parts_.end(), part.parts_.begin(), part.parts_.end());
}

Q Q::join(Connector connector, const Q& a, const Q& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Q joined;
  joined.connector_ = connector;
  joined.add(a);
  joined.add(b);
  return joined;
}

Q operator&(const Q& a, const Q& b) { return Q::join(Connector::kAnd, a, b); }
Q operator|(const Q& a, const Q& b) { return Q::join(Connector::kOr, a, b); }
Q operator^(const Q& a, const Q& b) { return Q::join(Connector::kXor, a, b); }

Q Q::operator~() const {
  Q inverse;
  inverse.add(*this);
  inverse.negated_ = true;
  return inverse;
}

}  // namespace manage::orm
