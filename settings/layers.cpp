#include "settings/layers.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/file.hpp"
#include "core/text.hpp"
#include "settings/databases.hpp"
#include "settings/schema.hpp"

namespace manage::settings {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPrefix = "MANAGE_";
constexpr std::string_view kFileSuffix = "_FILE";
constexpr std::uintmax_t kMaxSecretBytes = 64u << 10;

bool is_reserved(std::string_view name) {
  return name == "MANAGE_ENV" || name == "MANAGE_PROJECT" ||
         name.starts_with("MANAGE_SUPERUSER_");
}

/// "MANAGE_DATABASES__DEFAULT__NAME" is "databases.default.name".
std::string path_of_variable(std::string_view name) {
  return text::replace_all(text::lower(name.substr(kPrefix.size())), "__", ".");
}

std::string variable_of_path(std::string_view path) {
  return std::string(kPrefix) + text::replace_all(text::upper(path), ".", "__");
}

bool is_known_path(std::string_view path) {
  return find_key(path) || find_free_map(path) || is_section(path) ||
         path.starts_with("x-");
}

/// The names beside an unknown one, as dotted paths.
std::vector<std::string> neighbours(std::string_view path) {
  std::size_t dot = path.rfind('.');
  std::string_view section =
      dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
  std::vector<std::string> names = names_in(section);
  if (!section.empty()) {
    for (std::string& name : names) name = fmt::format("{}.{}", section, name);
  }
  return names;
}

/// Makes a whole value come from `origin`.
void set_origin(yaml::Node& node, const SourceFile* origin, int line) {
  node.file = origin;
  node.line = line;
  node.column = 0;
  for (yaml::Node& item : node.items) set_origin(item, origin, line);
  for (yaml::Node::Entry& entry : node.entries) {
    entry.key_line = line;
    entry.key_column = 0;
    set_origin(entry.value, origin, line);
  }
}

yaml::Node empty_map(const SourceFile* origin, int line) {
  yaml::Node map;
  map.kind = yaml::Node::Kind::kMap;
  map.file = origin;
  map.line = line;
  return map;
}

yaml::Node* find_entry(yaml::Node& map, std::string_view key) {
  return const_cast<yaml::Node*>(std::as_const(map).find(key));
}

}  // namespace

std::string_view without_suffix(std::string_view key) {
  if (key.ends_with('+') || key.ends_with('-')) key.remove_suffix(1);
  return key;
}

const SourceFile& Sources::add(Layer layer,
                               std::shared_ptr<const SourceFile> file) {
  layers_[file.get()] = layer;
  files_.push_back(std::move(file));
  return *files_.back();
}

const SourceFile& Sources::add(Layer layer, std::string name) {
  return add(layer, std::make_shared<SourceFile>(std::move(name), ""));
}

Layer Sources::layer_of(const yaml::Node& node) const {
  return layers_.at(node.file);
}

const std::string* Variables::find(const std::string& name) const {
  if (auto set = environment.find(name); set != environment.end()) {
    return &set->second;
  }
  auto weaker = dotenv.find(name);
  return weaker == dotenv.end() ? nullptr : &weaker->second.value;
}

LayerReader::LayerReader(fs::path root, Sources& sources,
                         Diagnostics& diagnostics)
    : root_(std::move(root)), sources_(sources), diagnostics_(diagnostics) {}

yaml::Node LayerReader::file(Layer layer, const std::string& name) {
  std::string shown = fmt::format("settings/{}.yaml", name);
  fs::path path = root_ / shown;
  std::error_code ignored;
  yaml::Node nothing = empty_map(&sources_.add(layer, shown), 0);
  if (!fs::exists(path, ignored)) return nothing;
  try {
    std::shared_ptr<const SourceFile> source = read_source(path, shown);
    sources_.add(layer, source);
    yaml::Tree tree = yaml::parse(std::move(source));
    if (tree.root.is_null()) return nothing;
    if (tree.root.is_map()) {
      check_known(tree.root, "");
      return std::move(tree.root);
    }
    diagnostics_.add(
        "settings.type", tree.root.pos(),
        fmt::format("{} must be a map, not {}", shown, tree.root.kind_name()));
  } catch (const Error& error) {
    diagnostics_.add(error);
  }
  return nothing;
}

