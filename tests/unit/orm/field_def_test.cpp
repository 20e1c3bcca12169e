#include "orm/field_def.hpp"

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "models_text.hpp"
#include "orm/field_yaml.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

/// As a migration file of the app `shop` has it, in its model Book.
FieldDef field(const std::string& name, const std::string& text) {
  Diagnostics diagnostics;
  const yaml::Tree tree = yaml::parse("0001.yaml", text);
  const auto read = read_field(name, tree.root,
                               {"shop", "Book", {}, "auth.User"}, diagnostics);
  diagnostics.throw_if_errors();
  return *read;
}

std::string rewritten(const std::string& text) {
  return yaml::write_flow(field_to_data(field("f", text)));
}

std::string failure(const std::string& text) {
  try {
    return "no error: " + rewritten(text);
  } catch (const Error& error) {
    return told(error);
  }
}

}  // namespace

TEST_CASE("every field type is found by its name and its kind") {
  for (const FieldType& type : field_types()) {
    INFO(type.name);
    CHECK(find_field_type(type.name) == &type);
    CHECK(&field_type(type.kind) == &type);
  }
  CHECK(field_types().size() == 43);
  CHECK(find_field_type("charfield") == nullptr);
}

TEST_CASE("a type's arguments come before the common ones") {
  std::vector<std::string> names;
  for (const ArgumentSpec* spec :
       arguments_of(field_type(FieldKind::kForeignKey))) {
    names.emplace_back(spec->name);
  }
  CHECK(text::join(names, " ") ==
        "to on_delete to_field related_name related_query_name "
        "limit_choices_to parent_link swappable db_constraint primary_key "
        "unique null blank db_index default db_default choices editable "
        "auto_created serialize db_column db_comment unique_for_date "
        "unique_for_month unique_for_year verbose_name help_text "
        "error_messages validators");
  CHECK(find_argument(field_type(FieldKind::kChar), "to") == nullptr);
}

TEST_CASE("a field has its type's defaults") {
  CHECK(field("e", "{type: EmailField}").max_length() == 254);
  CHECK(field("s", "{type: SlugField}").db_index());
  CHECK_FALSE(field("s", "{type: SlugField, db_index: false}").db_index());
  CHECK_FALSE(field("t", "{type: TextField}").max_length().has_value());
  const FieldDef key =
      field("author", "{type: ForeignKey, to: Author, on_delete: CASCADE}");
  CHECK(key.to() == "shop.author");
  CHECK(key.attname() == "author_id");
  CHECK(key.column() == "author_id");
  CHECK(key.db_index());
  CHECK(key.db_constraint());
  CHECK_FALSE(key.unique());
  const FieldDef one = field(
      "author",
      "{type: OneToOneField, to: Author, on_delete: CASCADE, db_column: a}");
  CHECK(one.unique());
  CHECK(one.column() == "a");
  const FieldDef tags = field("tags", "{type: ManyToManyField, to: Tag}");
  CHECK_FALSE(tags.has_column());
  CHECK(tags.column() == "");
}

TEST_CASE("what equals a default is not kept") {
  CHECK(rewritten("{blank: false, null: false, type: EmailField, "
                  "max_length: 254, help_text: '', db_column: null}") ==
        "{type: EmailField}");
  CHECK(rewritten("{type: BigAutoField, verbose_name: ID, blank: true, "
                  "serialize: false, auto_created: true, primary_key: true}") ==
        "{type: BigAutoField, primary_key: true, auto_created: true, "
        "serialize: false, verbose_name: ID}");
  CHECK(rewritten("{type: DateTimeField, auto_now: true, editable: false, "
                  "blank: true}") == "{type: DateTimeField, auto_now: true}");
}

TEST_CASE("references are written in one form") {
  CHECK(rewritten("{type: ForeignKey, on_delete: PROTECT, to: self}") ==
        "{type: ForeignKey, to: shop.book, on_delete: PROTECT}");
  CHECK(rewritten("{type: ManyToManyField, to: Blog.TAG, through: Tagging}") ==
        "{type: ManyToManyField, to: Blog.tag, through: shop.tagging}");
  CHECK(rewritten("{type: ForeignKey, to: auth.user, on_delete: CASCADE}") ==
        "{type: ForeignKey, to: auth_user_model, on_delete: CASCADE}");
  CHECK(rewritten("{type: ForeignKey, to: Author, on_delete: {SET: 3}}") ==
        "{type: ForeignKey, to: shop.author, on_delete: {SET: 3}}");
}

TEST_CASE("a default is typed by its field") {
  CHECK(field("f", "{type: CharField, max_length: 9, default: no}")
            .default_value() == Data("no"));
  CHECK(field("f", "{type: CharField, max_length: 9, default: 0012}")
            .default_value() == Data("0012"));
  CHECK(field("f",
              "{type: DecimalField, max_digits: 30, decimal_places: 20, "
              "default: 0.10000000000000000005}")
            .default_value() == Data(Real{"0.10000000000000000005"}));
  CHECK(field("f", "{type: IntegerField, default: 7}").default_value() ==
        Data(7));
  CHECK(field("f", "{type: BooleanField, default: true}").default_value() ==
        Data(true));
  CHECK(field("f", "{type: DateField, default: 2026-01-31}").default_value() ==
        Data("2026-01-31"));
  CHECK(field("f", "{type: JSONField, default: {a: [1]}}").default_value() ==
        Data(DataMap{{"a", DataList{1}}}));
  CHECK(field("f", "{type: DateTimeField, default: {call: now}}")
            .default_value() == Data(DataMap{{"call", "now"}}));
  const FieldDef null = field("f", "{type: IntegerField, default: null}");
  CHECK(null.has_default());
  CHECK(null.default_value().is_null());
  CHECK_FALSE(field("f", "{type: IntegerField}").has_default());
}

