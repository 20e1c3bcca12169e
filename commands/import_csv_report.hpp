// What import_csv says in the end.
#pragma once

#include "cli/output.hpp"
#include "commands/import_csv.hpp"
#include "loaders/import_report.hpp"

namespace manage::commands {

/// Bad rows on standard error; differences and counts on standard output, the
/// latter only if something may have been written.
void show_import(const loaders::ImportReport& report, cli::Output& out);

/// What stops the command after an import that gave up.
/// REQUIRES: the outcome is kStopped or kOverBudget.
Error import_failure(const loaders::ImportReport& report,
                     const ImportCsvOptions& options);

}  // namespace manage::commands
