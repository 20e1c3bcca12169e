// A model as data. models.yaml and the replay of migrations both end here, so
// there is one description of a model with two sources: now, and history.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "core/source.hpp"
#include "orm/field_def.hpp"
#include "orm/model_map.hpp"

namespace manage::orm {

/// One of meta.indexes: the class, and its arguments by Django's names
/// (fields, expressions, name, condition, include, opclasses).
struct IndexDef {
  std::string type = "Index";
  DataMap arguments;
  SourcePos pos;

  std::string name() const;
  std::vector<std::string> fields() const;  ///< with "-" for descending
  bool operator==(const IndexDef& other) const {
    return type == other.type && arguments == other.arguments;
  }
};

/// One of meta.constraints: CheckConstraint, UniqueConstraint,
/// ExclusionConstraint.
struct ConstraintDef {
  std::string type;
  DataMap arguments;
  SourcePos pos;

  std::string name() const;
  std::vector<std::string> fields() const;
  bool operator==(const ConstraintDef& other) const {
    return type == other.type && arguments == other.arguments;
  }
};

struct ModelDef {
  std::string app;
  std::string name;  ///< class case
  std::vector<FieldDef> fields;
  /// Meta by Django's names, without indexes and constraints; unique_together
  /// always a list of lists.
  DataMap options;
  std::vector<IndexDef> indexes;
  std::vector<ConstraintDef> constraints;
  std::vector<std::string> bases;  ///< "app.model", multi-table parents
  std::vector<std::string> natural_key;
  std::string renamed_from;  ///< "app.model" of models.yaml, or empty
  std::string str;           ///< "{title}"
  Data scopes;
  Data default_scope;
  /// The field that says whether a row is deleted (a BooleanField), or when it
  /// was (a DateTimeField); empty: rows go when they are deleted.
  std::string soft_delete;
  /// The function of the project's own that judges a record as a whole
  /// (orm/callables.hpp), or empty.
  std::string clean;
  SourcePos pos;
  /// Whether auth_user_model names another model in its place (meta.swappable):
  /// then it has no table. A ModelSet sets it.
  bool swapped = false;

  ModelKey key() const;
  /// "app.Model", for messages.
  std::string label() const { return app + "." + name; }
  const FieldDef* find_field(std::string_view name) const;
  FieldDef* find_field(std::string_view name);
  /// nullptr only in a model that is not complete.
  const FieldDef* primary_key() const;
  /// The fields of a CompositePrimaryKey; empty without one.
  std::vector<std::string> composite_key() const;
  std::vector<std::vector<std::string>> unique_together() const;
  /// Only in histories of Django before 5.1.
  std::vector<std::vector<std::string>> index_together() const;
  bool managed() const;
  bool proxy() const;
  /// Meta's, else the name in lower case, a space before each word.
  std::string verbose_name() const;
  /// Those with a column, in order.
  std::vector<const FieldDef*> columns() const;
};

/// The column `_order` that meta.order_with_respect_to brings. It stands last
/// in `fields` but in no file.
FieldDef order_field(const SourcePos& pos);

/// The primary key `id` that a model without one gets.
/// REQUIRES: `type` is an automatic field type.
FieldDef automatic_id(std::string_view type, const SourcePos& pos);

/// Models by key. Copying is cheap: copies share their map until one of them
/// changes it, and the models, which are immutable, for ever.
class ModelSet {
 public:
  const ModelDef* find(const ModelKey& key) const;
  /// Throws Error "models.unknown".
  const ModelDef& get(const ModelKey& key) const;
  void put(ModelDef model);
  void erase(const ModelKey& key) { changeable().erase(key); }
  /// Does not outlive the next change.
  const ModelMap& all() const { return *models_; }

  /// What "auth_user_model" stands for.
  std::string auth_user_model = "auth.user";
  /// The project's default_auto_field: the type of a join table's id, whatever
  /// the app says, as migrations create it.
  std::string default_auto_field = "BigAutoField";
  /// Limit of identifiers on the default database, whichever database is
  /// migrated; 0: none. Django's table names depend on it.
  int max_name_length = 0;
  /// Whose days and hours queries mean (settings.time_zone).
  std::string time_zone = "UTC";

  /// The key a relation's `to` means.
  ModelKey resolve(std::string_view reference) const;
  /// The model a relation points to. Throws Error "models.unknown".
  const ModelDef& target(const FieldDef& relation) const;
  /// The field it points to: to_field, else the primary key.
  const FieldDef& target_field(const FieldDef& relation) const;
  /// The field of that name in the model or in what it inherits from; nullptr
  /// if there is none.
  const FieldDef* find_field(const ModelDef& model,
                             std::string_view name) const;
  /// The names of its fields, own ones first, then inherited ones.
  std::vector<std::string> field_names(const ModelDef& model) const;
  /// db_table, or app_model cut to max_name_length; of a proxy, that of the
  /// model it stands for.
  std::string table(const ModelDef& model) const;
  /// The join table of a ManyToManyField without `through`, as a model with
  /// id and two foreign keys.
  /// REQUIRES: the field's target is in the set.
  ModelDef through_model(const ModelDef& owner, const FieldDef& field) const;

 private:
  /// This set's alone.
  ModelMap& changeable();

  std::shared_ptr<ModelMap> models_ = std::make_shared<ModelMap>();
};

}  // namespace manage::orm
