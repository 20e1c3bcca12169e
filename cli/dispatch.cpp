#include "cli/dispatch.hpp"

#include <fmt/format.h>

#include "core/text.hpp"

namespace manage::cli {

namespace {

Error unknown_command(const Program& program, const std::string& name,
                      const std::vector<std::string>& all) {
  for (const AbsentCommand& absent : program.absent) {
    if (absent.name == name) {
      return usage_error(
          fmt::format("there is no command {} here: {}", name, absent.reason),
          absent.hint);
    }
  }
  std::string hint =
      text::did_you_mean(name, all.empty() ? program.commands.names() : all);
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

void bind_to(Request& request, std::shared_ptr<const Command> command,
             const NormalForm& form) {
  request.parser = std::make_unique<Parser>(*command);
  request.parser->bind(form);
  request.command = std::move(command);
}

/// A row of a table that lives as long as the program.
std::shared_ptr<const Command> borrowed(const Command* command) {
  return {std::shared_ptr<const void>(), command};
}

/// Runs `help` or `version` instead of what was asked for.
void bind_instead(Request& request, const Program& program,
                  std::string_view name, std::vector<std::string> arguments) {
  NormalForm form;
  form.positionals = std::move(arguments);
  bind_to(request, borrowed(program.commands.find(name)), form);
}

/// The command of that name; nullptr if there is none. Which project it may be
/// of, the globals say: those before it; only if they lead to none, those
/// behind it too, which may be its own.
std::shared_ptr<const Command> command_of(const Program& program,
                                          const CommandLine& line,
                                          const OwnCommands& own,
                                          Globals globals) {
  if (!line.command) return nullptr;
  if (const Command* known = program.commands.find(*line.command)) {
    return borrowed(known);
  }
  const auto apply = [&](const std::vector<std::string>& arguments) {
    const auto given = normalise(arguments, {}, global_specs()).globals;
    apply_globals(given, globals);
    return !given.empty();
  };
  const auto place =
      line.arguments.begin() + static_cast<std::ptrdiff_t>(line.place);
  apply({line.arguments.begin(), place});
  if (auto found = own.find(*line.command, globals)) return found;
  if (!apply({place, line.arguments.end()})) return nullptr;
  return own.find(*line.command, globals);
}

/// What stands behind a raw command is left as it is.
NormalForm normal_form(const CommandLine& line, const Command* command,
                       const std::vector<OptionSpec>& options) {
  const std::vector<OptionSpec> globals = global_specs();
  if (!command || !command->raw) {
    return normalise(line.arguments, options, globals);
  }
  const auto behind =
      line.arguments.begin() + static_cast<std::ptrdiff_t>(line.place);
  NormalForm form =
      normalise({line.arguments.begin(), behind}, options, globals);
  form.positionals.assign(behind, line.arguments.end());
  return form;
}

void resolve(Request& request, const Program& program,
             const std::vector<std::string>& arguments,
             const OwnCommands& own) {
  const CommandLine line = find_command(arguments, global_specs());
  const std::shared_ptr<const Command> command =
      command_of(program, line, own, request.globals);
  std::optional<Parser> parser;
  std::vector<OptionSpec> options;
  if (command) options = parser.emplace(*command).specs();

  const NormalForm form = normal_form(line, command.get(), options);
  apply_globals(form.globals, request.globals);
  if (request.globals.version) {
    bind_instead(request, program, "version", {});
  } else if (line.command && !command) {
    throw unknown_command(program, *line.command, own.names(request.globals));
  } else if (request.globals.help) {
    std::vector<std::string> topic;
    if (command) topic.push_back(command->name);
    bind_instead(request, program, "help", std::move(topic));
  } else if (form.problem) {
    throw with_hint(*form.problem, command.get());
  } else if (!command) {
    bind_instead(request, program, "help", {});
  } else {
    bind_to(request, command, form);
  }
}

}  // namespace

Request parse_request(const Program& program,
                      const std::vector<std::string>& arguments,
                      const OwnCommands& own, Globals defaults) {
  Request request;
  request.globals = std::move(defaults);
  try {
    resolve(request, program, arguments, own);
  } catch (const Error& error) {
    request.command = nullptr;
    request.problem = error;
  }
  return request;
}

}  // namespace manage::cli