void LayerReader::check_known(const yaml::Node& map,
                              const std::string& section) {
  for (const yaml::Node::Entry& entry : map.entries) {
    if (section.empty() && entry.key.starts_with("x-")) continue;
    std::string name(without_suffix(entry.key));
    std::string path = section.empty() ? name : section + "." + name;
    if (find_key(path)) continue;
    bool named_by_user = section == "databases";
    if (!is_section(path) || (named_by_user && !is_alias(entry.key))) {
      std::string hint = text::did_you_mean(name, names_in(section));
      if (hint.empty() && section.empty()) {
        hint = "keys of your own begin with x-";
      }
      if (named_by_user) hint = "an alias has letters, digits and _ only";
      diagnostics_.add("settings.unknown-key", entry.key_pos(),
                       named_by_user
                           ? fmt::format("{} cannot name a database", entry.key)
                           : fmt::format("there is no setting {}", path),
                       std::move(hint));
    } else if (!entry.value.is_map()) {
      diagnostics_.add(
          "settings.type", entry.value.pos(),
          fmt::format(
              "{} must be a map, not {}", path,
              entry.value.is_null() ? "null" : entry.value.kind_name()));
    } else {
      check_known(entry.value, path);
    }
  }
}

bool LayerReader::is_known(const Assignment& assignment,
                           const std::string& shown, std::string hint) {
  std::string_view path = without_suffix(assignment.path);
  bool alias_is_bad = false;
  if (std::vector<std::string> parts = text::split(path, '.');
      parts.size() > 1 && parts[0] == "databases") {
    alias_is_bad = !is_alias(parts[1]);
  }
  if (is_known_path(path) && !alias_is_bad) return true;
  diagnostics_.add("settings.unknown-key",
                   {assignment.origin->shared_from_this(), assignment.line, 0},
                   fmt::format("there is no setting {}", shown),
                   std::move(hint));
  return false;
}

std::optional<yaml::Node> LayerReader::value(const Assignment& assignment) {
  const Key* key = find_key(without_suffix(assignment.path));
  bool is_yaml = is_section(assignment.path);
  if (key) {
    is_yaml = key->type == Type::kTexts || key->type == Type::kList ||
              key->type == Type::kMap;
  } else if (!is_yaml) {
    is_yaml =
        assignment.value.starts_with('[') || assignment.value.starts_with('{');
  }
  yaml::Node node;
  node.text = assignment.value;
  if (is_yaml) {
    try {
      node = yaml::parse(assignment.origin->name(), assignment.value).root;
    } catch (const Error& error) {
      diagnostics_.add(
          "settings.type",
          {assignment.origin->shared_from_this(), assignment.line, 0},
          fmt::format("the value of {} is not YAML: {}", assignment.path,
                      error.message()),
          "a list is written [a, b], a map {a: 1}");
      return std::nullopt;
    }
  }
  set_origin(node, assignment.origin, assignment.line);
  return node;
}

void LayerReader::assign(yaml::Node& layer, const Assignment& assignment) {
  std::optional<yaml::Node> value = this->value(assignment);
  if (!value) return;
  std::vector<std::string> parts = text::split(assignment.path, '.');
  std::string last = std::move(parts.back());
  parts.pop_back();
  yaml::Node* map = &layer;
  auto child = [&](const std::string& name, yaml::Node node) {
    if (!find_entry(*map, name)) {
      map->entries.push_back({name, assignment.line, 0, std::move(node)});
    }
    return find_entry(*map, name);
  };
  for (const std::string& part : parts) {
    map = child(part, empty_map(assignment.origin, assignment.line));
    // A whole map that was given before cannot be extended if it is none.
    if (!map->is_map()) return;
  }
  *child(last, {}) = std::move(*value);
  if (is_section(assignment.path)) {
    const yaml::Node& section = *find_entry(*map, last);
    if (section.is_map()) {
      check_known(section, assignment.path);
    } else {
      diagnostics_.add("settings.type", section.pos(),
                       fmt::format("{} must be a map, not {}", assignment.path,
                                   section.kind_name()));
    }
  }
}

