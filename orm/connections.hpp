// The open connections of a process or thread, by their aliases: opened when
// they are wanted first, and kept from one piece of work (a request, a job) to
// the next for conn_max_age seconds, as Django's persistent connections.
//
// A connection that was kept is tried with a question before it is used again,
// because the server may have ended it meanwhile. Not thread-safe: one for each
// thread.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "orm/connection.hpp"
#include "orm/query/databases.hpp"
#include "settings/settings.hpp"

namespace manage::orm {

class Connections {
 public:
  using Moment = std::chrono::steady_clock::time_point;
  using Connect = std::function<std::unique_ptr<Connection>(
      const settings::DatabaseConfig&)>;
  using Clock = std::function<Moment()>;

  /// The settings outlive it.
  explicit Connections(
      const settings::Settings& settings,
      Connect connect =
          [](const settings::DatabaseConfig& config) {
            return orm::connect(config);
          },
      Clock clock = std::chrono::steady_clock::now);

  /// Throws "database.connect", and a usage error for an alias that does not
  /// exist.
  Connection& get(const std::string& alias);
  /// A piece of work is done: transactions that are still open are rolled back,
  /// and connections that have reached their age closed.
  void end_work() noexcept;
  void close_all() { open_.clear(); }

 private:
  struct Open {
    std::unique_ptr<Connection> connection;
    Moment since;
    bool fresh = true;  ///< of this piece of work
  };

  bool is_alive(Connection& connection) const;

  const settings::Settings& settings_;
  Connect connect_;
  Clock clock_;
  std::map<std::string, Open, std::less<>> open_;
};

/// The databases of a project, with its routers and orm.lazy_loading. Both
/// outlive them.
Databases databases_of(const settings::Settings& settings,
                       Connections& connections);
/// The same, of connections that somebody else keeps.
Databases databases_of(const settings::Settings& settings,
                       Databases::Open open);

}  // namespace manage::orm
