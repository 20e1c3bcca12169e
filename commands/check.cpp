#include "commands/check.hpp"

#include <fmt/format.h>

#include <set>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "core/text.hpp"

namespace manage::commands {

void configure_check(CLI::App& app, CheckOptions& options) {
  cli::add_argument(app, "app_label", options.apps,
                    "Count only these apps; all are read");
}

ExitCode run_check(const CheckOptions& options, cli::Context& context) {
  // Whoever reads settings and models refuses what is unsound, with places, so
  // what is left is to say how much that was.
  std::set<std::string> checked;
  for (const std::string& label : options.apps) {
    checked.insert(context.apps().get(label).label);
  }
  if (options.apps.empty()) {
    for (const std::string& label : context.apps().labels()) {
      checked.insert(label);
    }
  }
  std::size_t models = 0;
  for (const auto& [key, model] : context.models().all()) {
    models += checked.count(model->app);
  }
  context.out().say(fmt::format("no problems found in {} with {}",
                                text::count(checked.size(), "app"),
                                text::count(models, "model")));
  context.out().document() = {
      {"apps", std::vector<std::string>(checked.begin(), checked.end())},
      {"models", models}};
  return ExitCode::kDone;
}

}  // namespace manage::commands
