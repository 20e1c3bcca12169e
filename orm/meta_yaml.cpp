#include "orm/meta_yaml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "orm/part_types.hpp"

namespace manage::orm {

namespace {

std::vector<std::string> names_of(const std::vector<PartType>& types) {
  std::vector<std::string> names;
  for (const PartType& type : types) names.emplace_back(type.name);
  return names;
}

template <class T>
std::optional<Data> as_data(const std::optional<T>& value) {
  if (!value) return std::nullopt;
  return Data(*value);
}

/// A list, or one text as a list of one.
std::optional<Data> read_texts(const yaml::Node& node, std::string_view what,
                               Diagnostics& diagnostics) {
  if (node.is_scalar() && !node.is_null()) return Data(DataList{node.text});
  return as_data(yaml::to_texts(node, what, diagnostics));
}

std::optional<Data> read_number(const PartSpec& spec, const yaml::Node& node,
                                std::string_view what,
                                Diagnostics& diagnostics) {
  const auto number = yaml::to_int(node, what, diagnostics);
  if (!number) return std::nullopt;
  if (*number >= spec.low && *number <= spec.high) return Data(*number);
  diagnostics.add(
      "models.index", node.pos(),
      fmt::format("{} must be from {} to {}", what, spec.low, spec.high));
  return std::nullopt;
}

std::optional<Data> read_numbers(const PartSpec& spec, const yaml::Node& node,
                                 std::string_view what,
                                 Diagnostics& diagnostics) {
  if (!node.is_sequence()) {
    diagnostics.add("yaml.type", node.pos(),
                    fmt::format("{} must be a list of numbers", what));
    return std::nullopt;
  }
  DataList numbers;
  for (const yaml::Node& item : node.items) {
    const auto number = read_number(spec, item, what, diagnostics);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  return Data(std::move(numbers));
}

/// Pairs of an expression and an operator.
std::optional<Data> read_exclusions(const yaml::Node& node,
                                    std::string_view what,
                                    Diagnostics& diagnostics) {
  constexpr std::string_view kSigns = "+-*/<>=~!@#%^&|`?";
  const auto is_pair = [&](const yaml::Node& item) {
    return item.is_sequence() && item.items.size() == 2 &&
           item.items[1].is_scalar() && !item.items[1].text.empty() &&
           item.items[1].text.find_first_not_of(kSigns) == std::string::npos;
  };
  if (node.is_sequence() && !node.items.empty() &&
      std::all_of(node.items.begin(), node.items.end(), is_pair)) {
    return yaml::to_data(node);
  }
  diagnostics.add(
      "models.constraint", node.pos(),
      fmt::format("{} must be a list of [expression, operator]", what),
      "write it as expressions: [[room, \"=\"], [during, \"&&\"]]");
  return std::nullopt;
}

std::optional<Data> read_part_argument(const PartSpec& spec,
                                       const yaml::Node& node,
                                       std::string_view what,
                                       Diagnostics& diagnostics) {
  switch (spec.kind) {
    case PartKind::kBool:
      return as_data(yaml::to_bool(node, what, diagnostics));
    case PartKind::kText:
      return as_data(yaml::to_text(node, what, diagnostics));
    case PartKind::kTexts:
      return read_texts(node, what, diagnostics);
    case PartKind::kList:
      if (node.is_sequence()) return yaml::to_data(node);
      return Data(DataList{yaml::to_data(node)});
    case PartKind::kInt:
      return read_number(spec, node, what, diagnostics);
    case PartKind::kInts:
      return read_numbers(spec, node, what, diagnostics);
    case PartKind::kExclusions:
      return read_exclusions(node, what, diagnostics);
    case PartKind::kQ:
      if (node.is_map() && !node.entries.empty()) return yaml::to_data(node);
      diagnostics.add("yaml.type", node.pos(),
                      fmt::format("{} must be a map of lookups", what));
      return std::nullopt;
  }
  return std::nullopt;
}

/// The argument Django called `check` until 5.1.
void read_old_check(yaml::MapReader& reader, DataMap& arguments,
                    Diagnostics& diagnostics) {
  const yaml::Node* node = reader.get("check");
  if (!node || arguments.find("condition")) return;
  const auto condition = read_part_argument({"condition", PartKind::kQ}, *node,
                                            "check", diagnostics);
  if (condition) arguments.set("condition", *condition);
}

std::optional<std::string> read_part_type(const std::vector<PartType>& types,
                                          yaml::MapReader& reader,
                                          std::string_view what,
                                          std::string_view otherwise,
                                          Diagnostics& diagnostics) {
  const yaml::Node* node =
      otherwise.empty() ? reader.require("type") : reader.get("type");
  if (!node) {
    if (otherwise.empty()) return std::nullopt;
    return std::string(otherwise);
  }
  auto name =
      yaml::to_text(*node, fmt::format("the type of {}", what), diagnostics);
  if (!name) return std::nullopt;
  if (find_part_type(types, *name)) return name;
  std::string hint = text::did_you_mean(*name, names_of(types));
  if (hint.empty()) hint = "known are " + text::join(names_of(types), ", ");
  diagnostics.add("models.type", node->pos(),
                  fmt::format("there is no {} type {}", what, *name),
                  std::move(hint));
  return std::nullopt;
}

DataMap read_part_arguments(const PartType& type, yaml::MapReader& reader,
                            std::string_view what, Diagnostics& diagnostics) {
  DataMap arguments;
  for (const PartSpec& spec : type.arguments) {
    const yaml::Node* node = reader.get(spec.name);
    if (!node || node->is_null()) continue;
    const auto value = read_part_argument(
        spec, *node, fmt::format("{} of the {}", spec.name, what), diagnostics);
    if (value) arguments.set(std::string(spec.name), *value);
  }
  return arguments;
}

/// Whether there are either fields or expressions.
void check_columns(const yaml::Node& node, std::string_view what,
                   const DataMap& arguments, Diagnostics& diagnostics) {
  const bool fields = arguments.find("fields") != nullptr;
  const bool expressions = arguments.find("expressions") != nullptr;
  if (fields && expressions) {
    diagnostics.add("models.index", node.pos(),
                    fmt::format("the {} has both fields and expressions", what),
                    "write the fields as expressions: [name, {desc: date}]");
  } else if (!node.find("fields") && !node.find("expressions")) {
    diagnostics.add("models.index", node.pos(),
                    fmt::format("the {} has no fields", what),
                    "add fields: [name, …] or expressions: […]");
  }
  for (std::string_view list : {"fields", "expressions"}) {
    const Data* value = arguments.find(list);
    if (value && value->list()->empty()) {
      diagnostics.add("models.index", node.find(list)->pos(),
                      fmt::format("{} of the {} is empty", list, what));
    }
  }
}

void check_deferrable(const yaml::Node& node, const DataMap& arguments,
                      Diagnostics& diagnostics) {
  const Data* deferrable = arguments.find("deferrable");
  if (deferrable && *deferrable != Data("deferred") &&
      *deferrable != Data("immediate")) {
    diagnostics.add("models.constraint", node.find("deferrable")->pos(),
                    "deferrable must be deferred or immediate");
  }
}

/// What SQL takes as it is written here.
void check_words(const yaml::Node& node, const DataMap& arguments,
                 Diagnostics& diagnostics) {
  check_deferrable(node, arguments, diagnostics);
  const Data* deferrable = arguments.find("deferrable");
  for (std::string_view other :
       {"condition", "expressions", "include", "opclasses"}) {
    if (!deferrable || !arguments.find(other)) continue;
    diagnostics.add("models.constraint", node.find("deferrable")->pos(),
                    fmt::format("deferrable and {} exclude each other", other));
  }
  const Data* opclasses = arguments.find("opclasses");
  if (!opclasses) return;
  for (const std::string& name : opclasses->texts()) {
    const bool plain =
        !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
          return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
                 c == '.';
        });
    if (plain) continue;
    diagnostics.add("models.constraint", node.find("opclasses")->pos(),
                    fmt::format("{} is no operator class", name));
  }
}

/// What only some methods of indexing can do.
void check_method(const yaml::Node& node, const IndexDef& index,
                  Diagnostics& diagnostics) {
  const PartType& type = *find_part_type(index_types(), index.type);
  const auto report = [&](std::string_view key, std::string problem) {
    diagnostics.add("models.index", node.find(key)->pos(), std::move(problem));
  };
  const std::vector<std::string> fields = index.fields();
  const bool descending = std::any_of(
      fields.begin(), fields.end(),
      [](const std::string& field) { return field.starts_with('-'); });
  if (descending && !type.ordered) {
    report("fields", fmt::format("a {} has no order", type.name));
  }
  const Data* bits = index.arguments.find("columns");
  if (bits && bits->list()->size() > fields.size()) {
    report("columns", "columns has more numbers than the index has fields");
  }
}

void check_exclusion(const yaml::Node& node, const DataMap& arguments,
                     Diagnostics& diagnostics) {
  const Data* method = arguments.find("index_type");
  const std::string* name = method ? method->text() : nullptr;
  if (name && text::lower(*name) != "gist" && text::lower(*name) != "spgist") {
    diagnostics.add("models.constraint", node.find("index_type")->pos(),
                    "index_type must be gist or spgist");
  }
  check_deferrable(node, arguments, diagnostics);
}

void require_name(const yaml::Node& node, std::string_view what,
                  Diagnostics& diagnostics) {
  const yaml::Node* name = node.find("name");
  if (name && !name->is_null()) return;
  diagnostics.add("models.name", node.pos(),
                  fmt::format("the {} needs a name", what));
}

Data part_to_data(const PartType& type, const DataMap& arguments,
                  bool with_type) {
  DataMap map;
  if (with_type) map.set("type", type.name);
  for (const PartSpec& spec : type.arguments) {
    if (const Data* value = arguments.find(spec.name)) {
      map.set(std::string(spec.name), *value);
    }
  }
  return map;
}

std::optional<Data> read_together(const yaml::Node& node, std::string_view what,
                                  Diagnostics& diagnostics) {
  const bool nested =
      node.is_sequence() && !node.items.empty() &&
      std::all_of(node.items.begin(), node.items.end(),
                  [](const yaml::Node& item) { return item.is_sequence(); });
  DataList sets;
  if (!nested) {
    const auto names = yaml::to_texts(node, what, diagnostics);
    if (!names) return std::nullopt;
    if (!names->empty()) sets.push_back(Data(*names));
    return Data(std::move(sets));
  }
  for (const yaml::Node& item : node.items) {
    const auto names = yaml::to_texts(item, what, diagnostics);
    if (!names) return std::nullopt;
    sets.push_back(Data(*names));
  }
  return Data(std::move(sets));
}

std::optional<Data> read_ordering(const yaml::Node& node, std::string_view what,
                                  Diagnostics& diagnostics) {
  if (node.is_scalar()) return read_texts(node, what, diagnostics);
  if (!node.is_sequence()) {
    diagnostics.add("models.E014", node.pos(),
                    fmt::format("{} must be a list", what));
    return std::nullopt;
  }
  DataList entries;
  for (const yaml::Node& item : node.items) {
    if (item.is_map()) {
      entries.push_back(yaml::to_data(item));
    } else if (const auto name = yaml::to_text(item, what, diagnostics)) {
      entries.emplace_back(*name);
    }
  }
  return Data(std::move(entries));
}

std::optional<Data> read_permissions(const yaml::Node& node,
                                     std::string_view what,
                                     Diagnostics& diagnostics) {
  const auto is_pair = [](const yaml::Node& item) {
    return item.is_sequence() && item.items.size() == 2 &&
           item.items[0].is_scalar() && item.items[1].is_scalar();
  };
  if (!node.is_sequence() ||
      !std::all_of(node.items.begin(), node.items.end(), is_pair)) {
    diagnostics.add("yaml.type", node.pos(),
                    fmt::format("{} must be a list of [codename, name]", what));
    return std::nullopt;
  }
  DataList pairs;
  for (const yaml::Node& item : node.items) {
    pairs.push_back(DataList{item.items[0].text, item.items[1].text});
  }
  return Data(std::move(pairs));
}

template <class Read>
void read_each(const yaml::Node& node, std::string_view what,
               Diagnostics& diagnostics, Read read) {
  if (!node.is_sequence()) {
    diagnostics.add("yaml.type", node.pos(),
                    fmt::format("{} must be a list", what));
    return;
  }
  for (const yaml::Node& item : node.items) read(item);
}

}  // namespace

