// What the checks of models share.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/error.hpp"
#include "orm/dialect.hpp"
#include "orm/model_def.hpp"
#include "orm/models_yaml.hpp"

namespace manage::orm {

/// A relation, and the model that declares it.
struct DeclaredRelation {
  const ModelDef* model = nullptr;
  const FieldDef* field = nullptr;
};

class CheckContext {
 public:
  CheckContext(const ModelSet& models, const ModelSources& sources,
               const ModelsContext& project, Diagnostics& diagnostics)
      : models(models),
        sources(sources),
        project(project),
        diagnostics(diagnostics) {}

  /// Once for each code and place: a field of an abstract model is looked at
  /// in every child.
  void report(std::string code, SourcePos where, std::string message,
              std::string hint = {}) {
    if (!is_new(code, where, message)) return;
    diagnostics.add(std::move(code), std::move(where), std::move(message),
                    std::move(hint));
  }
  void warn(std::string code, SourcePos where, std::string message,
            std::string hint = {}) {
    if (!is_new(code, where, message)) return;
    diagnostics.warn(std::move(code), std::move(where), std::move(message),
                     std::move(hint));
  }

  /// An empty one for a model of a history.
  const ModelSource& source(const ModelDef& model) const {
    static const ModelSource kNone;
    const auto found = sources.find(model.key());
    return found == sources.end() ? kNone : found->second;
  }

  /// Whether a part of the model under examination was examined before.
  bool is_known(const FieldDef& field) const {
    const FieldDef* same = known ? known->find_field(field.name) : nullptr;
    return same && same->same_definition(field, true);
  }
  bool is_known(const IndexDef& index) const {
    return known && contains(known->indexes, index);
  }
  bool is_known(const ConstraintDef& constraint) const {
    return known && contains(known->constraints, constraint);
  }

  /// nullptr if there is none.
  const ModelDef* target(const FieldDef& relation) const {
    return models.find(models.resolve(relation.to()));
  }

  /// The relation that is called `name` from its target's side; nullptr if
  /// there is none.
  const DeclaredRelation* find_reverse(const ModelDef& target,
                                       const std::string& name);

  const ModelSet& models;
  const ModelSources& sources;
  const ModelsContext& project;
  Diagnostics& diagnostics;
  /// What this one has too is left out; nullptr: nothing is.
  const ModelDef* known = nullptr;
  /// A model in the middle of a migration: what only the whole migration needs
  /// may still come.
  bool unfinished = false;

 private:
  template <class Part>
  static bool contains(const std::vector<Part>& list, const Part& part) {
    return std::find(list.begin(), list.end(), part) != list.end();
  }

  /// Parts of a history have no place of their own: their messages differ.
  bool is_new(const std::string& code, const SourcePos& where,
              const std::string& message) {
    return reported_
        .insert(code + " " + where.text() + (sources.empty() ? message : ""))
        .second;
  }

  std::set<std::string> reported_;
  /// By target and query name; made when first asked for.
  std::map<std::pair<const ModelDef*, std::string>, DeclaredRelation> reverse_;
  bool has_reverse_ = false;
};

/// fields.E300 to E339: targets, reverse names, join models.
void check_relations(CheckContext& context);

/// Of one field: fields.E300, E301, E311, E312, E331 to E339, E347.
/// REQUIRES: it is a relation.
void check_relation(CheckContext& context, const ModelDef& model,
                    const FieldDef& field);

/// The fields that options, indexes and constraints name: models.E012, E013,
/// E016, E048.
void check_local_fields(CheckContext& context, const ModelDef& model);

/// Conditions and expressions of indexes and constraints, as the project's
/// database spells them.
void check_conditions(CheckContext& context, const ModelDef& model);

/// What fields ask of the project's database: computed columns, defaults that
/// it gives, composite keys, types of its own.
void check_columns_of(CheckContext& context, const ModelDef& model);

/// Scopes, limit_choices_to and str: what they name must be there.
void check_queries(CheckContext& context, const ModelDef& model);

/// contenttypes.E001 to E004.
void check_generic_keys(CheckContext& context, const ModelDef& model);

/// What the project's database will not do as the model says: names it cuts,
/// comments and options it ignores, decimals it rounds.
void check_database_limits(CheckContext& context, const ModelDef& model);

}  // namespace manage::orm
