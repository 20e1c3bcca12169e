#include "commands/help.hpp"

#include <fmt/format.h>

#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/options.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

constexpr std::string_view kExitCodes = "exit-codes";

void show(cli::Output& out, const std::string& text, Document document) {
  out.rendered(text);
  out.document() = std::move(document);
}

}  // namespace

void configure_help(CLI::App& app, HelpOptions& options) {
  cli::add_argument(app, "command", options.topic,
                    "A command, or exit-codes; without it, all commands");
}

ExitCode run_help(const HelpOptions& options, cli::Context& context) {
  cli::Output& out = context.out();
  const cli::CommandTable& commands = context.commands();
  if (!options.topic) {
    show(out, cli::command_list(commands, out.color()),
         cli::command_list_document(commands));
  } else if (*options.topic == kExitCodes) {
    show(out, cli::exit_code_help(), cli::exit_code_document());
  } else if (const cli::Command* command = commands.find(*options.topic)) {
    show(out, cli::command_help(*command, out.color()),
         cli::command_help_document(*command));
  } else {
    std::vector<std::string> topics = commands.names();
    topics.emplace_back(kExitCodes);
    throw usage_error(fmt::format("there is no help on {}", *options.topic),
                      text::did_you_mean(*options.topic, topics));
  }
  return ExitCode::kDone;
}

}  // namespace manage::commands
