#include "orm/model_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "orm/check_context.hpp"
#include "orm/part_types.hpp"
#include "orm/path_checks.hpp"

namespace manage::orm {

namespace {

/// Longest name of an index that every database takes. Of the methods of one
/// database, the automatic name with their suffix may be as long.
std::size_t longest_name(const IndexDef& index) {
  constexpr std::size_t kPlain = 30;
  const PartType* type = find_part_type(index_types(), index.type);
  return kPlain - std::string_view("idx").size() + type->suffix.size();
}

class ModelChecks {
 public:
  ModelChecks(CheckContext& context, const ModelDef& model)
      : context_(context), model_(model), source_(context.source(model)) {}

  void run() {
    check_keys();
    check_columns();
    check_inheritance();
    check_join_models();
    check_local_fields(context_, model_);
    check_index_names();
    check_ordering();
    check_soft_delete();
    for (const std::string& path : model_.natural_key) {
      check_path("models.natural-key", "natural_key", path);
    }
  }

 private:
  void report(std::string code, SourcePos where, std::string_view problem,
              std::string hint = {}) {
    context_.report(std::move(code), std::move(where),
                    fmt::format("model {}: {}", model_.label(), problem),
                    std::move(hint));
  }

  void check_keys() {
    const FieldDef* first = nullptr;
    for (const FieldDef& field : model_.fields) {
      if (!field.primary_key()) continue;
      if (first) {
        report("models.E026", field.pos,
               fmt::format("{} and {} are both the primary key", first->name,
                           field.name),
               "make one of them unique: true instead");
      } else {
        first = &field;
      }
    }
  }

  /// Names and columns that two fields share.
  void check_columns() {
    std::map<std::string, const FieldDef*> names, columns;
    for (const FieldDef& field : model_.fields) {
      if (check_parent_field(field)) continue;
      const auto [name, new_name] = names.emplace(field.name, &field);
      bool clash = !new_name;
      if (field.attname() != field.name) {
        const auto [attname, added] = names.emplace(field.attname(), &field);
        clash = clash || !added;
        if (!added) report_clash(*attname->second, field);
      }
      if (!new_name) report_clash(*name->second, field);
      if (clash || !field.has_column()) continue;
      const auto [column, added] = columns.emplace(field.column(), &field);
      if (!added) {
        report("models.E007", field.pos,
               fmt::format("{} and {} have the same column {}",
                           column->second->name, field.name, field.column()),
               "give one of them another db_column");
      }
    }
  }

  void report_clash(const FieldDef& first, const FieldDef& second) {
    report("models.E006", second.pos,
           fmt::format("the field {} clashes with the field {}", second.name,
                       first.name));
  }

  /// Whether a parent with a table has a field of that name, which is reported.
  bool check_parent_field(const FieldDef& field) {
    for (const std::string& base : model_.bases) {
      const ModelDef* parent =
          context_.models.find(context_.models.resolve(base));
      const FieldDef* other =
          parent ? context_.models.find_field(*parent, field.name) : nullptr;
      if (!other) continue;
      report("models.E006", field.pos,
             fmt::format("the field {} clashes with that of {}", field.name,
                         parent->label()));
      return true;
    }
    return false;
  }

  void check_inheritance() {
    if (!model_.proxy()) return;
    const SourcePos where = source_.where("proxy", "true");
    if (!model_.fields.empty()) {
      report("models.E017", model_.fields.front().pos,
             "a proxy has no fields of its own");
    }
    if (model_.bases.size() != 1) {
      report("models.proxy", where,
             "a proxy inherits from exactly one model with a table");
    }
  }

  /// Two many-to-many relations over the same rows would always be equal.
  void check_join_models() {
    std::map<std::string, const FieldDef*> seen;
    for (const FieldDef& field : model_.fields) {
      if (field.kind() != FieldKind::kManyToMany) continue;
      const std::string through = field.text("through");
      if (through.empty()) continue;
      const Data* fields = field.arguments.find("through_fields");
      const auto [first, added] =
          seen.emplace(context_.models.resolve(through).text() +
                           to_json(fields ? *fields : Data()),
                       &field);
      if (added) continue;
      report("models.E003", field.pos,
             fmt::format("{} and {} go through the same model {}",
                         first->second->name, field.name, through),
             "take one of them out, or tell them apart by through_fields");
    }
  }

  void check_index_names() {
    for (const IndexDef& index : model_.indexes) {
      const std::string name = index.name();
      const SourcePos where = source_.where("indexes", name);
      if (!name.empty() &&
          (name[0] == '_' ||
           std::isdigit(static_cast<unsigned char>(name[0])))) {
        report("models.E033", where,
               fmt::format("the index name {} must not begin with an "
                           "underscore or a digit",
                           name));
      }
      const std::size_t longest = longest_name(index);
      if (text::length(name) > longest) {
        report("models.E034", where,
               fmt::format("the index name {} has {} characters, but only {} "
                           "are allowed",
                           name, text::length(name), longest));
      }
    }
  }

  void check_ordering() {
    const Data* with = model_.options.find("order_with_respect_to");
    const Data* ordering = model_.options.find("ordering");
    if (!ordering || !ordering->list()) return;
    if (with) {
      report("models.E021", source_.where("ordering", ""),
             "ordering and order_with_respect_to exclude each other");
    }
    for (const Data& one : *ordering->list()) {
      check_order_entry(context_, model_, one,
                        [&](std::string_view path, const PathProblem& problem) {
                          report_path("models.E015", "ordering", path, problem);
                        });
    }
  }

