#include "settings/databases.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>

#include "settings/database_url.hpp"

namespace manage::settings {

namespace {

std::string text_of(const DataMap& parts, std::string_view name) {
  const Data* value = parts.find(name);
  return value && value->text() ? *value->text() : std::string{};
}

std::string_view engine_name(Engine engine) {
  return engine == Engine::kSqlite ? "sqlite3" : "postgresql";
}

SourcePos place_of(const yaml::Node& entry, std::string_view name) {
  const yaml::Node* node = entry.find(name);
  return node ? node->pos() : entry.pos();
}

class DatabaseReader {
 public:
  DatabaseReader(const yaml::Node& entry, const DataMap& parts,
                 const Sources& sources, Diagnostics& diagnostics)
      : entry_(entry),
        parts_(parts),
        sources_(sources),
        diagnostics_(diagnostics) {}

  DatabaseConfig read(const std::string& alias) {
    config_.alias = alias;
    config_.where = entry_.pos();
    read_url();
    read_engine();
    read_parts();
    check_migration_url();
    return std::move(config_);
  }

 private:
  std::string path(std::string_view name) const {
    return fmt::format("databases.{}.{}", config_.alias, name);
  }

  void complain(std::string_view name, std::string message,
                std::string hint = {}) {
    diagnostics_.add("settings.database", place_of(entry_, name),
                     std::move(message), std::move(hint));
  }

  std::optional<DatabaseUrl> parsed(std::string_view name) {
    std::string url = text_of(parts_, name);
    if (url.empty()) return std::nullopt;
    try {
      return parse_database_url(url);
    } catch (Error& error) {
      Diagnostic problem = error.diagnostics().front();
      problem.where = place_of(entry_, name);
      problem.message += fmt::format(" ({})", path(name));
      diagnostics_.add(std::move(problem));
      return std::nullopt;
    }
  }

  void read_url() {
    std::optional<DatabaseUrl> url = parsed("url");
    has_url_ = !text_of(parts_, "url").empty();
    if (!url) return;
    config_.engine = url->engine;
    config_.name = url->name;
    config_.user = url->user;
    config_.password = url->password.value_or("");
    config_.host = url->host;
    config_.port = url->port;
    config_.options = url->options;
  }

  void read_engine() {
    std::string engine = text_of(parts_, "engine");
    if (engine.empty()) {
      if (has_url_ || config_.alias == "default") return;
      complain("engine",
               fmt::format("the database {} needs an engine or a url",
                           config_.alias),
               "engine is sqlite3 or postgresql");
      return;
    }
    Engine given =
        engine == kDefaultEngine ? Engine::kSqlite : Engine::kPostgresql;
    if (has_url_ && given != config_.engine) {
      complain("engine",
               fmt::format("{} is {}, but the url is for {}", path("engine"),
                           engine, engine_name(config_.engine)),
               "leave the engine out; the url names it");
    }
    config_.engine = given;
  }

  void take(std::string_view name, std::string& target) {
    if (const Data* value = parts_.find(name); value && value->text()) {
      target = *value->text();
    }
  }

  void read_parts() {
    take("name", config_.name);
    take("user", config_.user);
    take("host", config_.host);
    if (config_.password.empty() || !is_older_than_url("password")) {
      take("password", config_.password);
    }
    if (const Data* port = parts_.find("port"); port && port->integer()) {
      std::int64_t number = *port->integer();
      if (number < 1 || number > 65535) {
        complain("port", fmt::format("{} must be from 1 to 65535, not {}",
                                     path("port"), number));
      } else {
        config_.port = static_cast<int>(number);
      }
    }
    if (const Data* options = parts_.find("options")) {
      bool older = is_older_than_url("options");
      for (const auto& [name, value] : *options->map()) {
        if (!older || !config_.options.find(name)) {
          config_.options.set(name, value);
        }
      }
    }
    if (const Data* pooled = parts_.find("pooled")) {
      config_.pooled = *pooled->boolean();
    }
    if (const Data* age = parts_.find("conn_max_age")) {
      if (age->is_null()) config_.conn_max_age = -1;
      if (age->integer()) {
        config_.conn_max_age = static_cast<double>(*age->integer());
      }
      if (age->real()) {
        config_.conn_max_age = std::strtod(age->real()->text.c_str(), nullptr);
      }
    }
  }

  void check_migration_url() {
    std::optional<DatabaseUrl> url = parsed("migration_url");
    if (!url) return;
    config_.migration_url = text_of(parts_, "migration_url");
    if (url->engine == config_.engine) return;
    complain("migration_url",
             fmt::format("{} is for {}, but the database is {}",
                         path("migration_url"), engine_name(url->engine),
                         engine_name(config_.engine)));
  }

  bool is_older_than_url(std::string_view name) const {
    const yaml::Node* part = entry_.find(name);
    const yaml::Node* url = entry_.find("url");
    return part && url && sources_.layer_of(*part) < sources_.layer_of(*url);
  }

  const yaml::Node& entry_;
  const DataMap& parts_;
  const Sources& sources_;
  Diagnostics& diagnostics_;
  DatabaseConfig config_;
  bool has_url_ = false;
};

void erase(yaml::Node& map, std::string_view key) {
  std::erase_if(map.entries,
                [&](const auto& entry) { return entry.key == key; });
}

}  // namespace

bool is_alias(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of(
             "abcdefghijklmnopqrstuvwxyz"
             "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == std::string_view::npos;
}

void drop_superseded(yaml::Node& databases, const Sources& sources) {
  constexpr std::array<std::string_view, 5> kParts{"engine", "name", "user",
                                                   "host", "port"};
  for (yaml::Node::Entry& entry : databases.entries) {
    yaml::Node& database = entry.value;
    const yaml::Node* url = database.find("url");
    if (!url || url->is_null()) continue;
    Layer layer = sources.layer_of(*url);
    const yaml::Node* engine = database.find("engine");
    if (engine && sources.layer_of(*engine) > layer) {
      erase(database, "url");
      continue;
    }
    for (std::string_view part : kParts) {
      const yaml::Node* older = database.find(part);
      if (older && sources.layer_of(*older) < layer) erase(database, part);
    }
  }
}

DatabaseConfig database_config(const std::string& alias,
                               const yaml::Node& entry, const DataMap& parts,
                               const std::filesystem::path& root,
                               const Sources& sources,
                               Diagnostics& diagnostics) {
  DatabaseConfig config =
      DatabaseReader(entry, parts, sources, diagnostics).read(alias);
  if (config.engine != Engine::kSqlite) return config;
  if (config.name.empty() && alias == "default") config.name = kDefaultFile;
  if (config.name.empty()) {
    diagnostics.add("settings.database", config.where,
                    fmt::format("the database {} needs a name", alias),
                    "for SQLite it is the file");
  } else if (config.name != ":memory:") {
    config.name = (root / config.name).lexically_normal().string();
  }
  return config;
}

}  // namespace manage::settings
