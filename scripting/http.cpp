#include "scripting/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <optional>
#include <thread>

#include "core/error.hpp"
#include "core/text.hpp"
#include "scripting/curl.hpp"
#include "scripting/environment.hpp"
#include "scripting/json.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/state.hpp"
#include "settings/settings.hpp"

namespace manage::scripting {

namespace {

struct Request {
  std::string method;
  std::string url;
  std::vector<std::pair<std::string, std::string>> query;
  std::vector<std::pair<std::string, std::string>> form;
  std::vector<std::string> headers;  ///< "Accept: text/html"
  std::optional<std::string> body;
  bool json = false;  ///< the body is
  std::string user, password, ca_file;
  double timeout = 30;
  double connect_timeout = 10;
  std::int64_t retries = 0;
  std::int64_t redirects = 10;
  std::size_t max_bytes = std::size_t{64} << 20;
};

struct Answer {
  long status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
  std::string shown;  ///< "GET https://…", for messages

  bool ok() const { return status >= 200 && status < 300; }
};

bool is_safe(const std::string& method) {
  return method == "GET" || method == "HEAD";
}

bool is_idempotent(const std::string& method) {
  return is_safe(method) || method == "PUT" || method == "DELETE";
}

// --- what a script asks for
// ---------------------------------------------------

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

std::vector<std::pair<std::string, std::string>> pairs_at(lua_State* lua) {
  std::vector<std::pair<std::string, std::string>> found;
  const int table = lua_gettop(lua);
  if (!lua_istable(lua, table)) wrong_type(lua, table, "a table");
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    found.emplace_back(key, shown_text(lua, -1));
    lua_pop(lua, 1);
  }
  return found;
}

void add_headers(lua_State* lua, Request& request) {
  for (const auto& [name, value] : pairs_at(lua)) {
    const std::string line = name + ": " + value;
    if (line.find_first_of("\r\n") != std::string::npos) {
      throw Error("script.argument",
                  fmt::format("the header {} has a line break", name));
    }
    request.headers.push_back(line);
  }
}

void set_option(lua_State* lua, const std::string& key, Request& request) {
  if (key == "query") {
    request.query = pairs_at(lua);
  } else if (key == "form") {
    request.form = pairs_at(lua);
  } else if (key == "headers") {
    add_headers(lua, request);
  } else if (key == "json") {
    request.body = json_at(lua, lua_gettop(lua));
    request.json = true;
  } else if (key == "body") {
    request.body = text_at(lua, -1);
  } else if (key == "timeout") {
    request.timeout = seconds_at(lua, key);
  } else if (key == "connect_timeout") {
    request.connect_timeout = seconds_at(lua, key);
  } else if (key == "retries") {
    request.retries = count_at(lua, key);
  } else if (key == "redirects") {
    request.redirects = count_at(lua, key);
  } else if (key == "max_bytes") {
    request.max_bytes = static_cast<std::size_t>(count_at(lua, key));
  } else if (key == "user") {
    request.user = text_at(lua, -1);
  } else if (key == "password") {
    request.password = text_at(lua, -1);
  } else if (key == "ca_file") {
    request.ca_file = environment(lua).files.allowed(text_at(lua, -1)).string();
  } else {
    throw Error("script.argument", "there is no option " + key)
        .hint(text::did_you_mean(
            key, {"query", "form", "headers", "json", "body", "timeout",
                  "connect_timeout", "retries", "redirects", "max_bytes",
                  "user", "password", "ca_file"}));
  }
}

Request request_at(lua_State* lua, std::string method) {
  Request request;
  request.method = std::move(method);
  request.url = text_at(lua, 1);
  request.retries = is_idempotent(request.method) ? 2 : 0;
  if (lua_isnoneornil(lua, 2)) return request;
  if (!lua_istable(lua, 2)) wrong_type(lua, 2, "a table of options");
  for (const std::string& key : sorted_keys(lua, 2)) {
    lua_getfield(lua, 2, key.c_str());
    set_option(lua, key, request);
    lua_pop(lua, 1);
  }
  const bool typed = std::any_of(
      request.headers.begin(), request.headers.end(), [](const auto& line) {
        return text::lower(line).starts_with("content-type:");
      });
  if (request.json && !typed) {
    request.headers.emplace_back("Content-Type: application/json");
  }
  return request;
}

// --- one try
// --------------------------------------------------------------------

std::string joined(
    const CurlHandle& handle,
    const std::vector<std::pair<std::string, std::string>>& all) {
  std::string text;
  for (const auto& [key, value] : all) {
    if (!text.empty()) text += '&';
    text += handle.escaped(key) + "=" + handle.escaped(value);
  }
  return text;
}

/// A line of the answer: the first of a new one, or a header.
void take_header(std::string_view line, Answer& answer) {
  if (line.starts_with("HTTP/")) answer.headers.clear();  // after a redirect
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = text::lower(line.substr(0, colon));
  const std::string value(text::trim(line.substr(colon + 1)));
  const auto [known, fresh] = answer.headers.emplace(name, value);
  if (!fresh) known->second += ", " + value;
}

class Transfer {
 public:
  Transfer(const Request& request, const std::function<void()>& check)
      : request_(request) {
    handle_.check = check;
    prepare();
  }

