#include "commands/migrate_pooler.hpp"

#include <fmt/format.h>

namespace manage::commands {

namespace {

void warn_of_pooler(const settings::DatabaseConfig& config,
                    cli::Context& context) {
  Diagnostic warning;
  warning.level = Level::kWarning;
  warning.code = "migrations.pooler";
  warning.message = fmt::format(
      "a transaction pooler stands before the database \"{}\", of which the "
      "settings say nothing",
      config.alias);
  warning.where = config.where;
  warning.hint =
      config.migration_url.empty()
          ? fmt::format(
                "say `pooled: true` in databases.{0}, or go around the "
                "pooler: databases.{0}.migration_url",
                config.alias)
          : fmt::format(
                "databases.{}.migration_url is for going around it: "
                "let it name the server itself",
                config.alias);
  context.out().report(std::move(warning));
}

}  // namespace

void find_pooler(const settings::DatabaseConfig& config, orm::RunLock& lock,
                 orm::Connection& connection, cli::Context& context) {
  const bool found = !config.pooled && lock.behind_pooler(connection);
  if (found) warn_of_pooler(config, context);
  connection.set_pooled(config.pooled || found);
}

}  // namespace manage::commands
