#include "migrations_engine/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::string_view kSuffix = ".yaml";

/// Editors and tools leave files that begin like this.
bool is_migration_file(std::string_view name) {
  return name.ends_with(kSuffix) && name[0] != '_' && name[0] != '~' &&
         name[0] != '.' && name[0] != '#';
}

/// The project-wide facts of a set of models, without the models.
ProjectState without_models(orm::ModelSet models) {
  orm::ModelSet all = models;
  for (const auto& [key, model] : all.all()) models.erase(key);
  return ProjectState(std::move(models));
}

std::vector<std::string> names_of(const std::vector<MigrationKey>& keys) {
  std::vector<std::string> names;
  for (const MigrationKey& key : keys) names.push_back(key.name);
  return names;
}

}  // namespace

Loader::Loader(const orm::Apps& apps, const orm::ModelSet& models)
    : apps_(apps), empty_(without_models(models)) {
  Diagnostics diagnostics;
  for (const orm::AppConfig& app : apps.all()) read_app(app, diagnostics);
  diagnostics.throw_if_any();
  for (const MigrationKey& key : graph_.keys()) {
    connect(graph_.get(key), diagnostics);
  }
  diagnostics.throw_if_any();
  graph_.ensure_no_cycles();
}

void Loader::read_app(const orm::AppConfig& app, Diagnostics& diagnostics) {
  for (const std::string& file : app.source->list("migrations")) {
    if (!is_migration_file(file)) continue;
    MigrationKey key{app.label, file.substr(0, file.size() - kSuffix.size())};
    try {
      graph_.add(std::make_shared<Migration>(
          read_migration(app.source->read("migrations/" + file), key)));
    } catch (const Error& error) {
      diagnostics.add(error);
    }
  }
}

void Loader::connect(const Migration& migration, Diagnostics& diagnostics) {
  for (const Dependency& dependency : migration.dependencies) {
    if (auto parent = resolve(dependency, migration, diagnostics)) {
      graph_.add_dependency(migration.key, *parent);
    }
  }
  for (const Dependency& later : migration.run_before) {
    if (auto child = resolve(later, migration, diagnostics)) {
      graph_.add_dependency(*child, migration.key);
    }
  }
}

std::optional<MigrationKey> Loader::resolve(const Dependency& dependency,
                                            const Migration& migration,
                                            Diagnostics& diagnostics) const {
  MigrationKey key = dependency.key;
  if (dependency.swappable) {
    key = {empty_.models().resolve("auth_user_model").app, "__first__"};
  }
  if (graph_.contains(key)) return key;
  if (key.name == "__first__" || key.name == "__latest__") {
    std::vector<MigrationKey> ends = key.name == "__first__"
                                         ? graph_.roots(key.app)
                                         : graph_.leaves(key.app);
    if (!ends.empty() && key.app != migration.key.app) return ends.front();
    // An app without migrations has nothing to wait for.
    if (apps_.find(key.app) && key.app != migration.key.app) {
      return std::nullopt;
    }
  }
  std::string hint;
  if (!apps_.find(key.app)) {
    hint = text::did_you_mean(key.app, apps_.labels());
  } else {
    std::vector<std::string> names;
    for (const MigrationKey& other : graph_.keys()) {
      if (other.app == key.app) names.push_back(other.name);
    }
    hint = text::did_you_mean(key.name, names);
  }
  diagnostics.add("migrations.missing-dependency", dependency.pos,
                  fmt::format("{} depends on {}, which does not exist",
                              migration.key.text(), key.text()),
                  std::move(hint));
  return std::nullopt;
}

ProjectState Loader::final_state() const {
  ProjectState state = empty_state();
  for (const MigrationKey& key : graph_.full_plan()) {
    graph_.get(key).apply_to(state);
  }
  return state;
}

void Loader::check_conflicts() const {
  for (const orm::AppConfig& app : apps_.all()) {
    std::vector<MigrationKey> leaves = graph_.leaves(app.label);
    if (leaves.size() < 2) continue;
    throw Error("migrations.conflict",
                fmt::format("app {} has {} migrations that nothing follows: {}",
                            app.label, leaves.size(),
                            text::join(names_of(leaves), ", ")))
        .hint("two branches of work met: let one of them depend on the other");
  }
}

void Loader::check_history(const std::set<MigrationKey>& applied) const {
  for (const MigrationKey& key : applied) {
    if (!graph_.contains(key)) continue;
    for (const MigrationKey& parent : graph_.parents(key)) {
      if (applied.contains(parent)) continue;
      throw Error("migrations.history",
                  fmt::format("migration {} is applied, but {}, which it "
                              "depends on, is not",
                              key.text(), parent.text()))
          .hint(
              "the table django_migrations does not fit these files: "
              "restore the missing row, or the files that were deployed");
    }
  }
}

MigrationKey Loader::find(std::string_view app, std::string_view name) const {
  apps_.get(app);
  std::vector<std::string> names;
  std::vector<std::string> matches;
  for (const MigrationKey& key : graph_.keys()) {
    if (key.app != app) continue;
    if (key.name == name) return key;
    names.push_back(key.name);
    if (key.name.starts_with(name)) matches.push_back(key.name);
  }
  if (matches.size() == 1) return {std::string(app), matches.front()};
  if (matches.size() > 1) {
    throw usage_error(
        fmt::format("{} migrations of {} begin with {}: {}", matches.size(),
                    app, name, text::join(matches, ", ")),
        "give more of the name");
  }
  if (names.empty()) {
    throw usage_error(fmt::format("app {} has no migrations", app),
                      "run `manage makemigrations` first");
  }
  throw usage_error(fmt::format("app {} has no migration {}", app, name),
                    text::did_you_mean(name, names));
}

}  // namespace manage::migrations_engine
