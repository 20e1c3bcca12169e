#include "cli/context.hpp"

#include <catch2/catch.hpp>
#include <csignal>

#include "tests/unit/cli/toy_program.hpp"

using namespace manage;

namespace {

/// What the sources were asked for, in order.
std::vector<std::string> asked;

class FakeConnection : public orm::Connection {
 public:
  explicit FakeConnection(std::string alias) : alias_(std::move(alias)) {}
  const orm::Dialect& dialect() const override { throw Error("x", "none"); }
  const std::string& alias() const override { return alias_; }
  std::int64_t execute(std::string_view, std::span<const orm::Value>) override {
    return 0;
  }
  orm::Result query(std::string_view, std::span<const orm::Value>) override {
    return {};
  }
  void stream(std::string_view, std::span<const orm::Value>, std::size_t,
              const std::function<void(orm::Row&)>&) override {}
  void begin(std::span<const std::string>) override {}
  void commit() override {}
  void rollback() noexcept override {}
  bool in_transaction() const override { return false; }
  void savepoint(std::string_view) override {}
  void release_savepoint(std::string_view) override {}
  void rollback_to_savepoint(std::string_view) override {}
  void interrupt() noexcept override { ++interrupts; }
  std::unique_ptr<orm::BulkWriter> bulk_writer(
      std::string, std::vector<std::string>) override {
    return nullptr;
  }

  inline static int interrupts = 0;

 private:
  std::string alias_;
};

struct Options {
  std::string database = "default";
};

void configure(CLI::App& app, Options& options) {
  cli::add_option(app, "--database", "ALIAS", options.database, "Database");
}

ExitCode look(const Options& options, cli::Context& context) {
  context.connection(options.database);
  context.models();
  context.out().line(context.settings().env);
  return ExitCode::kDone;
}

ExitCode ask(const Options& options, cli::Context& context) {
  context.settings();
  context.connection(options.database).execute("SELECT 1", {});
  return ExitCode::kDone;
}

/// Ctrl-C comes while the database is at work.
ExitCode interrupted(const Options& options, cli::Context& context) {
  context.connection(options.database);
  std::raise(SIGINT);
  CHECK(context.progress().stop_requested());
  throw Error("database.error", "the statement was interrupted");
}

ExitCode terminated(const Options&, cli::Context& context) {
  std::raise(SIGTERM);
  context.check_interrupted();
  return ExitCode::kDone;
}

/// Ctrl-C comes after the last thing was done.
ExitCode too_late(const Options&, cli::Context&) {
  std::raise(SIGINT);
  return ExitCode::kDone;
}

ExitCode print_now(const Options&, cli::Context& context) {
  context.out().line(std::to_string(context.now().micros));
  return ExitCode::kDone;
}

cli::Program program() {
  using cli::attach;
  using cli::Group;
  using cli::Need;
  asked.clear();
  cli::Program program = toy::program();
  auto add = [&](std::string name, std::vector<Need> needs,
                 cli::Attach attached) {
    program.commands.add(
        {std::move(name), Group::kData, "", std::move(needs), attached});
  };
  add("look", {Need::kModels, Need::kDatabase},
      attach<Options, configure, look>());
  add("ask", {}, attach<Options, configure, ask>());
  add("interrupted", {}, attach<Options, configure, interrupted>());
  add("terminated", {}, attach<Options, configure, terminated>());
  add("too_late", {}, attach<Options, configure, too_late>());
  add("print_now", {}, attach<Options, configure, print_now>());
  program.needs = {
      {Need::kModels, [](cli::Context& context) { context.models(); }},
      {Need::kDatabase,
       [](cli::Context& context) { context.connection(context.database()); }}};
  program.sources = {
      [](const settings::LoadOptions& options, Diagnostics&) {
        asked.push_back("settings in " + options.working_directory.string());
        settings::Settings settings;
        settings.env = options.env.value_or("dev");
        return settings;
      },
      [](const settings::Settings&, Diagnostics&) {
        asked.push_back("apps");
        return orm::Apps();
      },
      [](const orm::Apps&, const settings::Settings&, Diagnostics&) {
        asked.push_back("models");
        return orm::ModelSet();
      },
      [](const settings::Settings&, std::string_view alias) {
        asked.push_back("connection " + std::string(alias));
        return std::make_unique<FakeConnection>(std::string(alias));
      },
  };
  return program;
}

}  // namespace

