#include "commands/migration_names.hpp"

namespace manage::commands {

std::string shown_path(const std::filesystem::path& path,
                       cli::Context& context) {
  std::filesystem::path relative =
      path.lexically_relative(context.settings().root);
  bool below = !relative.empty() && *relative.begin() != "..";
  return (below ? relative : path).string();
}

Data operation_document(const migrations_engine::Operation& operation) {
  return DataMap{{"type", operation.type()},
                 {"symbol", std::string(1, operation.symbol())},
                 {"description", operation.describe()}};
}

DataMap step_document(const migrations_engine::Step& step) {
  return {{"app", step.migration->key.app},
          {"name", step.migration->key.name},
          {"backwards", step.backwards}};
}

}  // namespace manage::commands
