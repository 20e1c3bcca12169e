#include "commands/executable_command.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

/// Where the program finds the settings.
constexpr int kSettings = 3;

Error failed(std::string_view what, int problem) {
  return Error("command.program",
               fmt::format("{}: {}", what, std::strerror(problem)));
}

/// A file without a name that holds the text, closed with the object.
class Memory {
 public:
  explicit Memory(const std::string& text)
      : descriptor_(memfd_create("settings", MFD_CLOEXEC)) {
    if (descriptor_ < 0) throw failed("cannot hand over the settings", errno);
    std::size_t done = 0;
    while (done < text.size()) {
      const ssize_t count =
          write(descriptor_, text.data() + done, text.size() - done);
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) throw failed("cannot hand over the settings", errno);
      done += static_cast<std::size_t>(count);
    }
    lseek(descriptor_, 0, SEEK_SET);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { close(descriptor_); }
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> list;
  for (std::string& text : texts) list.push_back(text.data());
  list.push_back(nullptr);
  return list;
}

pid_t start(const std::filesystem::path& program,
            std::vector<std::string> arguments,
            std::vector<std::string> environment, const Memory& settings) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, settings.descriptor(), kSettings);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // What we ignore it shall not.
  sigset_t defaults;
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int problem =
      posix_spawn(&child, program.c_str(), &actions, &attributes,
                  pointers(arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (problem == ENOEXEC) {
    throw failed("cannot run " + program.string(), problem)
        .hint("its first line says what runs it: #!/usr/bin/env python3");
  }
  if (problem != 0) throw failed("cannot run " + program.string(), problem);
  return child;
}

/// Its end. The terminal sends Ctrl-C to it as well; what was sent to us alone
/// is handed on.
ExitCode wait_for(pid_t child) {
  int status = 0;
  bool told = false;
  while (waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw failed("cannot wait for the program", errno);
    const int signal = cli::interruption();
    const bool alone = signal == SIGTERM || isatty(STDIN_FILENO) == 0;
    if (signal != 0 && alone && !told) kill(child, signal);
    told = told || signal != 0;
  }
  const int code =
      WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  return static_cast<ExitCode>(code);
}

class Executable : public cli::Invocation {
 public:
  Executable(std::string name, std::filesystem::path program)
      : name_(std::move(name)), program_(std::move(program)) {}

  void configure(CLI::App& app) override {
    cli::add_argument(app, "ARGUMENT", arguments_,
                      "All of them are the program's, options too");
  }
  std::string database() const override { return "default"; }
  bool skip_checks() const override { return false; }

  ExitCode run(cli::Context& context) const override {
    if (context.out().json()) {
      throw usage_error(name_ + " has no --format json",
                        "what it prints is its own");
    }
    const settings::Settings& settings = context.settings();
    std::vector<std::string> arguments = {program_.string()};
    arguments.insert(arguments.end(), arguments_.begin(), arguments_.end());
    std::map<std::string, std::string> variables = context.environment();
    variables["MANAGE_PROJECT"] = settings.root.string();
    variables["MANAGE_ENV"] = settings.env;
    variables["MANAGE_SETTINGS_FD"] = std::to_string(kSettings);
    std::vector<std::string> environment;
    for (const auto& [key, value] : variables) {
      environment.push_back(key + "=" + value);
    }
    context.out().flush();
    const Memory memory(settings_json(settings));
    return wait_for(
        start(program_, std::move(arguments), std::move(environment), memory));
  }

 private:
  std::string name_;
  std::filesystem::path program_;
  std::vector<std::string> arguments_;
};

/// `value` at the end of a way of maps.
void put(DataMap& map, const std::vector<std::string>& way, std::size_t at,
         Data value) {
  if (at + 1 == way.size()) {
    map.set(way[at], std::move(value));
    return;
  }
  const Data* there = map.find(way[at]);
  DataMap inner = there && there->map() ? *there->map() : DataMap{};
  put(inner, way, at + 1, std::move(value));
  map.set(way[at], std::move(inner));
}

/// What a database is in force with, wherever it was said.
void put_database(DataMap& map, const settings::DatabaseConfig& database) {
  const auto set = [&](const char* key, Data value) {
    put(map, {"databases", database.alias, key}, 0, std::move(value));
  };
  const bool sqlite = database.engine == settings::Engine::kSqlite;
  set("engine", sqlite ? "sqlite3" : "postgresql");
  set("name", database.name);
  if (sqlite) return;
  set("user", database.user);
  set("password", database.password);
  set("host", database.host);
  set("port", database.port);
}

}  // namespace

std::string settings_json(const settings::Settings& settings) {
  DataMap map;
  for (const settings::SettingValue& one : settings.values) {
    put(map, text::split(one.key, '.'), 0, one.value);
  }
  for (const settings::DatabaseConfig& database : settings.databases) {
    put_database(map, database);
  }
  return to_json(map);
}

cli::Command executable_command(std::string name, std::filesystem::path program,
                                std::string shown) {
  cli::Command command;
  command.name = name;
  command.group = cli::Group::kApps;
  command.summary = "Run " + shown;
  command.needs = {cli::Need::kSettings};
  command.raw = true;
  command.attach = [name = std::move(name), program = std::move(program)] {
    return std::make_unique<Executable>(name, program);
  };
  return command;
}

}  // namespace manage::commands
