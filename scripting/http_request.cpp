#include "scripting/http_request.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "scripting/environment.hpp"
#include "scripting/json.hpp"
#include "scripting/query_sets.hpp"

namespace manage::scripting {

namespace {

double seconds_at(lua_State* lua, const std::string& key) {
  const double seconds =
      lua_isnumber(lua, -1) != 0 ? lua_tonumber(lua, -1) : -1;
  if (seconds > 0 && seconds <= 86'400) return seconds;
  throw Error("script.argument", key + " is a number of seconds, up to a day");
}

std::int64_t count_at(lua_State* lua, const std::string& key) {
  const std::int64_t count = integer_at(lua, -1);
  if (count >= 0) return count;
  throw Error("script.argument", key + " is not negative");
}

NamedTexts pairs_at(lua_State* lua) {
  NamedTexts found;
  const int table = lua_gettop(lua);
  if (!lua_istable(lua, table)) wrong_type(lua, table, "a table");
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    found.emplace_back(key, shown_text(lua, -1));
    lua_pop(lua, 1);
  }
  return found;
}

/// Whether they name it, in whatever case.
bool has(const NamedTexts& headers, std::string_view name) {
  return std::any_of(headers.begin(), headers.end(), [&](const auto& one) {
    return text::lower(one.first) == name;
  });
}

/// "a=1&b=%20" (RFC 3986, 2.3).
std::string url_encoded(const NamedTexts& pairs) {
  const auto append = [](std::string& text, const std::string& part) {
    for (const unsigned char c : part) {
      const bool plain = c < 0x80 && (std::isalnum(c) != 0 || c == '-' ||
                                      c == '.' || c == '_' || c == '~');
      if (plain) {
        text += static_cast<char>(c);
      } else {
        fmt::format_to(std::back_inserter(text), "%{:02X}", c);
      }
    }
  };
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!text.empty()) text += '&';
    append(text, key);
    text += '=';
    append(text, value);
  }
  return text;
}

/// Before its fragment, behind what it asks for already.
std::string with_query(std::string url, const std::string& query) {
  if (query.empty()) return url;
  const std::size_t end = std::min(url.find('#'), url.size());
  const bool first = url.find('?') >= end;
  return url.insert(end, (first ? "?" : "&") + query);
}

NamedTexts headers_at(lua_State* lua) {
  NamedTexts headers = pairs_at(lua);
  for (const auto& [name, value] : headers) {
    if ((name + value).find_first_of("\r\n") == std::string::npos) continue;
    throw Error("script.argument",
                fmt::format("the header {} has a line break", name));
  }
  return headers;
}

void set_body(HttpRequest& request, std::string text, std::string type) {
  if (request.method == "HEAD") {
    throw Error("script.argument", "HEAD has no body");
  }
  if (request.body) {
    throw Error("script.argument", "a request has one body")
        .hint("one of json, form and body");
  }
  request.body = std::move(text);
  request.body_type = std::move(type);
}

struct Option {
  std::string_view name;
  /// Takes what is at the top.
  void (*set)(lua_State* lua, HttpRequest& request);
};

constexpr Option kOptions[] = {
    {"body",
     [](lua_State* lua, HttpRequest& request) {
       set_body(request, text_at(lua, -1), "");
     }},
    {"ca_file",
     [](lua_State* lua, HttpRequest& request) {
       request.ca_file =
           environment(lua).files.allowed(text_at(lua, -1)).string();
     }},
    {"connect_timeout",
     [](lua_State* lua, HttpRequest& request) {
       request.connect_timeout = seconds_at(lua, "connect_timeout");
     }},
    {"form",
     [](lua_State* lua, HttpRequest& request) {
       set_body(request, url_encoded(pairs_at(lua)),
                "application/x-www-form-urlencoded");
     }},
    {"headers",
     [](lua_State* lua, HttpRequest& request) {
       request.headers = headers_at(lua);
     }},
    {"json",
     [](lua_State* lua, HttpRequest& request) {
       set_body(request, json_at(lua, -1), "application/json");
     }},
    {"max_bytes",
     [](lua_State* lua, HttpRequest& request) {
       request.max_bytes = static_cast<std::size_t>(count_at(lua, "max_bytes"));
     }},
    {"password",
     [](lua_State* lua, HttpRequest& request) {
       request.password = text_at(lua, -1);
     }},
    {"query",
     [](lua_State* lua, HttpRequest& request) {
       request.url = with_query(request.url, url_encoded(pairs_at(lua)));
     }},
    {"redirects",
     [](lua_State* lua, HttpRequest& request) {
       request.redirects = count_at(lua, "redirects");
     }},
    {"retries",
     [](lua_State* lua, HttpRequest& request) {
       request.retries = count_at(lua, "retries");
     }},
    {"timeout",
     [](lua_State* lua, HttpRequest& request) {
       request.timeout = seconds_at(lua, "timeout");
     }},
    {"user", [](lua_State* lua,
                HttpRequest& request) { request.user = text_at(lua, -1); }},
};

void set_option(lua_State* lua, const std::string& key, HttpRequest& request) {
  std::vector<std::string> known;
  for (const Option& one : kOptions) {
    if (one.name == key) {
      one.set(lua, request);
      return;
    }
    known.emplace_back(one.name);
  }
  throw Error("script.argument", "there is no option " + key)
      .hint(text::did_you_mean(key, known));
}

}  // namespace

bool HttpRequest::is_safe() const {
  return method == "GET" || method == "HEAD";
}

bool HttpRequest::is_idempotent() const {
  return is_safe() || method == "PUT" || method == "DELETE";
}

HttpRequest http_request_at(lua_State* lua, std::string method) {
  HttpRequest request;
  request.method = std::move(method);
  request.url = text_at(lua, 1);
  request.retries = request.is_idempotent() ? 2 : 0;
  if (lua_isnoneornil(lua, 2)) return request;
  if (!lua_istable(lua, 2)) wrong_type(lua, 2, "a table of options");
  for (const std::string& key : sorted_keys(lua, 2)) {
    lua_getfield(lua, 2, key.c_str());
    set_option(lua, key, request);
    lua_pop(lua, 1);
  }
  if (!request.body_type.empty() && !has(request.headers, "content-type")) {
    request.headers.emplace_back("Content-Type", request.body_type);
  }
  return request;
}

}  // namespace manage::scripting
