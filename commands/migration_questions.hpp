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
#include "migrations_engine/questioner.hpp"

namespace manage::commands {

/// Code of the errors that say a question stayed without an answer.
inline constexpr std::string_view kQuestionCode = "migrations.question";

class CommandQuestioner : public migrations_engine::Questioner {
 public:
  /// `defaults` as --default takes them, `not_renamed` as --not-renamed. Throws
  /// a usage error for one that names nothing.
  CommandQuestioner(const std::vector<std::string>& defaults,
                    const std::vector<std::string>& not_renamed,
                    const orm::ModelSet& models, cli::Prompt& prompt,
                    cli::Output& out);

  Data default_for_added(const orm::ModelDef& model,
                         const orm::FieldDef& field) override;
  std::optional<Data> default_for_altered(const orm::ModelDef& model,
                                          const orm::FieldDef& field) override;
  void confirm_not_renamed(const orm::ModelDef& model,
                           const orm::FieldDef& old_field,
                           const orm::FieldDef& new_field) override;
  void confirm_not_renamed(const orm::ModelDef& old_model,
                           const orm::ModelDef& new_model) override;

 private:
  std::optional<Data> given(const orm::ModelDef& model,
                            const orm::FieldDef& field) const;
  void confirm(const std::string& gone, const std::string& added,
               std::string_view kind, const SourcePos& pos);

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
  void confirm_not_renamed(const orm::ModelDef&, const orm::FieldDef&,
                           const orm::FieldDef&) override {}
  void confirm_not_renamed(const orm::ModelDef&,
                           const orm::ModelDef&) override {}
};

}  // namespace manage::commands
