// Sending a request, with its redirects and tries.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "scripting/http_request.hpp"

namespace manage::scripting {

struct HttpAnswer {
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string shown;  ///< "GET https://…", for messages
  /// Seconds that the server asks to wait; 0: it does not.
  std::int64_t retry_after = 0;

  bool ok() const { return status >= 200 && status < 300; }
};

/// The last answer, whatever its status. `check` is called many times a second
/// and may throw. Throws "http.failed", "http.timeout", "http.too-large".
HttpAnswer send(const HttpRequest& request, const std::function<void()>& check);

}  // namespace manage::scripting
