#include "commands/showmigrations.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "core/text.hpp"
#include "migrations_engine/loader.hpp"
#include "migrations_engine/recorder.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

using Applied = std::map<engine::MigrationKey, DateTime>;

std::string_view box(bool applied) { return applied ? "[X]" : "[ ]"; }

/// "applied" is null, or the moment in UTC.
DataMap document(const engine::MigrationKey& key, const Applied& applied) {
  auto found = applied.find(key);
  bool is_applied = found != applied.end();
  return {{"app", key.app},
          {"name", key.name},
          {"applied", is_applied},
          {"applied_at", is_applied ? Data(found->second.text()) : Data()}};
}

void show_list(const std::vector<std::string>& apps,
               const engine::Loader& loader, const Applied& applied,
               cli::Context& context) {
  cli::Output& out = context.out();
  DataList documents;
  std::vector<engine::MigrationKey> order = loader.graph().full_plan();
  for (const std::string& app : apps) {
    out.line(app);
    bool any = false;
    for (const engine::MigrationKey& key : order) {
      if (key.app != app) continue;
      any = true;
      auto found = applied.find(key);
      std::string when;
      if (context.verbosity() >= 2 && found != applied.end()) {
        when = fmt::format(" (applied at {})", found->second.text());
      }
      out.line(
          fmt::format(" {} {}{}", box(found != applied.end()), key.name, when));
      documents.push_back(document(key, applied));
    }
    if (!any) out.line(" (no migrations)");
  }
  out.document().set("migrations", std::move(documents));
}

/// The apps' migrations and all that those need, in the order of application.
void show_plan(const std::set<std::string>& apps, const engine::Loader& loader,
               const Applied& applied, cli::Context& context) {
  const engine::MigrationGraph& graph = loader.graph();
  std::set<engine::MigrationKey> wanted;
  for (const engine::MigrationKey& leaf : graph.leaves()) {
    if (!apps.contains(leaf.app)) continue;
    for (engine::MigrationKey& key : graph.forwards_plan(leaf)) {
      wanted.insert(std::move(key));
    }
  }
  DataList documents;
  for (const engine::MigrationKey& key : graph.full_plan()) {
    if (!wanted.contains(key)) continue;
    std::vector<std::string> parents;
    for (const engine::MigrationKey& parent : graph.parents(key)) {
      parents.push_back(parent.text());
    }
    std::string after;
    if (context.verbosity() >= 2 && !parents.empty()) {
      after = fmt::format(" (after {})", text::join(parents, ", "));
    }
    context.out().line(
        fmt::format("{} {}{}", box(applied.contains(key)), key.text(), after));
    DataMap one = document(key, applied);
    one.set("dependencies", parents);
    documents.push_back(std::move(one));
  }
  if (documents.empty()) context.out().line("(no migrations)");
  context.out().document().set("migrations", std::move(documents));
}

}  // namespace

void configure_showmigrations(CLI::App& app, ShowmigrationsOptions& options) {
  cli::add_argument(app, "app_label", options.apps, "Only these apps");
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database to ask");
  cli::add_flag(app, "-l,--list", options.list,
                "By app (the default); -v 2 adds when each was applied");
  cli::add_flag(app, "-p,--plan", options.plan,
                "In the order of application; -v 2 adds what each needs");
}

ExitCode run_showmigrations(const ShowmigrationsOptions& options,
                            cli::Context& context) {
  if (options.list && options.plan) {
    throw usage_error("--list and --plan exclude each other");
  }
  std::vector<std::string> apps = options.apps;
  for (const std::string& app : apps) context.apps().get(app);
  if (apps.empty()) apps = context.apps().labels();
  engine::Loader loader(context.apps(), context.models());
  engine::Recorder recorder(context.connection(options.database),
                            context.settings().default_auto_field);
  Applied applied = recorder.applied();
  if (options.plan) {
    show_plan({apps.begin(), apps.end()}, loader, applied, context);
  } else {
    show_list(apps, loader, applied, context);
  }
  return ExitCode::kDone;
}

}  // namespace manage::commands
