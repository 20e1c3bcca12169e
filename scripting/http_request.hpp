// What a script asks a server for: http.get(url, options).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "scripting/lua.hpp"

namespace manage::scripting {

using NamedTexts = std::vector<std::pair<std::string, std::string>>;

struct HttpRequest {
  std::string method;
  std::string url;  ///< with its query
  NamedTexts headers;
  std::optional<std::string> body;
  std::string body_type;  ///< its Content-Type, unless a header says it
  std::string user, password, ca_file;
  double timeout = 30;  ///< seconds of one try, with its redirects
  double connect_timeout = 10;
  std::int64_t retries = 0;
  std::int64_t redirects = 10;
  std::size_t max_bytes = std::size_t{64} << 20;

  /// GET and HEAD, which change nothing (RFC 9110, 9.2.1).
  bool is_safe() const;
  /// Those of which two do what one does (RFC 9110, 9.2.2).
  bool is_idempotent() const;
};

/// The URL and the table of options of a call. Throws "script.argument".
HttpRequest http_request_at(lua_State* lua, std::string method);

}  // namespace manage::scripting
