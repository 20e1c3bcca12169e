// What could stand at the cursor of a command line, for the shells.
//
// Everything comes from the tables that the help and the parser use, and from
// the project's files; no database is opened. Nothing here throws: in a broken
// project, or outside of one, there is just less to offer.
#pragma once

#include <string>
#include <vector>

#include "cli/context.hpp"

namespace manage::cli {

struct Candidate {
  std::string word;   ///< the whole word, with what was typed of it
  std::string about;  ///< one line, or empty
};

struct Completion {
  /// Names of files are left to the shell, which knows how to write them.
  enum class From { kWords, kFiles, kFolders };
  From from = From::kWords;
  std::vector<Candidate> candidates;  ///< all begin with what was typed
};

/// `words` follow "manage"; the last one is being typed, and may be empty.
Completion complete(const Context& context,
                    const std::vector<std::string>& words);

/// "words", "files" or "folders" on the first line, then a candidate on each:
/// the word, and after a tab what it is.
std::string completion_text(const Completion& completion);

/// {"from", "candidates": [{"word", "about"}]}.
Document completion_document(const Completion& completion);

/// The script that makes a shell ask `manage completion`. Shells: bash, zsh,
/// fish. Throws a usage error for any other.
std::string completion_script(const std::string& shell);

}  // namespace manage::cli
