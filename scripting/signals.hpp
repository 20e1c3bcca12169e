// Signals as scripts connect to them, in an app's signals.lua:
//
//   signals.post_save:connect(function(event)
//     if event.created then log(event.instance) end
//   end, {sender="shop.Book", dispatch_uid="log books"})
//
// An event is a table with Django's names: sender, instance, created, raw,
// using, update_fields, action, model, pk_set, reverse, plan, user,
// credentials. What a receiver raises stops what it was told of.
#pragma once

#include "orm/apps.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

/// The global `signals`, whose receivers join those of the environment.
void define_signals(lua_State* lua);

/// Whether an app has a signals.lua.
bool has_signals(const orm::Apps& apps);
/// Runs each app's signals.lua, in the order of the apps.
void run_signals(State& state, const orm::Apps& apps);

}  // namespace manage::scripting
