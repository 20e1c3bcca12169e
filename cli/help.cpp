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

struct GroupTitle {
  Group group;
  std::string_view name;  ///< "manage help NAME"
  std::string_view title;
};

constexpr std::array kGroups{
    GroupTitle{Group::kMigrations, "migrations", "Migrations"},
    GroupTitle{Group::kData, "data", "Data"},
    GroupTitle{Group::kUsers, "users", "Users"},
    GroupTitle{Group::kStatic, "static-files", "Static files"},
    GroupTitle{Group::kServer, "server", "Server and shell"},
    GroupTitle{Group::kProject, "project", "Project"},
    GroupTitle{Group::kApps, "apps", "Commands of the apps"},
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

std::vector<const Command*> commands_of(Group group,
                                        const CommandTable& commands) {
  std::vector<const Command*> found;
  for (const Command& command : commands.all()) {
    if (command.group == group) found.push_back(&command);
  }
  return found;
}

void add_examples(const Command& command, Section& examples) {
  for (const Example& example : command.examples) {
    examples.definitions.push_back(
        {std::string(example.line), std::string(example.what)});
  }
}

void add_unless_empty(Page& page, Section section) {
  if (!section.definitions.empty()) page.sections.push_back(std::move(section));
}

}  // namespace

Page overview_page(const CommandTable& commands, const Topics& topics) {
  Page page{"manage",
            "manage does for any project what Django's manage.py does for a "
            "Django project.",
            "manage COMMAND [options]"};
  std::size_t width = 0;
  for (const HelpName& name : help_names(commands, topics)) {
    width = std::max(width, text::length(name.name));
  }
  for (const GroupTitle& group : kGroups) {
    Section section{std::string(group.title)};
    for (const Command* command : commands_of(group.group, commands)) {
      section.definitions.push_back(
          {padded(command->name, width), command->summary});
    }
    add_unless_empty(page, std::move(section));
  }
  Section more{"Topics of help"};
  for (const Topic& topic : topics) {
    more.definitions.push_back({padded(topic.name, width), topic.summary});
  }
  add_unless_empty(page, std::move(more));
  page.sections.push_back(
      {"",
       {"manage help NAME tells more about a command, a topic, or a group of "
        "commands such as migrations."}});
  return page;
}

Document overview_document(const CommandTable& commands, const Topics& topics) {
  DataList list, topic_list;
  for (const GroupTitle& group : kGroups) {
    for (const Command* command : commands_of(group.group, commands)) {
      list.emplace_back(Document{{"name", command->name},
                                 {"group", group.title},
                                 {"summary", command->summary}});
    }
  }
  for (const Topic& topic : topics) {
    topic_list.emplace_back(
        Document{{"name", topic.name}, {"summary", topic.summary}});
  }
  return {{"commands", std::move(list)}, {"topics", std::move(topic_list)}};
}

Page command_page(const Command& command) {
  Parser parser(command);
  Page page{command.name, command.summary, "manage " + command.name};
  Section arguments{"Arguments"}, options{"Options"}, examples{"Examples"};
  for (const OptionInfo& option : parser.options()) {
    if (option.positional) {
      arguments.definitions.push_back({option.names.front(), option.help});
    } else {
      options.definitions.push_back(
          {option_term(option.names, option.value), option.help});
    }
  }
  if (!options.definitions.empty()) page.usage += " [options]";
  for (const OptionInfo& option : parser.options()) {
    if (option.positional) page.usage += " " + argument_usage(option);
  }
  add_examples(command, examples);
  add_unless_empty(page, std::move(arguments));
  add_unless_empty(page, std::move(options));
  page.sections.push_back(global_option_section());
  add_unless_empty(page, std::move(examples));
  return page;
}

Document command_document(const Command& command) {
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

Page group_page(std::string_view name, const CommandTable& commands) {
  Page page;
  for (const GroupTitle& group : kGroups) {
    if (group.name != name) continue;
    page.name = group.name;
    page.summary = group.title;
    Section section{""}, examples{"Examples"};
    for (const Command* command : commands_of(group.group, commands)) {
      section.definitions.push_back({command->name, command->summary});
      add_examples(*command, examples);
    }
    page.sections.push_back(std::move(section));
    add_unless_empty(page, std::move(examples));
  }
  return page;
}

std::vector<std::string> group_names(const CommandTable& commands) {
  std::vector<std::string> names;
  for (const GroupTitle& group : kGroups) {
    if (!commands_of(group.group, commands).empty()) {
      names.emplace_back(group.name);
    }
  }
  return names;
}

Section global_option_section() {
  Section section{"Options of every command"};
  for (const GlobalOption& option : global_options()) {
    section.definitions.push_back(
        {option_term(option.names, option.value), option.help});
  }
  return section;
}

Page exit_code_page() {
  Page page{"exit-codes", "Exit codes"};
  Section section{""};
  for (const ExitCodeLine& line : kExitCodes) {
    section.definitions.push_back(
        {fmt::format("{:3}", static_cast<int>(line.code)),
         std::string(line.meaning)});
  }
  page.sections.push_back(std::move(section));
  return page;
}

std::vector<HelpName> help_names(const CommandTable& commands,
                                 const Topics& topics) {
  std::vector<HelpName> names;
  for (const Command& command : commands.all()) {
    names.push_back({command.name, command.summary});
  }
  for (const Topic& topic : topics) {
    names.push_back({topic.name, topic.summary});
  }
  for (const GroupTitle& group : kGroups) {
    if (commands_of(group.group, commands).empty()) continue;
    names.push_back(
        {std::string(group.name), fmt::format("Commands: {}", group.title)});
  }
  return names;
}

}  // namespace manage::cli
