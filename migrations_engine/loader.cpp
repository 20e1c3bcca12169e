#include "migrations_engine/loader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/parallel.hpp"
#include "core/text.hpp"
#include "migrations_engine/file_names.hpp"
#include "migrations_engine/head.hpp"

namespace manage::migrations_engine {

namespace {

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

struct MigrationFile {
  const FileSource* source = nullptr;
  std::string path;
  MigrationKey key;
  std::shared_ptr<const Migration> migration = nullptr;
  std::optional<Error> error = {};

  void read() {
    try {
      migration = std::make_shared<Migration>(
          read_migration(source->read(path), key, source));
    } catch (const Error& problem) {
      error = problem;
    }
  }
};

std::vector<MigrationFile> list_files(const orm::Apps& apps) {
  std::vector<MigrationFile> files;
  for (const orm::AppConfig& app : apps.all()) {
    for (const std::string& file : app.source->list("migrations")) {
      if (!is_migration_file(file)) continue;
      std::string name = file.substr(0, file.size() - kMigrationSuffix.size());
      files.push_back({app.source.get(),
                       "migrations/" + file,
                       {app.label, std::move(name)}});
    }
  }
  return files;
}

}  // namespace

Loader::Loader(const orm::Apps& apps, const orm::ModelSet& models)
    : apps_(apps), empty_(without_models(models)) {
  Diagnostics diagnostics;
  read_files(diagnostics);
  diagnostics.throw_if_errors();
  connect_files(diagnostics);
  diagnostics.throw_if_errors();
  if (squashed_.empty()) {
    graph_ = std::move(whole_);
    graph_.ensure_no_cycles();
    return;
  }
  try {
    join({});
  } catch (const Error& error) {
    wrong_ = error;
  }
}

void Loader::read_files(Diagnostics& diagnostics) {
  std::vector<MigrationFile> files = list_files(apps_);
  parallel_for(files.size(), [&](std::size_t i) { files[i].read(); });
  for (MigrationFile& file : files) {
    if (file.error) {
      diagnostics.add(*file.error);
      continue;
    }
    whole_.add(file.migration);
    if (!file.migration->replaces.empty()) {
      squashed_.push_back(file.migration);
      for (MigrationKey& key : file.migration->replaced_keys()) {
        replaced_.insert(std::move(key));
      }
    }
    files_.push_back(std::move(file.migration));
  }
  auto by_key = [](const MigrationPtr& a, const MigrationPtr& b) {
    return a->key < b->key;
  };
  std::sort(files_.begin(), files_.end(), by_key);
  std::sort(squashed_.begin(), squashed_.end(), by_key);
}

void Loader::connect_files(Diagnostics& diagnostics) {
  // The own app's first: they decide what is first and last in it.
  for (bool own_app : {true, false}) {
    for (const MigrationPtr& migration : files_) {
      connect(*migration, own_app, diagnostics);
    }
  }
}

void Loader::connect(const Migration& migration, bool own_app,
                     Diagnostics& diagnostics) {
  auto due = [&](const Dependency& dependency) {
    bool is_own =
        !dependency.swappable && dependency.key.app == migration.key.app;
    return is_own == own_app;
  };
  for (const Dependency& dependency : migration.dependencies) {
    if (!due(dependency)) continue;
    if (auto parent = resolve(dependency, migration, diagnostics)) {
      whole_.add_dependency(migration.key, *parent);
    }
  }
  for (const Dependency& later : migration.run_before) {
    if (!due(later)) continue;
    if (auto child = resolve(later, migration, diagnostics)) {
      whole_.add_dependency(*child, migration.key);
    }
  }
}

std::optional<MigrationKey> Loader::end_of(const MigrationKey& key) const {
  std::vector<MigrationKey> ends =
      key.name == "__first__" ? whole_.roots(key.app) : whole_.leaves(key.app);
  std::erase_if(ends, [&](const MigrationKey& end) { return !file(end); });
  // A squashed migration begins where the first one it replaces begins, but it
  // may end before the last migration: the replaced ones know better.
  for (const MigrationKey& end : ends) {
    std::vector<MigrationKey> replaced = whole_.get(end).replaced_keys();
    if (std::none_of(replaced.begin(), replaced.end(),
                     [&](const MigrationKey& one) { return file(one); })) {
      return end;
    }
  }
  if (ends.empty()) return std::nullopt;
  return ends.front();
}

std::optional<MigrationKey> Loader::resolve(const Dependency& dependency,
                                            const Migration& migration,
                                            Diagnostics& diagnostics) {
  MigrationKey key = dependency.key;
  if (dependency.swappable) {
    key = {empty_.models().resolve("auth_user_model").app, "__first__"};
  }
  if (whole_.contains(key)) return key;
  if ((key.name == "__first__" || key.name == "__latest__") &&
      apps_.find(key.app)) {
    // An app does not wait for itself (Django ticket 22325), and one without
    // migrations has nothing to wait for.
    return key.app == migration.key.app ? std::nullopt : end_of(key);
  }
  if (replaced_.contains(key)) {
    whole_.add_absent(key);
    return key;
  }
  report_missing(dependency, key, migration, diagnostics);
  return std::nullopt;
}

void Loader::report_missing(const Dependency& dependency,
                            const MigrationKey& key, const Migration& migration,
                            Diagnostics& diagnostics) const {
  std::string hint;
  if (!apps_.find(key.app)) {
    hint = text::did_you_mean(key.app, apps_.labels());
  } else {
    std::vector<std::string> names;
    for (const MigrationPtr& other : files_) {
      if (other->key.app == key.app) names.push_back(other->key.name);
    }
    hint = text::did_you_mean(key.name, names);
  }
  diagnostics.add("migrations.missing-dependency", dependency.pos,
                  fmt::format("{} depends on {}, which does not exist",
                              migration.key.text(), key.text()),
                  std::move(hint));
}

std::set<MigrationKey> Loader::join(std::set<MigrationKey> recorded) {
  if (squashed_.empty()) return recorded;
  recorded_ = std::move(recorded);
  return join_without({});
}

std::set<MigrationKey> Loader::join_without(std::string_view app) {
  graph_ = whole_;
  wrong_.reset();
  Keys applied = recorded_;
  for (const MigrationPtr& squashed : squashed_) {
    std::vector<MigrationKey> replaced = squashed->replaced_keys();
    auto done = static_cast<std::size_t>(std::count_if(
        replaced.begin(), replaced.end(),
        [&](const MigrationKey& key) { return recorded_.contains(key); }));
    bool all = done == replaced.size();
    bool is_wanted = std::none_of(
        replaced.begin(), replaced.end(), [&](const MigrationKey& key) {
          return key.app == app && file(key) != nullptr;
        });
    if (all) applied.insert(squashed->key);
    if (!all) applied.erase(squashed->key);
    // One that is itself replaced may be gone already.
    if (!graph_.contains(squashed->key)) continue;
    if (is_wanted && (all || done == 0)) {
      graph_.replace(squashed->key, replaced);
    } else {
      graph_.leave_out(squashed->key, replaced);
    }
  }
  check_absent();
  graph_.ensure_no_cycles();
  return applied;
}

void Loader::check_absent() const {
  std::vector<MigrationKey> absent = graph_.absent();
  if (absent.empty()) return;
  const MigrationKey& key = absent.front();
  std::vector<std::string> names;
  for (const MigrationPtr& squashed : squashed_) {
    std::vector<MigrationKey> replaced = squashed->replaced_keys();
    if (std::find(replaced.begin(), replaced.end(), key) != replaced.end()) {
      names.push_back(squashed->key.text());
    }
  }
  std::string hint = fmt::format(
      "it should be replaced by {}, but this database has only some of the "
      "migrations that that replaces: bring the files back, migrate, and then "
      "delete them",
      text::join(names, " or "));
  for (const MigrationPtr& migration : files_) {
    for (const auto* list :
         {&migration->dependencies, &migration->run_before}) {
      for (const Dependency& dependency : *list) {
        if (dependency.key != key) continue;
        throw Error("migrations.missing-dependency",
                    fmt::format("{} depends on {}, which does not exist",
                                migration->key.text(), key.text()))
            .at(dependency.pos)
            .hint(std::move(hint));
      }
    }
  }
}

MigrationPtr Loader::file(const MigrationKey& key) const {
  auto found = std::lower_bound(
      files_.begin(), files_.end(), key,
      [](const MigrationPtr& a, const MigrationKey& b) { return a->key < b; });
  return found != files_.end() && (*found)->key == key ? *found : nullptr;
}

ProjectState Loader::state_of(const std::set<MigrationKey>& applied) const {
  ProjectState state = empty_;
  for (const MigrationKey& key : graph().full_plan()) {
    if (applied.contains(key)) graph().get(key).apply_to(state);
  }
  return state;
}

ProjectState Loader::final_state() const {
  ProjectState state = empty_state();
  for (const MigrationKey& key : graph().full_plan()) {
    graph().get(key).apply_to(state);
  }
  return state;
}

void Loader::check_conflicts() const {
  for (const orm::AppConfig& app : apps_.all()) {
    std::vector<MigrationKey> leaves = graph().leaves(app.label);
    if (leaves.size() < 2) continue;
    std::string head;
    if (std::optional<Head> found = read_head(app)) {
      head = fmt::format("; HEAD names {}", text::join(found->names, " and "));
    }
    throw Error("migrations.conflict",
                fmt::format("app {} has {} migrations that nothing follows: {}",
                            app.label, leaves.size(),
                            text::join(names_of(leaves), ", ")))
        .hint(fmt::format(
            "two branches of work met: join them with `manage makemigrations "
            "--merge`, or put one after the other with `manage rebasemigration "
            "{}`{}",
            app.label, head));
  }
}

void Loader::check_history(const std::set<MigrationKey>& applied) const {
  for (const MigrationKey& key : applied) {
    if (!graph().contains(key)) continue;
    for (const MigrationKey& parent : graph().parents(key)) {
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
  std::vector<std::string> matches;
  for (const MigrationPtr& migration : files_) {
    const MigrationKey& key = migration->key;
    if (key.app != app) continue;
    if (key.name == name) return key;
    if (key.name.starts_with(name)) matches.push_back(key.name);
  }
  if (matches.size() == 1) return {std::string(app), matches.front()};
  if (matches.empty()) not_found(app, name);
  throw usage_error(
      fmt::format("{} migrations of {} begin with {}: {}", matches.size(), app,
                  name, text::join(matches, ", ")),
      "give more of the name");
}

void Loader::not_found(std::string_view app, std::string_view name) const {
  std::vector<std::string> names;
  for (const MigrationPtr& migration : files_) {
    if (migration->key.app == app) names.push_back(migration->key.name);
  }
  if (names.empty()) {
    throw usage_error(fmt::format("app {} has no migrations", app),
                      "run `manage makemigrations` first");
  }
  throw usage_error(fmt::format("app {} has no migration {}", app, name),
                    text::did_you_mean(name, names));
}

MigrationKey Loader::find_in_graph(std::string_view app,
                                   std::string_view name) {
  MigrationKey key = find(app, name);
  if (graph_.contains(key)) return key;
  if (std::vector<MigrationKey> replaced = file(key)->replaced_keys();
      !replaced.empty() && graph_.contains(replaced.back())) {
    return replaced.back();
  }
  join_without(key.app);
  return key;
}

}  // namespace manage::migrations_engine
