#include "orm/query/q.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint) {
  throw Error("query.condition", std::move(message)).hint(std::move(hint));
}

Value value_of(const Data& data) {
  if (data.is_null()) return Null{};
  if (const bool* flag = data.boolean()) return *flag;
  if (const std::int64_t* number = data.integer()) return *number;
  if (const std::string* text = data.text()) return *text;
  if (const Real* real = data.real()) return real->text;
  return Json{to_json(data)};
}

Operand operand_of(const std::string& path, const Data& data) {
  if (const DataList* list = data.list()) {
    std::vector<Value> values;
    for (const Data& one : *list) values.push_back(value_of(one));
    return values;
  }
  if (const DataMap* map = data.map()) {
    const Data* field = map->size() == 1 ? map->find("F") : nullptr;
    if (!field || !field->text()) {
      wrong(fmt::format("{} has a map for a value", path),
            "only {F: field} can stand there");
    }
    return f(*field->text());
  }
  return value_of(data);
}

std::optional<Connector> find_connector(std::string_view key) {
  if (key == "and") return Connector::kAnd;
  if (key == "or") return Connector::kOr;
  if (key == "xor") return Connector::kXor;
  return std::nullopt;
}

Q join_all(Connector connector, const std::string& key, const Data& data) {
  const DataList* list = data.list();
  if (!list || list->empty()) {
    wrong(fmt::format("{} needs a list of conditions", key),
          fmt::format("{}: [{{a: 1}}, {{b: 2}}]", key));
  }
  Q all = Q::from_data(list->front());
  for (std::size_t i = 1; i < list->size(); ++i) {
    const Q next = Q::from_data((*list)[i]);
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

Q Q::from_data(const Data& data) {
  const DataMap* map = data.map();
  if (!map || map->empty()) {
    wrong("a condition is a map of lookups", "write {price__gt: 100}");
  }
  Q all;
  std::vector<const DataMap::Entry*> lookups;
  for (const DataMap::Entry& entry : *map) {
    if (entry.first == "not") {
      all = all & ~from_data(entry.second);
    } else if (const auto connector = find_connector(entry.first)) {
      all = all & join_all(*connector, entry.first, entry.second);
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
    all = all & Q(entry->first, operand_of(entry->first, entry->second));
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
