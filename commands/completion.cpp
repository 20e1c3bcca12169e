#include "commands/completion.hpp"

#include "cli/completion.hpp"
#include "cli/context.hpp"
#include "cli/options.hpp"

namespace manage::commands {

void configure_completion(CLI::App& app, CompletionOptions& options) {
  cli::add_argument(app, "SHELL", options.shell,
                    "Print the script for this shell: bash, zsh or fish")
      .choices({"bash", "zsh", "fish"});
  cli::add_option(app, "--complete", "WORD", options.words,
                  "A word of the line being typed (repeatable): print what the "
                  "last one could become. This is what the scripts call");
}

ExitCode run_completion(const CompletionOptions& options,
                        cli::Context& context) {
  cli::Output& out = context.out();
  if (!options.words.empty()) {
    cli::Completion completion = cli::complete(context, options.words);
    out.rendered(cli::completion_text(completion));
    out.document() = cli::completion_document(completion);
    return ExitCode::kDone;
  }
  if (!options.shell) {
    throw usage_error("completion needs SHELL",
                      "say: manage completion bash, zsh or fish");
  }
  std::string script = cli::completion_script(*options.shell);
  out.rendered(script);
  out.document().set("script", script);
  return ExitCode::kDone;
}

}  // namespace manage::commands