  void check_soft_delete() {
    const std::string& name = model_.soft_delete;
    if (name.empty()) return;
    const FieldDef* field = context_.models.find_field(model_, name);
    const bool moment = field && field->kind() == FieldKind::kDateTime;
    if (!field) {
      report(
          "models.soft-delete", source_.where("soft_delete", name),
          fmt::format("soft_delete names {}, but there is no such field", name),
          text::did_you_mean(name, context_.models.field_names(model_)));
    } else if (!moment && field->kind() != FieldKind::kBoolean) {
      report("models.soft-delete", source_.where("soft_delete", name),
             fmt::format("soft_delete names {}, a {}", name, field->type->name),
             "use a BooleanField, or a DateTimeField with null: true");
    } else if (moment && !field->null()) {
      report("models.soft-delete", source_.where("soft_delete", name),
             fmt::format("{} is never null: every row would be deleted", name),
             "add null: true");
    }
  }

  /// A path over relations: "author__name".
  void check_path(std::string code, const std::string& option,
                  std::string_view path) {
    const auto problem =
        path_problem(context_, model_, path, PathEnd::kTransforms);
    if (problem) report_path(std::move(code), option, path, *problem);
  }

  /// Without a path it is about the option as a whole.
  void report_path(std::string code, const std::string& option,
                   std::string_view path, const PathProblem& problem) {
    report(std::move(code), source_.where(option, path),
           path.empty() ? fmt::format("{}: {}", option, problem.message)
                        : fmt::format("{} names {}, but {}", option, path,
                                      problem.message),
           problem.hint);
  }

  CheckContext& context_;
  const ModelDef& model_;
  const ModelSource& source_;
};

/// Names that must be unique in the whole project.
class UniqueNames {
 public:
  explicit UniqueNames(CheckContext& context) : context_(context) {}

  void run() {
    for (const auto& [key, model] : context_.models.all()) {
      if (model->swapped) continue;
      if (!model->proxy()) table(*model);
      for (const IndexDef& index : model->indexes) {
        name(*model, "index", "indexes", index.name(), indexes_, "models.E029",
             "models.E030");
      }
      for (const ConstraintDef& constraint : model->constraints) {
        name(*model, "constraint", "constraints", constraint.name(),
             constraints_, "models.E031", "models.E032");
      }
    }
    for (const auto& [key, model] : context_.models.all()) {
      if (model->swapped) continue;
      for (const FieldDef& field : model->fields) join_table(*model, field);
    }
  }

 private:
  using Owners = std::map<std::string, const ModelDef*>;

  void table(const ModelDef& model) {
    const std::string table = context_.models.table(model);
    const auto [owner, added] = tables_.emplace(table, &model);
    if (added) return;
    clash("models.E028", "models.W035",
          context_.source(model).where("db_table", table),
          fmt::format("{} and {} have the same table {}",
                      owner->second->label(), model.label(), table),
          "give one of them another db_table");
  }

  /// Two databases may have a table of the same name.
  void clash(std::string error, std::string warning, SourcePos where,
             std::string message, std::string hint) {
    if (context_.project.routed) {
      context_.warn(std::move(warning), std::move(where), std::move(message),
                    hint + ", unless the routers keep them apart");
    } else {
      context_.report(std::move(error), std::move(where), std::move(message),
                      std::move(hint));
    }
  }

  void join_table(const ModelDef& model, const FieldDef& field) {
    if (field.kind() != FieldKind::kManyToMany) return;
    if (!field.text("through").empty() || !context_.target(field)) return;
    const std::string table =
        context_.models.table(context_.models.through_model(model, field));
    const auto [owner, added] = tables_.emplace(table, &model);
    if (added) return;
    clash("fields.E340", "fields.W344", field.pos,
          fmt::format("the join table {} of {}.{} clashes with a table of {}",
                      table, model.label(), field.name, owner->second->label()),
          "give the field another db_table");
  }

  void name(const ModelDef& model, std::string_view what,
            const std::string& option, const std::string& name, Owners& owners,
            std::string same_model, std::string other_model) {
    if (name.empty()) return;
    const auto [owner, added] = owners.emplace(name, &model);
    if (added) return;
    const bool same = owner->second == &model;
    context_.report(
        same ? std::move(same_model) : std::move(other_model),
        context_.source(model).where(option, name),
        same ? fmt::format("model {} has two {} names {}", model.label(), what,
                           name)
             : fmt::format("the {} name {} of {} is taken by {}", what, name,
                           model.label(), owner->second->label()),
        "choose another name, or use %(app_label)s and %(class)s in it");
  }

  CheckContext& context_;
  Owners tables_, indexes_, constraints_;
};

}  // namespace

void check_models(const ModelSet& models, const ModelSources& sources,
                  const ModelsContext& project, Diagnostics& diagnostics) {
  CheckContext context(models, sources, project, diagnostics);
  for (const auto& [key, model] : models.all()) {
    if (model->swapped) continue;
    ModelChecks(context, *model).run();
    check_columns_of(context, *model);
    check_generic_keys(context, *model);
    check_conditions(context, *model);
    check_queries(context, *model);
    check_database_limits(context, *model);
  }
  check_relations(context);
  UniqueNames(context).run();
}

}  // namespace manage::orm
