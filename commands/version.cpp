#include "commands/version.hpp"

#include "cli/context.hpp"
#include "core/version.hpp"

namespace manage::commands {

void configure_version(CLI::App&, VersionOptions&) {}

ExitCode run_version(const VersionOptions&, cli::Context& context) {
  context.out().line(version());
  context.out().document().set("version", version());
  return ExitCode::kDone;
}

}  // namespace manage::commands
