// The autodetector's questions, answered by options, or by a person.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "cli/output.hpp"
#include "cli/prompt.hpp"
#include "commands/given_renames.hpp"
#include "migrations_engine/questioner.hpp"

namespace manage::commands {

/// Code of the errors that say a question stayed without an answer.
inline constexpr std::string_view kQuestionCode = "migrations.question";

class CommandQuestioner : public migrations_engine::Questioner {
 public:
  /// The options of those names, as they were given.
  struct Given {
    std::vector<std::string> defaults;
    std::vector<std::string> renamed;
    std::vector<std::string> not_renamed;
  };
  /// Throws a usage error for one that names nothing.
  CommandQuestioner(const Given& given, const orm::ModelSet& models,
                    cli::Prompt& prompt, cli::Output& out);

  /// Throws a usage error for a --renamed that nobody asked about: it would be
  /// lost in silence.
  void require_all_used() const { renamed_.require_all_used(); }

  Data default_for_added(const orm::ModelDef& model,
                         const orm::FieldDef& field) override;
  std::optional<Data> default_for_altered(const orm::ModelDef& model,
                                          const orm::FieldDef& field) override;
  void unique_default(const orm::ModelDef& model,
                      const orm::FieldDef& field) override;
  std::optional<orm::ModelKey> old_model(
      const orm::ModelDef& new_model) override;
  std::optional<std::string> old_field(const orm::ModelDef& model,
                                       const orm::FieldDef& field) override;
  bool was_renamed(const orm::ModelDef& model, const orm::FieldDef& old_field,
                   const orm::FieldDef& new_field) override;
  bool was_renamed(const orm::ModelDef& old_model,
                   const orm::ModelDef& new_model) override;

 private:
  std::optional<Data> given(const orm::ModelDef& model,
                            const orm::FieldDef& field) const;
  bool confirm(const std::string& gone, const std::string& added,
               std::string_view kind, const SourcePos& pos);

  GivenRenames renamed_;
  std::map<std::string, std::string> defaults_;  ///< by lower-case path
  std::set<std::string> not_renamed_;            ///< lower-case paths
  cli::Prompt& prompt_;
  cli::Output& out_;
};

/// Answers whatever keeps the detection going: for asking only whether there
/// are changes.
class SilentQuestioner : public migrations_engine::Questioner {
 public:
  Data default_for_added(const orm::ModelDef&, const orm::FieldDef&) override {
    return {};
  }
  std::optional<Data> default_for_altered(const orm::ModelDef&,
                                          const orm::FieldDef&) override {
    return std::nullopt;
  }
  void unique_default(const orm::ModelDef&, const orm::FieldDef&) override {}
  void renamed_from_nothing(const Error&) override {}
  std::optional<orm::ModelKey> old_model(const orm::ModelDef&) override {
    return std::nullopt;
  }
  std::optional<std::string> old_field(const orm::ModelDef&,
                                       const orm::FieldDef&) override {
    return std::nullopt;
  }
  bool was_renamed(const orm::ModelDef&, const orm::FieldDef&,
                   const orm::FieldDef&) override {
    return true;
  }
  bool was_renamed(const orm::ModelDef&, const orm::ModelDef&) override {
    return true;
  }
};

}  // namespace manage::commands
