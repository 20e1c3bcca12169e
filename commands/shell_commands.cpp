#include "commands/shell_commands.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "commands/shell_entries.hpp"
#include "commands/shell_models.hpp"
#include "commands/shell_text_editor.hpp"
#include "commands/shell_watch.hpp"
#include "commands/shell_words.hpp"
#include "core/file.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

enum class Takes { kNothing, kModel, kSwitch, kFile, kSeconds };

struct ShellCommand {
  std::string_view name;
  Takes takes;
  std::string_view arguments;
  std::string_view help;
  void (*run)(ShellEntries& shell, const std::string& argument);
};

/// on, off, or nothing for the other one; what it is now is told.
bool switched(ShellEntries& shell, std::string_view command, bool now,
              const std::string& argument) {
  if (!argument.empty() && argument != "on" && argument != "off") {
    throw Error("shell.argument",
                fmt::format("\\{} takes on or off, not {}", command, argument));
  }
  const bool wanted = argument.empty() ? !now : argument == "on";
  shell.context().out().note(
      fmt::format("\\{} is {}", command, wanted ? "on" : "off"));
  return wanted;
}

void run_models(ShellEntries& shell, const std::string& argument) {
  const orm::Registry& registry = shell.scripts().environment().registry();
  if (argument.empty()) {
    list_models(shell.context().models(), shell.output());
  } else {
    describe_model(registry.get(argument), shell.output());
  }
}

void run_sql(ShellEntries& shell, const std::string& argument) {
  cli::Context& context = shell.context();
  context.show_statements(
      switched(shell, "sql", context.shows_statements(), argument));
}

void run_timing(ShellEntries& shell, const std::string& argument) {
  shell.timing = switched(shell, "timing", shell.timing, argument);
}

void run_expanded(ShellEntries& shell, const std::string& argument) {
  bool& expanded = shell.output().expanded;
  expanded = switched(shell, "x", expanded, argument);
}

void run_output(ShellEntries& shell, const std::string& argument) {
  if (argument.empty()) return shell.output().end_file();
  shell.output().into(shell.context().working_directory() / argument, argument);
}

void run_file(ShellEntries& shell, const std::string& argument) {
  if (argument.empty()) {
    throw Error("shell.argument", "\\i takes the name of a file");
  }
  shell.take_file(
      read_source(shell.context().working_directory() / argument, argument));
}

void run_editor(ShellEntries& shell, const std::string&) {
  const auto saved = edited_text(shell.context(), shell.last());
  if (!saved || text::trim(*saved).empty()) {
    shell.context().out().note("nothing was saved, and nothing is run");
    return;
  }
  std::string entry = *saved;
  while (entry.ends_with('\n')) entry.pop_back();
  shell.take_whole("the edited entry", entry);
}

void run_quit(ShellEntries& shell, const std::string&) {
  shell.ended = ExitCode::kDone;
}

void run_help(ShellEntries& shell, const std::string& argument);

constexpr ShellCommand kCommands[] = {
    {"?", Takes::kNothing, "", "List these commands", run_help},
    {"d", Takes::kModel, "[MODEL]", "List the models, or describe one",
     run_models},
    {"e", Takes::kNothing, "", "Edit the last entry in $VISUAL, and run it",
     run_editor},
    {"i", Takes::kFile, "FILE", "Run the entries of a file", run_file},
    {"o", Takes::kFile, "[FILE]",
     "Write results into a file; without one, show them again", run_output},
    {"q", Takes::kNothing, "", "End the shell", run_quit},
    {"sql", Takes::kSwitch, "[on|off]", "Show each statement, and its time",
     run_sql},
    {"timing", Takes::kSwitch, "[on|off]", "Show the time of each entry",
     run_timing},
    {"watch", Takes::kSeconds, "[SECONDS]",
     "Run the last entry every 2 seconds, until Ctrl-C", watch_entry},
    {"x", Takes::kSwitch, "[on|off]", "Show rows with a line for each field",
     run_expanded},
};

void run_help(ShellEntries& shell, const std::string&) {
  cli::Table table({"command", "what it does"});
  for (const ShellCommand& one : kCommands) {
    const std::string call = fmt::format("\\{} {}", one.name, one.arguments);
    table.add({std::string(text::trim(call)), one.help});
  }
  shell.output().table(table);
}

const ShellCommand* find_command(std::string_view name) {
  for (const ShellCommand& one : kCommands) {
    if (one.name == name) return &one;
  }
  return nullptr;
}

std::vector<std::string> command_names() {
  std::vector<std::string> names;
  for (const ShellCommand& one : kCommands) {
    names.push_back("\\" + std::string(one.name));
  }
  return names;
}

/// What may stand behind the command, which takes one word at most.
std::vector<std::string> arguments(const ShellCommand& command,
                                   std::string_view typed,
                                   const orm::ModelSet& models,
                                   const std::filesystem::path& here) {
  if (command.takes == Takes::kSwitch) return {"off", "on"};
  if (command.takes == Takes::kFile) return file_words(here, typed);
  if (command.takes == Takes::kModel) return model_words(models);
  return {};
}

/// The name without its backslash, and what stands behind it.
std::pair<std::string, std::string> parts(std::string_view line) {
  line = text::trim(line).substr(1);
  const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
  return {std::string(line.substr(0, end)),
          std::string(text::trim(line.substr(end)))};
}

}  // namespace

bool is_shell_command(std::string_view entry) {
  return text::trim(entry).starts_with('\\');
}

void run_shell_command(ShellEntries& shell, std::string_view line) {
  const auto [name, argument] = parts(line);
  const ShellCommand* command = find_command(name);
  if (!command) {
    const std::string near = text::did_you_mean("\\" + name, command_names());
    throw Error("shell.unknown", fmt::format("there is no command \\{}", name))
        .hint(near.empty() ? "\\? lists them" : near);
  }
  if (command->takes == Takes::kNothing && !argument.empty()) {
    throw Error("shell.argument",
                fmt::format("\\{} takes nothing, not {}", name, argument));
  }
  command->run(shell, argument);
}

std::pair<std::size_t, std::vector<std::string>> complete_shell_command(
    std::string_view line, const orm::ModelSet& models,
    const std::filesystem::path& here) {
  const std::size_t space = line.find_last_of(" \t");
  const std::string_view word =
      space == std::string_view::npos ? line : line.substr(space + 1);
  const auto [name, argument] = parts(line);
  std::vector<std::string> offered;
  if (word.starts_with('\\')) {
    offered = command_names();
  } else if (const ShellCommand* command = find_command(name)) {
    if (argument == word) offered = arguments(*command, word, models, here);
  }
  std::erase_if(offered,
                [&](const std::string& one) { return !one.starts_with(word); });
  return {word.size(), std::move(offered)};
}

}  // namespace manage::commands
