// A project in memory: apps with models and migration files as texts.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "migrations_engine/autodetector.hpp"
#include "migrations_engine/loader.hpp"
#include "orm/apps.hpp"

namespace manage::migrations_engine {

class MemorySource : public FileSource {
 public:
  MemorySource(std::string label, std::map<std::string, std::string> files)
      : label_(std::move(label)), files_(std::move(files)) {}

  std::shared_ptr<const SourceFile> read(std::string_view path) const override {
    auto found = files_.find(std::string(path));
    if (found == files_.end()) return nullptr;
    return std::make_shared<SourceFile>(label_ + "/" + found->first,
                                        found->second);
  }

  std::vector<std::string> list(std::string_view folder) const override {
    std::vector<std::string> names;
    std::string prefix = std::string(folder) + "/";
    for (const auto& [path, text] : files_) {
      if (path.starts_with(prefix)) names.push_back(path.substr(prefix.size()));
    }
    return names;
  }

  std::optional<std::filesystem::path> folder() const override {
    return std::nullopt;
  }

 private:
  std::string label_;
  std::map<std::string, std::string> files_;
};

/// Files by app and path: {{"shop", {{"models.yaml", "…"}}}}.
using Files = std::map<std::string, std::map<std::string, std::string>>;

inline orm::Apps make_apps(const Files& files) {
  orm::Apps apps;
  for (const auto& [label, texts] : files) {
    orm::AppConfig app;
    app.label = label;
    app.source = std::make_shared<MemorySource>(label, texts);
    app.default_auto_field = "BigAutoField";
    apps.add(std::move(app));
  }
  return apps;
}

/// The state that models.yaml files declare: {{"shop", "models: …"}}.
inline ProjectState declared(const std::map<std::string, std::string>& models,
                             const std::string& user_model = "auth.User") {
  Files files;
  for (const auto& [app, text] : models) files[app]["models.yaml"] = text;
  settings::Settings settings;
  settings.databases.push_back({});
  settings.databases.back().alias = "default";
  settings.auth_user_model = user_model;
  settings.values.push_back(
      {"auth_user_model", user_model, {}, false, false, "settings/base.yaml"});
  Diagnostics diagnostics;
  orm::ModelSet read =
      orm::load_models(make_apps(files), settings, diagnostics);
  diagnostics.throw_if_errors();
  return ProjectState(std::move(read));
}

/// Answers from a script; an unexpected question fails the test by throwing.
class ScriptedQuestioner : public Questioner {
 public:
  std::map<std::string, Data> defaults;        ///< by "Model.field"
  std::map<std::string, std::string> renamed;  ///< old by new name
  std::optional<bool> renames;                 ///< what to say when asked

  Data default_for_added(const orm::ModelDef& model,
                         const orm::FieldDef& field) override {
    return defaults.at(model.name + "." + field.name);
  }
  std::optional<Data> default_for_altered(const orm::ModelDef& model,
                                          const orm::FieldDef& field) override {
    auto found = defaults.find(model.name + "." + field.name);
    if (found == defaults.end()) return std::nullopt;
    return found->second;
  }
  void unique_default(const orm::ModelDef&, const orm::FieldDef&) override {}
  std::optional<orm::ModelKey> old_model(
      const orm::ModelDef& new_model) override {
    auto found = renamed.find(new_model.label());
    if (found == renamed.end()) return std::nullopt;
    return orm::ModelKey::parse(found->second);
  }
  std::optional<std::string> old_field(const orm::ModelDef& model,
                                       const orm::FieldDef& field) override {
    auto found = renamed.find(model.label() + "." + field.name);
    if (found == renamed.end()) return std::nullopt;
    return found->second;
  }
  bool was_renamed(const orm::ModelDef& model, const orm::FieldDef& old_field,
                   const orm::FieldDef& new_field) override {
    return answer(model.name + "." + old_field.name + " -> " + new_field.name);
  }
  bool was_renamed(const orm::ModelDef& old_model,
                   const orm::ModelDef& new_model) override {
    return answer(old_model.name + " -> " + new_model.name);
  }

 private:
  bool answer(const std::string& question) const {
    if (!renames) throw Error("renamed", question);
    return *renames;
  }
};

/// One line for each migration and operation, for comparing whole results.
inline std::vector<std::string> summary(
    const std::vector<Migration>& migrations) {
  std::vector<std::string> lines;
  for (const Migration& migration : migrations) {
    std::string line = migration.key.text();
    for (const Dependency& dependency : migration.dependencies) {
      line += " <- " +
              (dependency.swappable ? "user model" : dependency.key.text());
    }
    lines.push_back(std::move(line));
    for (const OperationPtr& operation : migration.operations) {
      lines.push_back("  " + operation->describe());
    }
  }
  return lines;
}

}  // namespace manage::migrations_engine