TEST_CASE("a default of the wrong type is reported") {
  CHECK(failure("{type: IntegerField, default: many}") ==
        "yaml.type 0001.yaml:1:31: default of field f must be an integer, not "
        "many\n");
  CHECK(failure("{type: SmallIntegerField, default: 40000}") ==
        "yaml.type 0001.yaml:1:36: default of field f must be from -32768 to "
        "32767\n");
  CHECK(failure("{type: DateField, default: 2026-02-30}") ==
        "yaml.type 0001.yaml:1:28: default of field f must be a date such as "
        "2026-01-31\n");
  CHECK(failure("{type: UUIDField, default: 12}") ==
        "yaml.type 0001.yaml:1:28: default of field f must be a uuid\n");
  CHECK(failure("{type: UUIDField, default: {call: now}}") ==
        "yaml.type 0001.yaml:1:35: default of field f: now gives no value of "
        "UUIDField\n");
  CHECK(failure("{type: UUIDField, default: {call: uuid5}}") ==
        "fields.default 0001.yaml:1:35: default of field f: there is no "
        "function uuid5 to call (use now, today, uuid4, list, dict)\n");
}

TEST_CASE("choices become pairs") {
  CHECK(rewritten("{type: IntegerField, choices: [1, [2, two]]}") ==
        "{type: IntegerField, choices: [[1, \"1\"], [2, two]]}");
  CHECK(rewritten("{type: CharField, max_length: 1, choices: {s: Small, "
                  "l: Large}}") ==
        "{type: CharField, max_length: 1, choices: [[s, Small], [l, Large]]}");
  CHECK(rewritten("{type: CharField, max_length: 1, choices: "
                  "[[Sizes, [[s, Small]]], [x, None]]}") ==
        "{type: CharField, max_length: 1, choices: "
        "[[Sizes, [[s, Small]]], [x, None]]}");
  CHECK(failure("{type: IntegerField, choices: [[1, 2, 3]]}") ==
        "fields.E005 0001.yaml:1:32: choices of field f must be values, "
        "[value, label] pairs or [group, [pairs]]\n");
  CHECK(failure("{type: IntegerField, choices: [a]}") ==
        "yaml.type 0001.yaml:1:32: choices of field f must be an integer, not "
        "a\n");
}

TEST_CASE("what history cannot be replayed without is required") {
  CHECK(failure("{type: CharField}") ==
        "fields.E120 0001.yaml:1:8: field f: a CharField needs max_length (add "
        "max_length: 100, the most characters it may hold)\n");
  CHECK(failure("{type: ForeignKey}") ==
        "fields.to 0001.yaml:1:8: field f: a ForeignKey needs to (add to: "
        "Model, app.Model or self)\n"
        "fields.on-delete 0001.yaml:1:8: field f: a ForeignKey needs on_delete "
        "(add on_delete: CASCADE, PROTECT, RESTRICT, SET_NULL, SET_DEFAULT or "
        "DO_NOTHING)\n");
  CHECK(failure("{type: DecimalField}") ==
        "fields.E130 0001.yaml:1:8: field f: a DecimalField needs "
        "decimal_places (add decimal_places: 2, the digits after the point)\n"
        "fields.E132 0001.yaml:1:8: field f: a DecimalField needs max_digits "
        "(add max_digits: 10, all digits together)\n");
}

TEST_CASE("unknown types and arguments are reported with near names") {
  CHECK(failure("{type: CharFeild, max_length: 3}") ==
        "fields.type 0001.yaml:1:8: field f: there is no field type CharFeild "
        "(did you mean CharField?)\n");
  CHECK(failure("{type: ArrayField}") ==
        "postgres.base-field 0001.yaml:1:8: field f: an ArrayField needs "
        "base_field (add base_field: {type: IntegerField}, what it holds)\n");
  CHECK(failure("{type: CharField, max_lenght: 3, max_length: 3}") ==
        "yaml.unknown-key 0001.yaml:1:19: field f has no key max_lenght (did "
        "you mean max_length?)\n");
  CHECK(failure("{max_length: 3}") ==
        "yaml.missing-key 0001.yaml:1:1: field f needs the key type\n");
  CHECK(failure("{type: ForeignKey, to: A, on_delete: cascade}") ==
        "fields.on-delete 0001.yaml:1:38: on_delete of field f cannot be "
        "cascade (did you mean CASCADE?)\n");
  CHECK(failure("{type: CharField, max_length: 99999999999}") ==
        "yaml.type 0001.yaml:1:31: max_length of field f is out of range: "
        "99999999999\n");
}

TEST_CASE("labels are compared only when they are tracked") {
  const FieldDef plain = field("f", "{type: CharField, max_length: 3}");
  const FieldDef label =
      field("g", "{type: CharField, max_length: 3, help_text: x, blank: true}");
  const FieldDef longer = field("f", "{type: CharField, max_length: 4}");
  CHECK(plain.same_definition(label, false));
  CHECK_FALSE(plain.same_definition(label, true));
  CHECK_FALSE(plain.same_definition(longer, false));
  CHECK_FALSE(plain.same_definition(
      field("f", "{type: TextField, max_length: 3}"), false));
  const FieldDef cascade =
      field("f", "{type: ForeignKey, to: a, on_delete: CASCADE}");
  const FieldDef protect =
      field("f", "{type: ForeignKey, to: a, on_delete: PROTECT}");
  CHECK_FALSE(cascade.same_definition(protect, false));
}