  /// nullopt: no answer; then `problem` says why.
  std::optional<Answer> run(std::string& problem) {
    Answer answer;
    answer.shown = request_.method + " " + settings::mask_url(request_.url);
    handle_.header = [&](std::string_view line) { take_header(line, answer); };
    handle_.body = [&](std::string_view bytes) {
      if (answer.body.size() + bytes.size() > request_.max_bytes) {
        throw Error("http.too-large",
                    fmt::format("{}: the answer has more than {} bytes",
                                answer.shown, request_.max_bytes))
            .hint("max_bytes allows more");
      }
      answer.body += bytes;
    };
    code_ = handle_.perform(problem);
    if (code_ != CURLE_OK) return std::nullopt;
    answer.status = handle_.info<long>(CURLINFO_RESPONSE_CODE);
    return answer;
  }

  bool timed_out() const { return code_ == CURLE_OPERATION_TIMEDOUT; }
  /// Whether another try may go better.
  bool may_recover() const {
    return timed_out() || code_ == CURLE_COULDNT_CONNECT ||
           code_ == CURLE_COULDNT_RESOLVE_HOST || code_ == CURLE_GOT_NOTHING ||
           code_ == CURLE_RECV_ERROR || code_ == CURLE_SEND_ERROR;
  }

 private:
  void prepare() {
    std::string url = request_.url;
    if (!request_.query.empty()) {
      url += url.find('?') == std::string::npos ? '?' : '&';
      url += joined(handle_, request_.query);
    }
    handle_.set(CURLOPT_URL, url);
    handle_.set(CURLOPT_PROTOCOLS_STR, "http,https");
    handle_.set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    handle_.set(CURLOPT_USERAGENT, "manage");
    handle_.set(CURLOPT_ACCEPT_ENCODING, "");
    // What else is sent is not sent again to somewhere else.
    const bool follows = is_safe(request_.method) && request_.redirects > 0;
    handle_.set(CURLOPT_FOLLOWLOCATION, follows ? 1L : 0L);
    handle_.set(CURLOPT_MAXREDIRS, static_cast<long>(request_.redirects));
    const auto milliseconds = [](double seconds) {
      return std::max(1L, static_cast<long>(seconds * 1000));
    };
    handle_.set(CURLOPT_TIMEOUT_MS, milliseconds(request_.timeout));
    handle_.set(CURLOPT_CONNECTTIMEOUT_MS,
                milliseconds(request_.connect_timeout));
    if (!request_.user.empty()) {
      handle_.set(CURLOPT_USERNAME, request_.user);
      handle_.set(CURLOPT_PASSWORD, request_.password);
    }
    if (!request_.ca_file.empty()) {
      handle_.set(CURLOPT_CAINFO, request_.ca_file);
    }
    prepare_body();
    for (const std::string& line : request_.headers) headers_.add(line);
    // Some servers wait for what nobody sends.
    headers_.add("Expect:");
    handle_.set(CURLOPT_HTTPHEADER, headers_.get());
  }

  void prepare_body() {
    form_ = joined(handle_, request_.form);
    const std::string& body = request_.body ? *request_.body : form_;
    const bool any = request_.body || !request_.form.empty();
    if (request_.method == "HEAD") {
      handle_.set(CURLOPT_NOBODY, 1L);
    } else if (any || request_.method == "POST") {
      handle_.set(CURLOPT_POST, 1L);
      handle_.set(CURLOPT_POSTFIELDSIZE_LARGE,
                  static_cast<curl_off_t>(body.size()));
      handle_.set(CURLOPT_POSTFIELDS, body.data());
    }
    if (!is_safe(request_.method)) {
      handle_.set(CURLOPT_CUSTOMREQUEST, request_.method);
    }
  }

