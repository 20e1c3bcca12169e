#include "commands/shell_lines.hpp"

#include <fmt/format.h>

#include "commands/line_editor.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "scripting/completion.hpp"

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

int history_size(cli::Context& context) {
  const DataMap* shell = context.settings().value("shell").map();
  const Data* given = shell ? shell->find("history") : nullptr;
  const std::int64_t* most = given ? given->integer() : nullptr;
  return most && *most >= 0 && *most < 1'000'000 ? static_cast<int>(*most)
                                                 : 1000;
}

/// One for each project, in the user's folder for such things (XDG).
std::filesystem::path history_file(cli::Context& context) {
  if (history_size(context) == 0) return {};
  const auto& variables = context.environment();
  const auto value = [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? std::string() : found->second;
  };
  std::filesystem::path folder = value("XDG_STATE_HOME");
  if (folder.empty()) {
    if (value("HOME").empty()) return {};
    folder = std::filesystem::path(value("HOME")) / ".local/state";
  }
  const std::string project = context.settings().root.string();
  return folder / "manage" / "history" /
         text::replace_all(project.substr(1), "/", "%");
}

class Lines {
 public:
  Lines(Scripts& scripts, cli::Context& context)
      : scripts_(scripts),
        context_(context),
        session_(scripts.state()),
        editor_(ShellHistory(history_file(context)), history_size(context),
                [&scripts](std::string_view line) {
                  scripting::Completion found =
                      scripting::complete(scripts.state(), line);
                  return std::pair(found.begun, std::move(found.words));
                }) {}

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
  std::optional<std::string> read(std::string prompt) {
    for (;;) {
      try {
        return editor_.read(prompt);
      } catch (const Error& error) {
        // The normal end of a shell.
        if (error.exit_code() == ExitCode::kTerminated) return std::nullopt;
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
      if (took == Took::kUnfinished) return std::nullopt;
    } catch (const Error& error) {
      if (error.code() == scripting::kExit) return error.exit_code();
      if (error.exit_code() == ExitCode::kInterrupted) {
        forget_interruption();
        return std::nullopt;
      }
      if (error.exit_code() == ExitCode::kTerminated) return ExitCode::kDone;
      context_.out().error(error);
    }
    editor_.remember(entry_);
    entry_.clear();
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
  LineEditor editor_;
  std::string entry_;
};

}  // namespace

ExitCode run_lines(Scripts& scripts, cli::Context& context) {
  if (context.prompt().interactive()) {
    scripts.environment().confirm = [&context](const std::string& question) {
      return context.prompt().confirm(question, "a :filter{…}");
    };
  }
  return Lines(scripts, context).run();
}

}  // namespace manage::commands
