// RunLua: a program of the user's that changes data.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class RunLua : public Operation {
 public:
  /// A text of the migration's own, or a file beside it.
  struct Code {
    std::string text;  ///< as the migration has it: the name of a file too
    /// nullptr: the file is not known here.
    std::shared_ptr<const SourceFile> program;
  };

  /// `reverse` none: the function `backwards` of `code`, if it has one; an
  /// empty text: nothing to do (`noop`).
  RunLua(Code code, std::optional<Code> reverse, bool elidable,
         std::optional<bool> atomic);
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "RunLua"; }
  char symbol() const override { return 'p'; }
  std::string describe() const override { return "Lua code"; }
  std::string fragment() const override { return {}; }
  Data to_data() const override;
  void state_forwards(std::string_view, ProjectState&) const override {}
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  void database_backwards(std::string_view app, orm::SchemaEditor& editor,
                          const ProjectState& from,
                          const ProjectState& to) const override;
  bool reversible() const override;
  bool elidable() const override { return elidable_; }
  std::optional<bool> atomic() const override { return atomic_; }
  bool is_code() const override { return true; }
  void check_code(CodeRunner* runner) const override;
  void run_code(const CodeContext& context) const override;
  std::vector<std::shared_ptr<const SourceFile>> files() const override;

 private:
  const Code& code_for(bool backwards) const;

  Code code_;
  std::optional<Code> reverse_;
  bool elidable_;
  std::optional<bool> atomic_;
};

}  // namespace manage::migrations_engine
