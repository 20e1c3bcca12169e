// A function of Lua that C++ keeps for later, and that may outlive its state.
#pragma once

#include <functional>
#include <memory>

#include "scripting/state.hpp"

namespace manage::scripting {

class Kept {
 public:
  /// The value on top of the stack, which is popped.
  explicit Kept(lua_State* lua)
      : state_(State::of(lua)),
        life_(state_.life()),
        key_(luaL_ref(lua, LUA_REGISTRYINDEX)) {}
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;
  ~Kept() {
    if (!life_.expired()) luaL_unref(state_.lua(), LUA_REGISTRYINDEX, key_);
  }

  /// `work` finds it on top of the stack. Nothing, once the state is gone.
  void run(const std::function<void(lua_State*)>& work) const {
    if (life_.expired()) return;
    state_.run([&](lua_State* lua) {
      lua_rawgeti(lua, LUA_REGISTRYINDEX, key_);
      work(lua);
    });
  }
  void call() const {
    run([](lua_State* lua) { lua_call(lua, 0, 0); });
  }

 private:
  State& state_;
  std::weak_ptr<const char> life_;
  int key_;
};

}  // namespace manage::scripting
