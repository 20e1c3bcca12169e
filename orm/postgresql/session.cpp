#include "orm/postgresql/session.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <pqxx/connection>
#include <pqxx/except>

#include "core/text.hpp"
#include "orm/connection.hpp"
#include "orm/postgresql/libpq.hpp"

namespace manage::orm {

namespace {

/// Options that are set after connecting, by the connection itself.
bool is_session_option(std::string_view name) {
  return name == "search_path" || name == "role";
}

std::string option_text(const settings::DatabaseConfig& config,
                        std::string_view name, const Data& value) {
  if (const std::string* text = value.text()) return *text;
  if (const Real* real = value.real()) return real->text;
  if (const std::int64_t* number = value.integer()) {
    return fmt::format("{}", *number);
  }
  if (const bool* flag = value.boolean()) return *flag ? "1" : "0";
  throw Error("database.option", fmt::format("databases.{}.options.{} must be "
                                             "a text or a number",
                                             config.alias, name))
      .at(config.where);
}

/// Keywords and values for libpq. What the settings leave out is left to libpq:
/// its environment variables, password file and services. `name` may be a whole
/// connection string, which what follows it overrides.
class Parameters {
 public:
  explicit Parameters(const settings::DatabaseConfig& config) {
    add("dbname", config.name);
    add("host", config.host);
    add("port", config.port ? fmt::format("{}", config.port) : "");
    add("user", config.user);
    add("password", config.password);
    for (const auto& [name, value] : config.options) {
      if (!is_session_option(name)) {
        add(name, option_text(config, name, value));
      }
    }
    add("client_encoding", "UTF8");
    add("fallback_application_name", "manage");
  }

  PGconn* connect() const {
    Arrays arrays = as_arrays();
    return PQconnectdbParams(arrays.names.data(), arrays.values.data(),
                             kExpandName);
  }

  PGPing ping() const {
    Arrays arrays = as_arrays();
    arrays.names.insert(arrays.names.begin(), "connect_timeout");
    arrays.values.insert(arrays.values.begin(), "2");
    return PQpingParams(arrays.names.data(), arrays.values.data(), kExpandName);
  }

 private:
  static constexpr int kExpandName = 1;
  /// Ended by null pointers.
  struct Arrays {
    std::vector<const char*> names, values;
  };

  Arrays as_arrays() const {
    Arrays arrays;
    for (const auto& [name, value] : all_) {
      arrays.names.push_back(name.c_str());
      arrays.values.push_back(value.c_str());
    }
    arrays.names.push_back(nullptr);
    arrays.values.push_back(nullptr);
    return arrays;
  }

  void add(std::string name, std::string value) {
    if (!value.empty()) all_.emplace_back(std::move(name), std::move(value));
  }

  std::vector<std::pair<std::string, std::string>> all_;
};

std::string text_or(const char* text, std::string_view otherwise) {
  return text && *text ? text : std::string(otherwise);
}

/// Without line breaks and without the password, wherever libpq put it.
std::string cleaned(std::string message, const std::string& password) {
  if (!password.empty()) {
    message = text::replace_all(std::move(message), password, "********");
  }
  for (char& c : message) {
    if (c == '\n' || c == '\t') c = ' ';
  }
  return std::string(text::trim(message));
}

Error connect_error(const settings::DatabaseConfig& config, PGconn* handle) {
  // Without a host libpq did not even understand its parameters; the message
  // may then quote a connection string, password and all.
  std::string host = text_or(PQhost(handle), "");
  bool quotes_name = config.name.find('=') != std::string::npos ||
                     config.name.find("://") != std::string::npos;
  if (host.empty() && quotes_name) {
    return Error("database.connect",
                 fmt::format("the connection string of the database \"{}\" is "
                             "not valid",
                             config.alias))
        .at(config.where)
        .hint("postgresql://user@host:port/name?option=value");
  }
  std::string password =
      config.password.empty() ? text_or(PQpass(handle), "") : config.password;
  return Error("database.connect",
               fmt::format("cannot connect to the database \"{}\" (PostgreSQL, "
                           "host {}, port {}, database {}, user {}): {}",
                           config.alias, text_or(host.c_str(), "default"),
                           text_or(PQport(handle), "default"),
                           text_or(PQdb(handle), "default"),
                           text_or(PQuser(handle), "default"),
                           cleaned(PQerrorMessage(handle), password)))
      .at(config.where)
      .hint(
          "is the server running there, and do the user and the database "
          "exist? check databases." +
          config.alias +
          ", and libpq's PG* variables for what it leaves "
          "out");
}

/// Connects as libpqxx's own policy does, and keeps the handle.
class DirectPolicy final : public pqxx::connectionpolicy {
 public:
  explicit DirectPolicy(const settings::DatabaseConfig& config)
      : connectionpolicy(""), config_(config) {}

  handle do_startconnect(handle already) override {
    if (already) return already;
    pg_ = Parameters(config_).connect();
    if (!pg_) throw std::bad_alloc();
    if (PQstatus(pg_) != CONNECTION_OK) {
      Error error = connect_error(config_, pg_);
      PQfinish(pg_);
      throw error;
    }
    return pg_;
  }

  PGconn* pg() const { return pg_; }

 private:
  const settings::DatabaseConfig& config_;  ///< only while connecting
  PGconn* pg_ = nullptr;
};

}  // namespace

class PostgresqlSession::Direct final : public pqxx::connection_base {
 public:
  explicit Direct(const settings::DatabaseConfig& config)
      : connection_base(policy_), policy_(config) {
    init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    inhibit_reactivation(true);
#pragma GCC diagnostic pop
  }
  ~Direct() { close(); }

  PGconn* handle() const { return policy_.pg(); }

 private:
  DirectPolicy policy_;
};

bool ping_postgresql(const settings::DatabaseConfig& config) {
  load_libpq();
  PGPing answer = Parameters(config).ping();
  return answer != PQPING_REJECT && answer != PQPING_NO_RESPONSE;
}

PostgresqlSession::PostgresqlSession(const settings::DatabaseConfig& config) {
  try {
    direct_ = std::make_unique<Direct>(config);
  } catch (const pqxx::failure& failure) {
    throw Error("database.connect",
                fmt::format("cannot connect to the database \"{}\": {}",
                            config.alias, failure.what()))
        .at(config.where);
  }
}

PostgresqlSession::~PostgresqlSession() = default;

pg_conn* PostgresqlSession::handle() const { return direct_->handle(); }

}  // namespace manage::orm
