// The states of the project along the steps of a run.
#pragma once

#include <exception>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "migrations_engine/loader.hpp"
#include "migrations_engine/planner.hpp"
#include "migrations_engine/reference_checks.hpp"

namespace manage::migrations_engine {

/// The states around each step, made in one pass over the history.
class Timeline {
 public:
  /// `applied` is what the steps were planned from. With `checks` they look at
  /// every step forwards. All but `applied` outlive it.
  Timeline(const Loader& loader, const std::vector<Step>& steps,
           std::set<MigrationKey> applied, ReferenceChecks* checks = nullptr);

  struct Around {
    ProjectState before;  ///< the step's migration
    ProjectState left;    ///< by the step
  };
  /// REQUIRES: called for every step in order.
  Around next(const Step& step);
  /// What next() will return for the step, while there is time; next() throws
  /// what goes wrong.
  void prepare(const Step& step) noexcept;

 private:
  Around make(const Step& step);

  const Loader& loader_;
  std::set<MigrationKey> applied_;
  ReferenceChecks* checks_;
  std::map<MigrationKey, ProjectState> before_undone_;
  std::optional<ProjectState> running_;
  std::optional<Around> prepared_;
  std::exception_ptr failed_;
};

}  // namespace manage::migrations_engine
