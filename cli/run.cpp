#include "cli/run.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>

#include "cli/context.hpp"
#include "cli/dispatch.hpp"
#include "core/version.hpp"

namespace manage::cli {

namespace {

Error internal_error(std::string_view what) {
  return Error("internal", fmt::format("internal error: {}", what))
      .hint(fmt::format("this is a defect of manage {}; please report it with "
                        "the command line that led to it",
                        version()));
}

/// What the exception being handled is reported as.
Error current_error() {
  // After Ctrl-C the failure of an interrupted statement is no news.
  if (int signal = interruption()) return interruption_error(signal);
  try {
    throw;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error("memory", "out of memory");
  } catch (const std::exception& error) {
    return internal_error(error.what());
  } catch (...) {
    return internal_error("unknown exception");
  }
}

ExitCode run_request(Request& request, Context& context) {
  try {
    if (request.problem) throw *request.problem;
    return context.run(*request.command, request.parser->invocation());
  } catch (...) {
    Error error = current_error();
    context.out().error(error);
    return error.exit_code();
  }
}

std::map<std::string, std::string> environment_map(char** environment) {
  std::map<std::string, std::string> variables;
  for (; environment && *environment; ++environment) {
    std::string_view entry(*environment);
    std::size_t equals = entry.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return variables;
}

}  // namespace

ExitCode run(const Program& program, const std::vector<std::string>& arguments,
             Surroundings surroundings) {
  try {
    const OwnCommands own{
        [&](const std::string& name, const Globals& globals) {
          return Context(program, globals, surroundings).own_command(name);
        },
        [&](const Globals& globals) {
          return Context(program, globals, surroundings).all_commands().names();
        }};
    Request request = parse_request(program, arguments, own);
    Context context(program, request.globals, surroundings);
    ExitCode code = run_request(request, context);
    return context.out().finish(code);
  } catch (...) {
    // Not even the report could be made.
    surroundings.err.write("error: out of memory or broken output\n");
    surroundings.err.flush();
    return ExitCode::kFailed;
  }
}

int run_main(int argc, char** argv, char** environment,
             const Program& program) {
  install_signal_handlers();
  DescriptorInput in(STDIN_FILENO);
  DescriptorSink out(STDOUT_FILENO);
  DescriptorSink err(STDERR_FILENO);
  std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  std::error_code gone;
  std::filesystem::path here = std::filesystem::current_path(gone);
  return static_cast<int>(run(
      program, arguments, {environment_map(environment), here, in, out, err}));
}

}  // namespace manage::cli
