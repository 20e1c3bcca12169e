// Database URLs: odd passwords, and nothing secret in a message.
#include "settings/database_url.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

using namespace manage;
using settings::Engine;

namespace {

/// "engine name user:password host:port options"
std::string outline(std::string_view url) {
  try {
    settings::DatabaseUrl parsed = settings::parse_database_url(url);
    return fmt::format(
        "{} {} {}:{} {}:{} {}",
        parsed.engine == Engine::kSqlite ? "sqlite" : "postgresql", parsed.name,
        parsed.user, parsed.password.value_or("-"), parsed.host, parsed.port,
        to_json(Data(parsed.options)));
  } catch (const Error& error) {
    const Diagnostic& d = error.diagnostics().front();
    return d.code + ": " + d.message + " (" + d.hint + ")";
  }
}

}  // namespace

TEST_CASE("PostgreSQL URLs") {
  struct Case {
    std::string url, want;
  };
  const std::vector<Case> cases{
      {"postgresql://u:p@h:5432/db", "postgresql db u:p h:5432 {}"},
      {"postgres://h/db", "postgresql db :- h:0 {}"},
      {"postgresql:///db", "postgresql db :- :0 {}"},
      {"postgresql://", "postgresql  :- :0 {}"},
      {"postgresql://u@h", "postgresql  u:- h:0 {}"},
      {"postgresql://u:@h/db", "postgresql db u: h:0 {}"},
      {"postgresql://u:p@[::1]:5433/db", "postgresql db u:p ::1:5433 {}"},
      {"postgresql://u:p@%2Frun%2Fpg/db", "postgresql db u:p /run/pg:0 {}"},
      {"postgresql://h/db?sslmode=require&connect_timeout=5",
       "postgresql db :- h:0 {\"sslmode\":\"require\",\"connect_timeout\":"
       "\"5\"}"},
      {"postgresql:///db?user=a@b", "postgresql db :- :0 {\"user\":\"a@b\"}"},
      // Passwords as people paste them.
      {"postgresql://u:a#b@h/db", "postgresql db u:a#b h:0 {}"},
      {"postgresql://u:a?b=c@h/db", "postgresql db u:a?b=c h:0 {}"},
      {"postgresql://u:a+b@h/db", "postgresql db u:a+b h:0 {}"},
      {"postgresql://u:a/b@h:1/db", "postgresql db u:a/b h:1 {}"},
      {"postgresql://u:a@b@h/db", "postgresql db u:a@b h:0 {}"},
      {"postgresql://u:a:b@h/db", "postgresql db u:a:b h:0 {}"},
      {"postgresql://u:100%@h/db", "postgresql db u:100% h:0 {}"},
      {"postgresql://u:%40%2f%zz@h/db", "postgresql db u:@/%zz h:0 {}"},
  };
  for (const Case& c : cases) {
    INFO(c.url);
    CHECK(outline(c.url) == c.want);
  }
}

TEST_CASE("SQLite URLs") {
  CHECK(outline("sqlite:///db.sqlite3") == "sqlite db.sqlite3 :- :0 {}");
  CHECK(outline("sqlite:////var/a%20b.db") == "sqlite /var/a b.db :- :0 {}");
  CHECK(outline("sqlite:///:memory:") == "sqlite :memory: :- :0 {}");
  CHECK(outline("sqlite://:memory:") == "sqlite :memory: :- :0 {}");
  CHECK(outline("sqlite:///x.db?timeout=20&transaction_mode=IMMEDIATE") ==
        "sqlite x.db :- :0 "
        "{\"timeout\":20,\"transaction_mode\":\"IMMEDIATE\"}");
}

TEST_CASE("what is wrong with a URL is said without showing it") {
  CHECK(outline("secret") ==
        "settings.url: a database URL has no scheme (write "
        "postgresql://user@host/name or sqlite:///db.sqlite3)");
  CHECK(outline("mysql://u:secret@h/db") ==
        "settings.url: there is no database engine for mysql:// (the schemes "
        "are postgresql and sqlite)");
  CHECK(outline("postgresql://u:secret@h:54x/db") ==
        "settings.url: the port of the database URL is not a number from 1 to "
        "65535 (a : in the user's name is written %3A)");
  CHECK(outline("postgresql://u:secret@h:70000/db") ==
        outline("postgresql://u:secret@h:0/db"));
  CHECK(outline("postgresql://u:secret@[::1/db") ==
        "settings.url: the [ of the database URL's host is not closed ()");
  CHECK(outline("postgresql://h/db?ssl") ==
        "settings.url: a parameter of the database URL is not name=value "
        "(parameters are separated by &; a ? in the name of the database is "
        "written %3F)");
  CHECK(outline("sqlite://db.sqlite3") ==
        "settings.url: the database URL names no file (sqlite:///db.sqlite3 is "
        "relative to the project, sqlite:////var/db.sqlite3 absolute)");
  CHECK(outline("postgresql://u:%00@h/db") ==
        "settings.url: the database URL has an escape that is not UTF-8 text "
        "()");
}

TEST_CASE("the password of a URL is masked") {
  CHECK(settings::mask_url("postgresql://u:p@h:5432/db") ==
        "postgresql://u:********@h:5432/db");
  CHECK(settings::mask_url("postgresql://u:a/b?c#d@e@h/db") ==
        "postgresql://u:********@h/db");
  CHECK(settings::mask_url("postgresql://u@h/db?a=b") ==
        "postgresql://u@h/db?a=b");
  CHECK(settings::mask_url("postgresql:///db?password=p&x=y&sslpassword=z") ==
        "postgresql:///db?password=********&x=y&sslpassword=********");
  CHECK(settings::mask_url("sqlite:///a:b@c.db") == "sqlite:///a:b@c.db");
  CHECK(settings::mask_url("no url: x@y") == "no url: x@y");
}

TEST_CASE("Migrations go where their own URL says") {
  settings::DatabaseConfig config;
  config.engine = Engine::kPostgresql;
  config.name = "shop";
  config.user = "app";
  config.password = "one";
  config.host = "pooler";
  config.port = 6432;
  config.pooled = true;
  CHECK(settings::for_migrations(config).host == "pooler");
  config.migration_url = "postgresql://app@db:5433/shop?sslmode=require";
  settings::DatabaseConfig same_user = settings::for_migrations(config);
  CHECK(same_user.host == "db");
  CHECK(same_user.port == 5433);
  CHECK(same_user.password == "one");
  CHECK(*same_user.options.find("sslmode")->text() == "require");
  CHECK_FALSE(same_user.pooled);
  config.migration_url = "postgresql://owner@db/shop";
  CHECK(settings::for_migrations(config).user == "owner");
  // Somebody else's password is no use.
  CHECK(settings::for_migrations(config).password.empty());
}