const std::vector<OptionSpec>& option_specs() {
  using K = OptionKind;
  static const std::vector<OptionSpec> kSpecs = {
      {"db_table", K::kText},
      {"db_table_comment", K::kText},
      {"ordering", K::kOrdering},
      {"unique_together", K::kTogether},
      {"index_together", K::kTogether, false, true},
      {"get_latest_by", K::kTexts},
      {"order_with_respect_to", K::kText},
      {"managed", K::kBool},
      {"proxy", K::kBool},
      {"abstract", K::kBool},
      {"swappable", K::kText},
      {"permissions", K::kPermissions},
      {"default_permissions", K::kTexts},
      {"default_related_name", K::kText},
      {"verbose_name", K::kText, true},
      {"verbose_name_plural", K::kText, true},
  };
  return kSpecs;
}

std::vector<OptionSpec> model_option_specs() {
  std::vector<OptionSpec> specs = option_specs();
  std::erase_if(specs,
                [](const OptionSpec& spec) { return spec.history_only; });
  return specs;
}

const OptionSpec* find_option(std::string_view name) {
  const std::vector<OptionSpec>& specs = option_specs();
  const auto found =
      std::find_if(specs.begin(), specs.end(),
                   [&](const OptionSpec& spec) { return spec.name == name; });
  return found == specs.end() ? nullptr : &*found;
}

