// The settings of a project: one typed value, read once.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/checks.hpp"
#include "core/data.hpp"
#include "core/error.hpp"
#include "settings/routes.hpp"

namespace manage::settings {

enum class Engine { kSqlite, kPostgresql };

/// One entry of `databases`.
struct DatabaseConfig {
  std::string alias;
  Engine engine = Engine::kSqlite;
  /// SQLite: an absolute path or ":memory:". PostgreSQL: the database's name.
  std::string name;
  std::string user, password, host;  ///< empty: libpq's own default
  int port = 0;                      ///< 0: libpq's own default
  DataMap options;
  double conn_max_age = 0;  ///< seconds; negative: for ever
  bool pooled = false;
  std::string migration_url;  ///< empty: migrations connect like the rest
  SourcePos where;            ///< of the entry, for errors
};

/// One entry of `installed_apps`.
struct AppEntry {
  std::string label;
  /// Relative to the root, as written; empty for a built-in app.
  std::string path;
  bool builtin = false;  ///< contrib.*
  std::string verbose_name;
  std::string default_auto_field;  ///< empty: the project's
  SourcePos where;
};

/// One value of the merged tree, for diffsettings.
struct SettingValue {
  std::string key;  ///< dotted path: "databases.default.name"
  Data value;
  Data default_value;
  bool is_default = false;
  bool secret = false;  ///< masked unless --reveal
  /// "settings/base.yaml:3:9", "environment MANAGE_DEBUG", "--set debug",
  /// "default".
  std::string origin;
  SourcePos where = {};  ///< nowhere for a default
};

struct Settings {
  std::filesystem::path root;  ///< absolute
  std::string env;             ///< "dev"
  bool debug = false;
  std::string default_auto_field = "BigAutoField";
  std::string time_zone = "UTC";
  bool use_tz = true;
  std::string auth_user_model = "auth.User";
  bool track_non_db = false;  ///< migrations.track_non_db
  bool query_log = false;     ///< orm.query_log
  Routes routes;              ///< database_routers
  std::vector<Silence> silenced_system_checks;
  std::vector<AppEntry> installed_apps;
  /// In file order; "default" is always there.
  std::vector<DatabaseConfig> databases;
  /// Everything, sorted as the schema lists it.
  std::vector<SettingValue> values;

  /// What the settings say of a key of the schema, such as
  /// "migrations.lock_timeout". REQUIRES: such a key.
  const SettingValue& entry(std::string_view key) const;
  const Data& value(std::string_view key) const { return entry(key).value; }
  /// nullptr if there is none of that alias.
  const DatabaseConfig* find_database(std::string_view alias) const;
  /// Throws a usage error with near names.
  const DatabaseConfig& database(std::string_view alias) const;
};

/// What is looked at; everything from outside comes in here.
struct LoadOptions {
  std::filesystem::path working_directory;
  std::optional<std::string> project;  ///< --project, else MANAGE_PROJECT
  std::optional<std::string> env;      ///< --env, else MANAGE_ENV
  std::vector<std::string> set;        ///< each KEY=VALUE
  std::map<std::string, std::string> environment;
};

/// Finds the root and reads every layer. Everything that is wrong is reported:
/// "settings.unknown-key", "settings.type", "settings.unset-variable", … and
/// what YAML refuses; such a key has its default, and such a database is left
/// out. Throws "settings.no-project" and "settings.unknown-env".
Settings load(const LoadOptions& options, Diagnostics& diagnostics);

/// Throws what load() reported, as wrong usage if all of it was in --set.
void throw_if_wrong(const Diagnostics& diagnostics);

/// A database URL with "********" for its password, also where the password
/// has characters that URLs do not allow. Other texts are unchanged.
std::string mask_url(std::string_view url);

}  // namespace manage::settings
