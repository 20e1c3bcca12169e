// A transaction pooler between migrate and its database: there the session is
// another one with every transaction.
#pragma once

#include "cli/context.hpp"
#include "orm/connection.hpp"
#include "orm/run_lock.hpp"

namespace manage::commands {

/// Tells the connection whether a transaction pooler stands in front: as the
/// settings say, or as it turns out, which gets a warning. REQUIRES: the lock
/// is not held yet.
void find_pooler(const settings::DatabaseConfig& config, orm::RunLock& lock,
                 orm::Connection& connection, cli::Context& context);

}  // namespace manage::commands
