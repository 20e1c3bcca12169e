#include "orm/apps.hpp"

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

AppConfig folder_app(const settings::AppEntry& entry,
                     const settings::Settings& settings,
                     Diagnostics& diagnostics) {
  const std::filesystem::path folder = settings.root / entry.path;
  std::error_code ignored;
  if (!std::filesystem::is_directory(folder, ignored)) {
    diagnostics.add(
        "apps.missing", entry.where,
        "there is no folder " + entry.path + " for the app " + entry.label,
        "make the folder, or take the app out of installed_apps");
  }
  AppConfig app;
  app.label = entry.label;
  app.source = folder_source(folder, entry.path);
  return app;
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
               const std::vector<AppConfig>& builtin) {
  Diagnostics diagnostics;
  Apps apps;
  for (const settings::AppEntry& entry : settings.installed_apps) {
    AppConfig app;
    if (entry.builtin) {
      const AppConfig* found = find_builtin(entry, builtin, diagnostics);
      if (!found) continue;
      app = *found;
      app.builtin = true;
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
  diagnostics.throw_if_any();
  return apps;
}

ModelSet load_models(const Apps& apps, const settings::Settings& settings) {
  std::vector<ModelsFile> files;
  Diagnostics diagnostics;
  for (const AppConfig& app : apps.all()) {
    try {
      if (auto file = app.source->read("models.yaml")) {
        files.push_back({app.label, app.default_auto_field, std::move(file)});
      }
    } catch (const Error& error) {
      diagnostics.add(error);
    }
  }
  diagnostics.throw_if_any();
  ModelsContext context;
  context.auth_user_model = settings.auth_user_model;
  context.default_auto_field = settings.default_auto_field;
  const settings::Engine engine = settings.database("default").engine;
  context.dialect = &dialect_of(engine);
  return read_models(files, context);
}

}  // namespace manage::orm
