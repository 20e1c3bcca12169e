#include "commands/shell_lines.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/line_editor.hpp"
#include "commands/shell_commands.hpp"
#include "commands/shell_entries.hpp"
#include "commands/shell_startup.hpp"
#include "core/text.hpp"
#include "core/version.hpp"
#include "scripting/completion.hpp"

namespace manage::commands {

namespace {

int history_size(cli::Context& context) {
  const std::int64_t most =
      *context.settings().value("shell.history").integer();
  return static_cast<int>(std::clamp<std::int64_t>(most, 0, 1'000'000));
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
      : context_(context),
        entries_(scripts, context),
        editor_(ShellHistory(history_file(context)), history_size(context),
                [this](std::string_view line) { return complete(line); }) {
    print_ = std::exchange(
        scripts.environment().print,
        [this](std::string_view text) { entries_.output().print(text); });
  }
  Lines(const Lines&) = delete;
  Lines& operator=(const Lines&) = delete;
  ~Lines() { entries_.scripts().environment().print = std::move(print_); }

  ExitCode run(bool startup) {
    greet();
    if (startup) run_startup_files(entries_);
    while (!entries_.ended) {
      const auto line = read(entry_.empty() ? ">>> " : "... ");
      if (!line) {
        context_.out().raw("\n");
        break;
      }
      entry_ += entry_.empty() ? *line : "\n" + *line;
      enter();
    }
    entries_.attempt([this] { entries_.output().end_file(); });
    return entries_.ended.value_or(ExitCode::kDone);
  }

 private:
  void greet() const {
    const auto& all = context_.models().all();
    const auto models =
        static_cast<std::size_t>(std::distance(all.begin(), all.end()));
    context_.out().note(fmt::format(
        "manage {}, Lua 5.4, {}; \\? lists commands, exit() or Ctrl-D ends",
        version(), text::count(models, "model")));
  }

  std::pair<std::size_t, std::vector<std::string>> complete(
      std::string_view line) {
    if (entry_.empty() && is_shell_command(line)) {
      return complete_shell_command(line, context_.models(),
                                    context_.working_directory());
    }
    scripting::Completion found =
        scripting::complete(entries_.scripts().state(), line);
    return {found.begun, std::move(found.words)};
  }

  /// nullopt at the end; Ctrl-C begins anew.
  std::optional<std::string> read(std::string prompt) {
    for (;;) {
      try {
        return editor_.read(prompt);
      } catch (const Error& error) {
        // The normal end of a shell.
        if (error.exit_code() == ExitCode::kTerminated) return std::nullopt;
        cli::clear_interruption();
        entry_.clear();
        context_.out().raw("\n");
        prompt = ">>> ";
      }
    }
  }

  void enter() {
    if (!text::trim(entry_).empty()) {
      const auto took = entries_.take(entry_);
      if (took == ShellEntries::Took::kUnfinished) return;
      editor_.remember(entry_);
    }
    entry_.clear();
  }

  cli::Context& context_;
  ShellEntries entries_;
  LineEditor editor_;
  std::function<void(std::string_view)> print_;  ///< as it was before
  std::string entry_;
};

}  // namespace

ExitCode run_lines(Scripts& scripts, cli::Context& context, bool startup) {
  if (context.prompt().interactive()) {
    scripts.environment().confirm = [&context](const std::string& question) {
      return context.prompt().confirm(question, "a :filter{…}");
    };
  }
  return Lines(scripts, context).run(startup);
}

}  // namespace manage::commands
