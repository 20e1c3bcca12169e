// What happens to a project, told to whoever connected: pre_migrate,
// post_migrate, model_renamed. Who emits knows nothing of who listens;
// commands/wiring.cpp joins them.
//
// One thread. Handlers run in the order in which they were connected; one that
// throws stops the rest and what emitted.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

template <class Event>
class Signal {
 public:
  using Handler = std::function<void(const Event&)>;

  void connect(Handler handler) { handlers_.push_back(std::move(handler)); }
  /// Whether nobody listens: then an event need not be made.
  bool empty() const { return handlers_.empty(); }
  void emit(const Event& event) const {
    for (const Handler& handler : handlers_) handler(event);
  }

 private:
  std::vector<Handler> handlers_;
};

/// One migration of a run.
struct PlannedMigration {
  std::string app;
  std::string name;
  bool backwards = false;
};

/// A run of migrate on one database, once for the whole run. What it refers to
/// lives as long as the call.
struct MigrateEvent {
  Connection& connection;  ///< not in a transaction
  const Apps& apps;
  /// As the migrations that are applied leave them: of pre_migrate before the
  /// run, of post_migrate after it.
  const ModelSet& models;
  std::vector<PlannedMigration> plan;  ///< empty: there was nothing to do
  /// Tells a person what a handler did, if the person wants to know that much.
  std::function<void(std::string_view)> note = [](std::string_view) {};
};

/// A migration renamed a model, or moved it to another app; its table has the
/// new name already.
struct ModelRenamedEvent {
  Connection& connection;  ///< in the migration's transaction, if it has one
  const Apps& apps;
  const ModelSet& models;  ///< after it
  ModelKey from;
  ModelKey to;
};

struct Signals {
  Signal<MigrateEvent> pre_migrate;
  Signal<MigrateEvent> post_migrate;
  Signal<ModelRenamedEvent> model_renamed;
};

}  // namespace manage::orm
