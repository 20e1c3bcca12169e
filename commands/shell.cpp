#include "commands/shell.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/scripts.hpp"
#include "commands/shell_lines.hpp"
#include "commands/shell_startup.hpp"
#include "core/file.hpp"

namespace manage::commands {

namespace {

/// Everything until the end of standard input.
std::string read_all(cli::Input& in) {
  std::string text;
  char bytes[64 * 1024];
  while (const std::size_t count = in.read(bytes)) text.append(bytes, count);
  return text;
}

/// Where nothing should be changed by accident.
bool is_protected(const settings::Settings& settings) {
  const bool* flag = settings.value("migrations.protected").boolean();
  return (flag && *flag) || settings.env == "prod";
}

/// The script that is to be run; nullptr: lines are typed.
std::shared_ptr<const SourceFile> script(const ShellOptions& options,
                                         cli::Context& context) {
  if (options.code) return scripting::chunk("-c", *options.code);
  if (options.file && *options.file != "-") {
    const std::filesystem::path path =
        context.working_directory() / *options.file;
    return read_source(path, *options.file);
  }
  if (!options.file && context.in().is_terminal()) return nullptr;
  return scripting::chunk("standard input", read_all(context.in()));
}

}  // namespace

void configure_shell(CLI::App& app, ShellOptions& options) {
  cli::add_option(app, "-c,--command", "CODE", options.code, "Run this code");
  cli::add_argument(app, "FILE", options.file,
                    "Run this file; - is standard input, as without a terminal")
      .takes(cli::ValueKind::kFile);
  cli::add_flag(app, "--sandbox", options.sandbox,
                "Roll back at the end; the default where "
                "migrations.protected is true, and in the environment prod");
  cli::add_flag(app, "--write", options.write, "Keep changes there too");
  cli::add_flag(app, "--no-imports", options.no_imports,
                "Models only as models.shop.Book, not as Book, and no "
                "modules of shell.imports");
  cli::add_flag(app, "--no-startup", options.no_startup,
                "At a terminal, without running .managerc.lua");
}

ExitCode run_shell(const ShellOptions& options, cli::Context& context) {
  if (options.code && options.file) {
    throw usage_error("-c and FILE exclude each other");
  }
  if (options.sandbox && options.write) {
    throw usage_error("--sandbox and --write exclude each other");
  }
  if (context.out().json()) {
    throw usage_error("shell has no --format json",
                      "print(json.encode(…)) writes JSON");
  }
  const bool sandbox =
      options.sandbox || (!options.write && is_protected(context.settings()));
  const auto file = script(options, context);
  Scripts scripts(context, {sandbox, !options.no_imports});
  if (sandbox) {
    context.out().note(
        "sandbox: everything is rolled back at the end" +
        std::string(options.sandbox ? "" : "; --write keeps it"));
  }
  // Before an import may open a database.
  if (!file) context.show_statements(context.shows_statements());
  if (!options.no_imports) import_modules(scripts, context);
  const ExitCode code = file ? scripts.run(file)
                             : run_lines(scripts, context, !options.no_startup);
  scripts.finish();
  return code;
}

}  // namespace manage::commands
