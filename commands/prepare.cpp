#include "commands/prepare.hpp"

#include "cli/context.hpp"

namespace manage::commands {

using cli::Context;
using cli::Need;

cli::NeedTable needs() {
  return {
      {Need::kSettings, [](Context& context) { context.settings(); }},
      {Need::kModels, [](Context& context) { context.models(); }},
      {Need::kDatabase,
       [](Context& context) { context.connection(context.database()); }},
  };
}

}  // namespace manage::commands
