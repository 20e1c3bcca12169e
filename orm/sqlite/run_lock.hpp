// The lock of a run on a SQLite database: an exclusive flock on a file beside
// it.
#pragma once

#include <filesystem>
#include <string>

#include "orm/run_lock.hpp"

namespace manage::orm {

class SqliteRunLock final : public RunLock {
 public:
  /// REQUIRES: a database in a file.
  SqliteRunLock(const settings::DatabaseConfig& config, const LockUser& user);
  SqliteRunLock(const SqliteRunLock&) = delete;
  SqliteRunLock& operator=(const SqliteRunLock&) = delete;
  ~SqliteRunLock() override;

  bool try_hold() override;
  std::string holder() override;
  void check() override;

 private:
  void open();
  void close();
  /// As the database's, so that whoever may write one may lock the other.
  void adopt_permissions() const;
  /// Whether the path still leads to the file that is open.
  bool is_same_file() const;

  std::filesystem::path database_;  ///< without symbolic links
  std::string path_;
  std::string entry_;  ///< what the others read
  int descriptor_ = -1;
  bool held_ = false;
};

}  // namespace manage::orm
