#include "scripting/http_transfer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>

#include "core/error.hpp"
#include "core/text.hpp"
#include "scripting/curl.hpp"
#include "settings/settings.hpp"

namespace manage::scripting {

namespace {

using Clock = std::chrono::steady_clock;

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(
      std::chrono::duration<double>(count));
}

std::string shown(const HttpRequest& request) {
  return request.method + " " + settings::mask_url(request.url);
}

/// A line of the answer: the first of a new one, or a header.
void take_header(std::string_view line, HttpAnswer& answer) {
  // After "100 Continue" another one follows.
  if (line.starts_with("HTTP/")) answer.headers.clear();
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return;
  const std::string name = text::lower(line.substr(0, colon));
  const std::string value(text::trim(line.substr(colon + 1)));
  const auto [known, fresh] = answer.headers.emplace(name, value);
  if (!fresh) known->second += ", " + value;
}

/// One question and its answer.
class Transfer {
 public:
  Transfer(const HttpRequest& request, const std::function<void()>& check)
      : request_(request) {
    handle_.check = check;
    prepare();
  }

  /// nullopt: no answer; then problem() says why.
  std::optional<HttpAnswer> run() {
    HttpAnswer answer;
    answer.shown = shown(request_);
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
    code_ = handle_.perform(problem_);
    if (code_ != CURLE_OK) return std::nullopt;
    answer.status = handle_.info<long>(CURLINFO_RESPONSE_CODE);
    answer.retry_after = handle_.info<curl_off_t>(CURLINFO_RETRY_AFTER);
    return answer;
  }

  const std::string& problem() const { return problem_; }
  bool timed_out() const { return code_ == CURLE_OPERATION_TIMEDOUT; }
  /// Whether another try may go better.
  bool may_recover() const {
    return timed_out() || code_ == CURLE_COULDNT_CONNECT ||
           code_ == CURLE_COULDNT_RESOLVE_HOST || code_ == CURLE_GOT_NOTHING ||
           code_ == CURLE_RECV_ERROR || code_ == CURLE_SEND_ERROR;
  }
  /// Where the answer sends us; "": nowhere.
  std::string redirect() const {
    const char* url = handle_.info<const char*>(CURLINFO_REDIRECT_URL);
    return url ? url : "";
  }

 private:
  void prepare() {
    handle_.set(CURLOPT_URL, request_.url);
    handle_.set(CURLOPT_PROTOCOLS_STR, "http,https");
    handle_.set(CURLOPT_USERAGENT, "manage");
    handle_.set(CURLOPT_ACCEPT_ENCODING, "");
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
    prepare_headers();
  }

  void prepare_headers() {
    // What libcurl would say by itself: some servers wait for what nobody
    // sends, and the type of a body is not known to it. The script's own
    // come behind, and count.
    headers_.add("Expect:");
    if (request_.body_type.empty()) headers_.add("Content-Type:");
    for (const auto& [name, value] : request_.headers) {
      headers_.add(value.empty() ? name + ";" : name + ": " + value);
    }
    handle_.set(CURLOPT_HTTPHEADER, headers_.get());
  }

  void prepare_body() {
    if (request_.method == "HEAD") {
      handle_.set(CURLOPT_NOBODY, 1L);
      return;
    }
    if (request_.body || request_.method == "POST") {
      const std::string& body = request_.body ? *request_.body : none_;
      handle_.set(CURLOPT_POST, 1L);
      handle_.set(CURLOPT_POSTFIELDSIZE_LARGE,
                  static_cast<curl_off_t>(body.size()));
      handle_.set(CURLOPT_POSTFIELDS, body.data());
    }
    handle_.set(CURLOPT_CUSTOMREQUEST, request_.method);
  }

