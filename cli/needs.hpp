// What a command needs prepared before it runs. A command that needs nothing
// works with broken settings, outside a project and without a database.
#pragma once

#include <map>

namespace manage::cli {

class Context;

enum class Need {
  kSettings,  ///< the settings are read and sound
  kModels,    ///< apps and models too
  kChecks,    ///< kModels, and what is doubtful about them is told
  kDatabase,  ///< the database that --database names is open
};

/// How each need is met; the table stands in commands/prepare.cpp.
using NeedTable = std::map<Need, void (*)(Context&)>;

}  // namespace manage::cli
