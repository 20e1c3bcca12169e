#include "cli/dispatch.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::cli {

namespace {

Error unknown_command(const Program& program, const std::string& name) {
  for (const AbsentCommand& absent : program.absent) {
    if (absent.name == name) {
      return usage_error(
          fmt::format("there is no command {} here: {}", name, absent.reason),
          absent.hint);
    }
  }
  std::string hint = text::did_you_mean(name, program.commands.names());
  if (hint.empty()) hint = "manage help lists the commands";
  return usage_error(fmt::format("unknown command {}", name), hint);
}

/// Where the right option can be found, if none is near.
Error with_hint(Error problem, const Command* command) {
  if (problem.diagnostics().front().hint.empty()) {
    problem.hint(command ? fmt::format("see: manage help {}", command->name)
                         : "see: manage help");
  }
  return problem;
}

void bind(Request& request, const Command& command, const NormalForm& form) {
  request.parser = std::make_unique<Parser>(command);
  request.parser->bind(form);
  request.command = &command;
}

/// Runs `help` or `version` instead of what was asked for.
void bind_instead(Request& request, const Program& program,
                  std::string_view name, std::vector<std::string> arguments) {
  NormalForm form;
  form.positionals = std::move(arguments);
  bind(request, *program.commands.find(name), form);
}

void resolve(Request& request, const Program& program,
             const std::vector<std::string>& arguments) {
  const std::vector<OptionSpec> globals = global_specs();
  CommandLine line = find_command(arguments, globals);
  const Command* command =
      line.command ? program.commands.find(*line.command) : nullptr;
  std::optional<Parser> parser;
  std::vector<OptionSpec> options;
  if (command) options = parser.emplace(*command).specs();

  NormalForm form = normalise(line.arguments, options, globals);
  apply_globals(form.globals, request.globals);
  if (request.globals.version) {
    bind_instead(request, program, "version", {});
  } else if (line.command && !command) {
    throw unknown_command(program, *line.command);
  } else if (request.globals.help) {
    std::vector<std::string> topic;
    if (command) topic.push_back(command->name);
    bind_instead(request, program, "help", std::move(topic));
  } else if (form.problem) {
    throw with_hint(*form.problem, command);
  } else if (!command) {
    bind_instead(request, program, "help", {});
  } else {
    bind(request, *command, form);
  }
}

}  // namespace

Request parse_request(const Program& program,
                      const std::vector<std::string>& arguments,
                      Globals defaults) {
  Request request;
  request.globals = std::move(defaults);
  try {
    resolve(request, program, arguments);
  } catch (const Error& error) {
    request.command = nullptr;
    request.problem = error;
  }
  return request;
}

}  // namespace manage::cli
