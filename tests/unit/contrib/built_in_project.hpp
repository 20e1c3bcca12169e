// A project with the built-in apps and one of its own, on a database that has
// its tables.
#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "contrib/builtin_apps.hpp"
#include "contrib/signal_handlers.hpp"
#include "tests/unit/orm/databases.hpp"
#include "tests/unit/orm/tables.hpp"

namespace manage::contrib {

/// One text as the file models.yaml.
class ModelsText : public FileSource {
 public:
  explicit ModelsText(std::string text) : text_(std::move(text)) {}
  std::shared_ptr<const SourceFile> read(std::string_view path) const override {
    if (path != "models.yaml") return nullptr;
    return std::make_shared<SourceFile>("shop/models.yaml", text_);
  }
  std::vector<std::string> list(std::string_view) const override { return {}; }
  std::optional<std::filesystem::path> folder() const override {
    return std::nullopt;
  }

 private:
  std::string text_;
};

struct Project {
  orm::Apps apps;
  orm::ModelSet models;
};

/// The built-in apps named, then an app of the project's own with these models.
inline Project make_project(const std::vector<std::string>& builtin,
                            const std::string& shop,
                            const std::string& user_model = "auth.User",
                            const std::string& label = "shop") {
  Project project;
  settings::Settings settings;
  settings.databases.push_back({});
  settings.databases.back().alias = "default";
  settings.auth_user_model = user_model;
  settings.values.push_back(
      {"auth_user_model", user_model, {}, false, false, "settings/base.yaml"});
  for (const std::string& label : builtin) {
    for (const orm::AppConfig& app : builtin_apps()) {
      if (app.label == label) project.apps.add(app);
    }
  }
  orm::AppConfig app;
  app.label = label;
  app.source = std::make_shared<ModelsText>(shop);
  app.default_auto_field = "BigAutoField";
  project.apps.add(std::move(app));
  Diagnostics diagnostics;
  project.models = orm::load_models(project.apps, settings, diagnostics);
  diagnostics.throw_if_errors();
  return project;
}

/// What the handlers of post_migrate told.
inline std::vector<std::string> after_migrate(orm::Connection& connection,
                                              const Project& project) {
  orm::Signals signals;
  connect_handlers(signals);
  std::vector<std::string> told;
  signals.post_migrate.emit(
      {.connection = connection,
       .apps = project.apps,
       .models = project.models,
       .plan = {},
       .note = [&](std::string_view text) { told.emplace_back(text); }});
  return told;
}

}  // namespace manage::contrib
