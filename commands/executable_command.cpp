#include "commands/executable_command.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/child_process.hpp"
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

/// What ended it has ended us too: whoever called the command is to stop.
void take_over(const ProgramEnd& end) {
  const bool gave_in = end.exit_code() == 128 + end.signal;
  if (end.signal == SIGTERM || (end.signal == SIGINT && gave_in)) {
    raise(end.signal);
  }
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
    const Memory memory(settings_json(settings));
    Program program{program_.string(),
                    {program_.string()},
                    context.environment(),
                    Program::Handed{memory.descriptor(), kSettings}};
    program.arguments.insert(program.arguments.end(), arguments_.begin(),
                             arguments_.end());
    program.environment["MANAGE_PROJECT"] = settings.root.string();
    program.environment["MANAGE_ENV"] = settings.env;
    program.environment["MANAGE_SETTINGS_FD"] = std::to_string(kSettings);
    context.out().flush();
    const ProgramEnd end = run_program(program);
    take_over(end);
    return static_cast<ExitCode>(end.exit_code());
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
