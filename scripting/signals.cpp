#include "scripting/signals.hpp"

#include <fmt/format.h>

#include <array>

#include "core/text.hpp"
#include "orm/model_signals.hpp"
#include "scripting/json.hpp"
#include "scripting/kept.hpp"
#include "scripting/modules.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/values.hpp"

namespace manage::scripting {

namespace {

constexpr std::string_view kFile = "signals.lua";

void set_text(lua_State* lua, const char* name, std::string_view text) {
  push_text(lua, text);
  lua_setfield(lua, -2, name);
}

void set_flag(lua_State* lua, const char* name, bool flag) {
  lua_pushboolean(lua, flag ? 1 : 0);
  lua_setfield(lua, -2, name);
}

void set_record(lua_State* lua, const char* name, orm::Record& record) {
  push_record(lua, record.shared_from_this());
  lua_setfield(lua, -2, name);
}

void set_texts(lua_State* lua, const char* name,
               const std::vector<std::string>& texts) {
  lua_createtable(lua, static_cast<int>(texts.size()), 0);
  for (std::size_t i = 0; i < texts.size(); ++i) {
    push_text(lua, texts[i]);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  lua_setfield(lua, -2, name);
}

// What the table of an event has, beside the sender.

void fill(lua_State* lua, const orm::InitEvent& event) {
  if (event.record) set_record(lua, "instance", *event.record);
  set_texts(lua, "given", event.given);
}

void fill(lua_State* lua, const orm::SaveEvent& event) {
  set_record(lua, "instance", event.record);
  set_text(lua, "using", event.alias);
  set_flag(lua, "raw", event.raw);
  set_flag(lua, "created", event.created);
  if (event.update_fields) {
    set_texts(lua, "update_fields", *event.update_fields);
  }
}

void fill(lua_State* lua, const orm::DeleteEvent& event) {
  set_record(lua, "instance", event.record);
  set_text(lua, "using", event.alias);
}

void fill(lua_State* lua, const orm::ManyToManyEvent& event) {
  constexpr std::array<const char*, 6> kActions = {"pre_add",    "post_add",
                                                   "pre_remove", "post_remove",
                                                   "pre_clear",  "post_clear"};
  set_text(lua, "action", kActions.at(static_cast<std::size_t>(event.action)));
  set_record(lua, "instance", event.record);
  set_flag(lua, "reverse", event.reverse);
  push<ModelRef>(lua, {&event.model});
  lua_setfield(lua, -2, "model");
  lua_createtable(lua, static_cast<int>(event.keys.size()), 0);
  for (std::size_t i = 0; i < event.keys.size(); ++i) {
    push_value(lua, event.keys[i]);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  lua_setfield(lua, -2, "pk_set");
  set_text(lua, "using", event.alias);
}

void fill(lua_State* lua, const orm::UserEvent& event) {
  if (event.user) set_record(lua, "user", *event.user);
  set_text(lua, "username", event.username);
  push_json(lua, to_json(event.credentials));
  lua_setfield(lua, -2, "credentials");
}

void fill(lua_State* lua, const orm::MigrateEvent& event) {
  set_text(lua, "using", event.connection.alias());
  lua_createtable(lua, static_cast<int>(event.plan.size()), 0);
  for (std::size_t i = 0; i < event.plan.size(); ++i) {
    lua_createtable(lua, 0, 3);
    set_text(lua, "app", event.plan[i].app);
    set_text(lua, "name", event.plan[i].name);
    set_flag(lua, "backwards", event.plan[i].backwards);
    lua_rawseti(lua, -2, static_cast<lua_Integer>(i) + 1);
  }
  lua_setfield(lua, -2, "plan");
}

/// The documents of a record that a receiver may have changed in place.
void take_documents_of(lua_State* lua, orm::Record* record) {
  if (record) take_documents(lua, record->shared_from_this());
}
template <class Event>
orm::Record* record_of(const Event& event) {
  if constexpr (requires { event.record.model(); }) {
    return &event.record;
  } else if constexpr (requires { event.record->model(); }) {
    return event.record;
  } else {
    return nullptr;
  }
}

/// A signal of the environment, which gives the script's receivers to it.
struct SignalRef {
  const char* name;
  void (*connect)(Environment& world, std::shared_ptr<Kept> function,
                  orm::Receiver receiver);
  bool (*disconnect)(Environment& world, const orm::Receiver& receiver);
};

}  // namespace

template <>
inline constexpr const char* kClass<const SignalRef*> = "Signal";

namespace {

template <class Event>
void connect(orm::Signal<Event>& signal, std::shared_ptr<Kept> function,
             orm::Receiver receiver) {
  signal.connect(
      [function = std::move(function)](const Event& event) {
        function->run([&](lua_State* lua) {
          lua_newtable(lua);
          set_text(lua, "sender", event.sender());
          fill(lua, event);
          lua_call(lua, 1, 0);
          take_documents_of(lua, record_of(event));
        });
      },
      std::move(receiver));
}

template <auto Owner, auto Member>
constexpr SignalRef signal(const char* name) {
  return {name,
          [](Environment& world, std::shared_ptr<Kept> function,
             orm::Receiver receiver) {
            connect((world.*Owner).*Member, std::move(function),
                    std::move(receiver));
          },
          [](Environment& world, const orm::Receiver& receiver) {
            return ((world.*Owner).*Member).disconnect(receiver);
          }};
}

template <auto Member>
constexpr SignalRef of_models(const char* name) {
  return signal<&Environment::model_signals, Member>(name);
}

using Models = orm::ModelSignals;
using Project = orm::Signals;

constexpr SignalRef kSignals[] = {
    of_models<&Models::pre_init>("pre_init"),
    of_models<&Models::post_init>("post_init"),
    of_models<&Models::pre_save>("pre_save"),
    of_models<&Models::post_save>("post_save"),
    of_models<&Models::pre_delete>("pre_delete"),
    of_models<&Models::post_delete>("post_delete"),
    of_models<&Models::m2m_changed>("m2m_changed"),
    of_models<&Models::user_logged_in>("user_logged_in"),
    of_models<&Models::user_logged_out>("user_logged_out"),
    of_models<&Models::user_login_failed>("user_login_failed"),
    signal<&Environment::signals, &Project::pre_migrate>("pre_migrate"),
    signal<&Environment::signals, &Project::post_migrate>("post_migrate"),
};

/// {sender=…, dispatch_uid=…}: the sender is a model, or its label.
orm::Receiver receiver_at(lua_State* lua, int at) {
  orm::Receiver receiver;
  if (lua_isnoneornil(lua, at)) return receiver;
  if (!lua_istable(lua, at)) wrong_type(lua, at, "a table of options");
  for (const std::string& key : sorted_keys(lua, at)) {
    lua_getfield(lua, at, key.c_str());
    if (key == "dispatch_uid") {
      receiver.dispatch_uid = text_at(lua, -1);
    } else if (key == "sender") {
      const ModelRef* model = find<ModelRef>(lua, -1);
      receiver.sender =
          model ? model->model->label()
                : environment(lua).registry().get(text_at(lua, -1)).label();
    } else {
      throw Error("script.argument", "a receiver has no " + key)
          .hint("sender, dispatch_uid");
    }
    lua_pop(lua, 1);
  }
  return receiver;
}

const SignalRef& signal_at(lua_State* lua) {
  return *get<const SignalRef*>(lua, 1);
}

int connect_function(lua_State* lua) {
  if (!lua_isfunction(lua, 2)) wrong_type(lua, 2, "a function");
  orm::Receiver receiver = receiver_at(lua, 3);
  lua_pushvalue(lua, 2);
  signal_at(lua).connect(environment(lua), std::make_shared<Kept>(lua),
                         std::move(receiver));
  lua_settop(lua, 2);
  return 1;
}

int disconnect_function(lua_State* lua) {
  const orm::Receiver receiver = receiver_at(lua, 2);
  if (receiver.dispatch_uid.empty()) {
    throw Error("script.argument", "disconnect needs the dispatch_uid")
        .hint("connect with {dispatch_uid=\"…\"}, and disconnect with it");
  }
  lua_pushboolean(
      lua, signal_at(lua).disconnect(environment(lua), receiver) ? 1 : 0);
  return 1;
}

int shown(lua_State* lua) {
  push_text(lua, fmt::format("signal {}", signal_at(lua).name));
  return 1;
}

int unknown(lua_State* lua) {
  std::vector<std::string> names;
  for (const SignalRef& one : kSignals) names.emplace_back(one.name);
  const std::string name = text_at(lua, 2);
  throw Error("script.name", "there is no signal " + name)
      .hint(text::did_you_mean(name, names));
}

constexpr Method kMethods[] = {
    {"connect", wrapped<connect_function>},
    {"disconnect", wrapped<disconnect_function>},
};

}  // namespace

void define_signals(lua_State* lua) {
  new_class<const SignalRef*>(lua);
  lua_pushcfunction(lua, wrapped<shown>);
  lua_setfield(lua, -2, "__tostring");
  lua_newtable(lua);
  add_functions(lua, kMethods);
  use_methods(lua, kClass<const SignalRef*>);
  lua_pop(lua, 1);

  lua_newtable(lua);
  for (const SignalRef& one : kSignals) {
    push<const SignalRef*>(lua, &one);
    lua_setfield(lua, -2, one.name);
  }
  lua_createtable(lua, 0, 1);
  lua_pushcfunction(lua, wrapped<unknown>);
  lua_setfield(lua, -2, "__index");
  lua_setmetatable(lua, -2);
  lua_setglobal(lua, "signals");
}

bool has_signals(const orm::Apps& apps) {
  for (const orm::AppConfig& app : apps.all()) {
    if (app.source->read(kFile)) return true;
  }
  return false;
}

void run_signals(State& state, const orm::Apps& apps) {
  for (const orm::AppConfig& app : apps.all()) {
    if (!app.source->read(kFile)) continue;
    state.run(
        [&](lua_State* lua) { push_module(lua, app.label + ".signals"); });
  }
}

}  // namespace manage::scripting
