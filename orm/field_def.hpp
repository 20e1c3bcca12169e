// A field as data: what models.yaml and migration files say of it.
//
// The table of field types (field_types.cpp) is the truth about which types
// there are and which arguments each takes; reader, writer, comparison and
// documentation are driven by it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "core/source.hpp"

namespace manage::orm {

enum class FieldKind {
  kAuto,
  kBigAuto,
  kSmallAuto,
  kBigInteger,
  kBinary,
  kBoolean,
  kChar,
  kDate,
  kDateTime,
  kDecimal,
  kDuration,
  kEmail,
  kFile,
  kFilePath,
  kFloat,
  kGenericIPAddress,
  kImage,
  kInteger,
  kJson,
  kPositiveBigInteger,
  kPositiveInteger,
  kPositiveSmallInteger,
  kSlug,
  kSmallInteger,
  kText,
  kTime,
  kUrl,
  kUuid,
  kForeignKey,
  kOneToOne,
  kManyToMany,
  kGenerated,
  kCompositePrimaryKey,
  kArray,
  kHStore,
  kSearchVector,
  kIntegerRange,
  kBigIntegerRange,
  kDecimalRange,
  kDateRange,
  kDateTimeRange,
  kGenericForeignKey,
  kGenericRelation,
};

/// How an argument's YAML is read.
enum class ArgumentKind {
  kBool,
  kInt,
  kText,
  kFieldValue,  ///< a value of the field itself: default
  kDbDefault,   ///< such a value, or an expression: db_default
  kField,       ///< a map such as every field's: base_field, output_field
  kTexts,       ///< a list of texts
  kModel,       ///< a reference to a model: to, through
  kOnDelete,
  kChoices,
  kData,  ///< by the YAML 1.2 core schema, kept as it is
};

struct ArgumentSpec {
  std::string_view name;
  ArgumentKind kind;
  /// What leaving it out means; equal values are not stored and not written.
  Data default_value;
  /// Only a label or check of ours: compared by the autodetector only with
  /// migrations.track_non_db.
  bool label_only = false;
  /// Does not change the column (Django's non_db_attrs).
  bool non_db = false;
};

struct FieldType {
  std::string_view name;  ///< Django's class name
  FieldKind kind;
  /// Arguments beyond the common ones, in the order the writer uses.
  std::vector<ArgumentSpec> arguments;
  bool relation = false;  ///< has `to`
  bool has_column = true;
  bool automatic = false;  ///< AutoField and kin
  /// Whether its column needs types that not every database has.
  bool rich = false;
  /// Whether migrations know of it; if not, it is only for programs.
  bool in_history = true;
  /// Whether it takes what every field takes.
  bool common_arguments = true;
};

/// nullptr if there is none of that name.
const FieldType* find_field_type(std::string_view name);
const FieldType& field_type(FieldKind kind);
const std::vector<FieldType>& field_types();
/// The argument `name` of that type, common ones included; nullptr if it takes
/// none of that name.
const ArgumentSpec* find_argument(const FieldType& type, std::string_view name);
/// Every argument that type takes, in the writer's order.
const std::vector<const ArgumentSpec*>& arguments_of(const FieldType& type);

/// One field of a ModelDef. `arguments` holds only what differs from the
/// type's defaults, normalised: references as "app.model" in lower case (or
/// "auth_user_model"), choices as pairs.
struct FieldDef {
  std::string name;
  const FieldType* type = nullptr;
  DataMap arguments;
  SourcePos pos;
  std::string renamed_from;  ///< models.yaml only
  /// What base_field or output_field describes; the reader fills it in.
  std::shared_ptr<const FieldDef> inner;

  FieldKind kind() const { return type->kind; }
  bool is_relation() const { return type->relation; }
  bool has_column() const { return type->has_column; }

  bool null() const { return flag("null"); }
  bool blank() const { return flag("blank"); }
  bool primary_key() const { return flag("primary_key"); }
  /// unique, primary_key or a OneToOneField.
  bool unique() const;
  bool db_index() const;  ///< with the type's own default
  bool db_constraint() const;
  bool has_default() const { return arguments.find("default") != nullptr; }
  bool has_db_default() const {
    return arguments.find("db_default") != nullptr;
  }
  bool is_generated() const { return kind() == FieldKind::kGenerated; }
  bool is_composite() const {
    return kind() == FieldKind::kCompositePrimaryKey;
  }
  /// Whether the database gives a value where an INSERT leaves the column out:
  /// a number, what it computes, or its own default where there is no other.
  bool filled_by_database() const;
  /// REQUIRES: has_default().
  const Data& default_value() const { return *arguments.find("default"); }
  /// With the type's own default (EmailField 254, SlugField 50, …).
  std::optional<int> max_length() const;
  int integer(std::string_view argument, int otherwise = 0) const;
  std::string text(std::string_view argument) const;
  bool flag(std::string_view argument) const;

  /// "app.model" or "auth_user_model" of a relation.
  std::string to() const { return text("to"); }
  /// `name`, or for a foreign key `name_id`.
  std::string attname() const;
  /// db_column or attname. Empty without a column.
  std::string column() const;

  /// Deep equality without the name (Django's deconstruct).
  bool same_definition(const FieldDef& other, bool track_non_db) const;
};

}  // namespace manage::orm
