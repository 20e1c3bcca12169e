#include "settings/convert.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "core/yaml_scalar.hpp"
#include "settings/interpolate.hpp"

namespace manage::settings {

using yaml::Node;

Converter::Converter(const Sources& sources, const Variables& variables,
                     Diagnostics& diagnostics)
    : sources_(sources), variables_(variables), diagnostics_(diagnostics) {}

void Converter::fill_in(Node& node) {
  for (Node& item : node.items) fill_in(item);
  for (Node::Entry& entry : node.entries) fill_in(entry.value);
  if (!node.is_scalar() || node.text.find('$') == std::string::npos) return;
  if (sources_.layer_of(node) > Layer::kLocal) return;
  auto filled = interpolate(node.text, variables_, node.pos(), diagnostics_);
  if (!filled) {
    failed_.insert(&node);
    return;
  }
  node.text = std::move(*filled);
  // An empty value is an empty text wherever a text may stand.
  node.quoted = node.text.empty();
  filled_in_.insert(&node);
}

bool Converter::is_bare(const Node& node) const {
  return filled_in_.contains(&node) ||
         sources_.layer_of(node) >= Layer::kSecretFile;
}

bool Converter::has_failed(const Node& node) const {
  if (failed_.empty()) return false;
  return failed_.contains(&node) ||
         std::any_of(node.items.begin(), node.items.end(),
                     [&](const Node& item) { return has_failed(item); }) ||
         std::any_of(
             node.entries.begin(), node.entries.end(),
             [&](const Node::Entry& entry) { return has_failed(entry.value); });
}

std::optional<std::string> Converter::text(const Node& node,
                                           const std::string& what) {
  if (has_failed(node)) return std::nullopt;
  if (node.is_scalar() && is_bare(node)) return node.text;
  Diagnostics problems;
  auto text = yaml::to_text(node, what, problems);
  for (Diagnostic problem : problems.all()) {
    problem.code = "settings.type";
    diagnostics_.add(std::move(problem));
  }
  return text;
}

std::optional<Data> Converter::untyped(const Node& node) const {
  if (has_failed(node)) return std::nullopt;
  return yaml::to_data(node);
}

std::optional<Data> Converter::convert(const Key& key, const std::string& path,
                                       const Node& node) {
  if (has_failed(node)) return std::nullopt;
  bool may_be_null = key.nullable || key.default_value.is_null();
  bool is_text = key.type == Type::kText && is_bare(node);
  if (node.is_null() && may_be_null && !is_text) return Data(nullptr);
  Diagnostics problems;
  std::optional<Data> value;
  switch (key.type) {
    case Type::kTexts:
    case Type::kList:
      value = list(key, path, node, problems);
      break;
    case Type::kMap:
      if (node.is_map()) value = yaml::to_data(node);
      break;
    default:
      value = scalar(key, path, node, problems);
  }
  if (value) return value;
  if (!problems.has_errors() || key.secret) {
    diagnostics_.add("settings.type", node.pos(),
                     fmt::format("{} must be {}", path, type_name(key.type)));
    return std::nullopt;
  }
  for (Diagnostic problem : problems.all()) {
    problem.code = "settings.type";
    diagnostics_.add(std::move(problem));
  }
  return std::nullopt;
}

std::optional<Data> Converter::scalar(const Key& key, const std::string& path,
                                      const Node& node, Diagnostics& problems) {
  switch (key.type) {
    case Type::kBool:
      if (auto value = yaml::to_bool(node, path, problems)) return *value;
      return std::nullopt;
    case Type::kInteger:
      if (auto value = yaml::to_int(node, path, problems)) return *value;
      return std::nullopt;
    case Type::kNumber:
      if (node.is_scalar() && !node.quoted &&
          yaml::core_kind(node.text) == yaml::ScalarKind::kReal) {
        return Real{node.text};
      }
      if (node.is_scalar() && !node.quoted && yaml::is_integer(node.text)) {
        if (auto value = yaml::to_int(node, path, problems)) return *value;
      }
      return std::nullopt;
    default:
      break;
  }
  std::optional<std::string> text = is_bare(node) && node.is_scalar()
                                        ? node.text
                                        : yaml::to_text(node, path, problems);
  if (!text) return std::nullopt;
  const auto& choices = key.choices;
  if (choices.empty() ||
      std::find(choices.begin(), choices.end(), *text) != choices.end()) {
    return *text;
  }
  std::vector<std::string> names(choices.begin(), choices.end());
  problems.add("settings.type", node.pos(),
               fmt::format("{} must be one of {}, not {}", path,
                           text::join(names, ", "), *text),
               text::did_you_mean(*text, names));
  return std::nullopt;
}

bool Converter::check_item(const Key& key, const std::string& path,
                           const Node& item, Diagnostics& problems) {
  std::size_t before = problems.all().size();
  if (item.is_map() && !key.item_keys.empty()) {
    yaml::MapReader reader(item, fmt::format("an item of {}", path), problems);
    for (std::string_view name : key.item_keys) reader.get(name);
    reader.finish();
  } else if (!item.is_scalar() || item.is_null()) {
    problems.add("settings.type", item.pos(),
                 fmt::format("an item of {} must be {}, not {}", path,
                             key.item_keys.empty() ? "text" : "text or a map",
                             item.kind_name()));
  }
  return problems.all().size() == before;
}

std::optional<Data> Converter::list(const Key& key, const std::string& path,
                                    const Node& node, Diagnostics& problems) {
  if (!node.is_sequence()) {
    yaml::to_texts(node, path, problems);
    return std::nullopt;
  }
  DataList items;
  bool ok = true;
  for (const Node& item : node.items) {
    if (!check_item(key, path, item, problems)) {
      ok = false;
    } else {
      items.push_back(item.is_scalar() ? Data(item.text) : yaml::to_data(item));
    }
  }
  if (!ok) return std::nullopt;
  return items;
}

}  // namespace manage::settings
