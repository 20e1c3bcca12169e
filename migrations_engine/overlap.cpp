#include "migrations_engine/overlap.hpp"

namespace manage::migrations_engine {

namespace {

/// What an operation is, of the kinds whose reach is known.
struct Reach {
  const ModelOperation* model = nullptr;
  const ModelOptionOperation* option = nullptr;
  const FieldOperation* field = nullptr;
  const IndexOperation* index = nullptr;

  explicit Reach(const Operation& operation)
      : model(dynamic_cast<const ModelOperation*>(&operation)),
        option(dynamic_cast<const ModelOptionOperation*>(&operation)),
        field(dynamic_cast<const FieldOperation*>(&operation)),
        index(dynamic_cast<const IndexOperation*>(&operation)) {}

  bool known() const { return model || field || index; }
  std::string model_name() const {
    if (model) return model->name_lower();
    return field ? field->model_name_lower() : index->model_name_lower();
  }
};

/// An option or index of the field's model. A new field cannot be in it.
bool uses_field(const Operation& operation, const FieldOperation& field,
                std::string_view app) {
  if (field.type() == "AddField") return false;
  return operation.references_field(field.model_name_lower(), field.name(),
                                    app);
}

bool touches(const Operation& a, const Reach& reach_a, const Operation& b,
             const Reach& reach_b, std::string_view app) {
  bool same_model = reach_a.model_name() == reach_b.model_name();
  if (reach_a.model && !reach_a.option) {
    // A whole model comes, goes or gets another name.
    return same_model ||
           (!reach_b.index && b.references_model(reach_a.model_name(), app));
  }
  if (reach_a.option) {
    if (reach_b.option) return same_model && a.type() == b.type();
    return reach_b.field && same_model && uses_field(a, *reach_b.field, app);
  }
  if (reach_a.index) {
    if (reach_b.index) return same_model;
    return reach_b.field && same_model && uses_field(a, *reach_b.field, app);
  }
  if (!reach_b.field) return false;
  return b.references_field(reach_a.field->model_name_lower(),
                            reach_a.field->name(), app);
}

}  // namespace

bool has_known_reach(const Operation& operation) {
  return Reach(operation).known();
}

Overlap overlap(const Operation& a, const Operation& b, std::string_view app) {
  Reach reach_a(a);
  Reach reach_b(b);
  if (!reach_a.known() || !reach_b.known()) return Overlap::kUnknown;
  bool same = touches(a, reach_a, b, reach_b, app) ||
              touches(b, reach_b, a, reach_a, app);
  return same ? Overlap::kSame : Overlap::kNone;
}

}  // namespace manage::migrations_engine