std::optional<Data> read_option(const OptionSpec& option,
                                const yaml::Node& node,
                                Diagnostics& diagnostics) {
  switch (option.kind) {
    case OptionKind::kBool:
      return as_data(yaml::to_bool(node, option.name, diagnostics));
    case OptionKind::kText:
      return as_data(yaml::to_text(node, option.name, diagnostics));
    case OptionKind::kTexts:
      return read_texts(node, option.name, diagnostics);
    case OptionKind::kTogether:
      return read_together(node, option.name, diagnostics);
    case OptionKind::kOrdering:
      return read_ordering(node, option.name, diagnostics);
    case OptionKind::kPermissions:
      return read_permissions(node, option.name, diagnostics);
  }
  return std::nullopt;
}

void read_meta(const yaml::Node& node, ModelDef& model,
               Diagnostics& diagnostics, MetaSource source) {
  if (node.is_null()) return;
  yaml::MapReader reader(node, "meta of " + model.name, diagnostics);
  if (!reader.ok()) return;
  for (const OptionSpec& option : option_specs()) {
    if (option.history_only && source != MetaSource::kHistory) continue;
    const yaml::Node* value = reader.get(option.name);
    if (!value || value->is_null()) continue;
    if (const auto read = read_option(option, *value, diagnostics)) {
      model.options.set(std::string(option.name), *read);
    }
  }
  if (const yaml::Node* indexes = reader.get("indexes")) {
    read_each(*indexes, "indexes", diagnostics, [&](const yaml::Node& item) {
      if (auto index = read_index(item, diagnostics)) {
        model.indexes.push_back(std::move(*index));
      }
    });
  }
  if (const yaml::Node* constraints = reader.get("constraints")) {
    read_each(*constraints, "constraints", diagnostics,
              [&](const yaml::Node& item) {
                if (auto constraint = read_constraint(item, diagnostics)) {
                  model.constraints.push_back(std::move(*constraint));
                }
              });
  }
  reader.finish();
}

