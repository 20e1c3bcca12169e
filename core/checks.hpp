// The check framework: what is wrong or doubtful about a project, found without
// running it. Each folder adds its checks to one list (commands/all_checks.cpp
// is the table); `manage check` and the commands that need sound files run it.
//
// An id is Django's where Django has the check ("fields.W340"), else one of
// ours ("manage.W001"): a name, a dot, the first letter of the level, a number.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/datetime.hpp"
#include "core/error.hpp"

namespace manage {

using CheckFunction = std::function<void(Diagnostics&)>;

struct Check {
  std::string tag;
  CheckFunction run;
  /// Only what matters where the project is deployed: `check --deploy`.
  bool deploy = false;
};

/// Which checks to run.
struct CheckSelection {
  std::vector<std::string> tags;  ///< empty: all
  bool deploy = false;
};

class CheckList {
 public:
  void add(std::string tag, CheckFunction run);
  void add_deploy(std::string tag, CheckFunction run);

  /// Sorted, each once; those of --deploy too if asked for.
  std::vector<std::string> tags(bool deploy) const;
  /// In the order they were added.
  Diagnostics run(const CheckSelection& selection) const;

 private:
  std::vector<Check> checks_;
};

/// Whether it is written like the id of a check.
bool is_check_id(std::string_view text);

/// One entry of silenced_system_checks.
struct Silence {
  std::string id;
  std::string reason;         ///< may be empty
  std::optional<Date> until;  ///< the last day
  SourcePos where;
};

struct CheckReport {
  std::vector<Diagnostic> issues;  ///< the worst first, else in their order
  std::size_t silenced = 0;

  std::size_t count(Level level) const;
  /// Whether anything is at least that bad.
  bool reaches(Level level) const;
};

/// Takes out what is silenced. Errors stay, because nothing works while there
/// are any: for an entry that names one, and for one that is over on `today`,
/// the report has a warning more (manage.W001, manage.W002).
CheckReport silence(const Diagnostics& found,
                    const std::vector<Silence>& silences, Date today);

}  // namespace manage