  const Request& request_;
  CurlHandle handle_;
  CurlList headers_;
  std::string form_;
  CURLcode code_ = CURLE_OK;
};

// --- as often as it takes
// ---------------------------------------------------------

bool is_busy(const Answer& answer) {
  return answer.status == 429 || answer.status == 502 || answer.status == 503 ||
         answer.status == 504;
}

/// Seconds before the next try: as the server says, else longer each time.
double pause_after(const std::optional<Answer>& answer, std::int64_t tries) {
  constexpr double kLongest = 60;
  const double own =
      0.2 * static_cast<double>(1 << std::min<std::int64_t>(tries, 8));
  if (!answer) return std::min(own, kLongest);
  const auto told = answer->headers.find("retry-after");
  if (told == answer->headers.end()) return std::min(own, kLongest);
  const double seconds = std::strtod(told->second.c_str(), nullptr);
  return std::clamp(seconds, 0.0, kLongest);
}

void sleep(double seconds, const std::function<void()>& check) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                      std::chrono::duration<double>(seconds));
  while (Clock::now() < end) {
    check();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

Answer send(const Request& request, const std::function<void()>& check) {
  for (std::int64_t tries = 0;; ++tries) {
    std::string problem;
    Transfer transfer(request, check);
    std::optional<Answer> answer = transfer.run(problem);
    const bool last = tries >= request.retries;
    if (answer && (last || !is_busy(*answer))) return *std::move(answer);
    if (!answer && (last || !transfer.may_recover())) {
      throw Error(transfer.timed_out() ? "http.timeout" : "http.failed",
                  fmt::format("{} {}: {}", request.method,
                              settings::mask_url(request.url), problem));
    }
    sleep(pause_after(answer, tries), check);
  }
}

// --- answers as objects of Lua
// ----------------------------------------------------

}  // namespace

template <>
inline constexpr const char* kClass<Answer> = "Answer";

namespace {

int field(lua_State* lua) {
  const Answer& answer = get<Answer>(lua, 1);
  const std::string name = text_at(lua, 2);
  if (name == "status") {
    lua_pushinteger(lua, answer.status);
  } else if (name == "ok") {
    lua_pushboolean(lua, answer.ok() ? 1 : 0);
  } else if (name == "body") {
    push_text(lua, answer.body);
  } else if (name == "headers") {
    lua_createtable(lua, 0, static_cast<int>(answer.headers.size()));
    for (const auto& [key, value] : answer.headers) {
      push_text(lua, value);
      lua_setfield(lua, -2, key.c_str());
    }
  } else {
    lua_pushvalue(lua, 2);
    lua_rawget(lua, lua_upvalueindex(1));
  }
  return 1;
}

int json(lua_State* lua) {
  push_json(lua, get<Answer>(lua, 1).body);
  return 1;
}

int check(lua_State* lua) {
  const Answer& answer = get<Answer>(lua, 1);
  if (!answer.ok()) {
    constexpr std::size_t kShown = 200;
    Error error("http.status",
                fmt::format("{}: status {}", answer.shown, answer.status));
    const std::string begin(text::prefix(answer.body, kShown));
    if (!begin.empty()) error.hint("it answered: " + begin);
    throw Error(error);
  }
  lua_settop(lua, 1);
  return 1;
}

int shown(lua_State* lua) {
  const Answer& answer = get<Answer>(lua, 1);
  push_text(lua, fmt::format("{}: status {}", answer.shown, answer.status));
  return 1;
}

int request(lua_State* lua, const char* method) {
  Request made = request_at(lua, method);
  if (environment(lua).dry_run && !is_safe(made.method)) {
    throw Error("http.dry-run",
                fmt::format("{} is not sent in a dry run", made.method))
        .hint("ask first: if not ctx.dry_run then … end");
  }
  State& state = State::of(lua);
  push<Answer>(lua, send(made, [&state] { state.check_interrupted(); }));
  return 1;
}

template <const char* const* Method>
int method(lua_State* lua) {
  return request(lua, *Method);
}

constexpr const char* kGet = "GET";
constexpr const char* kPost = "POST";
constexpr const char* kPut = "PUT";
constexpr const char* kPatch = "PATCH";
constexpr const char* kDelete = "DELETE";
constexpr const char* kHead = "HEAD";

constexpr scripting::Method kFunctions[] = {
    {"delete", wrapped<method<&kDelete>>}, {"get", wrapped<method<&kGet>>},
    {"head", wrapped<method<&kHead>>},     {"patch", wrapped<method<&kPatch>>},
    {"post", wrapped<method<&kPost>>},     {"put", wrapped<method<&kPut>>},
};

constexpr scripting::Method kMethods[] = {
    {"check", wrapped<check>},
    {"json", wrapped<json>},
};

}  // namespace

void define_http(lua_State* lua) {
  new_class<Answer>(lua);
  lua_pushcfunction(lua, wrapped<shown>);
  lua_setfield(lua, -2, "__tostring");
  lua_newtable(lua);
  add_functions(lua, kMethods);
  lua_pushcclosure(lua, wrapped<field>, 1);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
  lua_newtable(lua);
  add_functions(lua, kFunctions);
  lua_setglobal(lua, "http");
}

}  // namespace manage::scripting
