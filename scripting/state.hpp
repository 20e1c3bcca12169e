// One Lua state: what scripts may use, and how far they may go.
//
// Scripts are kept from accidents, not from their author: the memory is capped,
// endless loops end, no bytecode is loaded, nothing starts other programs, and
// files outside of the project are left alone. Whoever may run scripts may use
// the database anyway.
//
// One thread, never shared. Errors: what a script raises, as a manage::Error
// with its place ("script.error", or the code of what manage found);
// "script.syntax"; "script.memory"; "script.budget".
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/source.hpp"
#include "scripting/lua.hpp"

namespace manage::scripting {

class Environment;

struct Limits {
  /// Bytes that Lua may hold; beyond it a script fails, and can go on.
  std::size_t memory = std::size_t{1} << 30;
  /// Of one run, in Lua's own instructions, to the next thousand; 0: no limit.
  std::uint64_t instructions = 0;
  /// Of one run; 0: no limit. A function of ours or of Lua is not cut off in
  /// the middle.
  std::chrono::milliseconds time{0};
};

class State {
 public:
  /// `check` is called every few thousand instructions; what it throws ends the
  /// script, whatever the script catches (Ctrl-C).
  explicit State(Limits limits = {}, std::function<void()> check = {});
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State();

  /// That a function of ours was called with, in any coroutine.
  static State& of(lua_State* lua);

  lua_State* lua() const { return lua_; }
  /// What functions of ours work on; set by whoever makes one.
  Environment* environment = nullptr;

  /// Compiles a text, never bytecode, with `before` in front of its first line;
  /// leaves the function on the stack.
  void load(const std::shared_ptr<const SourceFile>& file,
            const std::string& before = {});
  /// Calls the function below `arguments` values; leaves `results`. A run of
  /// its own for the limits, unless a script is running already.
  void call(int arguments, int results);
  /// `work` as a function that Lua calls, so that errors come out of it, and
  /// what it leaves on the stack is taken away. On the thread that is running.
  void run(const std::function<void(lua_State*)>& work);

  /// "name:12:" at the front of a text as a place; taken away from the text.
  SourcePos take_place(std::string_view& text) const;
  /// Nowhere, unless that name is one of a file that was loaded.
  SourcePos place(const char* name, int line) const;

  /// Nothing can be run until the outermost call has ended.
  void stop(const Error& reason);
  /// For what works long without Lua: throws as `check` does.
  void check_interrupted();
  /// Throws the reason, once stopped.
  void require_running() const;
  std::size_t used_memory() const { return used_; }
  /// Expires with the state: for what may outlive it.
  std::weak_ptr<const char> life() const { return life_; }

 private:
  static void* allocate(void* state, void* block, std::size_t before,
                        std::size_t wanted);
  static void count(lua_State* lua, lua_Debug*);
  static int counted(lua_State* lua);
  static int run_work(lua_State* lua);
  void check_limits();

  Limits limits_;
  std::function<void()> check_;
  std::size_t used_ = 0;
  std::uint64_t instructions_ = 0;
  std::chrono::steady_clock::time_point started_;
  int depth_ = 0;  ///< of call()
  std::optional<Error> stopped_;
  /// By what Lua calls them in messages.
  std::map<std::string, std::shared_ptr<const SourceFile>, std::less<>> files_;
  lua_State* lua_ = nullptr;
  std::shared_ptr<const char> life_ = std::make_shared<const char>();
};

}  // namespace manage::scripting
