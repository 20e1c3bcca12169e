#include "commands/help.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "cli/context.hpp"
#include "cli/help.hpp"
#include "cli/man.hpp"
#include "cli/options.hpp"
#include "core/file.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

void show(const cli::Page& page, Document document, cli::Output& out) {
  out.rendered(cli::page_text(page, out.color()));
  out.document() = std::move(document);
}

void show(const cli::Page& page, cli::Output& out) {
  show(page, cli::page_document(page), out);
}

/// Whether there is such a topic; then it is shown, or that entry of it.
bool show_topic(const HelpOptions& options, cli::Context& context) {
  for (const cli::Topic& topic : context.topics()) {
    if (topic.name != options.name) continue;
    if (!options.entry) {
      show(topic.page(), context.out());
    } else if (topic.entry) {
      show(topic.entry(*options.entry), context.out());
    } else {
      return false;
    }
    return true;
  }
  return false;
}

bool show_group(const std::string& name, cli::Context& context) {
  for (const std::string& group : cli::group_names(context.all_commands())) {
    if (group != name) continue;
    show(cli::group_page(name, context.all_commands()), context.out());
    return true;
  }
  return false;
}

bool show_command(const std::string& name, cli::Context& context) {
  std::shared_ptr<const cli::Command> own;
  const cli::Command* command = context.commands().find(name);
  if (!command) {
    own = context.own_command(name);
    command = own.get();
  }
  if (!command) return false;
  show(cli::command_page(*command), cli::command_document(*command),
       context.out());
  return true;
}

Error no_help(const HelpOptions& options, cli::Context& context) {
  std::vector<std::string> names;
  for (const cli::HelpName& known :
       cli::help_names(context.all_commands(), context.topics())) {
    if (options.entry && known.name == options.name) {
      return usage_error(fmt::format("there is no help on {} {}", *options.name,
                                     *options.entry),
                         fmt::format("see: manage help {}", *options.name));
    }
    names.push_back(known.name);
  }
  std::string hint = text::did_you_mean(*options.name, names);
  if (hint.empty()) hint = "manage help lists what there is";
  return usage_error(fmt::format("there is no help on {}", *options.name),
                     hint);
}

void write_man_pages(const std::string& name, cli::Context& context) {
  std::filesystem::path folder = context.working_directory() / name;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw Error("file.unwritable", fmt::format("cannot make the folder {}: {}",
                                               name, error.message()));
  }
  std::vector<std::string> files;
  for (const cli::ManPage& page :
       cli::man_pages(context.commands(), context.topics())) {
    write_file_atomic(folder / page.file, page.text);
    files.push_back(page.file);
  }
  context.out().say(fmt::format("Wrote {} into {}",
                                text::count(files.size(), "man page"), name));
  context.out().document().set("files", files);
}

}  // namespace

void configure_help(CLI::App& app, HelpOptions& options) {
  cli::add_argument(app, "NAME", options.name,
                    "A command, a topic, or a group of commands; without it, "
                    "all commands and topics")
      .takes(cli::ValueKind::kHelp);
  cli::add_argument(app, "ENTRY", options.entry,
                    "Of the topic settings a key, of models a field type")
      .takes(cli::ValueKind::kHelpEntry);
  cli::add_option(app, "--man", "DIR", options.man,
                  "Write the man pages into this folder")
      .takes(cli::ValueKind::kFolder);
}

ExitCode run_help(const HelpOptions& options, cli::Context& context) {
  if (options.man) {
    if (options.name) throw usage_error("--man takes no NAME");
    write_man_pages(*options.man, context);
  } else if (!options.name) {
    const cli::CommandTable& commands = context.all_commands();
    show(cli::overview_page(commands, context.topics()),
         cli::overview_document(commands, context.topics()), context.out());
  } else {
    bool shown = options.entry ? show_topic(options, context)
                               : show_command(*options.name, context) ||
                                     show_topic(options, context) ||
                                     show_group(*options.name, context);
    if (!shown) throw no_help(options, context);
  }
  return ExitCode::kDone;
}

}  // namespace manage::commands
