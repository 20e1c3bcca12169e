// Database URLs, as people and hosting services write them:
//
//     postgresql://user:password@host:5432/name?sslmode=require   (or postgres)
//     sqlite:///relative.db    sqlite:////absolute.db    sqlite:///:memory:
//
// A password may contain # ? + / and @ as they are: it ends at the last @ of
// the URL. %XX is decoded where it is two hexadecimal digits, + never.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "settings/settings.hpp"

namespace manage::settings {

struct DatabaseUrl {
  Engine engine = Engine::kSqlite;
  std::string name;  ///< as written, maybe relative
  std::string user;
  std::optional<std::string> password;
  std::string host;
  int port = 0;
  DataMap options;  ///< the query
};

/// Throws Error "settings.url"; its message shows nothing of the URL but its
/// scheme, host and port.
DatabaseUrl parse_database_url(std::string_view url);

/// Where migrations connect: `config` with what its migration_url says, if it
/// has one. REQUIRES: it was checked, as load() does.
DatabaseConfig for_migrations(DatabaseConfig config);

}  // namespace manage::settings
