// manage help settings [KEY], from the schema of the settings.
#include <fmt/format.h>

#include "commands/topics.hpp"
#include "core/error.hpp"
#include "core/text.hpp"
#include "core/yaml.hpp"
#include "settings/schema.hpp"

namespace manage::commands {

namespace {

using settings::Key;

std::string value_of(const Key& key) {
  std::vector<std::string> choices(key.choices.begin(), key.choices.end());
  return choices.empty() ? std::string(settings::type_name(key.type))
                         : text::join(choices, ", ");
}

std::string default_of(const Key& key) {
  if (key.default_value.is_null()) return "none (null)";
  const std::int64_t* number = key.default_value.integer();
  // Modes are written as people know them.
  if (number && key.path.ends_with("_permissions")) {
    return fmt::format("0o{:o}", *number);
  }
  return yaml::write_flow(key.default_value);
}

/// "MANAGE_DATABASES__DEFAULT__NAME".
std::string variable(const std::string& path) {
  return "MANAGE_" + text::upper(text::replace_all(path, ".", "__"));
}

cli::Section layers() {
  return {"Layers",
          {"A project is a folder with settings/base.yaml. Later layers win; "
           "maps merge key by key, lists and scalars replace. `key+:` appends "
           "to a list, `key-:` removes from it. Keys that begin with x- are "
           "yours."},
          "",
          {{"defaults", "what is listed below"},
           {"settings/base.yaml", "whatever the environment"},
           {"settings/ENV.yaml",
            "ENV is --env, else MANAGE_ENV, else dev; only dev may be absent"},
           {"settings/local.yaml", "of one machine, not committed"},
           {"secret files",
            "in secrets_dir, named like keys: databases__default__password; or "
            "named by MANAGE_…_FILE variables"},
           {"variables", "MANAGE_DEBUG=true; see manage help environment"},
           {"options", "--set debug=true"}}};
}

cli::Section interpolation() {
  return {"Variables in texts",
          {},
          "",
          {{"${VAR}", "the variable; an error if it is not set"},
           {"${VAR:-default}", "the default if it is not set or empty"},
           {"${VAR:?message}",
            "an error with that message if it is not set or empty"},
           {"$$", "a dollar"}}};
}

cli::Section example() {
  return {"Example",
          {},
          "installed_apps: [shop]\n"
          "databases:\n"
          "  default: {engine: postgresql, name: shop, host: db.internal}\n"
          "  replica: {url: \"${REPLICA_URL}\"}"};
}

cli::Definition listed(const Key& key) {
  return {
      std::string(key.path), std::string(key.doc),
      fmt::format("Value: {}. Default: {}.{}", value_of(key), default_of(key),
                  key.secret ? " Masked when it is shown." : "")};
}

/// All about a key; `path` has the user's names in it.
cli::Page key_page(const Key& key, const std::string& name) {
  std::string path = text::replace_all(name, "*", "default");
  std::vector<cli::Definition> facts{{"value", value_of(key)}};
  if (key.nullable || key.default_value.is_null()) {
    facts.back().meaning += ", or null";
  }
  if (!key.item_keys.empty()) {
    std::vector<std::string> items(key.item_keys.begin(), key.item_keys.end());
    facts.push_back({"items", "texts, or maps of " + text::join(items, ", ")});
  }
  facts.push_back({"default", default_of(key)});
  facts.push_back({"variable", fmt::format("{}, or {}_FILE", variable(path),
                                           variable(path))});
  facts.push_back(
      {"secret file", text::replace_all(path, ".", "__") + " in secrets_dir"});
  facts.push_back({"option", fmt::format("--set {}=VALUE", path)});
  if (key.secret) facts.push_back({"secret", "masked when it is shown"});
  return {path,
          fmt::format("{}: {}", path, key.doc),
          "",
          {{"", {}, "", std::move(facts)}}};
}

/// The keys below "databases" or "databases.replica".
cli::Page section_page(const std::string& name) {
  cli::Section section{""};
  std::string first = name.substr(0, name.find('.')) + ".";
  for (const Key& key : settings::schema()) {
    if (key.path.starts_with(first)) section.definitions.push_back(listed(key));
  }
  return {name, name + ": a map of settings", "", {std::move(section)}};
}

}  // namespace

cli::Page settings_page() {
  cli::Section keys{"Keys"};
  for (const Key& key : settings::schema()) {
    keys.definitions.push_back(listed(key));
  }
  return {"settings",
          "The settings of a project",
          "",
          {layers(),
           interpolation(),
           std::move(keys),
           example(),
           {"",
            {"manage help settings KEY tells all about one key, manage "
             "diffsettings --origin what this project sets, and where."}}}};
}

std::vector<std::string> settings_entries() {
  std::vector<std::string> keys;
  for (const Key& key : settings::schema()) {
    keys.push_back(text::replace_all(std::string(key.path), "*", "default"));
  }
  return keys;
}

cli::Page setting_page(const std::string& name) {
  if (const Key* key = settings::find_key(name)) return key_page(*key, name);
  if (const Key* map = settings::find_free_map(name)) {
    return key_page(*map, std::string(map->path));
  }
  if (settings::is_section(name)) return section_page(name);
  std::string hint = text::did_you_mean(name, settings_entries());
  if (hint.empty()) hint = "manage help settings lists the keys";
  throw usage_error(fmt::format("there is no setting {}", name), hint);
}

}  // namespace manage::commands
