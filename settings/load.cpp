#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

#include "core/file.hpp"
#include "core/text.hpp"
#include "settings/apps.hpp"
#include "settings/convert.hpp"
#include "settings/databases.hpp"
#include "settings/layers.hpp"
#include "settings/merge.hpp"
#include "settings/root.hpp"
#include "settings/route_entries.hpp"
#include "settings/schema.hpp"
#include "settings/settings.hpp"
#include "settings/silences.hpp"

namespace manage::settings {

namespace fs = std::filesystem;

namespace {

const yaml::Node* find_path(const yaml::Node& root, std::string_view path) {
  const yaml::Node* node = &root;
  for (const std::string& part : text::split(path, '.')) {
    if (!node || !node->is_map()) return nullptr;
    node = node->find(part);
  }
  return node;
}

/// One run of load.
class Loader {
 public:
  Loader(const LoadOptions& options, Diagnostics& diagnostics)
      : options_(options),
        diagnostics_(diagnostics),
        converter_(sources_, variables_, diagnostics_) {}

  Settings load() {
    settings_.root = find_root(options_);
    read_variables();
    choose_environment();
    read_layers();
    convert_all();
    fill_fields();
    return std::move(settings_);
  }

 private:
  void read_variables() {
    variables_.environment = options_.environment;
    fs::path path = settings_.root / ".env";
    std::error_code ignored;
    if (!fs::exists(path, ignored)) return;
    try {
      variables_.dotenv =
          parse_dotenv(*read_source(path, ".env"), diagnostics_);
    } catch (const Error& error) {
      diagnostics_.add(error);
    }
  }

  void choose_environment() {
    const std::string* variable = variables_.find("MANAGE_ENV");
    settings_.env = "dev";
    if (variable && !variable->empty()) settings_.env = *variable;
    if (options_.env) settings_.env = *options_.env;
    require_environment(settings_.root, settings_.env);
  }

  void read_layers() {
    LayerReader reader(settings_.root, sources_, diagnostics_);
    merged_.kind = yaml::Node::Kind::kMap;
    merge(merged_, reader.file(Layer::kBase, "base"), diagnostics_);
    merge(merged_, reader.file(Layer::kEnv, settings_.env), diagnostics_);
    merge(merged_, reader.file(Layer::kLocal, "local"), diagnostics_);
    yaml::Node environment = reader.environment(variables_);
    yaml::Node options = reader.options(options_.set);
    auto [secrets_dir, chosen] = find_secrets_dir({&options, &environment});
    merge(merged_, reader.secret_files(variables_, secrets_dir, chosen),
          diagnostics_);
    merge(merged_, environment, diagnostics_);
    merge(merged_, options, diagnostics_);
    for (yaml::Node::Entry& entry : merged_.entries) {
      if (entry.key == "databases") drop_superseded(entry.value, sources_);
    }
    converter_.fill_in(merged_);
  }

  /// secret files are a layer below those that may say where they are.
  std::pair<fs::path, bool> find_secrets_dir(
      std::vector<const yaml::Node*> stronger) {
    constexpr std::string_view kName = "secrets_dir";
    stronger.push_back(&merged_);
    for (const yaml::Node* layer : stronger) {
      const yaml::Node* node = layer->find(kName);
      if (!node) continue;
      yaml::Node copy = *node;
      Diagnostics reported_later;
      Converter converter(sources_, variables_, reported_later);
      converter.fill_in(copy);
      auto dir = converter.convert(*find_key(kName), "secrets_dir", copy);
      if (!dir) break;
      return {settings_.root / *dir->text(), true};
    }
    return {*find_key(kName)->default_value.text(), false};
  }

  void convert_all() {
    bool databases_done = false;
    for (const Key& key : schema()) {
      if (!key.path.starts_with("databases.")) {
        add_value(key, std::string(key.path), key.default_value);
      } else if (!databases_done) {
        databases_done = true;
        convert_databases();
      }
    }
    for (const yaml::Node::Entry& entry : merged_.entries) {
      if (!entry.key.starts_with("x-")) continue;
      SettingValue value;
      value.key = entry.key;
      value.where = entry.value.pos();
      value.origin = value.where.text();
      value.value = converter_.untyped(entry.value).value_or(nullptr);
      settings_.values.push_back(std::move(value));
    }
  }

  /// The value given, if any and if it is of its type.
  std::optional<Data> add_value(const Key& key, std::string path,
                                Data default_value) {
    SettingValue entry;
    entry.value = default_value;
    entry.secret = key.secret;
    entry.origin = "default";
    std::optional<Data> given;
    if (const yaml::Node* node = find_path(merged_, path)) {
      given = converter_.convert(key, path, *node);
      if (given) entry.value = *given;
      entry.where = node->pos();
      entry.origin = entry.where.text();
    }
    entry.key = std::move(path);
    entry.is_default = entry.value == default_value;
    entry.default_value = std::move(default_value);
    settings_.values.push_back(std::move(entry));
    return given;
  }

