#include "orm/run_lock.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "orm/postgresql/run_lock.hpp"
#include "orm/sqlite/run_lock.hpp"

namespace manage::orm {

namespace {

using Clock = std::chrono::steady_clock;
constexpr std::chrono::milliseconds kPoll{50};

/// SQLite in memory.
class NoLock final : public RunLock {
 public:
  bool try_hold() override { return true; }
  std::string holder() override { return {}; }
  void check() override {}
};

Error locked(const std::string& alias, const std::string& holder,
             double waited) {
  std::string after = waited > 0 ? fmt::format(" (waited {} s)", waited) : "";
  return Error("migrations.locked",
               fmt::format("another run of migrate works on the database "
                           "\"{}\"{}{}{}",
                           alias, after, holder.empty() ? "" : ": ", holder))
      .hint("wait until it is done, or give more time: --lock-wait SECONDS")
      .exit(ExitCode::kLocked);
}

}  // namespace

std::unique_ptr<RunLock> run_lock(const settings::DatabaseConfig& config,
                                  const LockUser& user) {
  if (config.engine == settings::Engine::kPostgresql) {
    return std::make_unique<PostgresqlRunLock>(config, user);
  }
  if (config.name == ":memory:") return std::make_unique<NoLock>();
  return std::make_unique<SqliteRunLock>(config, user);
}

void hold(RunLock& lock, const std::string& alias, const LockWait& wait) {
  const Clock::time_point begin = Clock::now();
  for (bool first = true; !lock.try_hold(); first = false) {
    std::chrono::duration<double> waited = Clock::now() - begin;
    if (waited.count() >= wait.seconds) {
      throw locked(alias, lock.holder(), wait.seconds);
    }
    if (first && wait.on_wait) wait.on_wait(lock.holder());
    if (wait.check_interrupted) wait.check_interrupted();
    std::this_thread::sleep_for(kPoll);
  }
}

std::string this_process() {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  std::string text = fmt::format("process {}", ::getpid());
  return *host ? fmt::format("{} on {}", text, host) : text;
}

}  // namespace manage::orm