yaml::Node LayerReader::environment(const Variables& variables) {
  yaml::Node layer =
      empty_map(&sources_.add(Layer::kEnvironment, "environment"), 0);
  std::vector<std::string> names;
  for (const auto& [name, value] : variables.environment) {
    names.push_back(name);
  }
  const SourceFile& dotenv = sources_.add(Layer::kEnvironment, ".env");
  for (const auto& [name, entry] : variables.dotenv) {
    if (!variables.environment.contains(name)) names.push_back(name);
  }
  // A map comes before what is in it: A sorts before A__B.
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (!name.starts_with(kPrefix) || is_reserved(name)) continue;
    Assignment assignment{path_of_variable(name), *variables.find(name),
                          nullptr, 0};
    if (variables.environment.contains(name)) {
      assignment.origin =
          &sources_.add(Layer::kEnvironment, "environment " + name);
    } else {
      assignment.origin = &dotenv;
      assignment.line = variables.dotenv.at(name).line;
    }
    bool names_file =
        name.ends_with(kFileSuffix) && !is_known_path(assignment.path) &&
        is_known_path(
            path_of_variable(name.substr(0, name.size() - kFileSuffix.size())));
    if (names_file) continue;
    assign_variable(layer, name, assignment);
  }
  return layer;
}

void LayerReader::assign_variable(yaml::Node& layer, const std::string& name,
                                  const Assignment& assignment) {
  std::vector<std::string> near;
  for (const std::string& path : neighbours(assignment.path)) {
    near.push_back(variable_of_path(path));
  }
  if (!is_known(assignment, fmt::format("for {}", name),
                text::did_you_mean(name, near))) {
    return;
  }
  if (text::invalid_utf8(assignment.value)) {
    diagnostics_.add(
        "settings.type",
        {assignment.origin->shared_from_this(), assignment.line, 0},
        fmt::format("the value of {} is not valid UTF-8", name));
    return;
  }
  assign(layer, assignment);
}

void LayerReader::read_secret(yaml::Node& layer, const std::string& path,
                              const fs::path& file) {
  try {
    auto source = read_source(file, file.string(), kMaxSecretBytes);
    std::string value = source->text();
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (text::invalid_utf8(value)) {
      throw Error("settings.secret-file",
                  fmt::format("{} is not valid UTF-8", file.string()));
    }
    const SourceFile& origin = sources_.add(
        Layer::kSecretFile, fmt::format("secret file {}", file.string()));
    assign(layer, {path, std::move(value), &origin, 0});
  } catch (const Error& error) {
    diagnostics_.add(error);
  }
}

yaml::Node LayerReader::secret_files(const Variables& variables,
                                     const fs::path& secrets_dir, bool chosen) {
  yaml::Node layer =
      empty_map(&sources_.add(Layer::kSecretFile, "secret files"), 0);
  std::error_code error;
  std::vector<std::pair<std::string, fs::path>> found;
  fs::directory_iterator at(secrets_dir, error);
  if (error && chosen) {
    diagnostics_.add("settings.secret-file", {},
                     fmt::format("cannot read the secrets_dir {}: {}",
                                 secrets_dir.string(), error.message()));
  }
  for (fs::directory_iterator end; !error && at != end; at.increment(error)) {
    std::string path =
        text::replace_all(at->path().filename().string(), "__", ".");
    std::error_code ignored;
    // The folder may hold the secrets of other programs too.
    if (find_key(path) && at->is_regular_file(ignored)) {
      found.emplace_back(path, at->path());
    }
  }
  std::sort(found.begin(), found.end());
  for (const auto& [path, file] : found) read_secret(layer, path, file);

  auto read_named = [&](const std::string& name) {
    if (!name.starts_with(kPrefix) || !name.ends_with(kFileSuffix)) return;
    if (is_reserved(name) || is_known_path(path_of_variable(name))) return;
    std::string path = path_of_variable(
        std::string_view(name).substr(0, name.size() - kFileSuffix.size()));
    if (!is_known_path(path)) return;
    read_secret(layer, path, root_ / *variables.find(name));
  };
  for (const auto& [name, value] : variables.environment) read_named(name);
  for (const auto& [name, entry] : variables.dotenv) {
    if (!variables.environment.contains(name)) read_named(name);
  }
  return layer;
}

yaml::Node LayerReader::options(const std::vector<std::string>& assignments) {
  yaml::Node layer = empty_map(&sources_.add(Layer::kOption, "--set"), 0);
  for (const std::string& text : assignments) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw usage_error(fmt::format("--set takes KEY=VALUE, not {}", text),
                        "for example --set databases.default.name=x.sqlite3");
    }
    Assignment assignment{text.substr(0, equals), text.substr(equals + 1),
                          nullptr, 0};
    assignment.origin =
        &sources_.add(Layer::kOption, "--set " + assignment.path);
    std::string_view path = without_suffix(assignment.path);
    if (is_known(assignment, std::string(path),
                 text::did_you_mean(path, neighbours(path)))) {
      assign(layer, assignment);
    }
  }
  return layer;
}

}  // namespace manage::settings
