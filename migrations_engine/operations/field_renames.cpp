#include "migrations_engine/operations/field_renames.hpp"

#include <algorithm>
#include <functional>

#include "orm/query/from_data.hpp"

namespace manage::migrations_engine {

namespace {

using Change = std::function<Data(const Data&)>;

Data each(const Data& given, const Change& change) {
  DataList changed;
  for (const Data& item : *given.list()) changed.push_back(change(item));
  return changed;
}

void change_argument(DataMap& arguments, std::string_view key,
                     const Change& change) {
  if (Data* value = arguments.find(key)) *value = change(*value);
}

bool is_connector(std::string_view key) {
  return key == "or" || key == "and" || key == "xor" || key == "not";
}

}  // namespace

void FieldRename::apply(orm::ModelDef& model) const {
  for (orm::FieldDef& field : model.fields) {
    if (field.name == old_name_) field.name = new_name_;
    change_argument(field.arguments, "field_names",
                    [this](const Data& data) { return names(data); });
    if (field.is_generated()) {
      change_argument(field.arguments, "expression", [this](const Data& data) {
        const DataMap* map = data.map();
        return map && !orm::is_expression_map(*map) ? condition(data)
                                                    : argument(data);
      });
    }
  }
  for (std::string_view option : {"unique_together", "index_together"}) {
    change_argument(model.options, option,
                    [this](const Data& data) { return names(data); });
  }
  change_argument(model.options, "order_with_respect_to",
                  [this](const Data& data) { return names(data); });
  for (orm::IndexDef& index : model.indexes) apply_to_part(index.arguments);
  for (orm::ConstraintDef& constraint : model.constraints) {
    apply_to_part(constraint.arguments);
  }
}

void FieldRename::apply_to_part(DataMap& arguments) const {
  for (std::string_view key : {"fields", "include"}) {
    change_argument(arguments, key,
                    [this](const Data& data) { return names(data); });
  }
  change_argument(arguments, "expressions", [this](const Data& data) {
    if (!data.list()) return argument(data);
    return each(data, [this](const Data& item) {
      // An ExclusionConstraint has pairs [expression, operator].
      if (!item.list()) return argument(item);
      DataList pair = *item.list();
      if (!pair.empty()) pair.front() = argument(pair.front());
      return Data(std::move(pair));
    });
  });
  change_argument(arguments, "condition",
                  [this](const Data& data) { return condition(data); });
}

void FieldRename::apply_to_relations(ProjectState& state,
                                     const orm::ModelKey& key) const {
  std::vector<orm::ModelKey> owners;
  for (const auto& [owner, model] : state.models().all()) {
    const bool refers = std::any_of(
        model->fields.begin(), model->fields.end(),
        [&](const orm::FieldDef& field) {
          if (!field.is_relation()) return false;
          const std::string through = field.text("through");
          return (field.text("to_field") == old_name_ &&
                  state.models().resolve(field.to()) == key) ||
                 (!through.empty() && state.models().resolve(through) == key);
        });
    if (refers) owners.push_back(owner);
  }
  for (const orm::ModelKey& owner : owners) {
    state.change(owner, [&](orm::ModelDef& model) {
      for (orm::FieldDef& field : model.fields) {
        if (!field.is_relation()) continue;
        if (field.text("to_field") == old_name_ &&
            state.models().resolve(field.to()) == key) {
          field.arguments.set("to_field", new_name_);
        }
        const std::string through = field.text("through");
        if (!through.empty() && state.models().resolve(through) == key) {
          change_argument(field.arguments, "through_fields",
                          [this](const Data& data) { return names(data); });
        }
      }
    });
  }
}

std::string FieldRename::name(const std::string& given) const {
  if (given == old_name_) return new_name_;
  if (given == "-" + old_name_) return "-" + new_name_;
  return given;
}

std::string FieldRename::path(const std::string& given) const {
  const std::size_t end = given.find("__");
  const std::string rest =
      end == std::string::npos ? std::string() : given.substr(end);
  return name(given.substr(0, end)) + rest;
}

Data FieldRename::names(const Data& given) const {
  if (given.text()) return name(*given.text());
  if (!given.list()) return given;
  return each(given, [this](const Data& item) { return names(item); });
}

Data FieldRename::argument(const Data& given) const {
  if (given.text()) return path(*given.text());
  return value(given);
}

Data FieldRename::value(const Data& given) const {
  if (given.list()) {
    return each(given, [this](const Data& item) { return value(item); });
  }
  return given.map() ? expression(*given.map()) : given;
}

Data FieldRename::condition(const Data& given) const {
  if (given.list()) {
    return each(given, [this](const Data& item) { return condition(item); });
  }
  if (!given.map()) return given;
  // A condition may itself be an expression: {Exact: [a, b]}.
  if (orm::is_expression_map(*given.map())) return expression(*given.map());
  DataMap changed;
  for (const auto& [key, item] : *given.map()) {
    if (is_connector(key)) {
      changed.set(key, condition(item));
    } else {
      changed.set(path(key), value(item));
    }
  }
  return changed;
}

Data FieldRename::expression(const DataMap& map) const {
  if (!orm::is_expression_map(map)) return map;
  DataMap changed;
  for (const auto& [key, item] : map) {
    const bool is_class =
        orm::is_expression_map(DataMap{{key, Data()}}) && key != "Value";
    if (key == "filter" || key == "Q") {
      changed.set(key, condition(item));
    } else if (key == "default") {
      changed.set(key, argument(item));
    } else if (!is_class) {
      changed.set(key, item);
    } else if (key == "Case" && item.list()) {
      changed.set(key, each(item, [this](const Data& branch) {
                    DataMap one = branch.map() ? *branch.map() : DataMap();
                    if (Data* when = one.find("when")) *when = condition(*when);
                    if (Data* then = one.find("then")) *then = argument(*then);
                    return Data(std::move(one));
                  }));
    } else if (key == "Collate" && item.list() && !item.list()->empty()) {
      // Its second argument is the name of a collation.
      DataList parts = *item.list();
      parts.front() = argument(parts.front());
      changed.set(key, std::move(parts));
    } else if (item.list()) {
      changed.set(
          key, each(item, [this](const Data& part) { return argument(part); }));
    } else {
      changed.set(key, argument(item));
    }
  }
  return changed;
}

}  // namespace manage::migrations_engine
