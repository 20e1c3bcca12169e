#include "migrations_engine/update.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/optimizer.hpp"

namespace manage::migrations_engine {

namespace {

Error refused(std::string message) {
  return Error("migrations.update", std::move(message))
      .hint("write a new migration: leave out --update");
}

void check_may_change(const Loader& loader, const Migration& last,
                      const std::set<MigrationKey>& applied) {
  SourcePos file{last.file, 0, 0};
  if (!last.replaces.empty()) {
    throw refused(fmt::format("{} is a squashed migration: it cannot be "
                              "updated",
                              last.key.text()))
        .at(file);
  }
  if (applied.contains(last.key)) {
    throw refused(fmt::format("{} is applied to the database: it cannot be "
                              "updated",
                              last.key.text()))
        .at(file);
  }
  std::vector<std::string> others;
  for (const MigrationKey& child : loader.graph().children(last.key)) {
    others.push_back(child.text());
  }
  if (others.empty()) return;
  throw refused(fmt::format("{} cannot be updated: {} {} on it",
                            last.key.text(), text::join(others, ", "),
                            others.size() == 1 ? "depends" : "depend"))
      .at(file);
}

std::string number_of(const std::string& name) {
  return name.substr(0, name.find('_'));
}

}  // namespace

Update update_latest(const Loader& loader, const std::vector<Migration>& added,
                     const std::set<MigrationKey>& applied,
                     std::string_view name, std::string_view timestamp) {
  const std::string& app = added.front().key.app;
  std::vector<MigrationKey> leaves = loader.graph().leaves(app);
  if (leaves.empty()) {
    throw refused(fmt::format("app {} has no migration to update", app));
  }
  Update update;
  update.old = loader.graph().find(leaves.front());
  check_may_change(loader, *update.old, applied);
  Migration& made = update.migration;
  made = *update.old;
  std::set<MigrationKey> own{made.key};
  for (const Migration& one : added) own.insert(one.key);
  for (const Migration& one : added) {
    made.operations.insert(made.operations.end(), one.operations.begin(),
                           one.operations.end());
    for (const Dependency& dependency : one.dependencies) {
      bool known = std::find(made.dependencies.begin(), made.dependencies.end(),
                             dependency) != made.dependencies.end();
      if (!known && !own.contains(dependency.key)) {
        made.dependencies.push_back(dependency);
      }
    }
  }
  std::sort(made.dependencies.begin(), made.dependencies.end());
  made.operations = optimize(std::move(made.operations), app);
  std::string rest(name);
  if (rest.empty()) rest = suggest_name(made, timestamp);
  std::string full = number_of(made.key.name) + "_" + rest;
  // As in Django: whoever has the old one sees that it is another.
  made.key.name = full == made.key.name ? full + "_updated" : full;
  return update;
}

}  // namespace manage::migrations_engine
