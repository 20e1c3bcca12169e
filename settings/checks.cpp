#include "settings/checks.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "core/text.hpp"

namespace manage::settings {

namespace {

// Django's rule for a secret key that cannot be guessed.
constexpr std::size_t kMinKeyLength = 50;
constexpr std::size_t kMinKeyCharacters = 5;
constexpr std::string_view kInsecurePrefix = "django-insecure-";

constexpr std::array<std::string_view, 8> kReferrerPolicies = {
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url"};
constexpr std::array<std::string_view, 4> kOpenerPolicies = {
    "same-origin", "same-origin-allow-popups", "unsafe-none",
    "noopener-allow-popups"};

bool is_weak(std::string_view key) {
  return key.size() < kMinKeyLength ||
         std::set<char>(key.begin(), key.end()).size() < kMinKeyCharacters ||
         key.starts_with(kInsecurePrefix);
}

std::string text(const Settings& settings, std::string_view key) {
  const std::string* value = settings.value(key).text();
  return value ? *value : std::string();
}

bool is_on(const Settings& settings, std::string_view key) {
  const bool* value = settings.value(key).boolean();
  return value && *value;
}

bool has_hsts(const Settings& settings) {
  const std::int64_t* seconds = settings.value("secure_hsts_seconds").integer();
  return seconds && *seconds != 0;
}

bool has_weak_fallback(const Settings& settings) {
  const DataList* keys = settings.value("secret_key_fallbacks").list();
  return keys && std::any_of(keys->begin(), keys->end(), [](const Data& key) {
           return !key.text() || is_weak(*key.text());
         });
}

bool has_unknown_referrer_policy(const Settings& settings) {
  for (const std::string& part :
       text::split(text(settings, "secure_referrer_policy"), ',')) {
    std::string_view policy = text::trim(part);
    if (!policy.empty() &&
        std::find(kReferrerPolicies.begin(), kReferrerPolicies.end(), policy) ==
            kReferrerPolicies.end()) {
      return true;
    }
  }
  return false;
}

bool has_unknown_opener_policy(const Settings& settings) {
  std::string policy = text(settings, "secure_cross_origin_opener_policy");
  return !policy.empty() &&
         std::find(kOpenerPolicies.begin(), kOpenerPolicies.end(), policy) ==
             kOpenerPolicies.end();
}

bool is_empty_list(const Settings& settings, std::string_view key) {
  const DataList* list = settings.value(key).list();
  return !list || list->empty();
}

struct Rule {
  std::string_view id;
  std::string_view key;  ///< whose place is shown
  bool (*broken)(const Settings&);
  std::string_view message;
  std::string_view hint;
};

constexpr Rule kRules[] = {
    {"security.W004", "secure_hsts_seconds",
     [](const Settings& s) { return !has_hsts(s); },
     "secure_hsts_seconds is 0: browsers are not told to stay with HTTPS",
     "once the whole site is served over HTTPS, begin with 3600"},
    {"security.W005", "secure_hsts_include_subdomains",
     [](const Settings& s) {
       return has_hsts(s) && !is_on(s, "secure_hsts_include_subdomains");
     },
     "secure_hsts_include_subdomains is false: subdomains may be reached "
     "without HTTPS",
     "set it to true if all subdomains are served over HTTPS"},
    {"security.W006", "secure_content_type_nosniff",
     [](const Settings& s) { return !is_on(s, "secure_content_type_nosniff"); },
     "secure_content_type_nosniff is false: browsers may guess the type of a "
     "file",
     "leave it true"},
    {"security.W008", "secure_ssl_redirect",
     [](const Settings& s) { return !is_on(s, "secure_ssl_redirect"); },
     "secure_ssl_redirect is false: requests over plain HTTP are answered",
     "set it to true, or silence this if a proxy redirects"},
    {"security.W009", "secret_key",
     [](const Settings& s) { return is_weak(text(s, "secret_key")); },
     "secret_key is missing or can be guessed: it has fewer than 50 "
     "characters, "
     "fewer than 5 different ones, or begins with django-insecure-",
     "make a long random one, and keep it out of the repository"},
    {"security.W012", "session_cookie_secure",
     [](const Settings& s) { return !is_on(s, "session_cookie_secure"); },
     "session_cookie_secure is false: the session's cookie is sent over plain "
     "HTTP too",
     "set it to true"},
    {"security.W015", "session_cookie_httponly",
     [](const Settings& s) { return !is_on(s, "session_cookie_httponly"); },
     "session_cookie_httponly is false: scripts can read the session's cookie",
     "leave it true"},
    {"security.W016", "csrf_cookie_secure",
     [](const Settings& s) {
       return !is_on(s, "csrf_use_sessions") && !is_on(s, "csrf_cookie_secure");
     },
     "csrf_cookie_secure is false: the token's cookie is sent over plain HTTP "
     "too",
     "set it to true"},
    {"security.W018", "debug", [](const Settings& s) { return s.debug; },
     "debug is true: error pages tell strangers about the project",
     "set it to false where the project is deployed"},
    {"security.W020", "allowed_hosts",
     [](const Settings& s) { return is_empty_list(s, "allowed_hosts"); },
     "allowed_hosts is empty: the server answers to no name",
     "list the names of the site"},
    {"security.W021", "secure_hsts_preload",
     [](const Settings& s) {
       return has_hsts(s) && !is_on(s, "secure_hsts_preload");
     },
     "secure_hsts_preload is false: the site cannot join the browsers' list",
     "set it to true if it shall"},
    {"security.W022", "secure_referrer_policy",
     [](const Settings& s) {
       return text(s, "secure_referrer_policy").empty();
     },
     "secure_referrer_policy is not set: other sites learn where visitors come "
     "from",
     "leave it same-origin"},
    {"security.E023", "secure_referrer_policy", has_unknown_referrer_policy,
     "secure_referrer_policy is no policy that browsers know",
     "the policies are listed in the Referrer Policy specification of the W3C"},
    {"security.E024", "secure_cross_origin_opener_policy",
     has_unknown_opener_policy,
     "secure_cross_origin_opener_policy is no policy that browsers know",
     "same-origin, same-origin-allow-popups, noopener-allow-popups or "
     "unsafe-none"},
    {"security.W025", "secret_key_fallbacks", has_weak_fallback,
     "a key in secret_key_fallbacks can be guessed",
     "take it out, or make it long and random"},
};

}  // namespace

void add_checks(CheckList& list, const Settings& settings) {
  list.add_deploy("security", [&settings](Diagnostics& found) {
    for (const Rule& rule : kRules) {
      if (!rule.broken(settings)) continue;
      std::string id(rule.id);
      bool error = id.find(".E") != std::string::npos;
      SourcePos where = settings.entry(rule.key).where;
      if (error) {
        found.add(std::move(id), std::move(where), std::string(rule.message),
                  std::string(rule.hint));
      } else {
        found.warn(std::move(id), std::move(where), std::string(rule.message),
                   std::string(rule.hint));
      }
    }
  });
}

}  // namespace manage::settings
