// Checks of what the project's database cuts, rounds or ignores.
#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/check_context.hpp"

namespace manage::orm {

namespace {

class DatabaseLimits {
 public:
  DatabaseLimits(CheckContext& context, const ModelDef& model)
      : context_(context),
        model_(model),
        source_(context.source(model)),
        features_(context.project.dialect->features()),
        max_name_(static_cast<std::size_t>(
            context.project.dialect->max_name_length())) {}

  void run() {
    if (!model_.managed() || model_.proxy()) return;
    check_table();
    for (const FieldDef& field : model_.fields) check_field(field);
    for (const IndexDef& index : model_.indexes) check_index(index);
    for (const ConstraintDef& constraint : model_.constraints) {
      check_constraint(constraint);
    }
  }

 private:
  bool too_long(const std::string& name) const {
    return max_name_ > 0 && name.size() > max_name_;
  }

  void warn(std::string code, SourcePos where, std::string_view problem,
            std::string hint) {
    context_.warn(std::move(code), std::move(where),
                  fmt::format("model {}: {}", model_.label(), problem),
                  std::move(hint));
  }

  /// An option that the database has no place for.
  void warn_ignored(std::string code, SourcePos where, std::string_view what) {
    warn(std::move(code), std::move(where),
         fmt::format("{} does not know {}", database(), what),
         "it is left out of the table; silence this if that will do");
  }

  std::string_view database() const {
    return context_.project.dialect->title();
  }

  void warn_cut(SourcePos where, std::string_view what,
                const std::string& name) {
    warn("manage.W003", std::move(where),
         fmt::format("the {} {} has {} bytes; {} cuts names to {}", what, name,
                     name.size(), database(), max_name_),
         "choose a shorter one");
  }

  void check_table() {
    const Data* table = model_.options.find("db_table");
    if (table && table->text() && too_long(*table->text())) {
      warn_cut(source_.where("db_table", *table->text()), "table name",
               *table->text());
    }
    if (!features_.comments && model_.options.find("db_table_comment")) {
      warn_ignored("models.W046", source_.where("db_table_comment", ""),
                   "comments on tables");
    }
  }

  void check_field(const FieldDef& field) {
    if (field.has_column()) {
      check_column("models.E018", field, field.column());
    } else if (field.text("through").empty() && context_.target(field)) {
      ModelDef join = context_.models.through_model(model_, field);
      for (const FieldDef* column : join.columns()) {
        check_column("models.E019", field, column->column());
      }
    }
    if (!features_.comments && field.has_column() &&
        !field.text("db_comment").empty()) {
      warn_ignored("fields.W163", field.pos,
                   "comments on columns, as of " + field.name);
    }
    int digits = field.integer("max_digits");
    if (features_.max_exact_digits > 0 && digits > features_.max_exact_digits) {
      warn(
          "manage.W004", field.pos,
          fmt::format("{} may have {} digits, but {} keeps {} of a decimal "
                      "exactly",
                      field.name, digits, database(),
                      features_.max_exact_digits),
          "values that would change are refused; lower max_digits, or keep the "
          "number as text");
    }
  }

  void check_column(std::string code, const FieldDef& field,
                    const std::string& column) {
    if (!too_long(column)) return;
    context_.report(
        std::move(code), field.pos,
        fmt::format("model {}: the column {} of {} has {} bytes, but {} allows "
                    "{}",
                    model_.label(), column, field.name, column.size(),
                    database(), max_name_),
        field.has_column() ? "give the field a shorter db_column"
                           : "write the join table as a model, and name it "
                             "with through");
  }

  /// What the database cannot leave out without saying nothing of the kind.
  void refuse(SourcePos where, std::string_view what, std::string_view name) {
    context_.report("manage.E002", std::move(where),
                    fmt::format("model {}: {} has no {}, as {} is",
                                model_.label(), database(), what, name),
                    "use another kind, or PostgreSQL");
  }

  void check_index(const IndexDef& index) {
    if (!features_.index_methods && index.type != "Index") {
      refuse(index.pos, index.type, index.name());
    }
    if (!features_.covering_indexes && index.arguments.find("include")) {
      warn_ignored("models.W040", index.pos,
                   "the included columns of the index " + index.name());
    }
  }

  void check_constraint(const ConstraintDef& constraint) {
    const std::string name = constraint.name();
    if (too_long(name)) warn_cut(constraint.pos, "constraint name", name);
    if (!features_.exclusion && constraint.type == "ExclusionConstraint") {
      return refuse(constraint.pos, "ExclusionConstraint", name);
    }
    const DataMap& given = constraint.arguments;
    if (!features_.deferrable_unique && given.find("deferrable")) {
      warn_ignored("models.W038", constraint.pos,
                   "deferrable unique constraints such as " + name);
    }
    if (!features_.covering_indexes && given.find("include")) {
      warn_ignored("models.W039", constraint.pos,
                   "the included columns of the constraint " + name);
    }
    if (!features_.nulls_distinct && given.find("nulls_distinct")) {
      warn_ignored("models.W047", constraint.pos,
                   "nulls_distinct of the constraint " + name);
    }
  }

  CheckContext& context_;
  const ModelDef& model_;
  const ModelSource& source_;
  const Features features_;
  const std::size_t max_name_;
};

}  // namespace

void check_database_limits(CheckContext& context, const ModelDef& model) {
  DatabaseLimits(context, model).run();
}

}  // namespace manage::orm
