// What the options of import_csv mean to the import.
#pragma once

#include "commands/import_csv.hpp"
#include "loaders/import_options.hpp"

namespace manage::commands {

/// Throws usage errors for values that make no sense, and for options that
/// exclude each other.
loaders::ImportOptions import_options(const ImportCsvOptions& options,
                                      cli::Context& context);

}  // namespace manage::commands
