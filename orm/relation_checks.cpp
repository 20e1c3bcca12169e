#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/check_context.hpp"
#include "orm/relation_names.hpp"

namespace manage::orm {

namespace {

std::string field_label(const ModelDef& model, const FieldDef& field) {
  return model.label() + "." + field.name;
}

/// Where a relation leads to.
class TargetChecks {
 public:
  explicit TargetChecks(CheckContext& context) : context_(context) {}

  void check(const ModelDef& model, const FieldDef& field) {
    const ModelDef* target = context_.target(field);
    if (!target) {
      report_unknown("fields.E300", model, field, "to");
      return;
    }
    if (target->swapped) {
      context_.report("fields.E301", field.pos,
                      fmt::format("{} points to {}, which {} replaces",
                                  field_label(model, field), target->label(),
                                  context_.models.auth_user_model),
                      "use to: auth_user_model");
    }
    if (check_composite_key(model, field, *target)) return;
    if (is_symmetrical(model, field) && !field.text("related_name").empty() &&
        field.text("related_name").back() != '+') {
      context_.warn("fields.W345", field.pos,
                    fmt::format("{}: related_name has no effect on a "
                                "symmetrical ManyToManyField",
                                field_label(model, field)),
                    "take it out, or add symmetrical: false");
    }
    if (field.kind() != FieldKind::kManyToMany) {
      check_to_field(model, field, *target);
    } else if (!context_.unfinished && !field.text("through").empty()) {
      check_through(model, field, *target);
    }
  }

 private:
  void report_unknown(std::string code, const ModelDef& model,
                      const FieldDef& field, std::string_view argument) {
    const std::string reference = field.text(argument);
    const ModelKey key = context_.models.resolve(reference);
    if (context_.project.unread.count(key.app) > 0) return;
    const auto source = context_.sources.find(key);
    std::string hint;
    if (source != context_.sources.end()) {
      hint = source->second.model.label() + " is abstract: it has no table";
    } else {
      std::vector<std::string> labels;
      for (const auto& [other, known] : context_.models.all()) {
        labels.push_back(other.text());
      }
      hint = text::did_you_mean(key.text(), labels);
      if (hint.empty() && key.app != model.app) {
        hint = "is the app " + key.app + " in installed_apps?";
      }
    }
    context_.report(std::move(code), field.pos,
                    fmt::format("{}: there is no model {}",
                                field_label(model, field), key.text()),
                    std::move(hint));
  }

  /// No relation leads to or, with a join table, from a key of several columns.
  bool check_composite_key(const ModelDef& model, const FieldDef& field,
                           const ModelDef& target) {
    const bool joins = field.kind() == FieldKind::kManyToMany;
    const std::string to_field = field.text("to_field");
    const FieldDef* to =
        to_field.empty() ? target.primary_key() : target.find_field(to_field);
    const bool own = joins && !model.composite_key().empty();
    if (!own && !(to && to->is_composite())) return false;
    context_.report("fields.E347", field.pos,
                    fmt::format("{}: there are no relations to the "
                                "CompositePrimaryKey of {}",
                                field_label(model, field),
                                own ? model.label() : target.label()),
                    joins ? "give the models keys of one column"
                          : "point to a unique field with to_field");
    return true;
  }

  bool is_unique(const ModelDef& target, const FieldDef& field) const {
    if (field.unique()) return true;
    for (const ConstraintDef& constraint : target.constraints) {
      if (constraint.type == "UniqueConstraint" &&
          !constraint.arguments.find("condition") &&
          constraint.fields() == std::vector<std::string>{field.name}) {
        return true;
      }
    }
    return false;
  }

  void check_to_field(const ModelDef& model, const FieldDef& field,
                      const ModelDef& target) {
    const std::string name = field.text("to_field");
    if (name.empty()) return;
    const FieldDef* to = context_.models.find_field(target, name);
    if (!to) {
      if (context_.source(target).broken.count(name) > 0) return;
      context_.report(
          "fields.E312", field.pos,
          fmt::format("{}: to_field {} is no field of {}",
                      field_label(model, field), name, target.label()),
          text::did_you_mean(name, context_.models.field_names(target)));
    } else if (!is_unique(target, *to)) {
      context_.report(
          "fields.E311", field.pos,
          fmt::format("{} must be unique, because {} points to it",
                      field_label(target, *to), field_label(model, field)),
          "add unique: true to it");
    }
  }

  std::size_t count_keys(const ModelDef& through, const ModelDef& to) const {
    return static_cast<std::size_t>(
        std::count_if(through.fields.begin(), through.fields.end(),
                      [&](const FieldDef& field) {
                        return field.is_relation() && field.has_column() &&
                               context_.models.resolve(field.to()) == to.key();
                      }));
  }

  void check_through(const ModelDef& model, const FieldDef& field,
                     const ModelDef& target) {
    const std::string reference = field.text("through");
    const ModelDef* through =
        context_.models.find(context_.models.resolve(reference));
    if (!through) {
      report_unknown("fields.E331", model, field, "through");
      return;
    }
    if (!context_.source(*through).broken.empty()) return;
    const bool named = field.arguments.find("through_fields") != nullptr;
    const std::size_t from_keys = count_keys(*through, model);
    const std::size_t to_keys = count_keys(*through, target);
    const auto report = [&](std::string code, const std::string& problem,
                            std::string hint = {}) {
      context_.report(std::move(code), field.pos,
                      fmt::format("{}: {} {}", field_label(model, field),
                                  through->label(), problem),
                      std::move(hint));
    };
    const bool self = model.key() == target.key();
    const std::string which = "add through_fields: [from, to]";
    if (from_keys == 0 || to_keys == 0) {
      report("fields.E336", "has no foreign key to " +
                                (from_keys == 0 ? model : target).label());
    } else if (named) {
      check_through_fields(model, field, target, *through);
    } else if (self && from_keys > 2) {
      report("fields.E333",
             "has more than two foreign keys to " + model.label(), which);
    } else if (!self && from_keys > 1) {
      report("fields.E334", "has more than one foreign key to " + model.label(),
             which);
    } else if (!self && to_keys > 1) {
      report("fields.E335",
             "has more than one foreign key to " + target.label(), which);
    }
  }

