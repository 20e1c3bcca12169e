// The .env file: variables for those who do not set them in their shell.
//
//     file    := ( blank | comment | entry )*
//     entry   := [ "export " ] NAME "=" value [ " #" comment ]
//     value   := plain characters up to the comment, without blanks around
//              | "'" characters "'"
//              | '"' characters, with \n \t \r \" \\ \$ '"'
//
// Nothing is expanded in it; a name given twice has its last value.
#pragma once

#include <map>
#include <string>

#include "core/error.hpp"

namespace manage::settings {

struct DotenvEntry {
  std::string value;
  int line = 0;
};

/// Every line that is no entry is a diagnostic "settings.dotenv" at its line,
/// without a column: the line may hold a secret.
std::map<std::string, DotenvEntry> parse_dotenv(const SourceFile& file,
                                                Diagnostics& diagnostics);

}  // namespace manage::settings
