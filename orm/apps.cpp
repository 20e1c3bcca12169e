#include "orm/apps.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/dialect.hpp"
#include "orm/models_yaml.hpp"

namespace manage::orm {

namespace {

/// nullptr after a diagnostic.
const AppConfig* find_builtin(const settings::AppEntry& entry,
                              const std::vector<AppConfig>& builtin,
                              Diagnostics& diagnostics) {
  const auto found = std::find_if(
      builtin.begin(), builtin.end(),
      [&](const AppConfig& app) { return app.label == entry.label; });
  if (found != builtin.end()) return &*found;
  std::vector<std::string> names;
  for (const AppConfig& app : builtin) names.push_back("contrib." + app.label);
  diagnostics.add("apps.missing", entry.where,
                  "there is no built-in app contrib." + entry.label,
                  text::did_you_mean("contrib." + entry.label, names));
  return nullptr;
}

/// Its tables are made by its own migrations, which the project cannot change.
void check_builtin(const settings::AppEntry& entry, const AppConfig& app,
                   Diagnostics& diagnostics) {
  if (entry.default_auto_field.empty() ||
      entry.default_auto_field == app.default_auto_field) {
    return;
  }
  diagnostics.add("apps.builtin", entry.where,
                  fmt::format("the ids of contrib.{} are {}, as its migrations "
                              "make them",
                              app.label, app.default_auto_field),
                  "take default_auto_field out");
}

AppConfig folder_app(const settings::AppEntry& entry,
                     const settings::Settings& settings,
                     Diagnostics& diagnostics) {
  AppConfig app;
  const std::filesystem::path folder = settings.root / entry.path;
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    diagnostics.add(
        "apps.missing", entry.where,
        "there is no folder " + entry.path + " for the app " + entry.label,
        "make the folder, or take the app out of installed_apps");
    app.missing = true;
  }
  app.label = entry.label;
  app.source = folder_source(folder, entry.path);
  return app;
}

/// auth_user_model, where the project names one of its own.
void check_user_model(const Apps& apps, const settings::Settings& settings,
                      const ModelSet& models, Diagnostics& diagnostics) {
  const std::string& given = settings.auth_user_model;
  if (given == settings::Settings().auth_user_model) return;
  const SourcePos& where = settings.entry("auth_user_model").where;
  const ModelKey key = ModelKey::parse(given);
  if (key.app.empty() || key.model.empty()) {
    diagnostics.add("models.E001", where,
                    "auth_user_model is not of the form app.Model: " + given);
    return;
  }
  const AppConfig* app = apps.find(key.app);
  if (models.find(key) || (app && app->missing)) return;
  std::vector<std::string> labels;
  for (const auto& [other, model] : models.all()) {
    labels.push_back(model->label());
  }
  diagnostics.add("models.E002", where,
                  "auth_user_model names " + given +
                      ", which is not installed, or abstract",
                  text::did_you_mean(given, labels));
}

}  // namespace

const AppConfig* Apps::find(std::string_view label) const {
  const auto found =
      std::find_if(apps_.begin(), apps_.end(),
                   [&](const AppConfig& app) { return app.label == label; });
  return found == apps_.end() ? nullptr : &*found;
}

const AppConfig& Apps::get(std::string_view label) const {
  if (const AppConfig* app = find(label)) return *app;
  std::string hint = text::did_you_mean(label, labels());
  if (hint.empty()) {
    hint = apps_.empty()
               ? std::string("installed_apps is empty")
               : "the installed apps are " + text::join(labels(), ", ");
  }
  throw usage_error("there is no app " + std::string(label), std::move(hint));
}

std::vector<std::string> Apps::labels() const {
  std::vector<std::string> labels;
  for (const AppConfig& app : apps_) labels.push_back(app.label);
  return labels;
}

Apps load_apps(const settings::Settings& settings,
               const std::vector<AppConfig>& builtin,
               Diagnostics& diagnostics) {
  Apps apps;
  for (const settings::AppEntry& entry : settings.installed_apps) {
    AppConfig app;
    if (entry.builtin) {
      const AppConfig* found = find_builtin(entry, builtin, diagnostics);
      if (!found) continue;
      app = *found;
      app.builtin = true;
      check_builtin(entry, app, diagnostics);
    } else {
      app = folder_app(entry, settings, diagnostics);
    }
    if (!entry.verbose_name.empty()) app.verbose_name = entry.verbose_name;
    if (!entry.default_auto_field.empty()) {
      app.default_auto_field = entry.default_auto_field;
    }
    if (app.default_auto_field.empty()) {
      app.default_auto_field = settings.default_auto_field;
    }
    app.where = entry.where;
    apps.add(std::move(app));
  }
  return apps;
}

ModelSet load_models(const Apps& apps, const settings::Settings& settings,
                     Diagnostics& diagnostics) {
  std::vector<ModelsFile> files;
  ModelsContext context;
  for (const AppConfig& app : apps.all()) {
    if (app.missing) context.unread.insert(app.label);
    try {
      if (auto file = app.source->read("models.yaml")) {
        files.push_back({app.label, app.default_auto_field, std::move(file)});
      }
    } catch (const Error& error) {
      diagnostics.add(error);
      context.unread.insert(app.label);
    }
  }
  context.auth_user_model = settings.auth_user_model;
  context.default_auto_field = settings.default_auto_field;
  context.routed = !settings.routes.empty();
  // Without zones, moments mean what they say.
  if (settings.use_tz) context.time_zone = settings.time_zone;
  if (const settings::DatabaseConfig* database =
          settings.find_database("default")) {
    context.dialect = &dialect_of(database->engine);
  }
  ModelSet models = read_models(files, context, diagnostics);
  check_user_model(apps, settings, models, diagnostics);
  return models;
}

}  // namespace manage::orm
