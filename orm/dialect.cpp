#include "orm/dialect.hpp"

#include "core/text.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/postgresql/dialect.hpp"
#include "orm/sqlite/dialect.hpp"

namespace manage::orm {

std::string Dialect::quote_name(std::string_view name) const {
  if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
    return std::string(name);
  }
  return "\"" + text::replace_all(std::string(name), "\"", "\"\"") + "\"";
}

const Dialect& sqlite_dialect() {
  static const SqliteDialect kDialect;
  return kDialect;
}

const Dialect& postgresql_dialect() {
  static const PostgresqlDialect kDialect;
  return kDialect;
}

const Dialect& dialect_of(settings::Engine engine) {
  return engine == settings::Engine::kSqlite ? sqlite_dialect()
                                             : postgresql_dialect();
}

const Dialect* find_dialect(std::string_view name) {
  for (const Dialect* dialect : {&sqlite_dialect(), &postgresql_dialect()}) {
    if (dialect->name() == name) return dialect;
  }
  return nullptr;
}

std::unique_ptr<Introspector> introspector(Connection& connection) {
  return connection.dialect().introspector(connection);
}

}  // namespace manage::orm
