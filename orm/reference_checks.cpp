#include "orm/reference_checks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/check_context.hpp"

namespace manage::orm {

namespace {

class LocalFieldChecks {
 public:
  LocalFieldChecks(CheckContext& context, const ModelDef& model)
      : context_(context), model_(model), source_(context.source(model)) {}

  void run() {
    check_lists("unique_together");
    check_lists("index_together");
    for (const IndexDef& index : model_.indexes) {
      if (!context_.is_known(index)) check_part("indexes", index);
    }
    for (const ConstraintDef& constraint : model_.constraints) {
      if (!context_.is_known(constraint)) check_part("constraints", constraint);
    }
    if (!context_.unfinished) check_order();
  }

 private:
  void report(std::string code, SourcePos where, std::string_view problem,
              std::string hint = {}) {
    context_.report(std::move(code), std::move(where),
                    fmt::format("model {}: {}", model_.label(), problem),
                    std::move(hint));
  }

  /// unique_together or index_together.
  void check_lists(const std::string& option) {
    const Data* lists = model_.options.find(option);
    const Data* before =
        context_.known ? context_.known->options.find(option) : nullptr;
    if (!lists || !lists->list() || (before && *before == *lists)) return;
    for (const Data& list : *lists->list()) {
      for (const std::string& name : list.texts()) check_field(option, name);
    }
  }

  template <class Part>
  void check_part(const std::string& option, const Part& part) {
    for (const std::string& name : part.fields()) check_field(option, name);
    const Data* include = part.arguments.find("include");
    if (!include) return;
    for (const std::string& name : include->texts()) check_field(option, name);
  }

  void check_field(const std::string& option, const std::string& written) {
    std::string_view name = written;
    if (name.substr(0, 1) == "-") name.remove_prefix(1);
    const SourcePos where = source_.where(option, name);
    const FieldDef* field = model_.find_field(name);
    if (field && field->has_column()) return;
    if (field && field->is_composite()) {
      report("models.E048", where,
             fmt::format("{} names {}, which is a CompositePrimaryKey", option,
                         name),
             "name the fields of the key");
    } else if (field) {
      report("models.E013", where,
             fmt::format("{} names {}, which has no column: a {}", option, name,
                         field->kind() == FieldKind::kManyToMany
                             ? "ManyToManyField has a table of its own"
                         : field->kind() == FieldKind::kGenericRelation
                             ? "GenericRelation is made of rows elsewhere"
                             : "GenericForeignKey stands for two others"));
    } else if (context_.models.find_field(model_, name)) {
      report("models.E016", where,
             fmt::format("{} names {}, which is a column of a parent's table",
                         option, name));
    } else {
      report_unknown(option, name, where);
    }
  }

  void check_order() {
    const Data* with = model_.options.find("order_with_respect_to");
    if (!with || !with->text() || model_.find_field(*with->text())) return;
    report_unknown("order_with_respect_to", *with->text(),
                   source_.where("order_with_respect_to", ""));
  }

  void report_unknown(const std::string& option, std::string_view name,
                      const SourcePos& where) {
    if (source_.broken.count(std::string(name)) > 0) return;
    report("models.E012", where,
           fmt::format("{} names {}, but there is no such field", option, name),
           suggest(name));
  }

  std::string suggest(std::string_view name) const {
    const std::vector<std::string> names = context_.models.field_names(model_);
    for (const std::string& known : names) {
      if (known + "_id" == name) return "use the field's name, " + known;
    }
    return text::did_you_mean(name, names);
  }

  CheckContext& context_;
  const ModelDef& model_;
  const ModelSource& source_;
};

void check_bases(CheckContext& context, const ModelDef& model) {
  for (const std::string& base : model.bases) {
    const ModelKey key = context.models.resolve(base);
    if (context.models.find(key)) continue;
    std::vector<std::string> labels;
    for (const auto& [other, known] : context.models.all()) {
      labels.push_back(other.text());
    }
    context.report("models.unknown", model.pos,
                   fmt::format("model {} inherits from {}, but there is no "
                               "such model",
                               model.label(), key.text()),
                   text::did_you_mean(key.text(), labels));
  }
}

/// Codes of what is not there, and of what has no column or no unique one; the
/// rest is for models.yaml, or for a database.
bool is_reference(const Diagnostic& problem) {
  constexpr std::string_view kCodes[] = {
      "models.E012", "models.E013", "models.E016",    "models.E041",
      "models.E042", "models.E048", "models.unknown", "fields.E300",
      "fields.E301", "fields.E311", "fields.E312",    "fields.E331",
      "fields.E338", "fields.E339", "fields.E347"};
  return std::find(std::begin(kCodes), std::end(kCodes), problem.code) !=
         std::end(kCodes);
}

}  // namespace

void check_local_fields(CheckContext& context, const ModelDef& model) {
  LocalFieldChecks(context, model).run();
}

void check_references(const ModelSet& models, const ModelDef& model,
                      const ModelDef* known, HistoryPoint point,
                      Diagnostics& diagnostics) {
  if (model.swapped) return;
  static const ModelSources kNoSources;
  // The database that can do most: only names matter here.
  static const ModelsContext kAny = [] {
    ModelsContext context;
    context.dialect = &postgresql_dialect();
    return context;
  }();
  Diagnostics all;
  CheckContext context(models, kNoSources, kAny, all);
  context.known = known;
  context.unfinished = point == HistoryPoint::kInside;
  check_bases(context, model);
  check_local_fields(context, model);
  for (const FieldDef& field : model.fields) {
    if (field.is_relation() && !field.to().empty()) {
      check_relation(context, model, field);
    }
  }
  check_columns_of(context, model);
  check_conditions(context, model);
  for (const Diagnostic& problem : all.all()) {
    if (is_reference(problem)) diagnostics.add(problem);
  }
}

}  // namespace manage::orm
