#include "commands/makemigrations_merge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/context.hpp"
#include "commands/migration_names.hpp"
#include "commands/new_migrations.hpp"
#include "core/text.hpp"
#include "migrations_engine/merge.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

constexpr std::string_view kAllow = "--allow-overlap";

DataList show_branches(const engine::Conflict& conflict,
                       cli::Context& context) {
  cli::Output& out = context.out();
  out.say(fmt::format("Merging {}", conflict.app));
  DataList branches;
  for (const engine::Branch& branch : conflict.branches) {
    out.say(fmt::format("  Branch {}", branch.leaf.name));
    DataList operations;
    for (const engine::MigrationPtr& migration : branch.migrations) {
      for (const engine::OperationPtr& operation : migration->operations) {
        out.say(fmt::format("    {} {}", operation->symbol(),
                            operation->describe()));
        operations.push_back(operation_document(*operation));
      }
    }
    branches.push_back(DataMap{{"name", branch.leaf.name},
                               {"operations", std::move(operations)}});
  }
  return branches;
}

std::string describe(const engine::MigrationPtr& migration,
                     const engine::OperationPtr& operation) {
  return fmt::format("{}: {}", migration->key.name, operation->describe());
}

/// Every pair that surely gets in each other's way, each at its place.
std::vector<Diagnostic> overlaps(const engine::Conflict& conflict) {
  std::vector<Diagnostic> found;
  for (const engine::Clash& clash : conflict.clashes) {
    if (clash.overlap != engine::Overlap::kSame) continue;
    found.push_back(
        {"migrations.overlap",
         fmt::format("the branches change the same: {}; {}",
                     describe(clash.first_migration, clash.first),
                     describe(clash.second_migration, clash.second)),
         clash.second->pos,
         fmt::format("`manage rebasemigration {}` puts one after the other; "
                     "{} merges them as they are",
                     conflict.app, kAllow)});
  }
  return found;
}

/// What may do anything is no reason to refuse, but one to look.
void remark_unknown(const engine::Conflict& conflict, cli::Context& context) {
  std::vector<std::string> seen;
  for (const engine::Clash& clash : conflict.clashes) {
    if (clash.overlap != engine::Overlap::kUnknown) continue;
    for (const auto& [migration, operation] :
         {std::pair(clash.first_migration, clash.first),
          std::pair(clash.second_migration, clash.second)}) {
      if (engine::has_known_reach(*operation)) continue;
      std::string line = describe(migration, operation);
      if (std::find(seen.begin(), seen.end(), line) == seen.end()) {
        seen.push_back(std::move(line));
      }
    }
  }
  if (seen.empty()) return;
  context.out().warn(
      "what statements of your own do is not compared",
      "look whether the order of these matters: " + text::join(seen, "; "));
}

bool may_merge(const MakemigrationsOptions& options,
               const engine::Conflict& conflict, cli::Context& context) {
  std::vector<Diagnostic> found = overlaps(conflict);
  if (options.allow_overlap) found.clear();
  remark_unknown(conflict, context);
  if (!context.prompt().interactive()) {
    // Django asks nobody here; this can tell whether there is a reason to.
    if (found.empty()) return true;
    throw Error(std::move(found));
  }
  for (Diagnostic& one : found) {
    one.level = Level::kWarning;
    context.out().report(std::move(one));
  }
  context.out().note(
      "Merging will only work if the operations printed above do not\n"
      "conflict with each other (working on different fields or models).");
  return context.prompt().confirm("Should these branches be merged?",
                                  "--no-input");
}

}  // namespace

ExitCode merge_migrations(const MakemigrationsOptions& options,
                          const engine::Loader& loader, cli::Context& context) {
  cli::Output& out = context.out();
  std::vector<engine::Conflict> conflicts = engine::find_conflicts(loader);
  std::erase_if(conflicts, [&](const engine::Conflict& conflict) {
    return !options.apps.empty() &&
           std::find(options.apps.begin(), options.apps.end(), conflict.app) ==
               options.apps.end();
  });
  if (conflicts.empty()) out.say("No conflicts detected to merge.");
  std::string header = file_header(context, options.no_header);
  std::vector<engine::Migration> migrations;
  DataList documents;
  for (const engine::Conflict& conflict : conflicts) {
    DataList branches = show_branches(conflict, context);
    if (!may_merge(options, conflict, context)) continue;
    migrations.push_back(engine::merge_migration(conflict, options.name,
                                                 name_timestamp(context)));
    out.say("Merge migration:");
    DataMap document = show_migration(migrations.back(), header, context);
    document.set("branches", std::move(branches));
    documents.push_back(std::move(document));
  }
  bool write = !options.dry_run && !options.check && !migrations.empty();
  if (write) engine::write_migrations(migrations, context.apps(), header);
  out.document().set("migrations", std::move(documents));
  out.document().set("written", write);
  return options.check && !conflicts.empty() ? ExitCode::kFailed
                                             : ExitCode::kDone;
}

}  // namespace manage::commands
