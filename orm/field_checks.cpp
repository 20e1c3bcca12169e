#include "orm/field_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "core/text.hpp"
#include "orm/validators.hpp"

namespace manage::orm {

namespace {

/// One field under examination, and where its parts stand in the file.
class FieldCheck {
 public:
  FieldCheck(const FieldDef& field, const yaml::Node& node,
             Diagnostics& diagnostics)
      : field_(field), node_(node), diagnostics_(diagnostics) {}

  void required();
  void names();
  void lengths();
  void digits();
  void dates();
  void keys();
  void relations();
  void many_to_many();
  void without_effect();
  void other_types();
  void generated();
  void composite_key();

 private:
  const Data* given(std::string_view argument) const {
    return field_.arguments.find(argument);
  }

  /// Whether the file has it, be it readable or not.
  bool written(std::string_view argument) const {
    const yaml::Node* value = node_.find(argument);
    return value && !value->is_null();
  }

  SourcePos where(std::string_view argument) const {
    const yaml::Node* value = node_.find(argument);
    return value ? value->pos() : field_.pos;
  }

  void report(std::string_view code, std::string_view argument,
              std::string_view problem, std::string hint = {}) {
    diagnostics_.add(std::string(code), where(argument),
                     fmt::format("field {}: {}", field_.name, problem),
                     std::move(hint));
  }

  void warn(std::string_view code, std::string_view argument,
            std::string_view problem, std::string hint) {
    diagnostics_.warn(std::string(code), where(argument),
                      fmt::format("field {}: {}", field_.name, problem),
                      std::move(hint));
  }

  void require(std::string_view argument, std::string_view code,
               std::string hint) {
    if (written(argument)) return;
    report(code, "type",
           fmt::format("{} {} needs {}",
                       field_.type->name.starts_with('A') ? "an" : "a",
                       field_.type->name, argument),
           std::move(hint));
  }

  const FieldDef& field_;
  const yaml::Node& node_;
  Diagnostics& diagnostics_;
};

void FieldCheck::required() {
  switch (field_.kind()) {
    case FieldKind::kChar:
      require("max_length", "fields.E120",
              "add max_length: 100, the most characters it may hold");
      break;
    case FieldKind::kDecimal:
      require("decimal_places", "fields.E130",
              "add decimal_places: 2, the digits after the point");
      require("max_digits", "fields.E132",
              "add max_digits: 10, all digits together");
      break;
    case FieldKind::kForeignKey:
    case FieldKind::kOneToOne:
      require("to", "fields.to", "add to: Model, app.Model or self");
      require("on_delete", "fields.on-delete",
              "add on_delete: CASCADE, PROTECT, RESTRICT, SET_NULL, "
              "SET_DEFAULT or DO_NOTHING");
      break;
    case FieldKind::kManyToMany:
      require("to", "fields.to", "add to: Model, app.Model or self");
      break;
    case FieldKind::kGenerated:
      require("expression", "fields.generated",
              "add expression: {Lower: name}, what it is computed from");
      require("output_field", "fields.generated",
              "add output_field: {type: IntegerField}, what its values are");
      require("db_persist", "fields.generated",
              "add db_persist: true to store the values");
      break;
    case FieldKind::kArray:
      require("base_field", "postgres.base-field",
              "add base_field: {type: IntegerField}, what it holds");
      break;
    case FieldKind::kCompositePrimaryKey:
      require("field_names", "fields.composite",
              "add field_names: [tenant, id], two or more fields");
      break;
    default:
      break;
  }
}

bool is_identifier(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '_' || c >= 0x80;
  });
}

void FieldCheck::names() {
  const std::string& name = field_.name;
  const auto report_name = [&](std::string_view code,
                               std::string_view problem) {
    diagnostics_.add(std::string(code), field_.pos,
                     fmt::format("field {}: {}", name, problem));
  };
  if (!is_identifier(name)) {
    report_name("fields.name",
                "a name is letters, digits and underscores, and does not "
                "begin with a digit");
  } else if (name.back() == '_') {
    report_name("fields.E001", "a name must not end with an underscore");
  } else if (name.find("__") != std::string::npos) {
    report_name("fields.E002", "a name must not contain \"__\"");
  } else if (field_.is_composite() != (name == "pk")) {
    if (name == "pk") {
      report_name("fields.E003", "pk is a reserved word");
    } else {
      report_name("fields.E013", "a CompositePrimaryKey must be named pk");
    }
  } else if (name == "or" || name == "and" || name == "not" || name == "xor") {
    report_name("fields.name", name + " has a meaning in conditions");
  }
}

/// The longest value of the choices, in characters.
std::size_t longest_choice(const DataList& choices) {
  std::size_t longest = 0;
  for (const Data& choice : choices) {
    const DataList* pair = choice.list();
    if (!pair || pair->size() != 2) continue;
    if (const DataList* members = (*pair)[1].list()) {
      longest = std::max(longest, longest_choice(*members));
    } else if (const std::string* value = (*pair)[0].text()) {
      longest = std::max(longest, text::length(*value));
    }
  }
  return longest;
}

