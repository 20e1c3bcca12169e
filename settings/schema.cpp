#include "settings/schema.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::settings {

namespace {

constexpr Type kBool = Type::kBool;
constexpr Type kInteger = Type::kInteger;
constexpr Type kNumber = Type::kNumber;
constexpr Type kText = Type::kText;
constexpr Type kTexts = Type::kTexts;
constexpr Type kList = Type::kList;
constexpr Type kMap = Type::kMap;
constexpr bool kSecret = true;
constexpr bool kPublic = false;

Key nullable(Key key) {
  key.nullable = true;
  return key;
}

std::vector<Key> project_keys() {
  return {
      {"debug", kBool, false, "Development: details in error pages"},
      {"secret_key", kText, "", "Signs sessions and tokens", kSecret},
      {"secret_key_fallbacks", kTexts, DataList{},
       "Former secret keys that are still accepted", kSecret},
      {"allowed_hosts", kTexts, DataList{},
       "Host names that the server answers to"},
      {"installed_apps",
       kList,
       DataList{},
       "The apps: folders below the root, contrib.*, or maps",
       kPublic,
       {},
       {"path", "label", "verbose_name", "default_auto_field"}},
      {"default_auto_field",
       kText,
       "BigAutoField",
       "The type of primary keys that models do not declare",
       kPublic,
       {"BigAutoField", "AutoField", "SmallAutoField"}},
      {"time_zone", kText, "UTC", "The zone in which times are shown and read"},
      {"use_tz", kBool, true, "Whether moments are stored with their zone"},
  };
}

std::vector<Key> database_keys() {
  return {
      {"databases.*.engine",
       kText,
       nullptr,
       "Which database it is; sqlite3 for the alias default",
       kPublic,
       {"sqlite3", "postgresql"}},
      {"databases.*.name", kText, nullptr,
       "SQLite: the file, relative to the root, or :memory:; PostgreSQL: the "
       "database"},
      {"databases.*.user", kText, nullptr, "The role to connect as"},
      {"databases.*.password", kText, nullptr, "Its password", kSecret},
      {"databases.*.host", kText, nullptr,
       "The server, or the folder of its socket"},
      {"databases.*.port", kInteger, nullptr, "The server's port"},
      {"databases.*.url", kText, nullptr,
       "All of the above in one: postgresql://user:password@host:port/name"},
      {"databases.*.options", kMap, DataMap{},
       "Further settings of the connection: init_command, timeout, sslmode…"},
      nullable(
          {"databases.*.conn_max_age", kNumber, 0,
           "Seconds that the server keeps a connection open; null: for ever"}),
      {"databases.*.pooled", kBool, false,
       "Whether a transaction pooler stands in front of it"},
      {"databases.*.migration_url", kText, nullptr,
       "Where migrations connect instead, around a pooler"},
      {"database_routers",
       kList,
       DataList{},
       "Which apps and models live in which database",
       kPublic,
       {},
       {"apps", "models", "read", "write", "migrate"}},
  };
}

std::vector<Key> auth_keys() {
  return {
      {"auth_user_model", kText, "auth.User", "The model of users"},
      {"authentication_backends", kTexts, DataList{"ModelBackend"},
       "How a login is checked, tried in order"},
      {"password_hashers", kTexts,
       DataList{"pbkdf2_sha256", "pbkdf2_sha1", "argon2", "bcrypt_sha256",
                "scrypt"},
       "Password hashes: the first for new ones, all for checking"},
      {"auth_password_validators",
       kList,
       DataList{},
       "The rules for new passwords",
       kPublic,
       {},
       {"name", "options"}},
  };
}

std::vector<Key> file_keys() {
  return {
      {"static_url", kText, "static/", "The URL below which static files are"},
      {"static_root", kText, nullptr, "The folder collectstatic writes to"},
      {"staticfiles_dirs", kTexts, DataList{},
       "Folders with static files that belong to no app"},
      {"staticfiles_storage",
       kText,
       "plain",
       "Whether collected files get a hash in their names",
       kPublic,
       {"plain", "manifest"}},
      nullable({"file_upload_permissions", kInteger, 0644,
                "The mode of files that are written; null: the process's"}),
      {"file_upload_directory_permissions", kInteger, nullptr,
       "The mode of folders that are made; null: the process's"},
      {"media_url", kText, "", "The URL below which uploaded files are"},
      {"media_root", kText, "", "The folder of uploaded files"},
      {"fixture_dirs", kTexts, DataList{},
       "Folders with fixtures, searched after those of the apps"},
      {"middleware", kTexts, DataList{}, "The server's middleware, in order"},
  };
}

std::vector<Key> email_keys() {
  return {
      {"default_from_email", kText, "webmaster@localhost",
       "Who mail is from, if it does not say"},
      {"email_backend",
       kText,
       "smtp",
       "How mail is sent: to a server, to standard output, or into files",
       kPublic,
       {"smtp", "console", "file"}},
      {"email_file_path", kText, nullptr, "The folder of the file backend"},
      {"email_host", kText, "localhost", "The mail server"},
      {"email_host_password", kText, "", "The mail server's password", kSecret},
      {"email_host_user", kText, "", "The mail server's user"},
      {"email_port", kInteger, 25, "The mail server's port"},
      {"email_ssl_certfile", kText, nullptr, "The client's certificate"},
      {"email_ssl_keyfile", kText, nullptr, "The key of that certificate"},
      {"email_subject_prefix", kText, "[Django] ",
       "What the subjects of mail to administrators begin with"},
      {"email_timeout", kNumber, nullptr, "Seconds to wait for the server"},
      {"email_use_localtime", kBool, false, "Whether dates are in local time"},
      {"email_use_ssl", kBool, false, "TLS from the first byte"},
      {"email_use_tls", kBool, false, "TLS by STARTTLS"},
      {"logging", kMap, DataMap{}, "What is logged, and where to"},
      {"silenced_system_checks",
       kList,
       DataList{},
       "Check ids to leave out, or maps with a reason and an end",
       kPublic,
       {},
       {"id", "reason", "until"}},
  };
}

std::vector<Key> security_keys() {
  return {
      {"secure_content_type_nosniff", kBool, true,
       "Send X-Content-Type-Options: nosniff"},
      nullable({"secure_cross_origin_opener_policy", kText, "same-origin",
                "The Cross-Origin-Opener-Policy header; null: none"}),
      {"secure_hsts_include_subdomains", kBool, false,
       "HSTS for subdomains too"},
      {"secure_hsts_preload", kBool, false, "The preload directive of HSTS"},
      {"secure_hsts_seconds", kInteger, 0, "The age of HSTS; 0: none"},
      {"secure_proxy_ssl_header", kTexts, nullptr,
       "Header and value by which a proxy says that HTTPS was used"},
      {"secure_redirect_exempt", kTexts, DataList{},
       "URLs that are not redirected to HTTPS"},
      nullable({"secure_referrer_policy", kText, "same-origin",
                "The Referrer-Policy header; null: none"}),
      {"secure_ssl_host", kText, nullptr, "The host redirected to"},
      {"secure_ssl_redirect", kBool, false, "Redirect HTTP to HTTPS"},
  };
}

std::vector<Key> session_keys() {
  return {
      {"session_cache_alias", kText, "default", "The cache of sessions"},
      {"session_cookie_age", kInteger, 1209600, "Seconds a session lasts"},
      {"session_cookie_domain", kText, nullptr, "The cookie's domain"},
      {"session_cookie_httponly", kBool, true, "Hide it from scripts"},
      {"session_cookie_name", kText, "sessionid", "The cookie's name"},
      {"session_cookie_path", kText, "/", "The cookie's path"},
      nullable({"session_cookie_samesite", kText, "Lax",
                "The cookie's SameSite; null: none"}),
      {"session_cookie_secure", kBool, false, "Only over HTTPS"},
      {"session_engine", kText, "db", "Where sessions are kept"},
      {"session_expire_at_browser_close", kBool, false,
       "End sessions with the browser"},
      {"session_file_path", kText, nullptr, "The folder of file sessions"},
      {"session_save_every_request", kBool, false,
       "Save sessions that did not change too"},
      {"session_serializer", kText, "json", "How session data is encoded"},
      nullable({"csrf_cookie_age", kInteger, 31449600,
                "Seconds the token lasts; null: as long as the browser runs"}),
      {"csrf_cookie_domain", kText, nullptr, "The cookie's domain"},
      {"csrf_cookie_httponly", kBool, false, "Hide it from scripts"},
      {"csrf_cookie_name", kText, "csrftoken", "The cookie's name"},
      {"csrf_cookie_path", kText, "/", "The cookie's path"},
      nullable({"csrf_cookie_samesite", kText, "Lax",
                "The cookie's SameSite; null: none"}),
      {"csrf_cookie_secure", kBool, false, "Only over HTTPS"},
      {"csrf_failure_view", kText, nullptr, "The page shown after a failure"},
      {"csrf_header_name", kText, "HTTP_X_CSRFTOKEN",
       "The header that carries the token"},
      {"csrf_trusted_origins", kTexts, DataList{},
       "Other origins that may send forms"},
      {"csrf_use_sessions", kBool, false,
       "Keep the token in the session instead of a cookie"},
  };
}

std::vector<Key> tool_keys() {
  return {
      {"migrations.lock_timeout", kNumber, 5,
       "Seconds a statement waits for a lock; 0: as the database does"},
      {"migrations.lock_wait", kNumber, 60,
       "Seconds to wait for another run of migrate to end"},
      {"migrations.statement_timeout", kNumber, 0,
       "Seconds a statement may run; 0: any time"},
      {"migrations.safe", kBool, false,
       "Refuse operations that the linter calls unsafe; not there yet: migrate "
       "refuses to run"},
      {"migrations.protected", kBool, false,
       "Ask before anything that loses data; not there yet: migrate refuses to "
       "run"},
      {"migrations.track_non_db", kBool, false,
       "Make migrations for labels, choices and validators too"},
      {"migrations.out_of_order",
       kText,
       "allow",
       "What happens to a migration that comes later than one after it",
       kPublic,
       {"allow", "warn", "refuse"}},
      {"migrations.drift_ignore", kTexts, DataList{},
       "Tables and columns that checkdrift leaves out"},
      {"migrations.backup_before_migrate", kBool, false,
       "Copy a SQLite file to NAME.before-TIME before migrating it"},
      {"orm.lazy_loading",
       kText,
       "allow",
       "What happens when a related row is loaded one by one",
       kPublic,
       {"allow", "warn", "raise"}},
      {"orm.query_log", kBool, false, "Log every query"},
      {"shell.history", kInteger, 1000,
       "How many entries the shell remembers; 0: none"},
      {"shell.imports", kTexts, DataList{},
       "Modules that the shell makes global: shop.helpers is helpers there"},
      {"shell.files", kTexts, DataList{},
       "Folders outside of the project that scripts may open files in"},
      {"server", kMap, DataMap{}, "Options of runserver"},
      {"secrets_dir", kText, "/run/secrets",
       "A folder of files that are named like keys and hold their values"},
  };
}

/// Takes the next part off a dotted path.
std::string_view next_part(std::string_view& path) {
  std::string_view part = path.substr(0, path.find('.'));
  path.remove_prefix(std::min(part.size() + 1, path.size()));
  return part;
}

enum class Match { kNo, kPrefix, kWhole };

/// Whether `path` is a beginning of `pattern`, or all of it.
Match match(std::string_view pattern, std::string_view path) {
  while (!path.empty()) {
    if (pattern.empty()) return Match::kNo;
    std::string_view wanted = next_part(pattern);
    std::string_view given = next_part(path);
    if (wanted != "*" && wanted != given) return Match::kNo;
  }
  return pattern.empty() ? Match::kWhole : Match::kPrefix;
}

}  // namespace

