#include "migrations_engine/squash.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/optimizer.hpp"

namespace manage::migrations_engine {

namespace {

using Keys = std::set<MigrationKey>;

/// The app's migrations from `start` (or its first) to `end`, in order.
std::vector<MigrationPtr> chain(const Loader& loader,
                                const SquashOptions& options) {
  MigrationKey end = loader.find(options.app, options.end);
  if (!loader.graph().contains(end)) {
    throw Error("migrations.squashed",
                fmt::format("{} is replaced by a squashed migration already",
                            end.text()))
        .at({loader.file(end)->file, 0, 0})
        .hint("delete it when all databases have it, or squash what follows");
  }
  std::vector<MigrationPtr> found;
  for (const MigrationKey& key : loader.graph().forwards_plan(end)) {
    if (key.app == end.app) found.push_back(loader.graph().find(key));
  }
  if (!options.start) return found;
  MigrationKey start = loader.find(options.app, *options.start);
  auto first =
      std::find_if(found.begin(), found.end(),
                   [&](const MigrationPtr& one) { return one->key == start; });
  if (first == found.end()) {
    throw usage_error(
        fmt::format("{} does not come before {}", start.text(), end.text()),
        fmt::format("`manage showmigrations {}` shows the order", end.app));
  }
  return {first, found.end()};
}

void refuse_squashed(const std::vector<MigrationPtr>& replaced) {
  for (const MigrationPtr& migration : replaced) {
    if (migration->replaces.empty()) continue;
    throw Error(
        "migrations.squashed",
        fmt::format("{} is a squashed migration itself", migration->key.text()))
        .at({migration->file, 0, 0})
        .hint(
            "when every database has it: delete the files it replaces, remove "
            "its `replaces:`, and squash then");
  }
}

void add_unique(std::vector<Dependency>& list, const Dependency& dependency) {
  if (std::find(list.begin(), list.end(), dependency) == list.end()) {
    list.push_back(dependency);
  }
}

/// What the squashed one depends on, and what must wait for it: what its parts
/// did, but for each other.
void join_dependencies(const std::vector<MigrationPtr>& replaced,
                       Migration& squashed) {
  Keys inside;
  for (const MigrationPtr& one : replaced) inside.insert(one->key);
  for (const MigrationPtr& one : replaced) {
    for (const Dependency& dependency : one->dependencies) {
      if (inside.contains(dependency.key)) continue;
      // Its own app's, only as the first of them has it (Django's rule).
      if (dependency.swappable || dependency.key.app != one->key.app ||
          one == replaced.front()) {
        add_unique(squashed.dependencies, dependency);
      }
    }
    for (const Dependency& later : one->run_before) {
      if (!inside.contains(later.key)) add_unique(squashed.run_before, later);
    }
  }
  std::sort(squashed.dependencies.begin(), squashed.dependencies.end());
}

/// Something outside that is needed by one of them and needs another would make
/// a circle of the squashed one.
void refuse_circle(const Loader& loader,
                   const std::vector<MigrationPtr>& replaced) {
  const MigrationGraph& graph = loader.graph();
  Keys inside;
  for (const MigrationPtr& one : replaced) inside.insert(one->key);
  for (const MigrationPtr& one : replaced) {
    for (const MigrationKey& parent : graph.parents(one->key)) {
      if (inside.contains(parent)) continue;
      for (const MigrationKey& needed : graph.forwards_plan(parent)) {
        if (!inside.contains(needed)) continue;
        throw Error("migrations.cycle",
                    fmt::format("squashing them would make a circle: {} needs "
                                "{}, which needs {}",
                                one->key.text(), parent.text(), needed.text()))
            .at({one->file, 0, 0})
            .hint(fmt::format("squash a shorter row, up to {} or from {}",
                              needed.name, one->key.name));
      }
    }
  }
}

std::string name_of(const SquashOptions& options,
                    const std::vector<MigrationPtr>& replaced) {
  const std::string& first = replaced.front()->key.name;
  const std::string& last = replaced.back()->key.name;
  if (!options.start) {
    return "0001_" + (options.name.empty() ? "squashed_" + last : options.name);
  }
  if (options.name.empty()) return fmt::format("{}_squashed_{}", first, last);
  return first.substr(0, first.find('_')) + "_" + options.name;
}

}  // namespace

Squash squash_migrations(const Loader& loader, const SquashOptions& options) {
  Squash squash;
  squash.replaced = chain(loader, options);
  refuse_squashed(squash.replaced);
  refuse_circle(loader, squash.replaced);
  Migration& made = squash.migration;
  made.key = {options.app, name_of(options, squash.replaced)};
  made.initial = !options.start;
  join_dependencies(squash.replaced, made);
  for (const MigrationPtr& one : squash.replaced) {
    made.replaces.push_back({one->key, false, {}});
    // What may not run in a transaction may not do so in the whole either.
    made.atomic = made.atomic && one->atomic;
    for (const auto& [rule, reason] : one->lint_ignore) {
      made.lint_ignore.set(rule, reason);
    }
    made.operations.insert(made.operations.end(), one->operations.begin(),
                           one->operations.end());
  }
  squash.operations_before = made.operations.size();
  if (options.optimize) {
    made.operations = optimize(std::move(made.operations), made.key.app);
    // Folding drops them only beside others.
    std::erase_if(made.operations, [](const OperationPtr& operation) {
      return operation->elidable();
    });
  }
  if (loader.file(made.key)) {
    throw Error("file.exists",
                fmt::format("migration {} exists already", made.key.text()))
        .at({loader.file(made.key)->file, 0, 0})
        .hint("give another name with --squashed-name NAME");
  }
  return squash;
}

}  // namespace manage::migrations_engine
