#include "settings/database_url.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "core/text.hpp"
#include "core/yaml_scalar.hpp"

namespace manage::settings {

namespace {

constexpr std::string_view kMask = "********";

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    bool escape = text[at] == '%' && text.size() - at > 2;
    int high = escape ? hex_digit(text[at + 1]) : -1;
    int low = escape ? hex_digit(text[at + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      at += 2;
    } else {
      out += text[at];
    }
  }
  if (out.find('\0') != std::string::npos || text::invalid_utf8(out)) {
    throw Error("settings.url",
                "the database URL has an escape that is not UTF-8 text");
  }
  return out;
}

struct Split {
  std::string_view before;
  std::optional<std::string_view> after;
};

Split split_at(std::string_view text, std::size_t at) {
  if (at == std::string_view::npos) return {text, std::nullopt};
  return {text.substr(0, at), text.substr(at + 1)};
}

/// Where user and password end: the last @, unless the URL begins with its
/// path.
std::size_t userinfo_end(std::string_view rest) {
  return rest.starts_with('/') ? std::string_view::npos : rest.rfind('@');
}

/// SQLite's options are numbers and words, PostgreSQL's are all texts.
Data option_value(const std::string& text, Engine engine) {
  if (engine == Engine::kSqlite && yaml::is_integer(text)) {
    if (auto number = yaml::integer_value(text)) return *number;
  }
  return text;
}

void read_query(std::string_view query, DatabaseUrl& url) {
  for (const std::string& pair : text::split(query, '&')) {
    if (pair.empty()) continue;
    auto [name, value] = split_at(pair, pair.find('='));
    if (name.empty() || !value) {
      throw Error("settings.url",
                  "a parameter of the database URL is not name=value")
          .hint(
              "parameters are separated by &; a ? in the name of the "
              "database is written %3F");
    }
    url.options.set(decoded(name), option_value(decoded(*value), url.engine));
  }
}

int read_port(std::string_view text) {
  int port = 0;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 ||
      port > 65535) {
    throw Error("settings.url",
                "the port of the database URL is not a number from 1 to 65535")
        .hint("a : in the user's name is written %3A");
  }
  return port;
}

void read_host(std::string_view text, DatabaseUrl& url) {
  std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) {
    throw Error("settings.url",
                "the [ of the database URL's host is not closed");
  }
  auto [host, port] = split_at(text, text.find(':', bracket));
  if (bracket > 0) host = host.substr(1, bracket - 1);
  url.host = decoded(host);
  if (port && !port->empty()) url.port = read_port(*port);
}

void read_postgresql(std::string_view rest, DatabaseUrl& url) {
  std::size_t end = userinfo_end(rest);
  if (end != std::string_view::npos) {
    std::string_view userinfo = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    auto [user, password] = split_at(userinfo, userinfo.find(':'));
    url.user = decoded(user);
    if (password) url.password = decoded(*password);
  }
  auto [address, query] = split_at(rest, rest.find('?'));
  if (query) read_query(*query, url);
  auto [host, name] = split_at(address, address.find('/'));
  read_host(host, url);
  if (name) url.name = decoded(*name);
}

void read_sqlite(std::string_view rest, DatabaseUrl& url) {
  auto [path, query] = split_at(rest, rest.find('?'));
  if (query) read_query(*query, url);
  if (path == ":memory:") path = "/:memory:";
  if (!path.starts_with('/') || path.size() == 1) {
    throw Error("settings.url", "the database URL names no file")
        .hint(
            "sqlite:///db.sqlite3 is relative to the project, "
            "sqlite:////var/db.sqlite3 absolute");
  }
  url.name = decoded(path.substr(1));
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view text) {
  constexpr std::string_view kSeparator = "://";
  std::size_t separator = text.find(kSeparator);
  std::string scheme = text::lower(text.substr(0, separator));
  if (separator == std::string_view::npos) {
    throw Error("settings.url", "a database URL has no scheme")
        .hint("write postgresql://user@host/name or sqlite:///db.sqlite3");
  }
  std::string_view rest = text.substr(separator + kSeparator.size());
  DatabaseUrl url;
  if (scheme == "sqlite" || scheme == "sqlite3") {
    read_sqlite(rest, url);
  } else if (scheme == "postgresql" || scheme == "postgres") {
    url.engine = Engine::kPostgresql;
    read_postgresql(rest, url);
  } else {
    throw Error("settings.url",
                fmt::format("there is no database engine for {}://", scheme))
        .hint("the schemes are postgresql and sqlite");
  }
  return url;
}

std::string mask_url(std::string_view url) {
  std::size_t separator = url.find("://");
  if (separator == std::string_view::npos) return std::string(url);
  std::string out(url.substr(0, separator + 3));
  std::string_view rest = url.substr(separator + 3);
  std::size_t end = userinfo_end(rest);
  if (end != std::string_view::npos) {
    std::string_view userinfo = rest.substr(0, end);
    std::size_t colon = userinfo.find(':');
    out += userinfo.substr(0, colon);
    if (colon != std::string_view::npos) out += fmt::format(":{}", kMask);
    rest.remove_prefix(end);
  }
  auto [address, query] = split_at(rest, rest.find('?'));
  out += address;
  char joint = '?';
  if (!query) return out;
  for (const std::string& pair : text::split(*query, '&')) {
    auto [name, value] = split_at(pair, pair.find('='));
    bool secret = text::lower(name).find("password") != std::string::npos;
    out += joint;
    joint = '&';
    out += secret && value ? fmt::format("{}={}", name, kMask) : pair;
  }
  return out;
}

DatabaseConfig for_migrations(DatabaseConfig config) {
  bool around = config.engine == Engine::kPostgresql;
  if (!around || config.migration_url.empty()) return config;
  DatabaseUrl url = parse_database_url(config.migration_url);
  config.name = std::move(url.name);
  config.host = std::move(url.host);
  config.port = url.port;
  if (!url.user.empty() && url.user != config.user) {
    config.user = std::move(url.user);
    config.password.clear();
  }
  if (url.password) config.password = std::move(*url.password);
  for (const auto& [name, value] : url.options) config.options.set(name, value);
  config.pooled = false;
  return config;
}

}  // namespace manage::settings
