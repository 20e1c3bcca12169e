#include "scripting/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "scripting/csv_rows.hpp"
#include "scripting/environment.hpp"
#include "scripting/query_sets.hpp"

namespace manage::scripting {

namespace fs = std::filesystem;

namespace {

using FilePtr = std::shared_ptr<OpenFile>;

/// Absolute, without links as far as it exists.
fs::path real(const fs::path& path) {
  std::error_code ignored;
  const fs::path found = fs::weakly_canonical(path, ignored);
  return found.empty() ? fs::absolute(path) : found;
}

bool is_below(const fs::path& path, const fs::path& root) {
  const auto [rest, at] =
      std::mismatch(root.begin(), root.end(), path.begin(), path.end());
  return rest == root.end();
}

Error failed(const char* code, std::string_view what, const std::string& shown,
             int problem) {
  return Error(code, fmt::format("cannot {} {}: {}", what, shown,
                                 std::strerror(problem)));
}

OpenFile& file_at(lua_State* lua) { return *get<FilePtr>(lua, 1); }

/// One line; whether there was any.
bool push_line(lua_State* lua, OpenFile& file, bool with_end) {
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  std::FILE* handle = file.handle();
  int c = 0;
  bool any = false;
  while ((c = std::getc(handle)) != EOF) {
    any = true;
    if (c != '\n' || with_end) luaL_addchar(&text, static_cast<char>(c));
    if (c == '\n') break;
  }
  luaL_pushresult(&text);
  if (std::ferror(handle) != 0) {
    throw failed("file.unreadable", "read", file.shown(), errno);
  }
  return any;
}

void push_bytes(lua_State* lua, OpenFile& file, std::size_t most) {
  luaL_Buffer text;
  luaL_buffinit(lua, &text);
  std::FILE* handle = file.handle();
  while (most > 0) {
    const std::size_t wanted = std::min<std::size_t>(most, LUAL_BUFFERSIZE);
    char* into = luaL_prepbuffsize(&text, wanted);
    const std::size_t count = std::fread(into, 1, wanted, handle);
    luaL_addsize(&text, count);
    most -= count;
    if (count < wanted) break;
  }
  luaL_pushresult(&text);
  if (std::ferror(handle) != 0) {
    throw failed("file.unreadable", "read", file.shown(), errno);
  }
}

/// read(), read("l"), read("L"), read("a"), read(100): nil at the end, but for
/// "a", which gives an empty text there.
int read(lua_State* lua) {
  OpenFile& file = file_at(lua);
  if (lua_isinteger(lua, 2)) {
    const std::int64_t most = integer_at(lua, 2);
    push_bytes(lua, file,
               static_cast<std::size_t>(std::max<std::int64_t>(0, most)));
    if (most > 0 && lua_rawlen(lua, -1) == 0) lua_pushnil(lua);
    return 1;
  }
  const std::string how = lua_isnoneornil(lua, 2) ? "l" : text_at(lua, 2);
  if (how == "a" || how == "*a") {
    push_bytes(lua, file, SIZE_MAX);
  } else if (how == "l" || how == "L" || how == "*l") {
    if (!push_line(lua, file, how == "L")) lua_pushnil(lua);
  } else {
    throw Error("script.argument", "read takes no \"" + how + "\"")
        .hint(
            "\"l\" a line, \"L\" with its end, \"a\" all, or a number of "
            "bytes");
  }
  return 1;
}

int next_line(lua_State* lua) {
  OpenFile& file = *get<FilePtr>(lua, lua_upvalueindex(1));
  if (!push_line(lua, file, false)) lua_pushnil(lua);
  return 1;
}

int lines(lua_State* lua) {
  lua_pushvalue(lua, 1);
  lua_pushcclosure(lua, wrapped<next_line>, 1);
  return 1;
}

int write(lua_State* lua) {
  OpenFile& file = file_at(lua);
  for (int at = 2; at <= lua_gettop(lua); ++at) {
    std::size_t length = 0;
    const char* text = luaL_tolstring(lua, at, &length);
    if (std::fwrite(text, 1, length, file.handle()) != length) {
      throw failed("file.unwritable", "write", file.shown(), errno);
    }
    lua_pop(lua, 1);
  }
  lua_settop(lua, 1);
  return 1;
}

int close(lua_State* lua) {
  file_at(lua).close();
  return 0;
}

int open(lua_State* lua) {
  const std::string mode = lua_isnoneornil(lua, 2) ? "r" : text_at(lua, 2);
  if (mode != "r" && mode != "w" && mode != "a") {
    throw Error("script.argument", "there is no mode \"" + mode + "\"")
        .hint("\"r\" reads, \"w\" begins a file anew, \"a\" writes at its end");
  }
  push<FilePtr>(lua,
                environment(lua).files.open(text_at(lua, 1), mode.front()));
  return 1;
}

int shown(lua_State* lua) {
  push_text(lua, fmt::format("file {}", file_at(lua).shown()));
  return 1;
}

constexpr Method kObject[] = {
    {"__close", wrapped<close>},
    {"__tostring", wrapped<shown>},
};

constexpr Method kMethods[] = {
    {"close", wrapped<close>},
    {"lines", wrapped<lines>},
    {"read", wrapped<read>},
    {"write", wrapped<write>},
};

}  // namespace

OpenFile::OpenFile(const fs::path& path, std::string shown, char mode)
    : shown_(std::move(shown)),
      writes_(mode != 'r'),
      file_(std::fopen(path.c_str(),
                       mode == 'r' ? "rbe" : (mode == 'w' ? "wbe" : "abe"))) {
  if (file_) return;
  if (errno == ENOENT && !writes_) {
    throw Error("file.missing", "there is no file " + shown_);
  }
  throw failed(writes_ ? "file.unwritable" : "file.unreadable", "open", shown_,
               errno);
}

OpenFile::~OpenFile() {
  if (file_) std::fclose(file_);
}

std::FILE* OpenFile::handle() const {
  if (!file_) throw Error("file.closed", shown_ + " is closed already");
  return file_;
}

void OpenFile::close() {
  if (!file_) return;
  std::FILE* file = std::exchange(file_, nullptr);
  const bool lost = std::ferror(file) != 0;
  if (std::fclose(file) == 0 && !(lost && writes_)) return;
  if (writes_) throw failed("file.unwritable", "write", shown_, errno);
}

void FileAccess::allow(const fs::path& path) {
  roots_.push_back(real(path.is_absolute() ? path : here_ / path));
}

fs::path FileAccess::allowed(const std::string& path) const {
  const fs::path found = real(here_ / path);
  for (const fs::path& root : roots_) {
    if (is_below(found, root)) return found;
  }
  throw Error("file.outside", path + " is outside of the project")
      .hint(
          "add its folder to the setting shell.files, or let an argument of "
          "the command's name it");
}

std::shared_ptr<OpenFile> FileAccess::open(const std::string& path, char mode) {
  auto made = std::make_shared<OpenFile>(allowed(path), path, mode);
  std::erase_if(open_, [](const auto& one) { return one->closed(); });
  if (mode != 'r') open_.push_back(made);
  return made;
}

void FileAccess::close_all() {
  for (const auto& one : std::exchange(open_, {})) {
    one->close();
  }
}

void define_files(lua_State* lua) {
  new_class<FilePtr>(lua);
  add_functions(lua, kObject);
  lua_newtable(lua);
  add_functions(lua, kMethods);
  use_methods(lua, kClass<FilePtr>);
  lua_pop(lua, 1);
  lua_pushcfunction(lua, wrapped<open>);
  lua_setglobal(lua, "open");
  define_csv(lua);
}

}  // namespace manage::scripting
