// The models of a project as queries walk them: inherited fields, reverse
// relations and the joins that each name leads through. Built from models.yaml
// or from a state of the migrations alike.
//
// Immutable, safe in any thread. Everything made from a registry points into
// it, so the registry outlives it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::orm {

class Model;

/// Rows of any model that point to those of one by a content type and a key: a
/// GenericRelation, seen from the model that has it or inherits it.
struct GenericRelation {
  const FieldDef* field = nullptr;
  const Model* of = nullptr;         ///< whose content type they have
  const Model* model = nullptr;      ///< whose rows they are
  const FieldDef* type = nullptr;    ///< their key to ContentType
  const FieldDef* object = nullptr;  ///< their field for the other row's key
};

/// One join, from a column of a table to a column of another one.
struct JoinStep {
  const Model* from = nullptr;
  const FieldDef* from_field = nullptr;
  const Model* to = nullptr;
  const FieldDef* to_field = nullptr;
  bool direct = true;     ///< from_field is the key; else to_field is
  bool many = false;      ///< one row may meet several
  bool nullable = false;  ///< one row may meet none
  /// Whose content type the row that points must have too.
  const GenericRelation* generic = nullptr;

  bool operator==(const JoinStep&) const = default;
};

/// What a name leads to from a model.
struct Hop {
  /// The field of that name or, if `reverse`, the one that points here.
  const FieldDef* field = nullptr;
  const Model* owner = nullptr;   ///< whose field it is
  const Model* target = nullptr;  ///< of a relation; nullptr: a column
  bool reverse = false;
  /// The way to the column or the target. First to the parent model that has
  /// the field, if it is inherited.
  std::vector<JoinStep> joins;
};

/// A relation, seen from the model it points to.
struct ReverseRelation {
  const Model* model = nullptr;  ///< that has the field
  const FieldDef* field = nullptr;
  std::string accessor;    ///< "book_set"
  std::string query_name;  ///< "book"
};

class Model {
 public:
  /// A column of the model's own table or of a parent's.
  struct Column {
    const Model* owner = nullptr;
    const FieldDef* field = nullptr;
  };
  struct Parent {
    const Model* model = nullptr;
    const FieldDef* link = nullptr;  ///< the OneToOneField to it
  };

  const ModelDef& def() const { return *def_; }
  const ModelKey& key() const { return key_; }
  std::string label() const { return def_->label(); }
  /// Unquoted. A proxy has that of the model it stands for.
  const std::string& table() const { return table_; }
  /// Itself; of a proxy, the model whose table it uses.
  const Model& concrete() const { return *concrete_; }
  /// Of a model that inherits: the link to its (first) parent.
  const FieldDef& primary_key() const { return *primary_key_; }
  /// Its column; several if it is a CompositePrimaryKey.
  std::vector<const FieldDef*> key_columns() const;
  const std::vector<Parent>& parents() const { return parents_; }
  /// In Django's order: those of the parents first.
  const std::vector<Column>& columns() const { return columns_; }
  /// Those that have a name, in the order of the models.
  const std::vector<ReverseRelation>& reverse_relations() const {
    return reverse_;
  }
  /// Every foreign key and one-to-one field that points to this table, those
  /// without a reverse name and those of join tables too: of a concrete model.
  struct Incoming {
    const Model* model = nullptr;  ///< that has the field
    const FieldDef* field = nullptr;
    const FieldDef* target = nullptr;  ///< whose values it has
  };
  const std::vector<Incoming>& incoming() const { return incoming_; }
  /// Its GenericRelations and those it inherits.
  const std::vector<GenericRelation>& generic_relations() const {
    return generic_;
  }
  /// Whether it is the join table of a ManyToManyField without `through`.
  bool auto_created() const { return auto_created_; }

  /// The field that marks a row as deleted, the model's own or that of a
  /// parent's table; nullptr: there is none.
  const FieldDef* soft_delete() const;

  /// A field, inherited ones included, "pk", "author_id", or the query name of
  /// a reverse relation. nullopt if there is none.
  std::optional<Hop> find(std::string_view name) const;
  /// The way to a parent model, however far up. REQUIRES: it is one, or itself.
  std::vector<JoinStep> way_to(const Model& ancestor) const;
  /// Everything that find() knows, for near names.
  std::vector<std::string> names() const;

 private:
  friend class Registry;
  friend class RegistryBuilder;
  friend class RowsModelMaker;

  std::optional<Hop> find_own(std::string_view name) const;
  std::optional<Hop> find_reverse(std::string_view name) const;
  std::optional<Hop> find_generic(std::string_view name) const;
  Hop forward(const FieldDef& field) const;
  Hop many_to_many(const FieldDef& field, bool reverse) const;

  /// The two keys of a join model.
  struct Through {
    const Model* model = nullptr;
    const FieldDef* from = nullptr;
    const FieldDef* to = nullptr;
  };

  std::shared_ptr<const ModelDef> def_;
  ModelKey key_;
  std::string table_;
  const Model* concrete_ = this;
  const FieldDef* primary_key_ = nullptr;
  std::vector<Parent> parents_;
  std::vector<Column> columns_;
  std::vector<ReverseRelation> reverse_;
  std::vector<Incoming> incoming_;
  std::vector<GenericRelation> generic_;
  /// Those of other models that name a way back from here.
  std::vector<const GenericRelation*> generic_back_;
  std::map<std::string_view, Through> through_;  ///< by field name
  std::map<std::string_view, std::pair<const Model*, const FieldDef*>>
      targets_;  ///< by field name
  /// To its parent, of a model that no registry has.
  std::shared_ptr<const FieldDef> link_;
  bool auto_created_ = false;
};

class Registry {
 public:
  /// REQUIRES: the models passed their checks.
  explicit Registry(const ModelSet& models);
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  /// nullptr if there is none.
  const Model* find(const ModelKey& key) const;
  /// "shop.Book" in any case of the model, or "Book" if only one app has it.
  /// Throws Error "models.unknown" with near names.
  const Model& get(std::string_view label) const;
  /// With the join tables of ManyToManyFields.
  const ModelSet& models() const { return models_; }

 private:
  friend class RegistryBuilder;

  ModelSet models_;
  std::map<ModelKey, std::unique_ptr<Model>> all_;
};

}  // namespace manage::orm
