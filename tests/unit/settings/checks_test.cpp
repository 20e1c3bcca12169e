#include "settings/checks.hpp"

#include <catch2/catch.hpp>

#include "project.hpp"

using namespace manage;

namespace {

/// Settings that nothing can be said against.
const std::string kSafe =
    "secret_key: 0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefgh\n"
    "allowed_hosts: [shop.example]\n"
    "secure_hsts_seconds: 3600\n"
    "secure_hsts_include_subdomains: true\n"
    "secure_hsts_preload: true\n"
    "secure_ssl_redirect: true\n"
    "session_cookie_secure: true\n"
    "csrf_cookie_secure: true\n";

/// "id place" of what is found, a line each.
std::string found(const std::vector<std::string>& set) {
  Project project;
  project.write("settings/base.yaml", kSafe);
  project.options.set = set;
  settings::Settings settings = project.load();
  CheckList list;
  settings::add_checks(list, settings);
  CHECK(list.run({}).all().empty());
  std::string lines;
  for (const Diagnostic& issue : list.run({{}, true}).all()) {
    lines += issue.code + " " + issue.where.text() + "\n";
    bool error = issue.code.find(".E") != std::string::npos;
    CHECK(issue.level == (error ? Level::kError : Level::kWarning));
  }
  return lines;
}

}  // namespace

TEST_CASE("every rule of a safe deployment can be broken by itself") {
  const std::string weak(50, 'a');
  struct Row {
    std::string set, lines;
  };
  for (const auto& [set, lines] : std::vector<Row>{
           {"debug=false", ""},
           {"secure_hsts_seconds=0", "security.W004 --set secure_hsts_seconds"},
           {"secure_hsts_include_subdomains=false",
            "security.W005 --set secure_hsts_include_subdomains"},
           {"secure_content_type_nosniff=false",
            "security.W006 --set secure_content_type_nosniff"},
           {"secure_ssl_redirect=false",
            "security.W008 --set secure_ssl_redirect"},
           {"secret_key=short", "security.W009 --set secret_key"},
           {"secret_key=" + weak, "security.W009 --set secret_key"},
           {"secret_key=django-insecure-"
            "0123456789abcdefghijklmnopqrstuvwxyz0123456789",
            "security.W009 --set secret_key"},
           {"session_cookie_secure=false",
            "security.W012 --set session_cookie_secure"},
           {"session_cookie_httponly=false",
            "security.W015 --set session_cookie_httponly"},
           {"csrf_cookie_secure=false",
            "security.W016 --set csrf_cookie_secure"},
           {"debug=true", "security.W018 --set debug"},
           {"allowed_hosts=[]", "security.W020 --set allowed_hosts"},
           {"secure_hsts_preload=false",
            "security.W021 --set secure_hsts_preload"},
           {"secure_referrer_policy=",
            "security.W022 --set secure_referrer_policy"},
           {"secure_referrer_policy=same-origin, strict-origin", ""},
           {"secure_referrer_policy=same-orgin",
            "security.E023 --set secure_referrer_policy"},
           {"secure_cross_origin_opener_policy=nobody",
            "security.E024 --set secure_cross_origin_opener_policy"},
           {"secret_key_fallbacks=[" + weak + "]",
            "security.W025 --set secret_key_fallbacks"},
       }) {
    CAPTURE(set);
    CHECK(found({set}) == (lines.empty() ? "" : lines + "\n"));
  }
  CHECK(found({"csrf_cookie_secure=false", "csrf_use_sessions=true"}).empty());
  CHECK(found({"secure_hsts_seconds=0", "secure_hsts_preload=false"}) ==
        "security.W004 --set secure_hsts_seconds\n");
}

TEST_CASE("a secret key that is missing has no place") {
  Project project;
  settings::Settings settings = project.load();
  CheckList list;
  settings::add_checks(list, settings);
  for (const Diagnostic& issue : list.run({{}, true}).all()) {
    CHECK_FALSE(issue.where);
  }
}

TEST_CASE("silences are ids, or maps with a reason and a last day") {
  Project project;
  project.write("settings/base.yaml",
                "silenced_system_checks:\n"
                "  - fields.W342\n"
                "  - {id: security.W008, reason: the proxy does, "
                "until: 2026-12-31}\n");
  std::vector<Silence> silences = project.load().silenced_system_checks;
  REQUIRE(silences.size() == 2);
  CHECK(silences[0].id == "fields.W342");
  CHECK_FALSE(silences[0].until);
  CHECK(silences[0].where.text() == "settings/base.yaml:2:5");
  CHECK(silences[1].reason == "the proxy does");
  CHECK(silences[1].until == Date{2026, 12, 31});
}

TEST_CASE("what silences nothing is an error") {
  Project project;
  project.write("settings/base.yaml",
                "silenced_system_checks:\n"
                "  - W342\n"
                "  - {reason: none}\n"
                "  - {id: fields.W342, until: soon}\n"
                "  - {id: fields.W342, untill: 2026-12-31}\n");
  CHECK(project.errors() ==
        "settings/base.yaml:5:23 settings.type: an item of "
        "silenced_system_checks has no key untill (did you mean until?)\n"
        "settings/base.yaml:2:5 settings.silence: W342 is not the id of a "
        "check (ids look like fields.W342; manage check prints them)\n"
        "settings/base.yaml:3:5 settings.silence: an item of "
        "silenced_system_checks needs an id (write {id: fields.W342, reason: "
        "…, until: 2026-12-31})\n"
        "settings/base.yaml:4:30 settings.silence: soon is not a date (write "
        "the last day as 2026-12-31)\n");
}
