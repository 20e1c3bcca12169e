#include "migrations_engine/migration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "core/yaml.hpp"

namespace manage::migrations_engine {

namespace {

/// Longest name that fragments may be joined to (Django 4.0).
constexpr std::size_t kMaxSuggestedName = 52;

/// One of `dependencies:`: [app, name], or {swappable: auth_user_model}.
std::optional<Dependency> read_dependency(const yaml::Node& node,
                                          Diagnostics& diagnostics) {
  Dependency dependency;
  dependency.pos = node.pos();
  if (node.is_sequence() && node.items.size() == 2 &&
      node.items[0].is_scalar() && node.items[1].is_scalar()) {
    dependency.key = {node.items[0].text, node.items[1].text};
    dependency.name_pos = node.items[1].pos();
    return dependency;
  }
  const yaml::Node* swappable = node.find("swappable");
  if (swappable && node.entries.size() == 1 &&
      swappable->text == "auth_user_model") {
    dependency.swappable = true;
    return dependency;
  }
  diagnostics.add("migrations.dependency", node.pos(),
                  "a dependency is a pair of an app label and a migration",
                  "write it as `[shop, 0001_initial]`, or as `{swappable: "
                  "auth_user_model}`");
  return std::nullopt;
}

std::vector<Dependency> read_dependencies(yaml::MapReader& map,
                                          std::string_view key,
                                          Diagnostics& diagnostics) {
  std::vector<Dependency> found;
  const yaml::Node* node = map.get(key);
  if (!node || node->is_null()) return found;
  if (!node->is_sequence()) {
    diagnostics.add(
        "yaml.type", node->pos(),
        fmt::format("{} must be a list, found {}", key, node->kind_name()));
    return found;
  }
  for (const yaml::Node& item : node->items) {
    if (auto dependency = read_dependency(item, diagnostics)) {
      found.push_back(std::move(*dependency));
    }
  }
  return found;
}

/// What `replaces:` lists: pairs only, since it names what exists.
std::vector<Dependency> read_replaces(yaml::MapReader& map,
                                      const MigrationKey& key,
                                      Diagnostics& diagnostics) {
  std::vector<Dependency> found =
      read_dependencies(map, "replaces", diagnostics);
  for (const Dependency& one : found) {
    if (!one.swappable && one.key != key) continue;
    diagnostics.add("migrations.replaces", one.pos,
                    "a squashed migration replaces other migrations, by name",
                    "write them as `replaces: [[shop, 0001_initial], …]`");
  }
  return found;
}

DataMap read_lint_ignore(yaml::MapReader& map, Diagnostics& diagnostics) {
  const yaml::Node* node = map.get("lint_ignore");
  if (!node || node->is_null()) return {};
  if (node->is_map()) return *yaml::to_data(*node).map();
  diagnostics.add(
      "yaml.type", node->pos(),
      fmt::format("lint_ignore must be a map, found {}", node->kind_name()),
      "write it as `lint_ignore: {rule: reason}`");
  return {};
}

Operations read_operations(yaml::MapReader& map, std::string_view app,
                           const FileSource* source, Diagnostics& diagnostics) {
  Operations operations;
  const yaml::Node* node = map.require("operations");
  if (!node || node->is_null()) return operations;
  if (!node->is_sequence()) {
    diagnostics.add(
        "yaml.type", node->pos(),
        fmt::format("operations must be a list, found {}", node->kind_name()));
    return operations;
  }
  for (const yaml::Node& item : node->items) {
    if (OperationPtr operation =
            read_operation(item, app, diagnostics, source)) {
      operations.push_back(std::move(operation));
    }
  }
  return operations;
}

Data to_data(const std::vector<Dependency>& dependencies) {
  DataList list;
  for (const Dependency& dependency : dependencies) {
    if (dependency.swappable) {
      list.push_back(DataMap{{"swappable", "auth_user_model"}});
    } else {
      list.push_back(DataList{dependency.key.app, dependency.key.name});
    }
  }
  return list;
}

}  // namespace

bool Migration::one_transaction() const {
  return atomic && std::all_of(operations.begin(), operations.end(),
                               [](const OperationPtr& operation) {
                                 return operation->atomic().value_or(true);
                               });
}

void Migration::apply_to(ProjectState& state) const {
  for (const OperationPtr& operation : operations) {
    apply_to_state(*operation, key.app, state);
  }
}

std::vector<MigrationKey> Migration::replaced_keys() const {
  std::vector<MigrationKey> keys;
  for (const Dependency& one : replaces) keys.push_back(one.key);
  return keys;
}

Migration read_migration(std::shared_ptr<const SourceFile> file,
                         MigrationKey key, const FileSource* source) {
  yaml::Tree tree = yaml::parse(file);
  Diagnostics diagnostics;
  Migration migration;
  migration.key = std::move(key);
  migration.file = file;
  yaml::MapReader map(tree.root, "the migration", diagnostics);
  if (map.ok()) {
    auto flag = [&](std::string_view name, bool otherwise) {
      const yaml::Node* node = map.get(name);
      if (!node) return otherwise;
      return yaml::to_bool(*node, name, diagnostics).value_or(otherwise);
    };
    migration.initial = flag("initial", false);
    migration.atomic = flag("atomic", true);
    migration.dependencies =
        read_dependencies(map, "dependencies", diagnostics);
    migration.run_before = read_dependencies(map, "run_before", diagnostics);
    migration.replaces = read_replaces(map, migration.key, diagnostics);
    migration.lint_ignore = read_lint_ignore(map, diagnostics);
    migration.operations =
        read_operations(map, migration.key.app, source, diagnostics);
    map.finish();
  }
  diagnostics.throw_if_errors();
  return migration;
}

std::string write_migration(const Migration& migration,
                            std::string_view header) {
  DataMap data;
  if (!migration.replaces.empty()) {
    data.set("replaces", to_data(migration.replaces));
  }
  if (migration.initial) data.set("initial", true);
  if (!migration.atomic) data.set("atomic", false);
  if (!migration.lint_ignore.empty()) {
    data.set("lint_ignore", migration.lint_ignore);
  }
  data.set("dependencies", to_data(migration.dependencies));
  if (!migration.run_before.empty()) {
    data.set("run_before", to_data(migration.run_before));
  }
  DataList operations;
  for (const OperationPtr& operation : migration.operations) {
    operations.push_back(operation_to_data(*operation));
  }
  data.set("operations", std::move(operations));
  std::string text = yaml::write(data);
  return header.empty() ? text : fmt::format("# {}\n{}", header, text);
}

std::string suggest_name(const Migration& migration,
                         std::string_view timestamp) {
  if (migration.initial) return "initial";
  std::string name;
  for (const OperationPtr& operation : migration.operations) {
    std::string fragment = operation->fragment();
    if (fragment.empty()) return fmt::format("auto_{}", timestamp);
    // Runs of what is no letter, digit or underscore (Django ticket 34050).
    std::string clean;
    for (char c : fragment) {
      bool word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  c == '_' || static_cast<unsigned char>(c) >= 0x80;
      if (word) {
        clean += c;
      } else if (clean.empty() || clean.back() != '_') {
        clean += '_';
      }
    }
    std::string joined = name.empty() ? clean : name + "_" + clean;
    if (!name.empty() && text::length(joined) > kMaxSuggestedName) {
      return name + "_and_more";
    }
    name = std::move(joined);
  }
  return name.empty() ? fmt::format("auto_{}", timestamp) : name;
}

int parse_number(std::string_view name) {
  constexpr std::string_view kSquashed = "_squashed_";
  // As in Django: the last one that a number follows.
  for (std::size_t end = name.size(); end > 0;) {
    std::size_t at = name.rfind(kSquashed, end - 1);
    if (at == std::string_view::npos) break;
    std::string_view rest = name.substr(at + kSquashed.size());
    if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
      name = rest;
      break;
    }
    end = at;
  }
  int number = 0;
  for (char c : name) {
    if (c < '0' || c > '9' || number > 99'999'999) break;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace manage::migrations_engine
