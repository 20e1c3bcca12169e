#include "cli/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/globals.hpp"
#include "cli/parser.hpp"
#include "cli/style.hpp"
#include "core/text.hpp"

namespace manage::cli {

namespace {

constexpr std::size_t kMaxTermWidth = 30;
/// Whatever the terminal, so that help can be compared and quoted.
constexpr std::size_t kLineWidth = 80;

struct GroupTitle {
  Group group;
  std::string_view title;
};

constexpr std::array kGroups{
    GroupTitle{Group::kMigrations, "Migrations"},
    GroupTitle{Group::kData, "Data"},
    GroupTitle{Group::kUsers, "Users"},
    GroupTitle{Group::kStatic, "Static files"},
    GroupTitle{Group::kServer, "Server and shell"},
    GroupTitle{Group::kProject, "Project"},
};

struct ExitCodeLine {
  ExitCode code;
  std::string_view meaning;
};

constexpr std::array kExitCodes{
    ExitCodeLine{ExitCode::kDone, "done, or nothing to do"},
    ExitCodeLine{ExitCode::kFailed,
                 "the command failed, or a check found something"},
    ExitCodeLine{ExitCode::kUsage, "wrong usage"},
    ExitCodeLine{ExitCode::kRejected, "finished, but rows were rejected"},
    ExitCodeLine{ExitCode::kLocked, "another run holds the lock"},
    ExitCodeLine{ExitCode::kInterrupted, "interrupted (Ctrl-C)"},
    ExitCodeLine{ExitCode::kTerminated, "terminated (SIGTERM)"},
};

/// A term and what it means; long terms have a line of their own.
struct Definition {
  std::string term;
  std::string meaning;
};

/// `text` in lines that end before kLineWidth, all but the first indented.
std::string wrapped(const std::string& text, std::size_t indent) {
  std::string out;
  std::size_t column = indent;
  for (const std::string& word : text::split(text, ' ')) {
    std::size_t length = text::length(word);
    if (column > indent && column + 1 + length > kLineWidth) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (column > indent) {
      out += ' ';
      ++column;
    }
    out += word;
    column += length;
  }
  return out;
}

std::string definition_list(const std::vector<Definition>& definitions) {
  std::size_t width = 0;
  for (const Definition& definition : definitions) {
    std::size_t length = text::length(definition.term);
    if (length <= kMaxTermWidth) width = std::max(width, length);
  }
  std::string out;
  for (const Definition& definition : definitions) {
    if (text::length(definition.term) > width) {
      out += fmt::format("  {}\n  {}", definition.term, padded("", width));
    } else {
      out += fmt::format("  {}", padded(definition.term, width));
    }
    out += fmt::format("  {}\n", wrapped(definition.meaning, width + 4));
  }
  return out;
}

std::string titled(std::string_view title, bool color,
                   const std::vector<Definition>& definitions) {
  if (definitions.empty()) return {};
  return fmt::format("\n{}\n{}", paint(title, Style::kStrong, color),
                     definition_list(definitions));
}

std::string option_term(const std::vector<std::string>& names,
                        const std::string& value) {
  std::string term = text::join(names, ", ");
  return value.empty() ? term : fmt::format("{} {}", term, value);
}

/// "[app_label]", "FILE…".
std::string argument_usage(const OptionInfo& argument) {
  std::string name = argument.names.front() + (argument.repeatable ? "…" : "");
  return argument.required ? name : fmt::format("[{}]", name);
}

Document option_document(const std::vector<std::string>& names,
                         const std::string& value, const std::string& help) {
  return {{"names", names},
          {"value", value.empty() ? Data() : Data(value)},
          {"help", help}};
}

}  // namespace

std::string command_list(const CommandTable& commands, bool color) {
  std::string out =
      "manage does for any project what Django's manage.py does for a Django "
      "project.\n\nUsage: manage COMMAND [options]\n";
  std::size_t width = 0;
  for (const Command& command : commands.all()) {
    width = std::max(width, text::length(command.name));
  }
  for (const GroupTitle& group : kGroups) {
    std::vector<Definition> lines;
    for (const Command& command : commands.all()) {
      if (command.group != group.group) continue;
      lines.push_back({padded(command.name, width), command.summary});
    }
    out += titled(group.title, color, lines);
  }
  return out +
         "\nmanage help COMMAND tells more about a command, manage help "
         "exit-codes what each\nexit code means.\n";
}

Document command_list_document(const CommandTable& commands) {
  DataList list;
  for (const GroupTitle& group : kGroups) {
    for (const Command& command : commands.all()) {
      if (command.group != group.group) continue;
      list.emplace_back(Document{{"name", command.name},
                                 {"group", group.title},
                                 {"summary", command.summary}});
    }
  }
  return {{"commands", std::move(list)}};
}

std::string command_help(const Command& command, bool color) {
  Parser parser(command);
  std::string usage = fmt::format("manage {}", command.name);
  std::vector<Definition> arguments, options, globals, examples;
  for (const OptionInfo& option : parser.options()) {
    if (option.positional) {
      arguments.push_back({option.names.front(), option.help});
    } else {
      options.push_back({option_term(option.names, option.value), option.help});
    }
  }
  if (!options.empty()) usage += " [options]";
  for (const OptionInfo& option : parser.options()) {
    if (option.positional) usage += " " + argument_usage(option);
  }
  for (const GlobalOption& option : global_options()) {
    globals.push_back({option_term(option.names, option.value), option.help});
  }
  for (const Example& example : command.examples) {
    examples.push_back({std::string(example.line), std::string(example.what)});
  }
  return fmt::format("{}\n\nUsage: {}\n{}{}{}{}", command.summary, usage,
                     titled("Arguments", color, arguments),
                     titled("Options", color, options),
                     titled("Options of every command", color, globals),
                     titled("Examples", color, examples));
}

Document command_help_document(const Command& command) {
  Parser parser(command);
  DataList arguments, options, examples;
  for (const OptionInfo& option : parser.options()) {
    Document document =
        option_document(option.names, option.value, option.help);
    document.set("required", option.required);
    document.set("repeatable", option.repeatable);
    (option.positional ? arguments : options).emplace_back(std::move(document));
  }
  for (const Example& example : command.examples) {
    examples.emplace_back(
        Document{{"line", example.line}, {"what", example.what}});
  }
  return {{"name", command.name},
          {"summary", command.summary},
          {"arguments", std::move(arguments)},
          {"options", std::move(options)},
          {"examples", std::move(examples)}};
}

std::string exit_code_help() {
  std::vector<Definition> lines;
  for (const ExitCodeLine& line : kExitCodes) {
    lines.push_back({fmt::format("{:3}", static_cast<int>(line.code)),
                     std::string(line.meaning)});
  }
  return "Exit codes\n\n" + definition_list(lines);
}

Document exit_code_document() {
  Document codes;
  for (const ExitCodeLine& line : kExitCodes) {
    codes.set(fmt::format("{}", static_cast<int>(line.code)), line.meaning);
  }
  return {{"exit_codes", std::move(codes)}};
}

}  // namespace manage::cli
