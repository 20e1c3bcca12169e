// Man pages, from the same tables as the help. They are kept in man/; a test
// compares.
#pragma once

#include <string>
#include <vector>

#include "cli/help.hpp"

namespace manage::cli {

struct ManPage {
  std::string file;  ///< "manage-migrate.1"
  std::string text;  ///< in the man macros of roff
};

/// manage(1), a page of section 1 for each command, and one of section 5 for
/// each topic that has one.
std::vector<ManPage> man_pages(const CommandTable& commands,
                               const Topics& topics);

}  // namespace manage::cli
