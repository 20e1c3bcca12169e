// The lock of a run on PostgreSQL: an advisory lock of a transaction on a
// connection of its own.
#pragma once

#include <chrono>
#include <string>

#include "orm/postgresql/connection.hpp"
#include "orm/run_lock.hpp"

namespace manage::orm {

class PostgresqlRunLock final : public RunLock {
 public:
  /// Opens the connection.
  PostgresqlRunLock(const settings::DatabaseConfig& config,
                    const LockUser& user);

  bool try_hold() override;
  std::string holder() override;
  void check() override;
  bool behind_pooler(Connection& other) override;

 private:
  /// A query that leaves no snapshot behind.
  Result ask(std::string_view sql, const std::vector<Value>& parameters);

  PostgresqlConnection connection_;
  std::string name_;  ///< what others see as the holder
  std::int64_t key_ = 0;
  std::int64_t process_ = 0;  ///< of the server, when the key was asked for
  std::chrono::steady_clock::time_point checked_ = {};
};

}  // namespace manage::orm
