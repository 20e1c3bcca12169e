// A program with a few toy commands, run in-process.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "cli/run.hpp"
#include "tests/unit/cli/in_process.hpp"

namespace toy {

using namespace manage;

struct NoOptions {};
inline void configure_nothing(CLI::App&, NoOptions&) {}

struct HelpOptions {
  std::optional<std::string> topic;
};
inline void configure_help(CLI::App& app, HelpOptions& options) {
  cli::add_argument(app, "command", options.topic, "A command");
}
inline ExitCode run_help(const HelpOptions& options, cli::Context& context) {
  context.out().line("help on " + options.topic.value_or("everything"));
  return ExitCode::kDone;
}
inline ExitCode run_version(const NoOptions&, cli::Context& context) {
  context.out().line("1.2.3");
  return ExitCode::kDone;
}

/// Prints what was bound.
struct EchoOptions {
  std::optional<std::string> app;
  std::vector<std::string> rest;
  std::vector<std::string> nulls;
  std::string database = "default";
  std::string dialect = "sqlite";
  std::optional<std::int64_t> size;
  int level = 0;
  std::optional<double> wait;
  bool plan = false;
};
inline void configure_echo(CLI::App& app, EchoOptions& options) {
  cli::add_argument(app, "app_label", options.app, "The app");
  cli::add_argument(app, "rest", options.rest, "The rest");
  cli::add_option(app, "--null", "TOKEN", options.nulls, "Null tokens");
  cli::add_option(app, "--database", "ALIAS", options.database, "Database");
  cli::add_option(app, "--dialect", "NAME", options.dialect, "Dialect")
      .choices({"sqlite", "postgresql"});
  cli::add_option(app, "-s,--size", "N", options.size, "Size").at_least(1);
  cli::add_option(app, "--level", "N", options.level, "Level");
  cli::add_option(app, "--wait", "SECONDS", options.wait, "Wait");
  cli::add_flag(app, "-p,--plan", options.plan, "Plan");
}
inline ExitCode run_echo(const EchoOptions& o, cli::Context& context) {
  std::string text = fmt::format(
      "app={} rest=[{}] null=[{}] database={} dialect={} size={} level={} "
      "wait={} plan={} v={}",
      o.app.value_or("-"), fmt::join(o.rest, "|"), fmt::join(o.nulls, "|"),
      o.database, o.dialect, o.size.value_or(0), o.level, o.wait.value_or(0),
      o.plan, context.verbosity());
  context.out().line(text);
  context.out().document().set("echo", text);
  return ExitCode::kDone;
}

/// Has a --format of its own, as dumpdata does.
struct DumpOptions {
  std::string format = "json";
  std::string model;
};
inline void configure_dump(CLI::App& app, DumpOptions& options) {
  cli::add_option(app, "--format", "FORMAT", options.format, "Of the fixture");
  cli::add_argument(app, "model", options.model, "The model").required();
}
inline ExitCode run_dump(const DumpOptions& options, cli::Context& context) {
  context.out().line(fmt::format("{} as {}, json {}", options.model,
                                 options.format, context.out().json()));
  return ExitCode::kDone;
}

/// Fails as it is told to.
struct FailOptions {
  std::string how;
};
inline void configure_fail(CLI::App& app, FailOptions& options) {
  cli::add_argument(app, "how", options.how, "How").required();
}
inline ExitCode run_fail(const FailOptions& options, cli::Context& context) {
  cli::Output& out = context.out();
  if (options.how == "half-way") out.document().set("done", 1);
  if (options.how == "locked") {
    throw Error("database.locked", "locked").exit(ExitCode::kLocked);
  }
  if (options.how == "rejected") return ExitCode::kRejected;
  if (options.how == "memory") throw std::bad_alloc();
  if (options.how == "defect") throw std::out_of_range("vector::at");
  if (options.how == "strange") throw 42;
  if (options.how == "twice") {
    throw Error({{"a.one", "one", {}, ""}, {"a.two", "two", {}, "do two"}});
  }
  if (options.how == "warn") {
    out.warn("careful", "look twice");
    return ExitCode::kDone;
  }
  throw Error("a.broken", "broken").hint("mend it");
}

/// Runs other commands inside.
struct CallOptions {
  std::vector<std::string> command;
};
inline void configure_call(CLI::App& app, CallOptions& options) {
  cli::add_argument(app, "command", options.command, "What to run");
}
inline ExitCode run_call(const CallOptions& options, cli::Context& context) {
  context.out().document().set("outer", true);
  ExitCode code = context.call_command(options.command);
  context.out().line(fmt::format("back with {}, v={}", static_cast<int>(code),
                                 context.verbosity()));
  return code;
}

inline constexpr cli::Example kEchoExamples[] = {
    {"manage echo shop", "Echo shop"}};

inline cli::Program program() {
  using cli::attach;
  using cli::Group;
  using cli::Need;
  return {cli::CommandTable({
              {"echo",
               Group::kData,
               "Print what was bound",
               {},
               attach<EchoOptions, configure_echo, run_echo>(),
               kEchoExamples},
              {"dump",
               Group::kData,
               "Has a format of its own",
               {},
               attach<DumpOptions, configure_dump, run_dump>()},
              {"fail",
               Group::kProject,
               "Fail",
               {},
               attach<FailOptions, configure_fail, run_fail>()},
              {"call",
               Group::kProject,
               "Run a command inside",
               {},
               attach<CallOptions, configure_call, run_call>()},
              {"help",
               Group::kProject,
               "Help",
               {},
               attach<HelpOptions, configure_help, run_help>()},
              {"version",
               Group::kProject,
               "Version",
               {},
               attach<NoOptions, configure_nothing, run_version>()},
          }),
          {},
          {{"test", "tests are elsewhere", "look elsewhere"}},
          {}};
}

using in_process::Outcome;
using in_process::run;

inline Outcome run(const std::vector<std::string>& arguments,
                   std::map<std::string, std::string> environment = {},
                   bool terminal = false) {
  return run(program(), arguments, std::move(environment), terminal);
}

}  // namespace toy
