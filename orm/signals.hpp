// What happens to a project, told to whoever connected: pre_migrate,
// post_migrate, model_renamed. Who emits knows nothing of who listens;
// commands/wiring.cpp joins them.
//
// One thread. Handlers run in the order in which they were connected; one that
// throws stops the rest and what emitted.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/apps.hpp"
#include "orm/connection.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// Of what, and who: both may be empty.
struct Receiver {
  /// Only events of that sender: "shop.Book" of those about models.
  std::string sender = {};
  /// A name that is connected once, and disconnected by it.
  std::string dispatch_uid = {};
};

template <class Event>
class Signal {
 public:
  using Handler = std::function<void(const Event&)>;

  /// With a dispatch_uid that is connected to that sender already, nothing.
  void connect(Handler handler, Receiver receiver = {}) {
    if (find(receiver) == connected_.size()) {
      connected_.push_back({std::move(handler), std::move(receiver)});
    }
  }
  /// Whether there was such a receiver.
  bool disconnect(const Receiver& receiver) {
    const std::size_t at = find(receiver);
    if (at == connected_.size()) return false;
    connected_.erase(connected_.begin() + static_cast<std::ptrdiff_t>(at));
    return true;
  }
  /// Whether nobody listens: then an event need not be made.
  bool empty() const { return connected_.empty(); }
  bool listens(std::string_view sender) const {
    for (const Connected& one : connected_) {
      if (one.hears(sender)) return true;
    }
    return false;
  }
  void emit(const Event& event) const {
    // A handler may connect and disconnect others.
    const std::vector<Connected> now = connected_;
    for (const Connected& one : now) {
      if (one.hears(event.sender())) one.handler(event);
    }
  }

 private:
  struct Connected {
    Handler handler;
    Receiver receiver;

    bool hears(std::string_view sender) const {
      return receiver.sender.empty() || receiver.sender == sender;
    }
  };

  std::size_t find(const Receiver& receiver) const {
    std::size_t at = 0;
    for (; at < connected_.size(); ++at) {
      const Receiver& known = connected_[at].receiver;
      if (!receiver.dispatch_uid.empty() &&
          known.dispatch_uid == receiver.dispatch_uid &&
          known.sender == receiver.sender) {
        break;
      }
    }
    return at;
  }

  std::vector<Connected> connected_;
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

  std::string_view sender() const { return {}; }
};

/// A migration renamed a model, or moved it to another app; its table has the
/// new name already.
struct ModelRenamedEvent {
  Connection& connection;  ///< in the migration's transaction, if it has one
  const Apps& apps;
  const ModelSet& models;  ///< after it
  ModelKey from;
  ModelKey to;

  std::string_view sender() const { return {}; }
};

struct Signals {
  Signal<MigrateEvent> pre_migrate;
  Signal<MigrateEvent> post_migrate;
  Signal<ModelRenamedEvent> model_renamed;
};

}  // namespace manage::orm
