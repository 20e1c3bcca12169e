// What migrate does about migrations that come out of order.
#pragma once

#include "cli/context.hpp"
#include "commands/migrate_work.hpp"

namespace manage::commands {

enum class TellOrder {
  kAll,
  kErrors,  ///< the warnings were told before
};

/// As migrations.out_of_order says, warns of each such migration or throws
/// Error "migrations.out-of-order". One that is half-done is only finished, and
/// does not count.
void judge_order(const MigrateWork& work,
                 const migrations_engine::Loader& loader, TellOrder tell,
                 cli::Context& context);

}  // namespace manage::commands
