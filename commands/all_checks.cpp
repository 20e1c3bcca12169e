#include "commands/all_checks.hpp"

#include "cli/options.hpp"
#include "commands/own_commands.hpp"
#include "contrib/checks.hpp"
#include "migrations_engine/checks.hpp"
#include "migrations_engine/file_names.hpp"
#include "scripting/checks.hpp"
#include "scripting/code_runner.hpp"
#include "settings/checks.hpp"

namespace manage::commands {

namespace {

constexpr std::int64_t kMicrosPerDay = 86'400'000'000;

void check_databases(cli::Context& context,
                     const std::vector<std::string>& databases,
                     Diagnostics& found) {
  for (const std::string& alias : databases) {
    try {
      context.connection(alias);
    } catch (const Error& error) {
      found.add(error);
    }
  }
}

}  // namespace

CheckList all_checks(cli::Context& context,
                     const std::vector<std::string>& databases) {
  cli::Context::Files files = context.files();
  CheckList list;
  list.add("settings",
           [=](Diagnostics& found) { found.add(files.settings_findings); });
  list.add("models",
           [=](Diagnostics& found) { found.add(files.models_findings); });
  contrib::add_checks(list, files.apps, files.models);
  migrations_engine::add_checks(
      list, files.apps, files.models,
      std::make_shared<scripting::LuaCodeRunner>(
          scripting::LuaCodeRunner::World{files.apps, [] {}}));
  scripting::add_checks(list, files.apps, files.models);
  list.add("commands", [&context, files](Diagnostics& found) {
    check_own_commands(files.apps, context.commands(), found);
  });
  list.add("database", [&context, databases](Diagnostics& found) {
    check_databases(context, databases, found);
  });
  // Where a key could not be read, its default says nothing.
  if (!files.settings_findings.has_errors()) {
    settings::add_checks(list, files.settings);
  }
  return list;
}

void require_checks(cli::Context& context) {
  if (context.skip_checks()) {
    context.models();
    return;
  }
  CheckSelection selection;
  selection.tags = {"settings", "models"};
  Diagnostics found = all_checks(context, {}).run(selection);
  settings::throw_if_wrong(found);
  migrations_engine::check_file_names(context.apps(), found);
  const settings::Settings& settings = context.settings();
  CheckReport report =
      silence(found, settings.silenced_system_checks, today(context));
  for (Diagnostic& issue : report.issues) {
    context.out().report(std::move(issue));
  }
}

void add_skip_checks(CLI::App& app, bool& target) {
  cli::add_flag(app, "--skip-checks", target,
                "Tell only errors, not what is doubtful");
}

Date today(const cli::Context& context) {
  return Date::from_days(context.now().micros / kMicrosPerDay);
}

}  // namespace manage::commands
