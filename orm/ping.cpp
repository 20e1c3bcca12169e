#include "orm/ping.hpp"

#include "orm/postgresql/session.hpp"

namespace manage::orm {

bool ping(const settings::DatabaseConfig& config) {
  return config.engine == settings::Engine::kSqlite || ping_postgresql(config);
}

}  // namespace manage::orm
