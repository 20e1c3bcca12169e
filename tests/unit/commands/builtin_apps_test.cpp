#include "contrib/builtin_apps.hpp"

#include <catch2/catch.hpp>

#include "tests/unit/migrations_engine/project.hpp"

using namespace manage;
using namespace manage::migrations_engine;

namespace {

orm::Apps builtin() {
  orm::Apps apps;
  for (const orm::AppConfig& app : contrib::builtin_apps()) apps.add(app);
  return apps;
}

orm::ModelSet models_of(const orm::Apps& apps) {
  settings::Settings settings;
  settings.databases.push_back({});
  settings.databases.back().alias = "default";
  Diagnostics diagnostics;
  orm::ModelSet models = orm::load_models(apps, settings, diagnostics);
  diagnostics.throw_if_errors();
  return models;
}

}  // namespace

TEST_CASE("the built-in apps have Django's migrations") {
  const orm::Apps apps = builtin();
  const orm::ModelSet models = models_of(apps);
  const Loader loader(apps, models);
  std::string order;
  for (const MigrationKey& key : loader.graph().full_plan()) {
    order += key.text() + "\n";
  }
  CHECK(order ==
        "contenttypes.0001_initial\n"
        "contenttypes.0002_remove_content_type_name\n"
        "auth.0001_initial\n"
        "auth.0002_alter_permission_name_max_length\n"
        "auth.0003_alter_user_email_max_length\n"
        "auth.0004_alter_user_username_opts\n"
        "auth.0005_alter_user_last_login_null\n"
        "auth.0006_require_contenttypes_0002\n"
        "auth.0007_alter_validators_add_error_messages\n"
        "auth.0008_alter_user_username_max_length\n"
        "auth.0009_alter_user_last_name_max_length\n"
        "auth.0010_alter_group_name_max_length\n"
        "auth.0011_update_proxy_permissions\n"
        "auth.0012_alter_user_first_name_max_length\n"
        "sessions.0001_initial\n");
}

TEST_CASE(
    "the migrations of the built-in apps make their models, to the last "
    "label") {
  const orm::Apps apps = builtin();
  orm::ModelSet models = models_of(apps);
  const bool replaced = GENERATE(false, true);
  if (replaced) {
    // As a project whose own user model replaces auth.User.
    models.auth_user_model = "accounts.user";
    models.put(models.get({"auth", "user"}));
  }
  const Loader loader(apps, models);
  ScriptedQuestioner questioner;
  DetectOptions options;
  options.track_non_db = true;
  CHECK(summary(detect_changes(loader.final_state(), ProjectState(models),
                               loader.graph(), questioner, options))
            .empty());
}
