// The statements of a migration that is not atomic, kept in the database while
// it runs: after a crash the schema is half-way, and no plan could be made from
// it that is surely the same.
#pragma once

#include <string>
#include <vector>

#include "core/source.hpp"
#include "migrations_engine/code_runner.hpp"
#include "migrations_engine/plan.hpp"

namespace manage::migrations_engine {

/// A plan without its operations: the statements one after the other, the
/// closing checks among them.
struct StoredPlan {
  struct Item {
    orm::Statement statement;
    SourcePos pos = {};  ///< of its operation; not stored
    /// The place of its operation in the plan, from 1, if that is a program.
    std::size_t program = 0;
    bool outside = false;        ///< the program runs in no transaction of ours
    Data position_key = {};      ///< of a program that has a position
    CodeProgress progress = {};  ///< of such a program
    std::shared_ptr<const PlannedCode> code = nullptr;  ///< not stored
  };
  /// The end of the statements that run together with `first`.
  std::size_t end_of_group(std::size_t first) const;

  std::vector<orm::Statement> before;
  std::vector<Item> items;
  std::vector<orm::Statement> after;
};

StoredPlan flattened(const Plan& plan);

/// As YAML. Parameters keep their kind as far as databases can tell it.
std::string write_plan(const StoredPlan& plan);
/// Throws Error "migrations.log" for what write_plan did not write.
StoredPlan read_plan(const std::string& text);

/// Whether both have the same first `count` statements; of programs with a
/// position, whether one may go on where the other was.
bool same_beginning(const StoredPlan& one, const StoredPlan& other,
                    std::size_t count);

}  // namespace manage::migrations_engine
