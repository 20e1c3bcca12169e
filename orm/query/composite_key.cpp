#include "orm/query/composite_key.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

using json = nlohmann::json;

Value value_of(const json& part) {
  if (part.is_null()) return Null{};
  if (part.is_boolean()) return part.get<bool>();
  if (part.is_number_integer()) return part.get<std::int64_t>();
  if (part.is_string()) return part.get<std::string>();
  return Json{part.dump()};
}

/// The parts of a JSON list; nullopt: it is none.
std::optional<std::vector<Value>> list_of(const Value& value) {
  const auto* text = std::get_if<Json>(&value);
  if (!text) return std::nullopt;
  const json list = json::parse(text->text, nullptr, false);
  if (!list.is_array()) return std::nullopt;
  std::vector<Value> parts;
  for (const json& part : list) parts.push_back(value_of(part));
  return parts;
}

/// The condition on one key.
class KeyCondition {
 public:
  KeyCondition(const Model& model, const std::string& prefix)
      : model_(model), names_(model.def().composite_key()) {
    for (const std::string& name : names_) paths_.push_back(prefix + name);
  }

  Q exact(const Operand& operand) const {
    if (const auto* values = std::get_if<std::vector<Value>>(&operand)) {
      return equals(*values);
    }
    if (const auto* value = std::get_if<Value>(&operand)) {
      if (const auto parts = list_of(*value)) return equals(*parts);
    }
    const auto* list = std::get_if<ExprList>(&operand);
    if (!list || list->size() != names_.size()) wrong();
    Q all;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      all = all & Q(paths_[i], (*list)[i]);
    }
    return all;
  }

  Q in(const Operand& operand) const {
    const auto* values = std::get_if<std::vector<Value>>(&operand);
    std::optional<std::vector<Value>> parsed;
    if (const auto* value = std::get_if<Value>(&operand)) {
      parsed = list_of(*value);
      if (parsed) values = &*parsed;
    }
    if (!values) wrong();
    // Of an empty list there is none.
    Q any(paths_.front() + "__in", std::vector<Value>());
    bool first = true;
    for (const Value& one : *values) {
      const auto parts = list_of(one);
      if (!parts) wrong();
      any = first ? equals(*parts) : any | equals(*parts);
      first = false;
    }
    return any;
  }

  Q is_null(const Operand& operand) const {
    return {paths_.front() + "__isnull", operand};
  }

 private:
  Q equals(const std::vector<Value>& parts) const {
    if (parts.size() != names_.size()) wrong();
    Q all;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      all = all & Q(paths_[i], parts[i]);
    }
    return all;
  }

  [[noreturn]] void wrong() const {
    throw Error("query.value",
                fmt::format("the key of {} is {}: a list of their values is "
                            "wanted",
                            model_.label(), text::join(names_, ", ")));
  }

  const Model& model_;
  std::vector<std::string> names_, paths_;
};

}  // namespace

Q key_condition(const Model& model, const std::string& prefix,
                const std::vector<std::string>& lookups,
                const Operand& operand) {
  const KeyCondition key(model, prefix);
  if (lookups.empty() || lookups == std::vector<std::string>{"exact"}) {
    return key.exact(operand);
  }
  if (lookups == std::vector<std::string>{"in"}) return key.in(operand);
  if (lookups == std::vector<std::string>{"isnull"}) {
    return key.is_null(operand);
  }
  throw Error("query.lookup",
              fmt::format("the key of {} is of several columns: it has no "
                          "lookup {}",
                          model.label(), text::join(lookups, "__")))
      .hint("exact, in and isnull are possible");
}

Value key_value(const std::vector<Value>& parts) {
  json list = json::array();
  for (const Value& part : parts) {
    if (const auto* number = std::get_if<std::int64_t>(&part)) {
      list.push_back(*number);
    } else if (const auto* flag = std::get_if<bool>(&part)) {
      list.push_back(*flag);
    } else if (is_null(part)) {
      list.push_back(nullptr);
    } else {
      list.push_back(display(part));
    }
  }
  return Json{list.dump()};
}

}  // namespace manage::orm
