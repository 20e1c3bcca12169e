#include "commands/scripts.hpp"

#include "cli/secrets.hpp"
#include "orm/connections.hpp"

namespace manage::commands {

namespace {

int define_globals(lua_State* lua) {
  scripting::define_orm(lua);
  return 0;
}

std::unique_ptr<orm::Savepoint> savepoint(orm::Connection& connection) {
  return std::make_unique<orm::Savepoint>(connection, "manage_entry");
}

DataMap shown_settings(const settings::Settings& settings) {
  DataMap map;
  for (const settings::SettingValue& one : settings.values) {
    map.set(one.key, cli::masked(one.value, one.secret));
  }
  return map;
}

}  // namespace

Scripts::Scripts(cli::Context& context, Options options)
    : context_(context),
      sandbox_(options.sandbox),
      registry_(context.models()),
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
  environment_.print = [&context](std::string_view text) {
    context.out().raw(text);
  };
  environment_.warn = [&context](std::string_view text) {
    context.out().warn(std::string(text));
  };
  environment_.global_models = options.models;
  environment_.apps = context.apps().labels();
  state_ = std::make_unique<scripting::State>(
      scripting::Limits{}, [&context] { context.check_interrupted(); });
  state_->environment = &environment_;
  lua_pushcfunction(state_->lua(), scripting::wrapped<define_globals>);
  state_->call(0, 0);
  scripting::define_settings(state_->lua(), shown_settings(context.settings()));
}

Scripts::~Scripts() {
  // Its objects go before the connections that they look at.
  state_.reset();
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
    state_->load(file);
    state_->call(0, 0);
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
