#include "commands/showmigrations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/migrate_report.hpp"
#include "core/text.hpp"
#include "migrations_engine/migration_log.hpp"
#include "migrations_engine/recorder.hpp"
#include "migrations_engine/status.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

using engine::MigrationState;
using engine::MigrationStatus;

std::string_view state_name(MigrationState state) {
  switch (state) {
    case MigrationState::kApplied:
      return "applied";
    case MigrationState::kUnrecorded:
      return "unrecorded";
    case MigrationState::kPending:
      return "pending";
    case MigrationState::kReplaced:
      return "replaced";
    case MigrationState::kLeftOut:
      return "left_out";
    case MigrationState::kMissing:
      return "missing";
  }
  return "";
}

std::string_view box(MigrationState state) {
  switch (state) {
    case MigrationState::kApplied:
      return "[X]";
    case MigrationState::kUnrecorded:
      return "[-]";
    case MigrationState::kMissing:
      return "[?]";
    default:
      return "[ ]";
  }
}

/// "applied_at" is null, or the moment in UTC.
DataMap document(const MigrationStatus& status) {
  DataList replaces;
  for (const engine::MigrationKey& key : status.replaces) {
    replaces.push_back(DataMap{{"app", key.app}, {"name", key.name}});
  }
  return {{"app", status.key.app},
          {"name", status.key.name},
          {"applied", status.is_applied()},
          {"applied_at",
           status.applied_at ? Data(status.applied_at->text()) : Data()},
          {"pending", status.state == MigrationState::kPending},
          {"state", state_name(status.state)},
          {"out_of_order", status.out_of_order},
          {"replaces", std::move(replaces)}};
}

std::string line_of(const MigrationStatus& status, int verbosity) {
  std::string line = fmt::format(" {} {}", box(status.state), status.key.name);
  if (!status.replaces.empty()) {
    line += fmt::format(" ({} squashed migrations)", status.replaces.size());
  }
  if (status.state == MigrationState::kUnrecorded) {
    line += " Run `manage migrate` to finish recording.";
  }
  if (status.state == MigrationState::kMissing) line += " (no such file)";
  if (verbosity >= 2 && status.applied_at) {
    line += fmt::format(" (applied at {})", status.applied_at->text());
  }
  return line;
}

/// Without those that are not wanted.
std::vector<MigrationStatus> chosen(std::vector<MigrationStatus> all,
                                    const ShowmigrationsOptions& options) {
  if (options.pending) {
    std::erase_if(all, [](const MigrationStatus& status) {
      return status.state != MigrationState::kPending;
    });
  }
  return all;
}

void show_list(const std::vector<std::string>& apps,
               const engine::HistoryStatus& history,
               const ShowmigrationsOptions& options, cli::Context& context) {
  cli::Output& out = context.out();
  DataList documents;
  for (const std::string& app : apps) {
    const std::vector<MigrationStatus> all = chosen(history.of(app), options);
    if (options.pending && all.empty()) continue;
    out.line(app);
    bool any = false;
    for (const MigrationStatus& status : all) {
      documents.push_back(document(status));
      // What a squashed migration stands for is not shown, as in Django.
      if (!status.is_shown()) continue;
      any = true;
      out.line(line_of(status, context.verbosity()));
    }
    if (!any) out.line(" (no migrations)");
  }
  if (options.pending && documents.empty()) out.line("Nothing to apply.");
  out.document().set("migrations", std::move(documents));
}

/// The apps' migrations and all that those need, in the order of application.
void show_plan(const std::vector<std::string>& apps,
               const engine::HistoryStatus& history,
               const ShowmigrationsOptions& options, cli::Context& context) {
  DataList documents;
  for (const MigrationStatus& status : chosen(history.plan(apps), options)) {
    std::vector<std::string> parents;
    for (const engine::MigrationKey& parent : status.parents) {
      parents.push_back(parent.text());
    }
    std::string after;
    if (context.verbosity() >= 2 && !parents.empty()) {
      after = fmt::format(" (after {})", text::join(parents, ", "));
    }
    context.out().line(
        fmt::format("{} {}{}", box(status.state), status.key.text(), after));
    DataMap one = document(status);
    one.set("dependencies", parents);
    documents.push_back(std::move(one));
  }
  if (documents.empty()) {
    context.out().line(options.pending ? "Nothing to apply."
                                       : "(no migrations)");
  }
  context.out().document().set("migrations", std::move(documents));
}

}  // namespace

void configure_showmigrations(CLI::App& app, ShowmigrationsOptions& options) {
  cli::add_argument(app, "app_label", options.apps, "Only these apps")
      .takes(cli::ValueKind::kApp);
  cli::add_option(app, "--database", "ALIAS", options.database,
                  "The database to ask")
      .takes(cli::ValueKind::kDatabase);
  cli::add_flag(app, "-l,--list", options.list,
                "By app (the default); -v 2 adds when each was applied");
  cli::add_flag(app, "-p,--plan", options.plan,
                "In the order of application; -v 2 adds what each needs");
  cli::add_flag(app, "--pending", options.pending,
                "Only those that are to be applied");
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
  orm::Connection& connection = context.connection(options.database);
  const std::string& key_type = context.settings().default_auto_field;
  const auto applied = engine::Recorder(connection, key_type).applied();
  std::set<engine::MigrationKey> keys;
  for (const auto& [key, moment] : applied) keys.insert(key);
  report_edits(loader, keys,
               engine::MigrationLog(connection, key_type).checksums(), false,
               context);
  engine::HistoryStatus history(loader, applied);
  if (options.plan) {
    show_plan(apps, history, options, context);
  } else {
    show_list(apps, history, options, context);
  }
  return ExitCode::kDone;
}

}  // namespace manage::commands