void FieldCheck::lengths() {
  const auto limit = field_.max_length();
  if (!limit) return;
  if (*limit <= 0) {
    report("fields.E121", "max_length", "max_length must be at least 1");
    return;
  }
  const Data* choices = given("choices");
  const DataList* list = choices ? choices->list() : nullptr;
  if (!list) return;
  const std::size_t longest = longest_choice(*list);
  if (longest > static_cast<std::size_t>(*limit)) {
    report("fields.E009", "choices",
           fmt::format("max_length {} is too small for the longest choice, "
                       "which has {} characters",
                       *limit, longest));
  }
}

void FieldCheck::digits() {
  if (field_.kind() != FieldKind::kDecimal) return;
  const Data* max_digits = given("max_digits");
  const Data* decimal_places = given("decimal_places");
  if (decimal_places && *decimal_places->integer() < 0) {
    report("fields.E131", "decimal_places",
           "decimal_places must not be negative");
  }
  if (max_digits && *max_digits->integer() <= 0) {
    report("fields.E133", "max_digits", "max_digits must be at least 1");
  } else if (max_digits && decimal_places &&
             *max_digits->integer() < *decimal_places->integer()) {
    report("fields.E134", "max_digits",
           fmt::format("max_digits {} is less than decimal_places {}",
                       *max_digits->integer(), *decimal_places->integer()));
  }
}

void FieldCheck::dates() {
  std::vector<std::string> used;
  for (std::string_view argument : {"auto_now", "auto_now_add"}) {
    if (field_.flag(argument)) used.emplace_back(argument);
  }
  const bool clock = !used.empty();
  const Data* value = given("default");
  if (clock && value && !value->is_null()) used.emplace_back("default");
  if (used.size() > 1) {
    report("fields.E160", used.back(),
           text::join(used, " and ") + " exclude each other",
           "keep one of them");
  }
}

void FieldCheck::keys() {
  if (field_.type->automatic && !field_.primary_key()) {
    report("fields.E100", "type",
           fmt::format("{} is only for primary keys", field_.type->name),
           "add primary_key: true");
  }
  if (field_.type->automatic && given("db_default")) {
    report("fields.db-default", "db_default",
           fmt::format("{} is numbered by the database already",
                       field_.type->name));
  }
  if (field_.primary_key() && field_.null()) {
    report("fields.E007", "null", "a primary key cannot be null");
  }
}

void FieldCheck::relations() {
  if (!field_.is_relation()) return;
  const Data* on_delete = given("on_delete");
  const std::string* action = on_delete ? on_delete->text() : nullptr;
  if (action && *action == "SET_NULL" && !field_.null()) {
    report("fields.E320", "on_delete",
           "on_delete SET_NULL needs a field that can be null",
           "add null: true, or choose another on_delete");
  }
  if (action && *action == "SET_DEFAULT" && !field_.has_default()) {
    report("fields.E321", "on_delete", "on_delete SET_DEFAULT needs a default");
  }
  const std::string related_name = field_.text("related_name");
  std::string_view stem = related_name;
  if (!stem.empty() && stem.back() == '+') stem.remove_suffix(1);
  // Placeholders are judged after they have been filled in.
  const bool plain = stem.find('%') == std::string_view::npos;
  if (!stem.empty() && plain && !is_identifier(stem)) {
    report("fields.E306", "related_name",
           fmt::format("related_name {} is no identifier", related_name),
           "use letters, digits and underscores, or end it with + for none");
  }
  const std::string query_name = field_.text("related_query_name");
  if (!query_name.empty() && query_name.back() == '_') {
    report("fields.E308", "related_query_name",
           "related_query_name must not end with an underscore");
  }
  if (query_name.find("__") != std::string::npos) {
    report("fields.E309", "related_query_name",
           "related_query_name must not contain \"__\"");
  }
}

void FieldCheck::many_to_many() {
  if (field_.kind() != FieldKind::kManyToMany) return;
  for (std::string_view argument : {"unique", "primary_key"}) {
    if (field_.flag(argument)) {
      report("fields.E330", argument,
             fmt::format("a ManyToManyField cannot be {}", argument));
    }
  }
  const bool through = given("through") != nullptr;
  if (through && given("db_table")) {
    report("fields.through", "db_table",
           "db_table and through exclude each other");
  }
  if (!through && given("through_fields")) {
    report("fields.through", "through_fields",
           "through_fields needs a through model");
  }
  const Data* fields = given("through_fields");
  if (fields && fields->texts().size() != 2) {
    report("fields.E337", "through_fields",
           "through_fields must be two field names");
  }
}

