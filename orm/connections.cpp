#include "orm/connections.hpp"

#include <utility>
#include <vector>

#include "core/error.hpp"
#include "orm/atomic.hpp"

namespace manage::orm {

Connections::Connections(const settings::Settings& settings, Connect connect,
                         Clock clock)
    : settings_(settings),
      connect_(std::move(connect)),
      clock_(std::move(clock)) {}

bool Connections::is_alive(Connection& connection) const {
  try {
    connection.query("SELECT 1");
    return true;
  } catch (const Error&) {
    return false;
  }
}

Connection& Connections::get(const std::string& alias) {
  const auto known = open_.find(alias);
  if (known != open_.end()) {
    Open& open = known->second;
    if (open.fresh || is_alive(*open.connection)) {
      open.fresh = true;
      return *open.connection;
    }
    open_.erase(known);
  }
  auto connection = connect_(settings_.database(alias));
  return *open_.insert_or_assign(alias, Open{std::move(connection), clock_()})
              .first->second.connection;
}

void Connections::end_work() noexcept {
  for (auto at = open_.begin(); at != open_.end();) {
    Open& open = at->second;
    if (open.connection->in_transaction()) open.connection->rollback();
    open.connection->blocks().forget();
    open.fresh = false;
    const settings::DatabaseConfig* config = settings_.find_database(at->first);
    const double age =
        std::chrono::duration<double>(clock_() - open.since).count();
    const bool keep =
        config && (config->conn_max_age < 0 || age < config->conn_max_age);
    at = keep ? std::next(at) : open_.erase(at);
  }
}

Databases databases_of(const settings::Settings& settings,
                       Connections& connections) {
  return databases_of(settings,
                      [&connections](const std::string& alias) -> Connection& {
                        return connections.get(alias);
                      });
}

Databases databases_of(const settings::Settings& settings,
                       Databases::Open open) {
  Databases made(std::move(open));
  made.routes = settings.routes;
  const std::string* lazy = settings.value("orm.lazy_loading").text();
  if (lazy && *lazy == "warn") made.lazy_loading = LazyLoading::kWarn;
  if (lazy && *lazy == "raise") made.lazy_loading = LazyLoading::kRaise;
  return made;
}

}  // namespace manage::orm
