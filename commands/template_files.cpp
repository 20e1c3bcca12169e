// The built-in files of a new project and of a new app.
#include "commands/template.hpp"

namespace manage::commands {

namespace {

constexpr const char* kBase =
    R"(# Settings of {{ project_name }}, whatever the environment. On top of them come
# dev.yaml, test.yaml or prod.yaml (--env NAME or MANAGE_ENV chooses), then
# local.yaml and the MANAGE_* variables. Every key: manage help settings

# Folders with a models.yaml (manage startapp NAME makes one), and apps that are
# built in: contrib.auth has users, groups and permissions. A user model of your
# own is named before the first migrate, with auth_user_model: shop.User
installed_apps: {{ installed_apps }}

databases:
  default: {engine: sqlite3, name: db.sqlite3}

time_zone: UTC
)";

constexpr const char* kDev =
    R"(# Settings for development; the environment when none is chosen.

debug: true

# For development only: prod.yaml takes another from the environment.
secret_key: {{ secret_key }}
)";

constexpr const char* kTest =
    R"(# Settings for tests: manage --env test, or MANAGE_ENV=test.

secret_key: django-insecure-for-tests-only

databases:
  default: {engine: sqlite3, name: test.sqlite3}
)";

constexpr const char* kProd =
    R"(# Settings for production: manage --env prod, or MANAGE_ENV=prod. What must not
# be in a repository comes from variables; .env.example lists them.

# A file /run/secrets/secret_key will do, too.
secret_key: "${MANAGE_SECRET_KEY:?production needs a secret key of its own}"

# The names people use, such as [www.example.com]; or set MANAGE_ALLOWED_HOSTS.
allowed_hosts: []

# Everything over HTTPS.
secure_ssl_redirect: true
session_cookie_secure: true
csrf_cookie_secure: true
)";

constexpr const char* kVariables =
    R"(# Variables of {{ project_name }}. Copy this file to .env, which is not committed,
# or set them in the environment, which wins. Any setting can be set like this:
# manage help environment

# Which settings are used: dev (when nothing is said), test or prod.
#MANAGE_ENV=prod

# Production needs a key of its own; openssl rand -base64 48 makes one.
#MANAGE_SECRET_KEY=
#MANAGE_ALLOWED_HOSTS='[www.example.com]'

# Another database than the file db.sqlite3.
#MANAGE_DATABASES__DEFAULT__URL=postgresql://user:password@localhost/{{ project_name }}
)";

constexpr const char* kIgnore = R"(# What belongs to one machine.
/.env
/settings/local.yaml
*.sqlite3
*.sqlite3-journal
*.sqlite3.manage-lock
*.sqlite3-shm
*.sqlite3-wal
)";

constexpr const char* kModels =
    R"(# The models of {{ app_name }}. Field types and options: manage help models
#
# models:
#   Book:
#     fields:
#       title: {type: CharField, max_length: 200}
#
# Then: manage makemigrations, and manage migrate.
models: {}
)";

}  // namespace

std::vector<NewFile> project_template() {
  return {
      {".env.example", kVariables},  {".gitignore", kIgnore},
      {"settings/base.yaml", kBase}, {"settings/dev.yaml", kDev},
      {"settings/prod.yaml", kProd}, {"settings/test.yaml", kTest},
  };
}

std::vector<NewFile> app_template() { return {{"models.yaml", kModels}}; }

}  // namespace manage::commands
