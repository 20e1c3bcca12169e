// Checks of what fields ask of their database: computed columns, defaults that
// it gives, keys of several columns, types of its own.
#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/check_context.hpp"
#include "orm/column_clauses.hpp"

namespace manage::orm {

namespace {

class ColumnChecks {
 public:
  ColumnChecks(CheckContext& context, const ModelDef& model)
      : context_(context),
        model_(model),
        dialect_(*context.project.dialect),
        features_(dialect_.features()) {}

  void run() {
    if (model_.proxy()) return;
    for (const FieldDef& field : model_.fields) {
      check_type(field);
      const bool asks = field.has_db_default() || field.is_generated() ||
                        field.is_composite();
      if (!asks || context_.is_known(field)) continue;
      if (field.has_db_default()) check_db_default(field);
      if (field.is_generated()) check_generated(field);
      if (field.is_composite()) check_composite(field);
    }
  }

 private:
  void report(std::string code, const FieldDef& field, std::string problem,
              std::string hint = {}) {
    context_.report(
        std::move(code), field.pos,
        fmt::format("{}.{}: {}", model_.label(), field.name, problem),
        std::move(hint));
  }

  void report(const FieldDef& field, const Error& error) {
    const Diagnostic& first = error.diagnostics().front();
    // A field that could not be read may be what is missing.
    if (first.code == "models.E012" && !context_.source(model_).broken.empty())
      return;
    report(first.code, field, first.message, first.hint);
  }

  void check_type(const FieldDef& field) {
    const FieldDef& value = field.inner ? *field.inner : field;
    const FieldType& type = field.type->rich ? *field.type : *value.type;
    if (!type.rich || features_.rich_types) return;
    report("manage.E001", field,
           fmt::format("{} has no type for {}", dialect_.title(), type.name),
           "use another field type, or PostgreSQL");
  }

  void check_db_default(const FieldDef& field) {
    // A key's type may be what is wrong, which is reported by itself.
    if (field.is_relation() && !context_.target(field)) return;
    try {
      db_default_sql(field, context_.models, dialect_);
    } catch (const Error& error) {
      report(field, error);
    }
  }

  void check_generated(const FieldDef& field) {
    const bool stored = field.flag("db_persist");
    if (!stored && !features_.virtual_generated) {
      report("fields.E221", field,
             fmt::format("{} does not compute columns when they are read",
                         dialect_.title()),
             "use db_persist: true");
    }
    if (!field.arguments.find("expression")) return;
    try {
      check_sources(field,
                    generated_clause(model_, field, context_.models, dialect_));
    } catch (const Error& error) {
      report(field, error);
    }
  }

  /// What a column may be computed from.
  void check_sources(const FieldDef& field, const std::string& clause) {
    for (const FieldDef* source : model_.columns()) {
      if (!source->is_generated()) continue;
      const std::string name = dialect_.quote_name(source->column());
      if (clause.find(name) == std::string::npos) continue;
      if (source == &field) {
        report("fields.generated", field, "it is computed from itself");
      } else if (!features_.nested_generated) {
        report("fields.generated", field,
               fmt::format("{} cannot compute a column from {}, which is "
                           "computed too",
                           dialect_.title(), source->name),
               fmt::format("repeat the expression of {}", source->name));
      }
    }
  }

  void check_composite(const FieldDef& key) {
    std::vector<std::pair<std::string, std::string>> columns;
    std::vector<std::string> wrong;
    for (const std::string& name : model_.composite_key()) {
      const FieldDef* field = model_.find_field(name);
      if (!field && context_.source(model_).broken.count(name) > 0) continue;
      std::string reason;
      if (!field) {
        reason = "there is no such field";
      } else if (!field->has_column()) {
        reason = "it has no column";
      } else if (field->null()) {
        reason = "it may be null";
      } else if (field->is_generated()) {
        reason = "it is computed";
      } else {
        columns.emplace_back(field->column(), name);
        for (const auto& [column, other] : columns) {
          if (column != field->column() || other == name) continue;
          reason = "it has the same column as " + other;
        }
      }
      if (!reason.empty()) wrong.push_back(name + ": " + reason);
    }
    if (wrong.empty()) return;
    report("models.E042", key,
           "the key cannot hold " + text::join(wrong, "; "));
  }

  CheckContext& context_;
  const ModelDef& model_;
  const Dialect& dialect_;
  const Features features_;
};

}  // namespace

void check_columns_of(CheckContext& context, const ModelDef& model) {
  ColumnChecks(context, model).run();
}

}  // namespace manage::orm