DataMap meta_to_data(const ModelDef& model) {
  DataMap map;
  for (const OptionSpec& option : option_specs()) {
    if (const Data* value = model.options.find(option.name)) {
      map.set(std::string(option.name), *value);
    }
  }
  DataList indexes, constraints;
  for (const IndexDef& index : model.indexes) {
    indexes.push_back(index_to_data(index));
  }
  for (const ConstraintDef& constraint : model.constraints) {
    constraints.push_back(constraint_to_data(constraint));
  }
  if (!indexes.empty()) map.set("indexes", std::move(indexes));
  if (!constraints.empty()) map.set("constraints", std::move(constraints));
  return map;
}

std::optional<IndexDef> read_index(const yaml::Node& node,
                                   Diagnostics& diagnostics) {
  constexpr std::string_view kWhat = "index";
  yaml::MapReader reader(node, std::string(kWhat), diagnostics);
  if (!reader.ok()) return std::nullopt;
  const auto type =
      read_part_type(index_types(), reader, kWhat, "Index", diagnostics);
  if (!type) return std::nullopt;
  IndexDef index;
  index.type = *type;
  index.pos = node.pos();
  index.arguments = read_part_arguments(*find_part_type(index_types(), *type),
                                        reader, kWhat, diagnostics);
  reader.finish();
  check_columns(node, kWhat, index.arguments, diagnostics);
  check_words(node, index.arguments, diagnostics);
  check_method(node, index, diagnostics);
  // Only fields give a name by themselves.
  if (index.arguments.find("expressions") ||
      index.arguments.find("condition")) {
    require_name(node, kWhat, diagnostics);
  }
  return index;
}

Data index_to_data(const IndexDef& index) {
  return part_to_data(*find_part_type(index_types(), index.type),
                      index.arguments, index.type != "Index");
}

std::optional<ConstraintDef> read_constraint(const yaml::Node& node,
                                             Diagnostics& diagnostics) {
  constexpr std::string_view kWhat = "constraint";
  yaml::MapReader reader(node, std::string(kWhat), diagnostics);
  if (!reader.ok()) return std::nullopt;
  const auto type =
      read_part_type(constraint_types(), reader, kWhat, "", diagnostics);
  if (!type) return std::nullopt;
  ConstraintDef constraint;
  constraint.type = *type;
  constraint.pos = node.pos();
  constraint.arguments = read_part_arguments(
      *find_part_type(constraint_types(), *type), reader, kWhat, diagnostics);
  if (*type == "CheckConstraint") {
    read_old_check(reader, constraint.arguments, diagnostics);
    if (!node.find("check")) reader.require("condition");
  } else if (*type == "ExclusionConstraint") {
    reader.require("expressions");
    check_exclusion(node, constraint.arguments, diagnostics);
  } else {
    check_columns(node, kWhat, constraint.arguments, diagnostics);
    check_words(node, constraint.arguments, diagnostics);
  }
  reader.finish();
  require_name(node, kWhat, diagnostics);
  return constraint;
}

Data constraint_to_data(const ConstraintDef& constraint) {
  return part_to_data(*find_part_type(constraint_types(), constraint.type),
                      constraint.arguments, true);
}

}  // namespace manage::orm
