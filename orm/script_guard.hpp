// How a script of statements notices its own errors, for a database whose tools
// go on after an error and would then commit what is left.
//
// Every check that passes leaves a row, and the last one counts them. A check
// that fails ends the transaction; what follows it runs in another one, which
// the last check ends too.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace manage::orm {

class ScriptGuard {
 public:
  using Lines = std::vector<std::string>;

  virtual ~ScriptGuard() = default;

  // Statements, in the order in which they stand in a script. REQUIRES: foreign
  // keys are off.

  virtual Lines before_begin() const = 0;
  virtual Lines after_begin() const = 0;
  /// That the query has no rows.
  virtual Lines check(std::string_view query) const = 0;
  /// That so many checks passed, and so many statements at least have changed
  /// the schema.
  virtual Lines before_commit(std::size_t checks,
                              std::size_t changes) const = 0;
  virtual Lines after_commit() const = 0;
};

class Dialect;
/// nullptr where an error ends the transaction anyway.
const ScriptGuard* script_guard(const Dialect& dialect);

}  // namespace manage::orm