  void convert_databases() {
    yaml::Node* section = nullptr;
    for (yaml::Node::Entry& entry : merged_.entries) {
      if (entry.key == "databases" && entry.value.is_map()) {
        section = &entry.value;
      }
    }
    if (!section || !section->find("default")) {
      yaml::Node nothing;
      nothing.kind = yaml::Node::Kind::kMap;
      convert_database("default", nothing);
    }
    if (!section) return;
    for (const yaml::Node::Entry& entry : section->entries) {
      if (entry.value.is_map() && is_alias(entry.key)) {
        convert_database(entry.key, entry.value);
      }
    }
  }

  void convert_database(const std::string& alias, const yaml::Node& entry) {
    constexpr std::string_view kPattern = "databases.*.";
    bool is_default = alias == "default" && !entry.find("url");
    const yaml::Node* engine = entry.find("engine");
    bool is_sqlite = !engine || engine->text == kDefaultEngine;
    DataMap parts;
    std::size_t before = diagnostics_.all().size();
    for (const Key& key : schema()) {
      if (!key.path.starts_with(kPattern)) continue;
      std::string name(key.path.substr(kPattern.size()));
      Data default_value = key.default_value;
      if (is_default && name == "engine") default_value = kDefaultEngine;
      if (is_default && is_sqlite && name == "name") {
        default_value = kDefaultFile;
      }
      auto given = add_value(key, fmt::format("databases.{}.{}", alias, name),
                             std::move(default_value));
      if (given) parts.set(std::move(name), std::move(*given));
    }
    // Parts that could not be read would be taken for missing ones.
    bool complete = diagnostics_.all().size() == before &&
                    parts.size() == count_known(entry);
    if (!complete) return;
    settings_.databases.push_back(database_config(
        alias, entry, parts, settings_.root, sources_, diagnostics_));
  }

  static std::size_t count_known(const yaml::Node& entry) {
    return static_cast<std::size_t>(std::count_if(
        entry.entries.begin(), entry.entries.end(), [](const auto& part) {
          return find_key("databases.default." + part.key) != nullptr;
        }));
  }

  void fill_fields() {
    auto text = [&](std::string_view key) {
      return *settings_.value(key).text();
    };
    settings_.debug = *settings_.value("debug").boolean();
    settings_.default_auto_field = text("default_auto_field");
    settings_.time_zone = text("time_zone");
    settings_.use_tz = *settings_.value("use_tz").boolean();
    settings_.auth_user_model = text("auth_user_model");
    settings_.track_non_db =
        *settings_.value("migrations.track_non_db").boolean();
    settings_.query_log = *settings_.value("orm.query_log").boolean();
    const yaml::Node* apps = merged_.find("installed_apps");
    if (apps && apps->is_sequence()) {
      settings_.installed_apps = app_entries(*apps, converter_, diagnostics_);
    }
    const yaml::Node* routers = merged_.find("database_routers");
    if (routers && routers->is_sequence()) {
      std::vector<std::string> aliases;
      for (const DatabaseConfig& database : settings_.databases) {
        aliases.push_back(database.alias);
      }
      settings_.routes =
          read_routes(*routers, aliases, converter_, diagnostics_);
    }
    const yaml::Node* silenced = merged_.find("silenced_system_checks");
    if (silenced && silenced->is_sequence()) {
      settings_.silenced_system_checks =
          silences(*silenced, converter_, diagnostics_);
    }
  }

  const LoadOptions& options_;
  Diagnostics& diagnostics_;
  Sources sources_;
  Variables variables_;
  Converter converter_;
  yaml::Node merged_;
  Settings settings_;
};

}  // namespace

Settings load(const LoadOptions& options, Diagnostics& diagnostics) {
  return Loader(options, diagnostics).load();
}

void throw_if_wrong(const Diagnostics& diagnostics) {
  const std::vector<Diagnostic>& all = diagnostics.all();
  bool only_options =
      std::all_of(all.begin(), all.end(), [](const Diagnostic& problem) {
        return problem.where &&
               problem.where.file->name().starts_with("--set ");
      });
  try {
    diagnostics.throw_if_errors();
  } catch (Error& error) {
    if (only_options) error.exit(ExitCode::kUsage);
    throw;
  }
}

const SettingValue& Settings::entry(std::string_view key) const {
  auto found =
      std::find_if(values.begin(), values.end(),
                   [&](const SettingValue& value) { return value.key == key; });
  if (found == values.end()) {
    throw std::logic_error(fmt::format("no setting {}", key));
  }
  return *found;
}

const DatabaseConfig* Settings::find_database(std::string_view alias) const {
  auto found = std::find_if(
      databases.begin(), databases.end(),
      [&](const DatabaseConfig& database) { return database.alias == alias; });
  return found == databases.end() ? nullptr : &*found;
}

const DatabaseConfig& Settings::database(std::string_view alias) const {
  if (const DatabaseConfig* found = find_database(alias)) return *found;
  std::vector<std::string> names;
  for (const DatabaseConfig& database : databases) {
    names.push_back(database.alias);
  }
  std::string hint = text::did_you_mean(alias, names);
  if (hint.empty()) hint = "there is " + text::join(names, ", ");
  throw usage_error(fmt::format("there is no database {}", alias),
                    std::move(hint));
}

}  // namespace manage::settings
