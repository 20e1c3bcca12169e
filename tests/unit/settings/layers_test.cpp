// The layers of settings: which wins, and where a value comes from.
#include <catch2/catch.hpp>

#include "project.hpp"

using manage::Error;
using manage::ExitCode;

TEST_CASE("a project without settings has the defaults") {
  Project project;
  project.write("settings/base.yaml", "");
  manage::settings::Settings settings = project.load();
  CHECK(settings.root == project.root);
  CHECK(settings.env == "dev");
  CHECK_FALSE(settings.debug);
  CHECK(settings.default_auto_field == "BigAutoField");
  CHECK(settings.time_zone == "UTC");
  CHECK(settings.use_tz);
  CHECK(settings.auth_user_model == "auth.User");
  CHECK(settings.installed_apps.empty());
  CHECK(project.value("session_cookie_age") == "1209600 <default>");
  for (const auto& value : settings.values) {
    INFO(value.key);
    CHECK(value.is_default);
  }
}

TEST_CASE("each layer wins over the one before it") {
  Project project;
  project.write("settings/base.yaml", "time_zone: base\n");
  CHECK(project.value("time_zone") == "\"base\" <settings/base.yaml:1:12>");
  project.write("settings/dev.yaml", "\ntime_zone: dev\n");
  CHECK(project.value("time_zone") == "\"dev\" <settings/dev.yaml:2:12>");
  project.write("settings/local.yaml", "time_zone: local\n");
  CHECK(project.value("time_zone") == "\"local\" <settings/local.yaml:1:12>");
  project.write("secrets/time_zone", "from a folder\n");
  project.options.environment["MANAGE_SECRETS_DIR"] = "secrets";
  CHECK(project.value("time_zone") ==
        "\"from a folder\" <secret file ROOT/secrets/time_zone>");
  project.write("zone.txt", "from a file");
  project.options.environment["MANAGE_TIME_ZONE_FILE"] = "zone.txt";
  CHECK(project.value("time_zone") ==
        "\"from a file\" <secret file ROOT/zone.txt>");
  project.write(".env", "MANAGE_TIME_ZONE='from .env'\n");
  CHECK(project.value("time_zone") == "\"from .env\" <.env:1>");
  project.options.environment["MANAGE_TIME_ZONE"] = "from the environment";
  CHECK(project.value("time_zone") ==
        "\"from the environment\" <environment MANAGE_TIME_ZONE>");
  project.options.set = {"time_zone=from --set"};
  CHECK(project.value("time_zone") == "\"from --set\" <--set time_zone>");
}

TEST_CASE("the environment is --env, else MANAGE_ENV, else dev") {
  Project project;
  project.write("settings/prod.yaml", "debug: false\n")
      .write("settings/test.yaml", "debug: true\n");
  CHECK(project.load().env == "dev");
  project.write(".env", "MANAGE_ENV=test\n");
  CHECK(project.load().env == "test");
  project.options.environment["MANAGE_ENV"] = "prod";
  CHECK(project.load().env == "prod");
  project.options.env = "test";
  CHECK(project.load().debug);
  project.options.env = "prdo";
  CHECK(project.errors() ==
        "settings.unknown-env: the environment prdo has no file "
        "settings/prdo.yaml (did you mean prod?)\n");
  project.options.env = "staging";
  CHECK(project.errors() ==
        "settings.unknown-env: the environment staging has no file "
        "settings/staging.yaml (there is prod, test)\n");
  project.options.env = "local";
  CHECK(project.errors().starts_with("settings.unknown-env: "));
}

