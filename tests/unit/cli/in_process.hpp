// Runs command lines in this process, on streams of strings.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/run.hpp"

namespace in_process {

using namespace manage;

/// What a run left behind.
struct Outcome {
  int code;
  std::string out;
  std::string err;
};

inline Outcome run(const cli::Program& program,
                   const std::vector<std::string>& arguments,
                   std::map<std::string, std::string> environment = {},
                   bool terminal = false) {
  cli::StringInput in("", terminal);
  cli::StringSink out(terminal), err(terminal);
  ExitCode code =
      cli::run(program, arguments, {std::move(environment), "/", in, out, err});
  return {static_cast<int>(code), out.text(), err.text()};
}

}  // namespace in_process
