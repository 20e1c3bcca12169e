// What happens to records, told to whoever connected: Django's model signals.
// The sender is the label of the model ("shop.Book"). Where nobody listens,
// nothing is made for it. A handler that throws stops the operation, and the
// block around it is rolled back.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/query/record.hpp"
#include "orm/signals.hpp"

namespace manage::orm {

/// A record was made, by a program or of a row.
struct InitEvent {
  const Model& model;
  /// What a program gave to it; pre_init only, as names.
  std::vector<std::string> given;
  Record* record = nullptr;  ///< post_init only
  std::string label = model.label();

  std::string_view sender() const { return label; }
};

struct SaveEvent {
  Record& record;
  const std::string& alias;
  /// What save() was told to write; nullptr: everything.
  const std::vector<std::string>* update_fields = nullptr;
  bool raw = false;      ///< of a fixture: related rows may not be there yet
  bool created = false;  ///< post_save only
  std::string label = record.model().label();

  std::string_view sender() const { return label; }
};

struct DeleteEvent {
  Record& record;
  const std::string& alias;
  std::string label = record.model().label();

  std::string_view sender() const { return label; }
};

/// The rows of a many-to-many relation change. The sender is the join model.
struct ManyToManyEvent {
  enum class Action {
    kPreAdd,
    kPostAdd,
    kPreRemove,
    kPostRemove,
    kPreClear,
    kPostClear
  };
  Action action;
  const Model& through;
  Record& record;           ///< whose relation it is
  bool reverse = false;     ///< seen from the model without the field
  const Model& model;       ///< of the records that come and go
  std::vector<Value> keys;  ///< theirs; none for clear
  const std::string& alias;
  std::string label = through.label();

  std::string_view sender() const { return label; }
};

/// Somebody logged in or out, or could not log in. Who authenticates tells it.
struct UserEvent {
  Record* user = nullptr;  ///< nullptr: nobody of that name is known
  std::string username;
  /// What was given to log in with, without passwords and tokens; of a failure.
  DataMap credentials;
  std::string label = user ? user->model().label() : std::string();

  std::string_view sender() const { return label; }
};

struct ModelSignals {
  Signal<InitEvent> pre_init, post_init;
  Signal<SaveEvent> pre_save, post_save;
  Signal<DeleteEvent> pre_delete, post_delete;
  Signal<ManyToManyEvent> m2m_changed;
  Signal<UserEvent> user_logged_in, user_logged_out, user_login_failed;
};

}  // namespace manage::orm