TEST_CASE("maps merge, lists and scalars replace") {
  Project project;
  project
      .write("settings/base.yaml",
             "allowed_hosts: [a, b]\n"
             "migrations: {safe: true, lock_timeout: 2}\n"
             "logging: {root: {level: INFO, handlers: [x]}}\n")
      .write("settings/dev.yaml",
             "allowed_hosts: [c]\n"
             "migrations: {lock_timeout: 1.5}\n"
             "logging: {root: {level: DEBUG}, version: 1}\n");
  CHECK(project.value("allowed_hosts") == "[\"c\"] <settings/dev.yaml:1:16>");
  CHECK(project.value("migrations.safe") == "true <settings/base.yaml:2:20>");
  CHECK(project.value("migrations.lock_timeout") ==
        "1.5 <settings/dev.yaml:2:28>");
  CHECK(project.value("logging") ==
        "{\"root\":{\"level\":\"DEBUG\",\"handlers\":[\"x\"]},\"version\":1} "
        "<settings/dev.yaml:3:10>");
}

TEST_CASE("key+ appends and key- removes, in this order") {
  Project project;
  project
      .write("settings/base.yaml",
             "allowed_hosts-: [b]\n"
             "allowed_hosts+: [c]\n"
             "allowed_hosts: [a, b]\n"
             "password_hashers-: [scrypt]\n")
      .write("settings/dev.yaml", "allowed_hosts+: ['d']\n");
  CHECK(project.value("allowed_hosts") ==
        "[\"a\",\"c\",\"d\"] <settings/dev.yaml:1:17>");
  CHECK(project.value("password_hashers") ==
        "[\"pbkdf2_sha256\",\"pbkdf2_sha1\",\"argon2\",\"bcrypt_sha256\"] "
        "<settings/base.yaml:4:20>");
  project.options.set = {"allowed_hosts+=[e]"};
  CHECK(project.value("allowed_hosts") ==
        "[\"a\",\"c\",\"d\",\"e\"] <--set allowed_hosts+>");
  project.options.set = {};
  project.write("settings/local.yaml",
                "allowed_hosts-: [aa, [x]]\ndebug+: [x]\ntime_zone+: x\n");
  const std::string hint = " (key+ appends to a list, key- removes from it)\n";
  CHECK(
      project.errors() ==
      "settings/local.yaml:2:9 settings.merge: debug+ changes a list, but "
      "debug is true or false" +
          hint +
          "settings/local.yaml:3:13 settings.merge: time_zone+ must be a list, "
          "not text" +
          hint +
          "settings/local.yaml:1:18 settings.merge: allowed_hosts has no item "
          "aa "
          "to remove (did you mean a?)\n"
          "settings/local.yaml:1:22 settings.merge: allowed_hosts has no item "
          "[x] to remove\n");
}

TEST_CASE("values from outside are read as their keys' types") {
  Project project;
  project.options.environment = {{"MANAGE_DEBUG", "true"},
                                 {"MANAGE_ALLOWED_HOSTS", "[a, 'b c']"},
                                 {"MANAGE_MIGRATIONS__LOCK_TIMEOUT", "7"},
                                 {"MANAGE_MIGRATIONS", "{safe: true}"},
                                 {"MANAGE_SECRET_KEY", "a$b: [null"},
                                 {"MANAGE_LOGGING__LEVEL", "[INFO]"},
                                 {"MANAGE_EMAIL_TIMEOUT", "null"},
                                 {"MANAGE_SESSION_COOKIE_DOMAIN", ""},
                                 {"MANAGE_SUPERUSER_USERNAME", "ann"},
                                 {"HOME", "/root"}};
  CHECK(project.value("debug") == "true <environment MANAGE_DEBUG>");
  CHECK(project.value("allowed_hosts") ==
        "[\"a\",\"b c\"] <environment MANAGE_ALLOWED_HOSTS>");
  CHECK(project.value("migrations.lock_timeout") ==
        "7 <environment MANAGE_MIGRATIONS__LOCK_TIMEOUT>");
  CHECK(project.value("migrations.safe") ==
        "true <environment MANAGE_MIGRATIONS>");
  CHECK(project.value("secret_key") ==
        "\"a$b: [null\" <environment MANAGE_SECRET_KEY>");
  CHECK(project.value("logging") ==
        "{\"level\":[\"INFO\"]} <environment MANAGE_LOGGING__LEVEL>");
  CHECK(project.value("email_timeout") ==
        "null <environment MANAGE_EMAIL_TIMEOUT>");
  CHECK(project.value("session_cookie_domain") ==
        "\"\" <environment MANAGE_SESSION_COOKIE_DOMAIN>");
}

