// What a command is, and the table of them.
//
// A command is `struct XOptions`, `configure_x` and `run_x` in one pair of
// files, and one line in commands/all.cpp:
//
//     {"migrate", Group::kMigrations, "Apply or unapply migrations",
//      {Need::kModels, Need::kDatabase},
//      attach<MigrateOptions, configure_migrate, run_migrate>(),
//      kMigrateExamples},
//
// configure_x runs only for the command that was asked for.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/needs.hpp"
#include "core/error.hpp"

namespace CLI {
class App;
}

namespace manage::cli {

class Context;

/// Headings of `manage help`, in its order; kApps: of the project's own apps.
enum class Group {
  kMigrations,
  kData,
  kUsers,
  kStatic,
  kServer,
  kProject,
  kApps
};

/// One line at the end of a command's help.
struct Example {
  std::string_view line;  ///< "manage migrate shop 0002"
  std::string_view what;  ///< "Go to migration 0002 of shop"
};

/// One run of a command: its options, once they are bound.
class Invocation {
 public:
  virtual ~Invocation() = default;
  virtual void configure(CLI::App& app) = 0;
  /// The alias that `--database` chose; "default" for a command without it.
  virtual std::string database() const = 0;
  /// `--skip-checks`; false for a command without it.
  virtual bool skip_checks() const = 0;
  virtual ExitCode run(Context& context) const = 0;
};

using Attach = std::function<std::unique_ptr<Invocation>()>;

struct Command {
  std::string name;
  Group group = Group::kProject;
  std::string summary;  ///< one line, no full stop
  std::vector<Need> needs;
  Attach attach;
  std::span<const Example> examples = {};
  /// Whatever stands behind its name is an argument, options and --help too.
  bool raw = false;
};

/// Joins the three parts of a command. If Options has a member `database`, it
/// says which database Need::kDatabase opens; `skip_checks`, whether
/// Need::kChecks only reads the models.
template <class Options, void (*configure_x)(CLI::App&, Options&),
          ExitCode (*run_x)(const Options&, Context&)>
Attach attach() {
  class Bound : public Invocation {
   public:
    void configure(CLI::App& app) override { configure_x(app, options_); }
    std::string database() const override {
      if constexpr (requires(const Options& o) { o.database; }) {
        return std::string(options_.database);
      } else {
        return "default";
      }
    }
    bool skip_checks() const override {
      if constexpr (requires(const Options& o) { o.skip_checks; }) {
        return options_.skip_checks;
      } else {
        return false;
      }
    }
    ExitCode run(Context& context) const override {
      return run_x(options_, context);
    }

   private:
    Options options_;
  };
  return [] { return std::make_unique<Bound>(); };
}

/// The commands there are, in the order of the help.
class CommandTable {
 public:
  explicit CommandTable(std::vector<Command> commands)
      : commands_(std::move(commands)) {}

  /// A command of the project's own; one that exists already stays.
  void add(Command command);
  const std::vector<Command>& all() const { return commands_; }
  const Command* find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::vector<Command> commands_;
};

}  // namespace manage::cli