TEST_CASE("what a command needs is made once, before it runs") {
  toy::Outcome outcome = toy::run(program(), {"look", "--env", "prod"});
  CHECK(outcome.out == "prod\n");
  CHECK(asked == std::vector<std::string>{"settings in /", "apps", "models",
                                          "connection default"});
}

TEST_CASE("--database says which database is opened") {
  toy::run(program(), {"look", "--database", "replica"});
  CHECK(asked.back() == "connection replica");
}

TEST_CASE("statements are told at verbosity 3, or where the settings say so") {
  const auto told = [](const toy::Outcome& outcome) {
    return outcome.err.find(" s, default) SELECT 1\n") != std::string::npos;
  };
  CHECK(toy::run(program(), {"ask"}).err.empty());
  CHECK(toy::run(program(), {"ask", "-v", "2"}).err.empty());
  CHECK(told(toy::run(program(), {"ask", "-v", "3"})));
  cli::Program logging = program();
  logging.sources.settings = [](const settings::LoadOptions&, Diagnostics&) {
    settings::Settings settings;
    settings.query_log = true;
    return settings;
  };
  CHECK(told(toy::run(logging, {"ask"})));
  CHECK(told(toy::run(logging, {"ask", "-q"})));
}

TEST_CASE("a command that needs nothing looks at nothing") {
  toy::run(program(), {"version"});
  CHECK(asked.empty());
}

TEST_CASE("broken settings stop only commands that need them") {
  cli::Program broken = program();
  broken.sources.settings = [](const settings::LoadOptions&,
                               Diagnostics& diagnostics) {
    diagnostics.add("settings.type", {}, "broken");
    return settings::Settings();
  };
  CHECK(toy::run(broken, {"look"}).err == "error: broken\n");
  CHECK(toy::run(broken, {"help"}).code == 0);
  CHECK(toy::run(broken, {"look", "--help"}).code == 0);
  CHECK(toy::run(broken, {"version"}).code == 0);
}

TEST_CASE("the clock honours SOURCE_DATE_EPOCH") {
  CHECK(
      toy::run(program(), {"print_now"}, {{"SOURCE_DATE_EPOCH", "1767225600"}})
          .out == "1767225600000000\n");
  for (const char* bad : {"", "soon", "-1", "1e9", "99999999999999"}) {
    toy::Outcome outcome =
        toy::run(program(), {"print_now"}, {{"SOURCE_DATE_EPOCH", bad}});
    CHECK(outcome.code == 2);
    CHECK(outcome.err ==
          "error: SOURCE_DATE_EPOCH is not a number of seconds\n"
          "hint: for example: SOURCE_DATE_EPOCH=1767225600\n");
  }
}

TEST_CASE("signals stop statements and decide the exit code") {
  cli::install_signal_handlers();
  FakeConnection::interrupts = 0;

  toy::Outcome outcome = toy::run(program(), {"interrupted"});
  CHECK(outcome.code == 130);
  CHECK(outcome.err == "error: interrupted\n");
  CHECK(FakeConnection::interrupts == 1);
  cli::clear_interruption();

  outcome = toy::run(program(), {"terminated"});
  CHECK(outcome.code == 143);
  CHECK(outcome.err == "error: terminated\n");
  cli::clear_interruption();

  outcome = toy::run(program(), {"interrupted", "--format", "json"});
  CHECK(outcome.code == 130);
  CHECK(outcome.out.find("\"code\": \"interrupted\"") != std::string::npos);
  cli::clear_interruption();

  CHECK(toy::run(program(), {"too_late"}).code == 0);
  cli::clear_interruption();
  CHECK(FakeConnection::interrupts == 2);
}
