#include "migrations_engine/operations/alter_model_table_comment.hpp"

#include <fmt/format.h>

#include "migrations_engine/operations/model_edits.hpp"

namespace manage::migrations_engine {

AlterModelTableComment::AlterModelTableComment(
    std::string name, std::optional<std::string> comment)
    : ModelOptionOperation(std::move(name)), comment_(std::move(comment)) {}

std::shared_ptr<Operation> AlterModelTableComment::read(
    ArgumentReader& arguments) {
  std::string name = arguments.text("name");
  return std::make_shared<AlterModelTableComment>(
      std::move(name), arguments.text_or_null("table_comment"));
}

std::string AlterModelTableComment::describe() const {
  return fmt::format("Alter {} table comment", name());
}

std::string AlterModelTableComment::fragment() const {
  return fmt::format("alter_{}_table_comment", name_lower());
}

Data AlterModelTableComment::to_data() const {
  return DataMap{{"name", name()},
                 {"table_comment", comment_ ? Data(*comment_) : Data()}};
}

void AlterModelTableComment::state_forwards(std::string_view app,
                                            ProjectState& state) const {
  state.change(key(app), [&](orm::ModelDef& model) {
    set_option(model, "db_table_comment", comment_);
  });
}

void AlterModelTableComment::database_forwards(std::string_view app,
                                               orm::SchemaEditor& editor,
                                               const ProjectState&,
                                               const ProjectState& to) const {
  const orm::ModelDef& after = to.model(key(app));
  if (has_table(after)) editor.alter_table_comment(after, to.models());
}

void AlterModelTableComment::database_backwards(std::string_view app,
                                                orm::SchemaEditor& editor,
                                                const ProjectState& from,
                                                const ProjectState& to) const {
  database_forwards(app, editor, from, to);
}

}  // namespace manage::migrations_engine
