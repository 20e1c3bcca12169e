// HTTP in scripts, by libcurl.
//
//   local answer = http.get("https://api.example.org/rates",
//                           {query={base="EUR"}, timeout=10})
//   answer.status, answer.ok, answer.headers["content-type"], answer.body
//   answer:json()                  the body as a table
//   answer:check()                 itself, or an error unless the status is 2xx
//   http.post(url, {json={a=1}})   also form={…}, body="…"; put patch delete
//   head
//
// Options: query, headers, one of json, form and body, timeout (30 seconds for
// a try with all its redirects), connect_timeout (10), retries (2 for GET,
// HEAD, PUT and DELETE, which may happen twice (RFC 9110, 9.2.2), 0 for
// others), max_bytes (64 MiB), redirects (10; of GET and HEAD, others are not
// sent elsewhere; another scheme, host or port gets no login and no header but
// Accept, Accept-Language and User-Agent), user and password (basic), ca_file.
// Certificates are always checked. What is tried again: no connection, a lost
// answer, none in time, and the answers 429, 502, 503 and 504, after a pause
// that doubles, or as long as Retry-After says. Only http and https. In a dry
// run GET and HEAD are sent, the others refused.
//
// Errors: "http.failed", "http.timeout", "http.status", "http.too-large",
// "http.dry-run". Passwords in a URL are never shown.
#pragma once

#include "scripting/lua.hpp"

namespace manage::scripting {

void define_http(lua_State* lua);

}  // namespace manage::scripting