  const HttpRequest& request_;
  const std::string none_;
  CurlHandle handle_;
  CurlList headers_;
  std::string problem_;
  CURLcode code_ = CURLE_OK;
};

// One try, wherever it is sent.

struct UrlParts {
  std::string scheme;  ///< in lower case
  std::string login;   ///< "ann:secret", as the URL writes it
  std::string host;    ///< in lower case, with the port if it is not the usual
};

UrlParts parts_of(std::string_view url) {
  UrlParts parts;
  const std::size_t scheme = std::min(url.find("://"), url.size());
  parts.scheme = text::lower(url.substr(0, scheme));
  url.remove_prefix(std::min(scheme + 3, url.size()));
  url = url.substr(0, url.find_first_of("/?#"));
  if (const auto at = url.rfind('@'); at != std::string_view::npos) {
    parts.login = url.substr(0, at);
    url.remove_prefix(at + 1);
  }
  const std::string_view usual = parts.scheme == "https" ? ":443" : ":80";
  if (url.ends_with(usual)) url.remove_suffix(usual.size());
  parts.host = text::lower(url);
  return parts;
}

/// The same elsewhere. A stranger is told nothing but what is asked for: any
/// other header may be a key.
HttpRequest sent_on(const HttpRequest& request, std::string url) {
  static constexpr std::array<std::string_view, 3> kHarmless = {
      "accept", "accept-language", "user-agent"};
  HttpRequest next = request;
  const UrlParts from = parts_of(request.url);
  const UrlParts to = parts_of(url);
  if (from.scheme == to.scheme && from.host == to.host) {
    const bool own = !to.login.empty() || from.login.empty();
    if (!own) url.insert(to.scheme.size() + 3, from.login + "@");
  } else {
    next.user.clear();
    next.password.clear();
    next.body.reset();
    std::erase_if(next.headers, [](const auto& header) {
      return std::find(kHarmless.begin(), kHarmless.end(),
                       text::lower(header.first)) == kHarmless.end();
    });
  }
  next.url = std::move(url);
  return next;
}

struct Try {
  std::optional<HttpAnswer> answer;
  Error problem{"http.failed", ""};  ///< without an answer
  bool may_recover = true;
};

Error failed(const HttpRequest& request, const char* code,
             std::string_view problem) {
  return Error(code, fmt::format("{}: {}", shown(request), problem));
}

Try tried(HttpRequest request, const std::function<void()>& check) {
  const auto end = Clock::now() + seconds(request.timeout);
  const std::string first = shown(request);
  for (std::int64_t sent = 0;; ++sent) {
    Transfer transfer(request, check);
    Try made;
    made.answer = transfer.run();
    if (!made.answer) {
      const char* code = transfer.timed_out() ? "http.timeout" : "http.failed";
      made.problem = failed(request, code, transfer.problem());
      if (sent > 0) made.problem.hint(first + " was sent there");
      made.may_recover = transfer.may_recover();
      return made;
    }
    const std::string next = transfer.redirect();
    // What changes something is not sent to somewhere else.
    if (next.empty() || !request.is_safe() || request.redirects == 0) {
      return made;
    }
    if (sent == request.redirects) {
      throw failed(request, "http.failed",
                   fmt::format("more than {} redirects", sent))
          .hint("redirects allows more");
    }
    request = sent_on(request, next);
    const std::chrono::duration<double> left = end - Clock::now();
    request.timeout = std::max(0.001, left.count());
  }
}

// As often as it takes.

bool is_busy(const HttpAnswer& answer) {
  return answer.status == 429 || answer.status == 502 || answer.status == 503 ||
         answer.status == 504;
}

/// Seconds before the next try: as the server says, else longer each time.
double pause_after(const std::optional<HttpAnswer>& answer,
                   std::int64_t tries) {
  constexpr double kLongest = 60;
  const double own =
      0.2 * static_cast<double>(1 << std::min<std::int64_t>(tries, 8));
  const bool told = answer && answer->retry_after > 0;
  return std::min(told ? static_cast<double>(answer->retry_after) : own,
                  kLongest);
}

void sleep(double count, const std::function<void()>& check) {
  const auto end = Clock::now() + seconds(count);
  while (Clock::now() < end) {
    check();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

HttpAnswer send(const HttpRequest& request,
                const std::function<void()>& check) {
  for (std::int64_t tries = 0;; ++tries) {
    Try made = tried(request, check);
    const bool last = tries >= request.retries;
    if (made.answer && (last || !is_busy(*made.answer))) {
      return *std::move(made.answer);
    }
    if (!made.answer && (last || !made.may_recover)) throw made.problem;
    sleep(pause_after(made.answer, tries), check);
  }
}

}  // namespace manage::scripting
