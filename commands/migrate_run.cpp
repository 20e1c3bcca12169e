#include "commands/migrate_run.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "commands/migrate_options.hpp"
#include "commands/migrate_pooler.hpp"
#include "commands/table_filter.hpp"
#include "core/text.hpp"
#include "orm/catalog.hpp"
#include "orm/dialect.hpp"
#include "orm/ping.hpp"
#include "settings/database_url.hpp"

namespace manage::commands {

namespace engine = migrations_engine;

namespace {

using Clock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

double number(const settings::Settings& settings, std::string_view key) {
  const settings::SettingValue& entry = settings.entry(key);
  double value = 0;
  if (const std::int64_t* integer = entry.value.integer()) {
    value = static_cast<double>(*integer);
  } else if (const Real* real = entry.value.real()) {
    value = std::strtod(real->text.c_str(), nullptr);
  }
  if (value >= 0 && value <= kLongestWait) return value;
  throw Error("settings.value",
              fmt::format("{} must be from 0 to {} seconds", key, kLongestWait))
      .at(entry.where);
}

/// In pieces, so that Ctrl-C is heard.
void sleep(double seconds, cli::Context& context) {
  constexpr std::chrono::milliseconds kPiece{50};
  const Clock::time_point end =
      Clock::now() +
      std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
  while (Clock::now() < end) {
    context.check_interrupted();
    std::this_thread::sleep_for(
        std::min<Clock::duration>(kPiece, end - Clock::now()));
  }
  context.check_interrupted();
}

/// A server that does not answer is waited for; one that refuses us is not,
/// unless it was just about to start.
std::unique_ptr<orm::Connection> connect_within(
    double seconds, const settings::DatabaseConfig& config,
    cli::Context& context) {
  constexpr double kPause = 0.2;
  const Clock::time_point end =
      Clock::now() +
      std::chrono::duration_cast<Clock::duration>(Seconds(seconds));
  bool told = false, was_up = false;
  while (true) {
    bool up = orm::ping(config);
    if (up || Clock::now() >= end) {
      try {
        return orm::connect(config);
      } catch (const Error&) {
        if (was_up || Clock::now() >= end) throw;
      }
    }
    was_up = up;
    if (!up && !told) {
      context.out().note(fmt::format(
          "waiting for the server of the database \"{}\"", config.alias));
      told = true;
    }
    sleep(kPause, context);
  }
}

settings::DatabaseConfig migration_config(const MigrateOptions& options,
                                          cli::Context& context) {
  return settings::for_migrations(
      context.settings().database(options.database));
}

}  // namespace

orm::Connection& migration_connection(const MigrateOptions& options,
                                      cli::Context& context) {
  return context.connection(options.database, [&] {
    settings::DatabaseConfig config = migration_config(options, context);
    // Nothing is prepared before somebody has looked for a pooler.
    config.pooled = true;
    return options.wait ? connect_within(*options.wait, config, context)
                        : orm::connect(config);
  });
}

std::unique_ptr<orm::RunLock> lock_runs(const MigrateOptions& options,
                                        orm::Connection* connection,
                                        cli::Context& context) {
  const settings::DatabaseConfig config = migration_config(options, context);
  std::unique_ptr<orm::RunLock> lock =
      orm::run_lock(config, {"manage migrate", context.now()});
  if (connection) find_pooler(config, *lock, *connection, context);
  orm::LockWait wait;
  wait.seconds = options.lock_wait.value_or(
      number(context.settings(), "migrations.lock_wait"));
  wait.on_wait = [&](const std::string& holder) {
    context.out().note(fmt::format("waiting for another run of migrate{}{}",
                                   holder.empty() ? "" : ": ", holder));
  };
  wait.check_interrupted = [&] { context.check_interrupted(); };
  orm::hold(*lock, options.database, wait);
  return lock;
}

void protect(const MigrateOptions& options, orm::Connection& connection,
             cli::Context& context) {
  const auto is_set = [&](std::string_view key) {
    const bool* flag = context.settings().entry(key).value.boolean();
    return flag && *flag;
  };
  for (std::string_view key : {"migrations.safe", "migrations.protected"}) {
    if (!is_set(key)) continue;
    throw Error("settings.unsupported",
                fmt::format("this version cannot do what {} asks for", key))
        .at(context.settings().entry(key).where)
        .hint("look at manage migrate --plan, then take the setting out");
  }
  const std::string& name = context.settings().database(options.database).name;
  const std::string copy = fmt::format(
      "{}.before-{}", name, text::replace_all(context.now().text(), " ", "T"));
  const std::string statement = connection.dialect().copy_into(copy);
  const bool wanted = is_set("migrations.backup_before_migrate") &&
                      !statement.empty() && name != ":memory:";
  if (!wanted || orm::introspector(connection)->tables().empty()) return;
  connection.execute(statement);
  context.out().note(fmt::format("copied {} to {}", name, copy));
}

engine::ExecuteOptions execute_options(const MigrateOptions& options,
                                       orm::RunLock* lock,
                                       cli::Context& context) {
  const settings::Settings& settings = context.settings();
  engine::ExecuteOptions execute;
  execute.fake = options.fake;
  execute.now = [&] { return context.now(); };
  execute.limits.lock_timeout = number(settings, "migrations.lock_timeout");
  execute.limits.statement_timeout =
      number(settings, "migrations.statement_timeout");
  execute.limits.in_session = !migration_connection(options, context).pooled();
  execute.pause = [&](double seconds) { sleep(seconds, context); };
  execute.has_tables = table_filter(options.database, context);
  execute.before_step = [lock] {
    if (lock) lock->check();
  };
  if (options.resume_at) {
    execute.resume_at = static_cast<std::size_t>(*options.resume_at);
  }
  return execute;
}

void accept_edit(const std::string& name, const engine::Loader& loader,
                 const std::set<engine::MigrationKey>& applied,
                 engine::MigrationLog& log, cli::Context& context) {
  std::size_t dot = name.find('.');
  if (dot == std::string::npos) {
    throw usage_error("--accept-edit takes an app and a migration",
                      "for example: --accept-edit shop.0001_initial");
  }
  engine::MigrationKey key =
      loader.find(name.substr(0, dot), name.substr(dot + 1));
  if (!applied.contains(key)) {
    throw usage_error(fmt::format("{} is not applied", key.text()),
                      "its file may be edited as you like");
  }
  log.ensure_table();
  log.accept(loader.graph().get(key), context.now());
  context.out().say(fmt::format("Accepted {} as it is now.", key.text()));
  context.out().document().set("accepted", key.text());
}

}  // namespace manage::commands