TEST_CASE("variables fill in the values that survive, typed by their keys") {
  Project project;
  project
      .write("settings/base.yaml",
             "debug: ${DEBUG}\n"
             "time_zone: ${NOT_SET}\n"
             "secret_key: \"${KEY:-a$$b}\"\n"
             "session_cookie_name: \"${EMPTY}\"\n"
             "allowed_hosts: [\"${DEBUG}.example\"]\n"
             "x-mine: {a: \"${NUMBER}\"}\n")
      .write("settings/dev.yaml", "time_zone: UTC\n");
  project.options.environment = {
      {"DEBUG", "true"}, {"EMPTY", ""}, {"NUMBER", "5"}};
  CHECK(project.value("debug") == "true <settings/base.yaml:1:8>");
  CHECK(project.value("secret_key") == "\"a$b\" <settings/base.yaml:3:13>");
  CHECK(project.value("session_cookie_name") ==
        "\"\" <settings/base.yaml:4:22>");
  CHECK(project.value("allowed_hosts") ==
        "[\"true.example\"] <settings/base.yaml:5:16>");
  CHECK(project.value("x-mine") == "{\"a\":5} <settings/base.yaml:6:9>");
  project.options.environment["DEBUG"] = "yes";
  CHECK(project.errors() ==
        "settings/base.yaml:1:8 settings.type: debug must be true or false, "
        "not yes (write true, without quotes)\n");
  project.options.environment.erase("DEBUG");
  CHECK(project.errors() ==
        "settings/base.yaml:1:8 settings.unset-variable: the variable DEBUG is "
        "not set (set DEBUG in the environment or in .env)\n"
        "settings/base.yaml:5:17 settings.unset-variable: the variable DEBUG "
        "is not set (set DEBUG in the environment or in .env)\n");
}

TEST_CASE("all errors of all layers are reported at once") {
  Project project;
  project
      .write("settings/base.yaml",
             "debgu: true\nuse_tz: yes\nmigrations: {saef: true}\norm: lazy\n")
      .write("settings/dev.yaml", "a: [\n")
      .write("settings/local.yaml", "- x\n")
      .write(".env", "MANAGE_USE_TX=1\nnonsense\n");
  project.options.environment = {{"MANAGE_DEBGU", "1"},
                                 {"MANAGE_ALLOWED_HOSTS", "[a"},
                                 {"MANAGE_SECRET_KEY_FILE", "none"}};
  project.options.set = {"migrations.sfae=true", "session_cookie_age=long",
                         "orm.lazy_loading=alow"};
  CHECK(project.errors() ==
        ".env:2 settings.dotenv: a line must be NAME=value (comments begin "
        "with #)\n"
        "settings/base.yaml:1:1 settings.unknown-key: there is no setting "
        "debgu (did you mean debug?)\n"
        "settings/base.yaml:3:14 settings.unknown-key: there is no setting "
        "migrations.saef (did you mean safe?)\n"
        "settings/base.yaml:4:6 settings.type: orm must be a map, not text\n"
        "settings/dev.yaml:1:4 yaml.syntax: the list that starts here is not "
        "closed\n"
        "settings/local.yaml:1:1 settings.type: settings/local.yaml must be a "
        "map, not a list\n"
        "environment MANAGE_ALLOWED_HOSTS settings.type: the value of "
        "allowed_hosts is not YAML: the list that starts here is not closed "
        "(a list is written [a, b], a map {a: 1})\n"
        "environment MANAGE_DEBGU settings.unknown-key: there is no setting "
        "for MANAGE_DEBGU (did you mean MANAGE_DEBUG?)\n"
        ".env:1 settings.unknown-key: there is no setting for MANAGE_USE_TX "
        "(did you mean MANAGE_USE_TZ?)\n"
        "--set migrations.sfae settings.unknown-key: there is no setting "
        "migrations.sfae (did you mean migrations.safe?)\n"
        "file.missing: ROOT/none does not exist\n"
        "settings/base.yaml:2:9 settings.type: use_tz must be true or false, "
        "not yes (write true, without quotes)\n"
        "--set session_cookie_age settings.type: session_cookie_age must be an "
        "integer, not long\n"
        "--set orm.lazy_loading settings.type: orm.lazy_loading must be one of "
        "allow, warn, raise, not alow (did you mean allow?)\n");
}

