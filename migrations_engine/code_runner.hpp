// Migrations that are programs: what runs them is declared here, and
// implemented by who knows their language (scripting/, for RunLua).
#pragma once

#include <memory>
#include <string_view>

#include "core/report.hpp"
#include "core/source.hpp"
#include "orm/connection.hpp"
#include "orm/model_def.hpp"

namespace manage::migrations_engine {

class CodeRunner;

/// How far a program is that works in steps, each in a transaction of its own.
/// NULL: it has not begun.
struct CodeProgress {
  orm::Value reached = orm::Null{};
  orm::Value end = orm::Null{};  ///< where it was to end when it began
};

class CodePosition {
 public:
  virtual ~CodePosition() = default;
  virtual CodeProgress get() const = 0;
  /// In the transaction of the step that leads there: both are kept, or none.
  virtual void set(const CodeProgress& progress) = 0;
};

/// What a program works on; all of it lives as long as the call.
struct CodeContext {
  std::string_view app;
  bool backwards = false;
  /// Whether the program has to have the function: code that leads forwards is
  /// no way back.
  bool by_name = false;
  const orm::ModelSet& models;  ///< as they are at this point of the history
  orm::Connection& connection;
  /// nullptr: there is none, and RunLua fails.
  CodeRunner* runner = nullptr;
  Reporter& progress;
  /// nullptr: the program runs as a whole.
  CodePosition* position = nullptr;
};

class CodeRunner {
 public:
  virtual ~CodeRunner() = default;
  /// Before anything is changed: throws if the text is no program.
  virtual void check(const std::shared_ptr<const SourceFile>& code) = 0;
  /// Runs `forwards(apps, schema)` or `backwards(apps, schema)` of the program,
  /// or the program itself if it has neither. Throws what it raises.
  virtual void run(const std::shared_ptr<const SourceFile>& code,
                   const CodeContext& context) = 0;
};

}  // namespace manage::migrations_engine
