#include "commands/prepare.hpp"

#include "cli/context.hpp"
#include "commands/all_checks.hpp"

namespace manage::commands {

using cli::Context;
using cli::Need;

cli::NeedTable needs() {
  return {
      {Need::kSettings, [](Context& context) { context.settings(); }},
      {Need::kModels, [](Context& context) { context.models(); }},
      {Need::kChecks, require_checks},
      {Need::kDatabase,
       [](Context& context) { context.connection(context.database()); }},
  };
}

}  // namespace manage::commands