const std::vector<Key>& schema() {
  static const std::vector<Key> kKeys = [] {
    std::vector<Key> all;
    for (auto part : {project_keys, database_keys, auth_keys, file_keys,
                      email_keys, security_keys, session_keys, tool_keys}) {
      std::vector<Key> some = part();
      std::move(some.begin(), some.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kKeys;
}

const Key* find_key(std::string_view path) {
  for (const Key& key : schema()) {
    if (match(key.path, path) == Match::kWhole) return &key;
  }
  return nullptr;
}

const Key* find_free_map(std::string_view path) {
  for (std::size_t dot = path.rfind('.'); dot != std::string_view::npos;
       dot = path.rfind('.')) {
    path = path.substr(0, dot);
    const Key* key = find_key(path);
    if (key) return key->type == Type::kMap ? key : nullptr;
  }
  return nullptr;
}

bool is_section(std::string_view path) {
  return std::any_of(schema().begin(), schema().end(), [&](const Key& key) {
    return match(key.path, path) == Match::kPrefix;
  });
}

std::vector<std::string> names_in(std::string_view section) {
  const std::string_view whole = section;
  std::vector<std::string> names;
  for (const Key& key : schema()) {
    if (match(key.path, whole) != Match::kPrefix) continue;
    std::string_view rest = key.path;
    for (section = whole; !section.empty();) {
      next_part(section);
      next_part(rest);
    }
    std::string name(next_part(rest));
    bool known = std::find(names.begin(), names.end(), name) != names.end();
    if (name != "*" && !known) names.push_back(std::move(name));
  }
  return names;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kBool:
      return "true or false";
    case Type::kInteger:
      return "an integer";
    case Type::kNumber:
      return "a number";
    case Type::kText:
      return "text";
    case Type::kTexts:
      return "a list of texts";
    case Type::kList:
      return "a list";
    case Type::kMap:
      break;
  }
  return "a map";
}

}  // namespace manage::settings