  void check_through_fields(const ModelDef& model, const FieldDef& field,
                            const ModelDef& target, const ModelDef& through) {
    const std::vector<std::string> names =
        field.arguments.find("through_fields")->texts();
    if (names.size() != 2) return;
    const ModelDef* ends[] = {&model, &target};
    for (std::size_t i = 0; i < 2; ++i) {
      const FieldDef* key = through.find_field(names[i]);
      if (!key) {
        context_.report(
            "fields.E338", field.pos,
            fmt::format("{}: through_fields: {} has no field {}",
                        field_label(model, field), through.label(), names[i]),
            text::did_you_mean(names[i], context_.models.field_names(through)));
      } else if (!key->is_relation() ||
                 context_.models.resolve(key->to()) != ends[i]->key()) {
        context_.report(
            "fields.E339", field.pos,
            fmt::format("{}: through_fields: {} is no foreign key to {}",
                        field_label(model, field), field_label(through, *key),
                        ends[i]->label()));
      }
    }
  }

  CheckContext& context_;
};

class RelationChecks {
 public:
  explicit RelationChecks(CheckContext& context) : context_(context) {}

  void run() {
    TargetChecks targets(context_);
    for (const auto& [key, model] : context_.models.all()) {
      if (model->swapped) continue;
      for (const FieldDef& field : model->fields) {
        if (!field.is_relation() || field.to().empty()) continue;
        targets.check(*model, field);
        if (const ModelDef* target = context_.target(field)) {
          incoming_[target].push_back({model.get(), &field});
        }
      }
    }
    for (const auto& [target, relations] : incoming_) {
      check_reverse_names(*target, relations);
    }
  }

 private:
  struct ReverseName {
    const DeclaredRelation* relation;
    std::string accessor, query;
  };

  void check_reverse_names(const ModelDef& target,
                           const std::vector<DeclaredRelation>& relations) {
    std::vector<ReverseName> names;
    std::map<std::string, std::vector<const DeclaredRelation*>> accessors,
        queries;
    for (const DeclaredRelation& relation : relations) {
      if (is_hidden(*relation.model, *relation.field)) continue;
      names.push_back({&relation,
                       accessor_name(*relation.model, *relation.field),
                       query_name(*relation.model, *relation.field)});
      accessors[names.back().accessor].push_back(&relation);
      queries[names.back().query].push_back(&relation);
    }
    const std::vector<std::string> list = context_.models.field_names(target);
    const std::set<std::string> fields(list.begin(), list.end());
    for (const ReverseName& name : names) {
      if (fields.count(name.accessor) > 0) {
        report_clash("fields.E302", "accessor", name.accessor, *name.relation,
                     "the field " + target.label() + "." + name.accessor);
      } else if (fields.count(name.query) > 0) {
        report_clash("fields.E303", "query name", name.query, *name.relation,
                     "the field " + target.label() + "." + name.query);
      }
      if (const DeclaredRelation* other =
              other_than(*name.relation, accessors[name.accessor])) {
        report_clash("fields.E304", "accessor", name.accessor, *name.relation,
                     "that of " + field_label(*other->model, *other->field));
      } else if (const DeclaredRelation* same =
                     other_than(*name.relation, queries[name.query])) {
        report_clash("fields.E305", "query name", name.query, *name.relation,
                     "that of " + field_label(*same->model, *same->field));
      }
    }
  }

  static const DeclaredRelation* other_than(
      const DeclaredRelation& relation,
      const std::vector<const DeclaredRelation*>& same_name) {
    for (const DeclaredRelation* other : same_name) {
      if (other != &relation) return other;
    }
    return nullptr;
  }

  void report_clash(std::string code, std::string_view what,
                    const std::string& name, const DeclaredRelation& relation,
                    const std::string& with) {
    context_.report(
        std::move(code), relation.field->pos,
        fmt::format("the reverse {} {} of {} clashes with {}", what, name,
                    field_label(*relation.model, *relation.field), with),
        "change the field's related_name, or end it with + for none");
  }

  CheckContext& context_;
  std::map<const ModelDef*, std::vector<DeclaredRelation>> incoming_;
};

}  // namespace

const DeclaredRelation* CheckContext::find_reverse(const ModelDef& target_model,
                                                   const std::string& name) {
  if (!has_reverse_) {
    has_reverse_ = true;
    for (const auto& [key, model] : models.all()) {
      if (model->swapped) continue;
      for (const FieldDef& field : model->fields) {
        const ModelDef* to = field.is_relation() ? target(field) : nullptr;
        if (!to || is_hidden(*model, field)) continue;
        reverse_.emplace(std::make_pair(to, query_name(*model, field)),
                         DeclaredRelation{model.get(), &field});
      }
    }
  }
  const auto found = reverse_.find({&target_model, name});
  return found == reverse_.end() ? nullptr : &found->second;
}

void check_relations(CheckContext& context) { RelationChecks(context).run(); }

void check_relation(CheckContext& context, const ModelDef& model,
                    const FieldDef& field) {
  TargetChecks(context).check(model, field);
}

}  // namespace manage::orm
