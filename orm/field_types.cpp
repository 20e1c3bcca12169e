// The table of field types and their arguments: names and defaults are those
// of Django's field classes.
#include <algorithm>

#include "orm/field_def.hpp"

namespace manage::orm {

namespace {

using Kind = ArgumentKind;

constexpr bool kLabel = true;
constexpr bool kNonDb = true;

/// An argument that changes the column.
ArgumentSpec column_arg(std::string_view name, Kind kind, Data otherwise = {}) {
  return {name, kind, std::move(otherwise), !kLabel, !kNonDb};
}

/// An argument that is compared but does not change the column.
ArgumentSpec model_arg(std::string_view name, Kind kind, Data otherwise = {}) {
  return {name, kind, std::move(otherwise), !kLabel, kNonDb};
}

/// An argument that is only a label or a check of ours.
ArgumentSpec label_arg(std::string_view name, Kind kind, Data otherwise = {}) {
  return {name, kind, std::move(otherwise), kLabel, kNonDb};
}

/// What every type takes, after the type's own, in the writer's order.
const std::vector<ArgumentSpec>& common_arguments() {
  static const std::vector<ArgumentSpec> kArguments = {
      column_arg("primary_key", Kind::kBool, false),
      column_arg("unique", Kind::kBool, false),
      column_arg("null", Kind::kBool, false),
      label_arg("blank", Kind::kBool, false),
      column_arg("db_index", Kind::kBool, false),
      column_arg("default", Kind::kFieldValue),
      column_arg("db_default", Kind::kDbDefault),
      label_arg("choices", Kind::kChoices),
      label_arg("editable", Kind::kBool, true),
      column_arg("auto_created", Kind::kBool, false),
      column_arg("serialize", Kind::kBool, true),
      model_arg("db_column", Kind::kText),
      column_arg("db_comment", Kind::kText),
      column_arg("unique_for_date", Kind::kText),
      column_arg("unique_for_month", Kind::kText),
      column_arg("unique_for_year", Kind::kText),
      label_arg("verbose_name", Kind::kText),
      label_arg("help_text", Kind::kText, ""),
      label_arg("error_messages", Kind::kData),
      label_arg("validators", Kind::kData, DataList{}),
  };
  return kArguments;
}

ArgumentSpec max_length(Data otherwise = {}) {
  return column_arg("max_length", Kind::kInt, std::move(otherwise));
}

std::vector<ArgumentSpec> text_arguments(Data length = {}) {
  return {max_length(std::move(length)),
          column_arg("db_collation", Kind::kText)};
}

std::vector<ArgumentSpec> slug_arguments() {
  return {max_length(50), column_arg("db_collation", Kind::kText),
          column_arg("allow_unicode", Kind::kBool, false),
          column_arg("db_index", Kind::kBool, true)};
}

std::vector<ArgumentSpec> clock_arguments() {
  return {column_arg("auto_now", Kind::kBool, false),
          column_arg("auto_now_add", Kind::kBool, false)};
}

std::vector<ArgumentSpec> file_arguments() {
  return {column_arg("upload_to", Kind::kText, ""), max_length(100)};
}

std::vector<ArgumentSpec> image_arguments() {
  std::vector<ArgumentSpec> arguments = file_arguments();
  arguments.push_back(column_arg("width_field", Kind::kText));
  arguments.push_back(column_arg("height_field", Kind::kText));
  return arguments;
}

std::vector<ArgumentSpec> file_path_arguments() {
  return {column_arg("path", Kind::kText, ""),
          column_arg("match", Kind::kText),
          column_arg("recursive", Kind::kBool, false),
          column_arg("allow_files", Kind::kBool, true),
          column_arg("allow_folders", Kind::kBool, false),
          max_length(100)};
}

std::vector<ArgumentSpec> automatic_arguments() {
  return {label_arg("blank", Kind::kBool, true)};
}

std::vector<ArgumentSpec> foreign_key_arguments() {
  return {column_arg("to", Kind::kModel),
          model_arg("on_delete", Kind::kOnDelete),
          column_arg("to_field", Kind::kText),
          model_arg("related_name", Kind::kText),
          model_arg("related_query_name", Kind::kText),
          model_arg("limit_choices_to", Kind::kData),
          column_arg("parent_link", Kind::kBool, false),
          column_arg("swappable", Kind::kBool, true),
          column_arg("db_constraint", Kind::kBool, true),
          column_arg("db_index", Kind::kBool, true)};
}

std::vector<ArgumentSpec> one_to_one_arguments() {
  std::vector<ArgumentSpec> arguments = foreign_key_arguments();
  arguments.push_back(column_arg("unique", Kind::kBool, true));
  return arguments;
}

std::vector<ArgumentSpec> many_to_many_arguments() {
  return {column_arg("to", Kind::kModel),
          model_arg("related_name", Kind::kText),
          model_arg("related_query_name", Kind::kText),
          model_arg("limit_choices_to", Kind::kData),
          column_arg("symmetrical", Kind::kBool),
          column_arg("through", Kind::kModel),
          column_arg("through_fields", Kind::kData),
          column_arg("db_table", Kind::kText),
          column_arg("db_constraint", Kind::kBool, true),
          column_arg("swappable", Kind::kBool, true)};
}

/// What the database computes is never blank and never edited.
std::vector<ArgumentSpec> generated_arguments() {
  return {column_arg("expression", Kind::kData),
          column_arg("output_field", Kind::kField),
          column_arg("db_persist", Kind::kBool),
          label_arg("editable", Kind::kBool, false),
          label_arg("blank", Kind::kBool, true)};
}

std::vector<ArgumentSpec> composite_key_arguments() {
  return {column_arg("field_names", Kind::kTexts),
          column_arg("primary_key", Kind::kBool, true),
          label_arg("editable", Kind::kBool, false),
          label_arg("blank", Kind::kBool, true)};
}

FieldType plain(std::string_view name, FieldKind kind,
                std::vector<ArgumentSpec> arguments = {}) {
  FieldType type;
  type.name = name;
  type.kind = kind;
  type.arguments = std::move(arguments);
  return type;
}

FieldType automatic(std::string_view name, FieldKind kind) {
  FieldType type = plain(name, kind, automatic_arguments());
  type.automatic = true;
  return type;
}

FieldType relation(std::string_view name, FieldKind kind,
                   std::vector<ArgumentSpec> arguments) {
  FieldType type = plain(name, kind, std::move(arguments));
  type.relation = true;
  type.has_column = kind != FieldKind::kManyToMany;
  return type;
}

std::vector<ArgumentSpec> bounds_argument() {
  return {column_arg("default_bounds", Kind::kText, "[)")};
}

/// With a column type that not every database has.
FieldType rich(FieldType type) {
  type.rich = true;
  return type;
}

FieldType without_column(FieldType type) {
  type.has_column = false;
  return type;
}

/// Only for programs: no column, and nothing that a field has.
FieldType generic(std::string_view name, FieldKind kind,
                  std::vector<ArgumentSpec> arguments) {
  FieldType type = without_column(plain(name, kind, std::move(arguments)));
  type.in_history = false;
  type.common_arguments = false;
  return type;
}

FieldType generic_key() {
  return generic("GenericForeignKey", FieldKind::kGenericForeignKey,
                 {model_arg("ct_field", Kind::kText, "content_type"),
                  model_arg("fk_field", Kind::kText, "object_id"),
                  model_arg("for_concrete_model", Kind::kBool, true)});
}

FieldType generic_relation() {
  return generic("GenericRelation", FieldKind::kGenericRelation,
                 {model_arg("to", Kind::kModel),
                  model_arg("content_type_field", Kind::kText, "content_type"),
                  model_arg("object_id_field", Kind::kText, "object_id"),
                  model_arg("related_query_name", Kind::kText),
                  model_arg("for_concrete_model", Kind::kBool, true)});
}

/// In the order of FieldKind, so that field_type can index it.
std::vector<FieldType> make_types() {
  using K = FieldKind;
  return {
      automatic("AutoField", K::kAuto),
      automatic("BigAutoField", K::kBigAuto),
      automatic("SmallAutoField", K::kSmallAuto),
      plain("BigIntegerField", K::kBigInteger),
      plain("BinaryField", K::kBinary,
            {max_length(), label_arg("editable", Kind::kBool, false)}),
      plain("BooleanField", K::kBoolean),
      plain("CharField", K::kChar, text_arguments()),
      plain("DateField", K::kDate, clock_arguments()),
      plain("DateTimeField", K::kDateTime, clock_arguments()),
      plain("DecimalField", K::kDecimal,
            {column_arg("max_digits", Kind::kInt),
             column_arg("decimal_places", Kind::kInt)}),
      plain("DurationField", K::kDuration),
      plain("EmailField", K::kEmail, text_arguments(254)),
      plain("FileField", K::kFile, file_arguments()),
      plain("FilePathField", K::kFilePath, file_path_arguments()),
      plain("FloatField", K::kFloat),
      plain("GenericIPAddressField", K::kGenericIPAddress,
            {column_arg("protocol", Kind::kText, "both"),
             column_arg("unpack_ipv4", Kind::kBool, false)}),
      plain("ImageField", K::kImage, image_arguments()),
      plain("IntegerField", K::kInteger),
      plain("JSONField", K::kJson),
      plain("PositiveBigIntegerField", K::kPositiveBigInteger),
      plain("PositiveIntegerField", K::kPositiveInteger),
      plain("PositiveSmallIntegerField", K::kPositiveSmallInteger),
      plain("SlugField", K::kSlug, slug_arguments()),
      plain("SmallIntegerField", K::kSmallInteger),
      plain("TextField", K::kText, text_arguments()),
      plain("TimeField", K::kTime, clock_arguments()),
      plain("URLField", K::kUrl, text_arguments(200)),
      plain("UUIDField", K::kUuid),
      relation("ForeignKey", K::kForeignKey, foreign_key_arguments()),
      relation("OneToOneField", K::kOneToOne, one_to_one_arguments()),
      relation("ManyToManyField", K::kManyToMany, many_to_many_arguments()),
      plain("GeneratedField", K::kGenerated, generated_arguments()),
      without_column(plain("CompositePrimaryKey", K::kCompositePrimaryKey,
                           composite_key_arguments())),
      rich(plain("ArrayField", K::kArray,
                 {column_arg("base_field", Kind::kField),
                  column_arg("size", Kind::kInt)})),
      rich(plain("HStoreField", K::kHStore)),
      rich(plain("SearchVectorField", K::kSearchVector)),
      rich(plain("IntegerRangeField", K::kIntegerRange)),
      rich(plain("BigIntegerRangeField", K::kBigIntegerRange)),
      rich(plain("DecimalRangeField", K::kDecimalRange, bounds_argument())),
      rich(plain("DateRangeField", K::kDateRange)),
      rich(plain("DateTimeRangeField", K::kDateTimeRange, bounds_argument())),
      generic_key(),
      generic_relation(),
  };
}

const ArgumentSpec* find_in(const std::vector<ArgumentSpec>& arguments,
                            std::string_view name) {
  const auto found =
      std::find_if(arguments.begin(), arguments.end(),
                   [&](const ArgumentSpec& spec) { return spec.name == name; });
  return found == arguments.end() ? nullptr : &*found;
}

}  // namespace

const std::vector<FieldType>& field_types() {
  static const std::vector<FieldType> kTypes = make_types();
  return kTypes;
}

const FieldType& field_type(FieldKind kind) {
  return field_types()[static_cast<std::size_t>(kind)];
}

const FieldType* find_field_type(std::string_view name) {
  const std::vector<FieldType>& types = field_types();
  const auto found =
      std::find_if(types.begin(), types.end(),
                   [&](const FieldType& type) { return type.name == name; });
  return found == types.end() ? nullptr : &*found;
}

const ArgumentSpec* find_argument(const FieldType& type,
                                  std::string_view name) {
  const ArgumentSpec* own = find_in(type.arguments, name);
  if (own || !type.common_arguments) return own;
  return find_in(common_arguments(), name);
}

namespace {

std::vector<const ArgumentSpec*> collect_arguments(const FieldType& type) {
  // An own argument that only changes a common one's default (db_index of a
  // foreign key) is written where the common one stands.
  std::vector<const ArgumentSpec*> all;
  for (const ArgumentSpec& spec : type.arguments) {
    if (!find_in(common_arguments(), spec.name)) all.push_back(&spec);
  }
  if (!type.common_arguments) return all;
  for (const ArgumentSpec& spec : common_arguments()) {
    all.push_back(find_argument(type, spec.name));
  }
  return all;
}

}  // namespace

const std::vector<const ArgumentSpec*>& arguments_of(const FieldType& type) {
  static const auto kOfTypes = [] {
    std::vector<std::vector<const ArgumentSpec*>> all;
    for (const FieldType& one : field_types()) {
      all.push_back(collect_arguments(one));
    }
    return all;
  }();
  return kOfTypes[static_cast<std::size_t>(type.kind)];
}

}  // namespace manage::orm
