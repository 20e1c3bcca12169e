// A subject of the help that is no command: `manage help TOPIC`.
#pragma once

#include <string>
#include <vector>

#include "cli/page.hpp"

namespace manage::cli {

struct Topic {
  std::string name;     ///< "settings"
  std::string summary;  ///< one line, no full stop
  Page (*page)();
  /// The man page of section 5 made of it ("manage-settings"); empty: none.
  std::string man = {};
  /// The names of what it can tell more about, such as keys; may be absent.
  std::vector<std::string> (*entries)() = nullptr;
  /// All about one of them: `manage help TOPIC ENTRY`. Throws a usage error for
  /// what is none.
  Page (*entry)(const std::string& name) = nullptr;
};

}  // namespace manage::cli