void FieldCheck::without_effect() {
  const std::string hint = "take it out";
  if (field_.kind() == FieldKind::kForeignKey && field_.flag("unique")) {
    warn("fields.W342", "unique",
         "a ForeignKey with unique: true is a OneToOneField",
         "write type: OneToOneField instead");
  }
  if (field_.kind() != FieldKind::kManyToMany) return;
  struct Argument {
    std::string_view code, name;
  };
  for (const auto& [code, name] :
       {Argument{"fields.W340", "null"}, Argument{"fields.W341", "validators"},
        Argument{"fields.db-default", "db_default"},
        Argument{"fields.W346", "db_comment"}}) {
    if (!given(name)) continue;
    warn(code, name, fmt::format("{} has no effect on a ManyToManyField", name),
         hint);
  }
  if (given("through") && given("limit_choices_to")) {
    warn("fields.W343", "limit_choices_to",
         "limit_choices_to has no effect on a ManyToManyField with through",
         hint);
  }
}

void FieldCheck::other_types() {
  switch (field_.kind()) {
    case FieldKind::kFilePath:
      if (!field_.flag("allow_files") && !field_.flag("allow_folders")) {
        report("fields.E140", "allow_files",
               "allow_files or allow_folders must be true");
      }
      break;
    case FieldKind::kGenericIPAddress: {
      if (field_.blank() && !field_.null()) {
        report("fields.E150", "blank",
               "a GenericIPAddressField that may be blank must be null",
               "add null: true");
      }
      const std::string protocol = text::lower(field_.text("protocol"));
      if (protocol != "both" && protocol != "ipv4" && protocol != "ipv6") {
        report("fields.protocol", "protocol",
               "protocol must be both, IPv4 or IPv6");
      }
      break;
    }
    case FieldKind::kArray:
      if (given("size") && field_.integer("size") < 1) {
        report("postgres.size", "size", "size must be at least 1");
      }
      break;
    case FieldKind::kDecimalRange:
    case FieldKind::kDateTimeRange: {
      const std::string bounds = field_.text("default_bounds");
      if (bounds != "[)" && bounds != "(]" && bounds != "()" &&
          bounds != "[]") {
        report("postgres.bounds", "default_bounds",
               "default_bounds must be \"[)\", \"(]\", \"()\" or \"[]\"");
      }
      break;
    }
    case FieldKind::kFile:
    case FieldKind::kImage:
      if (field_.primary_key()) {
        report(
            "fields.E201", "primary_key",
            fmt::format("a {} cannot be the primary key", field_.type->name));
      }
      if (field_.text("upload_to").substr(0, 1) == "/") {
        report("fields.E202", "upload_to", "upload_to must be a relative path");
      }
      break;
    default:
      break;
  }
}

/// What only programs or editors of values set.
void FieldCheck::generated() {
  if (!field_.is_generated()) return;
  for (std::string_view argument : {"default", "db_default"}) {
    if (!given(argument)) continue;
    report("fields.generated", argument,
           fmt::format("a GeneratedField cannot have a {}", argument));
  }
  if (field_.flag("editable")) {
    report("fields.generated", "editable",
           "a GeneratedField cannot be editable");
  }
  if (!field_.blank()) {
    report("fields.generated", "blank", "a GeneratedField must be blank");
  }
  if (field_.primary_key()) {
    report("fields.generated", "primary_key",
           "a GeneratedField cannot be the primary key");
  }
}

void FieldCheck::composite_key() {
  if (!field_.is_composite()) return;
  for (std::string_view argument : {"default", "db_default", "db_column"}) {
    if (!given(argument)) continue;
    report("fields.composite", argument,
           fmt::format("a CompositePrimaryKey cannot have a {}", argument));
  }
  if (field_.flag("editable")) {
    report("fields.composite", "editable",
           "a CompositePrimaryKey cannot be editable");
  }
  for (std::string_view argument : {"blank", "primary_key"}) {
    if (field_.flag(argument)) continue;
    report("fields.composite", argument,
           fmt::format("{} of a CompositePrimaryKey must be true", argument));
  }
  const Data* names = given("field_names");
  if (!names) return;
  std::vector<std::string> all = names->texts();
  if (all.size() < 2) {
    report("fields.composite", "field_names",
           "a CompositePrimaryKey needs at least two fields");
  }
  std::sort(all.begin(), all.end());
  const auto twice = std::adjacent_find(all.begin(), all.end());
  if (twice != all.end()) {
    report("fields.composite", "field_names",
           fmt::format("{} stands twice in field_names", *twice));
  }
}

}  // namespace

void check_required_arguments(const FieldDef& field, const yaml::Node& node,
                              Diagnostics& diagnostics) {
  FieldCheck(field, node, diagnostics).required();
}

void check_field(const FieldDef& field, const yaml::Node& node,
                 Diagnostics& diagnostics) {
  FieldCheck check(field, node, diagnostics);
  check.names();
  check.lengths();
  check.digits();
  check.dates();
  check.keys();
  check.relations();
  check.many_to_many();
  check.without_effect();
  check.other_types();
  if (const yaml::Node* validators = node.find("validators")) {
    check_validators(field, *validators, diagnostics);
  }
  check.generated();
  check.composite_key();
}

}  // namespace manage::orm
