// The lock that keeps two runs of migrate from working on one database at once.
//
// SQLite: an exclusive flock on `FILE.manage-lock`, for the whole run.
// PostgreSQL: an advisory lock in a transaction on a second connection. A lock
// of a transaction stays with its server process also behind a transaction
// pooler, where a lock of a session may end up with somebody else.
// Both go with the process, however it ends. An in-memory database has no
// second user, and needs none.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/datetime.hpp"
#include "settings/settings.hpp"

namespace manage::orm {

class Connection;

/// Who wants it, for those who find it taken.
struct LockUser {
  std::string command;  ///< "manage migrate"
  DateTime since;
};

/// Held from a successful try_hold() to its end. One thread.
class RunLock {
 public:
  virtual ~RunLock() = default;
  /// Whether it is held now.
  virtual bool try_hold() = 0;
  /// Who holds it: "manage migrate, process 4711 on web-1, since …". Empty if
  /// nobody can tell, or nobody does any more.
  virtual std::string holder() = 0;
  /// Throws Error "migrations.lock-lost" if it is not held any more.
  virtual void check() = 0;
  /// Whether a transaction pooler stands before the database, told by which of
  /// its processes serve this lock and `other`, another connection to it. Costs
  /// nothing where there is no pooler. REQUIRES: neither is in a transaction.
  virtual bool behind_pooler(Connection&) { return false; }
};

/// Not held yet. Throws what opening the database throws, and "migrations.lock"
/// where the lock's file cannot be written.
std::unique_ptr<RunLock> run_lock(const settings::DatabaseConfig& config,
                                  const LockUser& user);

struct LockWait {
  double seconds = 0;
  /// Called once, if the lock is not free, with its holder.
  std::function<void(const std::string& holder)> on_wait;
  /// Called again and again; throws to give up.
  std::function<void()> check_interrupted;
};

/// Waits until it is held. Throws Error "migrations.locked" (exit code 75) when
/// the time is over.
void hold(RunLock& lock, const std::string& alias, const LockWait& wait);

/// "process 4711 on web-1": this one.
std::string this_process();

}  // namespace manage::orm
