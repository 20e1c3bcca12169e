// What kind of value an option or argument takes. Each declares it
// (OptionRef::takes), and completion offers what there is of that kind.
#pragma once

namespace manage::cli {

enum class ValueKind {
  kAny,     ///< nothing to offer
  kChoice,  ///< what choices() lists
  kFile,
  kFolder,
  kCommand,
  kHelp,             ///< a command, topic or group
  kHelpEntry,        ///< of the topic in the argument before
  kApp,              ///< a label
  kModel,            ///< "shop.Book"
  kField,            ///< a field of the model that --model names
  kFieldPath,        ///< "shop.Book.title"
  kMigration,        ///< a migration of the app in the argument before
  kMigrationTarget,  ///< the same, or zero
  kSetting,          ///< a key of the settings
  kEnvironment,      ///< "prod"
  kDatabase,         ///< an alias
};

/// Where in the value it stands.
enum class ValueShape {
  kWhole,   ///< it is the value
  kList,    ///< separated by commas
  kBefore,  ///< before an equals sign: debug=true
  kAfter,   ///< behind the last equals sign: Header=title
};

struct Takes {
  ValueKind kind = ValueKind::kAny;
  ValueShape shape = ValueShape::kWhole;
};

}  // namespace manage::cli
