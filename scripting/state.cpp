#include "scripting/state.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <cstring>

#include "scripting/libraries.hpp"
#include "scripting/script_error.hpp"

namespace manage::scripting {

namespace {

/// Something raised outside of every call of ours: a defect, but no reason to
/// end the process.
int panic(lua_State* lua) { throw Error(pop_error(lua)); }

/// Between two looks at the limits.
constexpr int kInstructions = 1000;

}  // namespace

void* State::allocate(void* state, void* block, std::size_t before,
                      std::size_t wanted) {
  State& self = *static_cast<State*>(state);
  if (!block) before = 0;  // then it says what the block is for
  if (wanted == 0) {
    self.used_ -= before;
    std::free(block);
    return nullptr;
  }
  if (wanted > before && self.used_ + (wanted - before) > self.limits_.memory) {
    return nullptr;
  }
  void* made = std::realloc(block, wanted);
  if (made) self.used_ += wanted - before;
  return made;
}

State::State(Limits limits, std::function<void()> check)
    : limits_(limits), check_(std::move(check)) {
  lua_ = lua_newstate(allocate, this);
  if (!lua_) throw std::bad_alloc();
  lua_atpanic(lua_, panic);
  // Every coroutine has a copy.
  *static_cast<State**>(lua_getextraspace(lua_)) = this;
  lua_sethook(lua_, count, LUA_MASKCOUNT, kInstructions);
  lua_pushcfunction(lua_, wrapped<open_libraries>);
  call(0, 0);
}

State::~State() {
  life_.reset();
  lua_sethook(lua_, nullptr, 0, 0);
  lua_close(lua_);
}

State& State::of(lua_State* lua) {
  return **static_cast<State**>(lua_getextraspace(lua));
}

void State::count(lua_State* lua, lua_Debug*) { guarded(lua, counted); }

int State::counted(lua_State* lua) {
  of(lua).check_limits();
  return 0;
}

void State::check_limits() {
  require_running();
  instructions_ += kInstructions;
  try {
    if (check_) check_();
    if (limits_.instructions > 0 && instructions_ > limits_.instructions) {
      throw Error("script.budget",
                  fmt::format("the script ran for more than {} instructions",
                              limits_.instructions));
    }
    const auto ran = std::chrono::steady_clock::now() - started_;
    if (limits_.time.count() > 0 && ran > limits_.time) {
      throw Error("script.budget",
                  fmt::format("the script ran for more than {} ms",
                              limits_.time.count()));
    }
  } catch (const Error& error) {
    stop(error);
    throw;
  }
}

void State::check_interrupted() {
  require_running();
  if (!check_) return;
  try {
    check_();
  } catch (const Error& error) {
    stop(error);
    throw;
  }
}

void State::stop(const Error& reason) {
  if (!stopped_) stopped_ = reason;
}

void State::require_running() const {
  if (stopped_) throw Error(*stopped_);
}

void State::load(const std::shared_ptr<const SourceFile>& file,
                 const std::string& before) {
  const std::string name = "=" + file->name();
  std::string_view own = file->text();
  // A mark of UTF-8, and a line that says what runs the file.
  if (own.starts_with("\xef\xbb\xbf")) own.remove_prefix(3);
  if (own.starts_with('#'))
    own.remove_prefix(std::min(own.find('\n'), own.size()));
  const std::string text = before + std::string(own);
  const int status =
      luaL_loadbufferx(lua_, text.data(), text.size(), name.c_str(), "t");
  // How messages will name it.
  std::string shown = file->name();
  if (status == LUA_OK) {
    lua_Debug debug;
    lua_pushvalue(lua_, -1);
    lua_getinfo(lua_, ">S", &debug);
    shown = debug.short_src;
  }
  files_[shown] = file;
  if (status == LUA_OK) return;
  Error error = pop_error(lua_);
  Error syntax("script.syntax", error.message());
  if (const SourcePos where = error.diagnostics().front().where) {
    syntax.at(where);
  }
  throw Error(syntax);
}

void State::call(int arguments, int results) {
  const bool outermost = depth_ == 0;
  if (outermost) {
    instructions_ = 0;
    started_ = std::chrono::steady_clock::now();
  }
  ++depth_;
  const int status = lua_pcall(lua_, arguments, results, 0);
  --depth_;
  if (status == LUA_OK && !stopped_) return;
  Error error = status == LUA_OK ? *stopped_ : pop_error(lua_);
  if (status == LUA_ERRMEM) {
    error = Error("script.memory",
                  fmt::format("not enough memory: scripts have {} MiB",
                              limits_.memory >> 20));
  }
  if (stopped_) error = *stopped_;
  if (outermost) stopped_.reset();
  throw Error(error);
}

int State::run_work(lua_State* lua) {
  const auto* work = static_cast<const std::function<void(lua_State*)>*>(
      lua_touserdata(lua, 1));
  (*work)(lua);
  return 0;
}

void State::run(const std::function<void(lua_State*)>& work) {
  if (lua_checkstack(lua_, LUA_MINSTACK) == 0) {
    throw Error("script.memory", "too many scripts run each other");
  }
  lua_pushcfunction(lua_, wrapped<run_work>);
  lua_pushlightuserdata(lua_,
                        const_cast<std::function<void(lua_State*)>*>(&work));
  call(1, 0);
}

SourcePos State::place(const char* name, int line) const {
  const auto found = files_.find(std::string_view(name));
  if (found == files_.end() || line < 1) return {};
  return {found->second, line, 0};
}

SourcePos State::take_place(std::string_view& text) const {
  for (const auto& [name, file] : files_) {
    if (!text.starts_with(name) || text.size() < name.size() + 3) continue;
    const char* begin = text.data() + name.size() + 1;
    const char* end = text.data() + text.size();
    int line = 0;
    const auto [after, problem] = std::from_chars(begin, end, line);
    if (begin[-1] != ':' || problem != std::errc() || after == end) continue;
    text.remove_prefix(static_cast<std::size_t>(after - text.data()) + 1);
    while (text.starts_with(' ')) text.remove_prefix(1);
    return {file, line, 0};
  }
  return {};
}

}  // namespace manage::scripting
