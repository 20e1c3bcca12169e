#include "commands/shell_entries.hpp"

#include <fmt/format.h>

#include <chrono>

#include "commands/shell_commands.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

/// Files that run each other, at most.
constexpr int kDeepest = 16;

/// What makes a long comment end where we end it: "==" of "]==]".
std::string comment_level(const std::string& text) {
  std::string level = "=";
  while (text.find("]" + level + "]") != std::string::npos) level += "=";
  return level;
}

Error unfinished(SourcePos where) {
  return Error("script.syntax", "the entry that begins here does not end")
      .at(std::move(where));
}

/// Whatever was wrong inside of it, told with the place in the file.
Error placed(const Error& error, const SourcePos& where) {
  if (error.diagnostics().front().where) return error;
  Error with_place = error;
  return with_place.at(where);
}

}  // namespace

ShellEntries::ShellEntries(Scripts& scripts, cli::Context& context)
    : scripts_(scripts),
      context_(context),
      output_(context),
      session_(scripts.state()) {}

bool ShellEntries::attempt(const std::function<void()>& work) {
  try {
    work();
    return true;
  } catch (const Error& error) {
    if (error.code() == scripting::kExit) {
      ended = error.exit_code();
    } else if (error.exit_code() == ExitCode::kInterrupted) {
      cli::clear_interruption();
      context_.out().raw("\n");
    } else if (error.exit_code() == ExitCode::kTerminated) {
      ended = ExitCode::kDone;  // the normal end of a shell
    } else {
      context_.out().error(error);
    }
  }
  return false;
}

ShellEntries::Took ShellEntries::take(const std::string& text) {
  Took took = Took::kRan;
  const bool done = attempt([&] {
    if (is_shell_command(text)) return run_shell_command(*this, text);
    const std::string name = fmt::format("entry {}", count_ + 1);
    took = run(scripting::chunk(name, text), text);
  });
  const bool written = attempt([&] { output_.flush(); });
  return done && written ? took : Took::kFailed;
}

ShellEntries::Took ShellEntries::take_whole(const std::string& name,
                                            const std::string& text) {
  if (is_shell_command(text)) return take(text);
  const auto source = scripting::chunk(name, text);
  const bool done = attempt([&] {
    if (run(source, text) == Took::kUnfinished) throw unfinished({source, 1});
  });
  const bool written = attempt([&] { output_.flush(); });
  return done && written ? Took::kRan : Took::kFailed;
}

ShellEntries::Took ShellEntries::run(
    const std::shared_ptr<const SourceFile>& source, const std::string& text,
    const std::string& before) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begin = Clock::now();
  const auto end = [&] {
    ++count_;
    last_ = text;
    if (!timing) return;
    const std::chrono::duration<double, std::milli> time = Clock::now() - begin;
    context_.out().line(fmt::format("time: {:.3f} ms", time.count()));
  };
  auto took = scripting::Session::Took::kRan;
  try {
    scripts_.step([&] {
      took = session_.enter(
          source,
          [this](const scripting::Shown& shown) { output_.show(shown); },
          before);
    });
  } catch (const Error&) {
    end();
    throw;
  }
  if (took == scripting::Session::Took::kUnfinished) return Took::kUnfinished;
  end();
  return Took::kRan;
}

void ShellEntries::take_file(const std::shared_ptr<const SourceFile>& file) {
  if (files_ >= kDeepest) {
    throw Error("shell.circle",
                fmt::format("more than {} files run each other", kDeepest))
        .at({file, 0});
  }
  ++files_;
  try {
    run_lines_of(file);
  } catch (const Error&) {
    --files_;
    throw;
  }
  --files_;
}

/// Each entry stands behind all that is before it in the file, as a comment, so
/// that messages name and show the lines of the file.
void ShellEntries::run_lines_of(const std::shared_ptr<const SourceFile>& file) {
  const std::string& whole = file->text();
  const std::string level = comment_level(whole);
  std::string entry;
  std::size_t next = 0, first = 0;  // of the line, and of the entry
  int line = 0, begin = 1;
  for (const std::string& text : text::split(whole, '\n')) {
    context_.check_interrupted();
    ++line;
    if (entry.empty()) {
      first = next;
      begin = line;
    }
    next += text.size() + 1;
    if (entry.empty() && text::trim(text).empty()) continue;
    entry += entry.empty() ? text : "\n" + text;
    try {
      if (is_shell_command(entry)) {
        run_shell_command(*this, entry);
      } else {
        std::string above = whole.substr(0, first);
        if (first > 0) above.insert(first - 1, " ]" + level + "]");
        const auto source = scripting::chunk(file->name(), above + entry);
        const std::string before = first > 0 ? "--[" + level + "[" : "";
        if (run(source, entry, before) == Took::kUnfinished) continue;
      }
      output_.flush();
    } catch (const Error& error) {
      throw placed(error, {file, begin});
    }
    if (ended) return;
    entry.clear();
  }
  if (!entry.empty()) throw unfinished({file, begin});
}

}  // namespace manage::commands
