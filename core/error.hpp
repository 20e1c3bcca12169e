// The one exception type, and the diagnostics it carries.
//
// An Error stops a command; only cli/ catches it, prints it and picks the exit
// code. Failures that are expected one by one (a bad CSV row) are values.
// Library exceptions are converted in one adapter per library.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "core/source.hpp"

namespace manage {

/// What a process ends with; the table stands in `manage help exit-codes`.
enum class ExitCode : int {
  kDone = 0,           ///< done, or nothing to do
  kFailed = 1,         ///< the command failed, or a check found something
  kUsage = 2,          ///< wrong usage
  kRejected = 6,       ///< finished, but rows were rejected
  kLocked = 75,        ///< another run holds the lock
  kInterrupted = 130,  ///< Ctrl-C
  kTerminated = 143,   ///< SIGTERM
};

/// How bad it is, with the numbers of Django's levels of checks.
enum class Level : int {
  kDebug = 10,
  kInfo = 20,
  kWarning = 30,
  kError = 40,  ///< from here on the command cannot go on
  kCritical = 50,
};

/// One thing that is wrong: what happened, where, and what to do.
struct Diagnostic {
  std::string code;     ///< stable, dotted: "settings.missing", "fields.E120"
  std::string message;  ///< one sentence, lower case, no full stop
  SourcePos where;      ///< may be nowhere
  std::string hint;     ///< what to do; may be empty
  Level level = Level::kError;
};

/// What stops a command: one or more diagnostics and the exit code.
///
///     throw Error("settings.missing", "there is no settings/base.yaml")
///         .hint("run this inside a project, or give --project DIR");
class Error : public std::exception {
 public:
  Error(std::string code, std::string message);
  /// Several at once. REQUIRES: not empty.
  explicit Error(std::vector<Diagnostic> diagnostics);

  Error& at(SourcePos where);
  Error& hint(std::string hint);
  Error& exit(ExitCode code);

  const std::vector<Diagnostic>& diagnostics() const { return diagnostics_; }
  const std::string& code() const { return diagnostics_.front().code; }
  const std::string& message() const { return diagnostics_.front().message; }
  ExitCode exit_code() const { return exit_code_; }
  /// The first message, with its place before it if it has one.
  const char* what() const noexcept override { return what_.c_str(); }

 private:
  void refresh();

  std::vector<Diagnostic> diagnostics_;
  ExitCode exit_code_ = ExitCode::kFailed;
  std::string what_;
};

/// Wrong usage of the command line: exit code 2.
Error usage_error(std::string message, std::string hint = {});

/// Collects what is wrong with one file or one set of files, so that all of it
/// can be reported at once.
class Diagnostics {
 public:
  /// How many an Error carries at most; the rest is counted.
  static constexpr std::size_t kMax = 50;

  void add(Diagnostic diagnostic) { all_.push_back(std::move(diagnostic)); }
  void add(std::string code, SourcePos where, std::string message,
           std::string hint = {});
  /// Something doubtful that stops nothing.
  void warn(std::string code, SourcePos where, std::string message,
            std::string hint = {});
  /// Takes over everything an Error carries.
  void add(const Error& error);
  void add(const Diagnostics& others);

  const std::vector<Diagnostic>& all() const& { return all_; }
  std::vector<Diagnostic> all() && { return std::move(all_); }
  bool has_errors() const;
  /// Throws an Error with the first kMax errors, if there is any; warnings and
  /// less are left out.
  void throw_if_errors() const;

 private:
  std::vector<Diagnostic> all_;
};

}  // namespace manage
