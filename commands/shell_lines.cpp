#include "commands/shell_lines.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/version.hpp"

namespace manage::commands {

namespace {

/// The widest that a value is shown.
constexpr std::size_t kWidest = 40;

cli::Span cell(const std::string& text) {
  std::string line = text::replace_all(text, "\n", " ");
  if (text::length(line) > kWidest) {
    line = std::string(text::prefix(line, kWidest - 1)) + "…";
  }
  return {line};
}

class Lines {
 public:
  Lines(Scripts& scripts, cli::Context& context)
      : scripts_(scripts), context_(context), session_(scripts.state()) {}

  ExitCode run() {
    greet();
    while (auto line = read(entry_.empty() ? ">>> " : "... ")) {
      entry_ += entry_.empty() ? *line : "\n" + *line;
      if (text::trim(entry_).empty()) {
        entry_.clear();
        continue;
      }
      if (const auto code = enter()) return *code;
    }
    context_.out().raw("\n");
    return ExitCode::kDone;
  }

 private:
  void greet() const {
    const auto& all = context_.models().all();
    const auto models =
        static_cast<std::size_t>(std::distance(all.begin(), all.end()));
    context_.out().note(
        fmt::format("manage {}, Lua 5.4, {}; exit() or Ctrl-D ends", version(),
                    text::count(models, "model")));
  }

  /// nullopt at the end; Ctrl-C begins anew.
  std::optional<std::string> read(std::string_view prompt) {
    for (;;) {
      context_.out().raw(prompt);
      try {
        return context_.in().read_line();
      } catch (const Error& error) {
        if (error.exit_code() != ExitCode::kInterrupted) throw;
        forget_interruption();
        prompt = ">>> ";
      }
    }
  }

  void forget_interruption() {
    cli::clear_interruption();
    entry_.clear();
    context_.out().raw("\n");
  }

  std::optional<ExitCode> enter() {
    using Took = scripting::Session::Took;
    try {
      Took took = Took::kRan;
      scripts_.step([&] {
        took = session_.enter(
            entry_, [&](const scripting::Shown& shown) { show(shown); });
      });
      if (took == Took::kRan) entry_.clear();
    } catch (const Error& error) {
      if (error.code() == scripting::kExit) return error.exit_code();
      if (error.exit_code() == ExitCode::kInterrupted) {
        forget_interruption();
        return std::nullopt;
      }
      if (error.exit_code() == ExitCode::kTerminated) throw;
      context_.out().error(error);
      entry_.clear();
    }
    return std::nullopt;
  }

  void show(const scripting::Shown& shown) {
    if (const auto* text = std::get_if<std::string>(&shown)) {
      context_.out().line(*text);
      return;
    }
    const auto& grid = std::get<scripting::Grid>(shown);
    if (grid.rows.empty()) return context_.out().line("no rows");
    cli::Table table({grid.columns.begin(), grid.columns.end()});
    for (const std::vector<std::string>& row : grid.rows) {
      std::vector<cli::Span> cells;
      for (const std::string& value : row) cells.push_back(cell(value));
      table.add(std::move(cells));
    }
    context_.out().table(table);
    if (grid.more) {
      context_.out().line(
          fmt::format("… the first {} rows", scripting::Session::kRows));
    }
  }

  Scripts& scripts_;
  cli::Context& context_;
  scripting::Session session_;
  std::string entry_;
};

}  // namespace

ExitCode run_lines(Scripts& scripts, cli::Context& context) {
  scripts.environment().confirm = [&context](const std::string& question) {
    context.out().raw(question + " [y/N] ");
    const auto answer = context.in().read_line();
    return answer && (*answer == "y" || *answer == "yes");
  };
  return Lines(scripts, context).run();
}

}  // namespace manage::commands