TEST_CASE("a mistake in --set alone is wrong usage") {
  Project project;
  auto exit_code = [&] {
    try {
      project.load();
    } catch (const Error& error) {
      return error.exit_code();
    }
    return ExitCode::kDone;
  };
  project.options.set = {"debug=yes"};
  CHECK(exit_code() == ExitCode::kUsage);
  project.options.set = {"debug"};
  CHECK(exit_code() == ExitCode::kUsage);
  CHECK(project.errors() ==
        "usage: --set takes KEY=VALUE, not debug (for example --set "
        "databases.default.name=x.sqlite3)\n");
  project.options.set = {};
  project.options.environment = {{"MANAGE_DEBUG", "yes"}};
  CHECK(exit_code() == ExitCode::kFailed);
}

TEST_CASE("errors in secrets do not show them") {
  Project project;
  project.write("settings/base.yaml",
                "secret_key: [hidden]\nsecret_key_fallbacks: hidden\n"
                "databases: {default: {url: 'mysql://u:hidden@h/x'}}\n");
  CHECK(project.errors() ==
        "settings/base.yaml:1:13 settings.type: secret_key must be text\n"
        "settings/base.yaml:2:23 settings.type: secret_key_fallbacks must be a "
        "list of texts\n"
        "settings/base.yaml:3:28 settings.url: there is no database engine for "
        "mysql:// (databases.default.url) (the schemes are postgresql and "
        "sqlite)\n");
}

TEST_CASE("a secrets_dir that was chosen must be there") {
  Project project;
  project.write("settings/base.yaml", "secrets_dir: none\n");
  CHECK(project.errors() ==
        "settings.secret-file: cannot read the secrets_dir ROOT/none: No such "
        "file or directory\n");
  project.write("settings/base.yaml", "secrets_dir: \"${DIR:-vault}\"\n")
      .write("vault/secret_key", "s\n\n")
      .write("vault/databases__default__name", "v.db\r\n")
      .write("vault/of_another_program", "x");
  CHECK(project.value("secret_key") ==
        "\"s\\n\" <secret file ROOT/vault/secret_key>");
  CHECK(project.value("databases.default.name") ==
        "\"v.db\" <secret file ROOT/vault/databases__default__name>");
}

TEST_CASE("the root is the nearest folder with settings/base.yaml") {
  Project project;
  project.write("apps/shop/models.yaml", "");
  project.options.working_directory = project.root / "apps" / "shop";
  CHECK(project.load().root == project.root);
  project.write("apps/settings/base.yaml", "");
  CHECK(project.load().root == project.root / "apps");
  project.options.environment["MANAGE_PROJECT"] = "../..";
  CHECK(project.load().root == project.root);
  project.options.project = "..";
  CHECK(project.load().root == project.root / "apps");
  project.options.project = ".";
  CHECK(project.errors() ==
        "settings.no-project: there is no project in .: it has no "
        "settings/base.yaml (--project and MANAGE_PROJECT name the folder that "
        "holds settings/base.yaml)\n");
  Project outside;
  std::filesystem::remove(outside.root / "settings/base.yaml");
  CHECK(outside.errors() ==
        "settings.no-project: there is no project here: neither this folder "
        "nor one above it has settings/base.yaml (run this inside a project, "
        "or give --project DIR)\n");
}
