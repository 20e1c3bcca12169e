#include "cli/context.hpp"

#include <charconv>
#include <chrono>

#include "cli/dispatch.hpp"
#include "orm/query_log.hpp"

namespace manage::cli {

namespace {

When progress_mode(const Globals& globals) {
  bool quiet = globals.verbosity == 0 && globals.progress == When::kAuto;
  return quiet ? When::kNever : globals.progress;
}

}  // namespace

Context::Context(const Program& program, Globals globals,
                 Surroundings& surroundings)
    : program_(program),
      globals_(std::move(globals)),
      surroundings_(surroundings),
      progress_(progress_mode(globals_), surroundings.err),
      output_(globals_, surroundings, progress_),
      prompt_(globals_, surroundings, progress_) {}

settings::LoadOptions Context::load_options() const {
  return {working_directory(), globals_.project, globals_.env, globals_.set,
          environment()};
}

const settings::Settings& Context::read_settings() {
  if (!settings_) {
    settings_ = program_.sources.settings(load_options(), settings_findings_);
  }
  return *settings_;
}

const orm::Apps& Context::read_apps() {
  if (!apps_) {
    apps_ = program_.sources.apps(read_settings(), models_findings_);
  }
  return *apps_;
}

const orm::ModelSet& Context::read_models() {
  if (!models_) {
    models_ =
        program_.sources.models(read_apps(), read_settings(), models_findings_);
  }
  return *models_;
}

const settings::Settings& Context::settings() {
  read_settings();
  settings::throw_if_wrong(settings_findings_);
  return *settings_;
}

const orm::Apps& Context::apps() {
  settings();
  read_apps();
  models_findings_.throw_if_errors();
  return *apps_;
}

const orm::ModelSet& Context::models() {
  apps();
  read_models();
  models_findings_.throw_if_errors();
  return *models_;
}

const orm::Apps* Context::apps_of_project() {
  try {
    return &read_apps();
  } catch (const Error&) {
    // Whoever needs the project will say what is wrong with it.
    return nullptr;
  }
}

std::shared_ptr<const Command> Context::own_command(std::string_view name) {
  const orm::Apps* apps =
      program_.sources.commands ? apps_of_project() : nullptr;
  if (!apps) return nullptr;
  std::vector<Command> found = program_.sources.commands(*apps, name);
  if (found.empty()) return nullptr;
  return std::make_shared<const Command>(std::move(found.front()));
}

const CommandTable& Context::all_commands() {
  if (!all_commands_) {
    all_commands_ = program_.commands;
    const orm::Apps* apps =
        program_.sources.commands ? apps_of_project() : nullptr;
    if (apps) {
      for (Command& one : program_.sources.commands(*apps, {})) {
        all_commands_->add(std::move(one));
      }
    }
  }
  return *all_commands_;
}

Context::Files Context::files() {
  return {read_settings(), read_apps(), read_models(), settings_findings_,
          models_findings_};
}

bool Context::shows_statements() const {
  constexpr int kStatements = 3;
  if (statements_shown_) return *statements_shown_;
  return verbosity() >= kStatements || (settings_ && settings_->query_log);
}

/// One that may be told of costs two looks at the clock.
std::unique_ptr<orm::Connection> Context::observed(
    std::unique_ptr<orm::Connection> connection) {
  if (!statements_shown_ && !shows_statements()) return connection;
  return orm::logged(std::move(connection),
                     [this](const orm::LoggedStatement& statement) {
                       if (!statements_shown_.value_or(true)) return;
                       output_.note(statement.text(), 0);
                     });
}

orm::Connection& Context::connection(std::string_view alias) {
  return connection(
      alias, [&] { return program_.sources.connect(settings(), alias); });
}

orm::Connection& Context::connection(std::string_view alias,
                                     const Opener& open) {
  auto found = connections_.find(alias);
  if (found == connections_.end()) {
    found =
        connections_.try_emplace(std::string(alias), observed(open())).first;
  }
  return *found->second.connection;
}

DateTime Context::now() const {
  auto found = environment().find("SOURCE_DATE_EPOCH");
  if (found != environment().end()) {
    const std::string& text = found->second;
    std::int64_t seconds = 0;
    const char* end = text.data() + text.size();
    auto [stop, error] = std::from_chars(text.data(), end, seconds);
    // 9999-12-31, so that the date can be written.
    constexpr std::int64_t kLast = 253402300799;
    if (error == std::errc() && stop == end && seconds >= 0 &&
        seconds <= kLast) {
      return {seconds * 1'000'000};
    }
    throw usage_error("SOURCE_DATE_EPOCH is not a number of seconds",
                      "for example: SOURCE_DATE_EPOCH=1767225600");
  }
  auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since_epoch)
              .count()};
}

ExitCode Context::run(const Command& command, const Invocation& invocation) {
  database_ = invocation.database();
  skip_checks_ = invocation.skip_checks();
  for (Need need : command.needs) program_.needs.at(need)(*this);
  return invocation.run(*this);
}

ExitCode Context::call_command(const std::vector<std::string>& arguments) {
  constexpr int kDeepest = 16;
  if (depth_ >= kDeepest) {
    throw Error("command.depth",
                std::to_string(kDeepest) + " commands call each other");
  }
  Globals outer = globals_;
  Request request =
      parse_request(program_, arguments,
                    {[this](const std::string& name, const Globals&) {
                       return own_command(name);
                     },
                     [this](const Globals&) { return all_commands().names(); }},
                    globals_);
  if (request.problem) throw *request.problem;
  if (request.globals.project != outer.project ||
      request.globals.env != outer.env || request.globals.set != outer.set ||
      request.globals.format != outer.format) {
    throw usage_error(
        "--project, --env, --set and --format cannot be given to a command "
        "inside a command");
  }
  Document document = std::exchange(output_.document(), {});
  std::string database = database_;
  globals_ = request.globals;
  ++depth_;
  auto restore = [&] {
    --depth_;
    globals_ = std::move(outer);
    output_.document() = std::move(document);
    database_ = std::move(database);
  };
  try {
    ExitCode code = run(*request.command, request.parser->invocation());
    restore();
    return code;
  } catch (...) {
    restore();
    throw;
  }
}

}  // namespace manage::cli
