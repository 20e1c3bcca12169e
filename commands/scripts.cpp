#include "commands/scripts.hpp"

#include "cli/secrets.hpp"
#include "commands/call_command.hpp"
#include "orm/connections.hpp"
#include "scripting/signals.hpp"

namespace manage::commands {

namespace {

void print_aside(cli::Context& context, std::string_view text) {
  while (text.ends_with('\n')) text.remove_suffix(1);
  context.out().aside(text);
}

std::unique_ptr<orm::Savepoint> savepoint(orm::Connection& connection) {
  return std::make_unique<orm::Savepoint>(connection, "manage_entry");
}

}  // namespace

void print(cli::Context& context, std::string_view text) {
  if (context.out().json()) return print_aside(context, text);
  context.out().raw(text);
}

void define_settings(scripting::State& state, cli::Context& context) {
  DataMap map;
  for (const settings::SettingValue& one : context.settings().values) {
    map.set(one.key, cli::masked(one.value, one.secret));
  }
  state.run([&](lua_State* lua) { scripting::define_settings(lua, map); });
}

void prepare(scripting::Environment& environment, cli::Context& context) {
  const settings::Settings& settings = context.settings();
  environment.print = [&context](std::string_view text) {
    print(context, text);
  };
  environment.warn = [&context](std::string_view text) {
    context.out().warn(std::string(text));
  };
  environment.mail = scripting::mail_settings(settings);
  scripting::FileAccess& files = environment.files;
  files.start_at(context.working_directory());
  files.allow(settings.root);
  for (const Data& folder : *settings.value("shell.files").list()) {
    files.allow(settings.root / *folder.text());
  }
}

void Scripts::finish() { environment_.files.close_all(); }

Scripts::Scripts(cli::Context& context, Options options)
    : context_(context),
      sandbox_(options.sandbox),
      registry_(context.models()),
      callables_([this]() -> scripting::State& { return state(); }),
      databases_(orm::databases_of(
          context.settings(),
          [this](const std::string& alias) -> orm::Connection& {
            return open(alias);
          })),
      environment_(registry_, databases_) {
  databases_.warn = [&context](const Error& warning) {
    const Diagnostic& one = warning.diagnostics().front();
    context.out().warn(one.message, one.hint);
  };
  databases_.callables = &callables_;
  databases_.signals = &environment_.model_signals;
  environment_.global_models = options.models;
  environment_.apps = context.apps().labels();
  environment_.installed = &context.apps();
  environment_.dry_run = options.dry_run;
  prepare(environment_, context);
  if (options.aside) {
    environment_.print = [&context](std::string_view text) {
      print_aside(context, text);
    };
  }
}

Scripts::~Scripts() {
  // Its objects go before the connections that they look at.
  state_.reset();
}

scripting::State& Scripts::state() {
  // Nothing goes on without the receivers that were to watch it.
  if (broken_) throw Error(*broken_);
  if (!state_) {
    state_ = std::make_unique<scripting::State>(
        scripting::Limits{}, [this] { context_.check_interrupted(); });
    state_->environment = &environment_;
    state_->run(scripting::define_orm);
    define_settings(*state_, context_);
    state_->run([this](lua_State* lua) {
      push_call_command(lua, *this, false);
      lua_setglobal(lua, "call_command");
    });
    try {
      scripting::run_signals(*state_, context_.apps());
    } catch (const Error& error) {
      broken_ = error;
      throw;
    }
  }
  return *state_;
}

orm::Connection& Scripts::open(const std::string& alias) {
  orm::Connection*& known = opened_[alias];
  if (known) return *known;
  orm::Connection& connection = context_.connection(alias);
  if (sandbox_) {
    sandboxes_[alias] = std::make_unique<orm::Transaction>(connection);
    if (step_) step_->push_back(savepoint(connection));
  }
  known = &connection;
  return connection;
}

ExitCode Scripts::run(const std::shared_ptr<const SourceFile>& file) {
  try {
    state().load(file);
    state().call(0, 0);
  } catch (const Error& error) {
    if (error.code() != scripting::kExit) throw;
    return error.exit_code();
  }
  return ExitCode::kDone;
}

void Scripts::step(const std::function<void()>& work) {
  std::vector<std::unique_ptr<orm::Savepoint>> savepoints;
  for (const auto& [alias, transaction] : sandboxes_) {
    savepoints.push_back(savepoint(*opened_[alias]));
  }
  step_ = &savepoints;
  try {
    work();
  } catch (...) {
    step_ = nullptr;
    throw;
  }
  step_ = nullptr;
  for (const auto& one : savepoints) one->release();
}

}  // namespace manage::commands
