#include "orm/model_checks.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

TEST_CASE("everything wrong in all files is reported at once") {
  CHECK(problems({{"blog", R"(models:
  Post:
    fields:
      title: {type: CharFeild}
      by: {type: ForeignKey, to: shop.Persn, on_delete: CASCADE}
    meta: {ordering: [title, create]}
)"},
                  {"shop", R"(models:
  Person:
    fields:
      name: {type: CharField}
      age: {type: IntegerField, defualt: 3}
    meta: {unique_together: [name, aeg]}
)"}}) ==
        "fields.type blog/models.yaml:4:21: field title: there is no field "
        "type CharFeild (did you mean CharField?)\n"
        "fields.E120 shop/models.yaml:4:20: field name: a CharField needs "
        "max_length (add max_length: 100, the most characters it may hold)\n"
        "yaml.unknown-key shop/models.yaml:5:33: field age has no key defualt "
        "(did you mean default?)\n"
        "models.E015 blog/models.yaml:6:30: model blog.Post: ordering names "
        "create, but there is no such field\n"
        "models.E012 shop/models.yaml:6:36: model shop.Person: unique_together "
        "names aeg, but there is no such field (did you mean age?)\n"
        "fields.E300 blog/models.yaml:5:7: blog.Post.by: there is no model "
        "shop.persn (did you mean shop.person?)\n");
}

TEST_CASE("a file that cannot be read hides no models from the others") {
  CHECK(
      problems(
          {{"blog",
            "models: {Post: {fields: {by: {type: ForeignKey, to: shop.Person, "
            "on_delete: CASCADE}}}}"},
           {"shop", "models: {Person: {a: 1, a: 2}}"}}) ==
      "yaml.duplicate-key shop/models.yaml:1:25: the key a stands twice in "
      "this map (it is first given at shop/models.yaml:1:19)\n");
}

TEST_CASE("field names have rules") {
  CHECK(problems(R"(models:
  A:
    fields:
      end_: {type: TextField}
      two__parts: {type: TextField}
      pk: {type: TextField}
      or: {type: TextField}
      1st: {type: TextField}
)") == "fields.E001 shop/models.yaml:4:7: field end_: a name must not end "
       "with an underscore\n"
       "fields.E002 shop/models.yaml:5:7: field two__parts: a name must not "
       "contain \"__\"\n"
       "fields.E003 shop/models.yaml:6:7: field pk: pk is a reserved word\n"
       "fields.name shop/models.yaml:7:7: field or: or has a meaning in "
       "conditions\n"
       "fields.name shop/models.yaml:8:7: field 1st: a name is letters, "
       "digits and underscores, and does not begin with a digit\n");
}

TEST_CASE("arguments that exclude each other are reported") {
  CHECK(problems(R"(models:
  Thing:
    fields:
      a: {type: CharField, max_length: 0}
      b: {type: DecimalField, max_digits: 2, decimal_places: 3}
      c: {type: DateField, auto_now: true, auto_now_add: true}
      d: {type: IntegerField, primary_key: true, null: true}
      e: {type: ForeignKey, to: Thing, on_delete: SET_NULL}
      f: {type: ForeignKey, to: Thing, on_delete: SET_DEFAULT, related_name: +}
      g: {type: CharField, max_length: 2, choices: [abc]}
      h: {type: GenericIPAddressField, blank: true}
      i: {type: ManyToManyField, to: Thing, unique: true}
      j: {type: AutoField}
)") == "fields.E121 shop/models.yaml:4:40: field a: max_length must be at "
       "least 1\n"
       "fields.E134 shop/models.yaml:5:43: field b: max_digits 2 is less than "
       "decimal_places 3\n"
       "fields.E160 shop/models.yaml:6:58: field c: auto_now and auto_now_add "
       "exclude each other (keep one of them)\n"
       "fields.E007 shop/models.yaml:7:56: field d: a primary key cannot be "
       "null\n"
       "fields.E320 shop/models.yaml:8:51: field e: on_delete SET_NULL needs "
       "a field that can be null (add null: true, or choose another "
       "on_delete)\n"
       "fields.E321 shop/models.yaml:9:51: field f: on_delete SET_DEFAULT "
       "needs a default\n"
       "fields.E009 shop/models.yaml:10:52: field g: max_length 2 is too "
       "small for the longest choice, which has 3 characters\n"
       "fields.E150 shop/models.yaml:11:47: field h: a GenericIPAddressField "
       "that may be blank must be null (add null: true)\n"
       "fields.E330 shop/models.yaml:12:53: field i: a ManyToManyField cannot "
       "be unique\n"
       "fields.E100 shop/models.yaml:13:17: field j: AutoField is only for "
       "primary keys (add primary_key: true)\n");
}

TEST_CASE("fields of one model must not clash") {
  CHECK(problems(R"(models:
  Thing:
    fields:
      a: {type: TextField}
      b: {type: TextField, db_column: a}
      key: {type: IntegerField, primary_key: true}
      other: {type: IntegerField, primary_key: true}
      c: {type: ForeignKey, to: Thing, on_delete: CASCADE}
      c_id: {type: IntegerField}
  B: {fields: {id: {type: IntegerField}}}
  b: {fields: {x: {type: IntegerField}}}
)") == "models.duplicate shop/models.yaml:11:3: model b: there is a model B "
       "already, and names match in any case\n"
       "models.E004 shop/models.yaml:10:16: model B: a field named id must be "
       "the primary key (add primary_key: true, or give it another name)\n"
       "models.E026 shop/models.yaml:7:7: model shop.Thing: key and other are "
       "both the primary key (make one of them unique: true instead)\n"
       "models.E007 shop/models.yaml:5:7: model shop.Thing: a and b have the "
       "same "
       "column a (give one of them another db_column)\n"
       "models.E006 shop/models.yaml:9:7: model shop.Thing: the field c_id "
       "clashes with the field c\n");
}

TEST_CASE("meta names fields that exist and have a column") {
  CHECK(problems(R"(models:
  A:
    fields:
      name: {type: TextField}
      peers: {type: ManyToManyField, to: A}
      key: {type: ForeignKey, to: A, on_delete: CASCADE}
    natural_key: [nam]
    meta:
      ordering: [-nam, key__name, key__nme, a__peers, "?"]
      unique_together: [[name, peers], [key_id, name]]
      indexes:
        - {fields: [-naem], name: _i}
        - {fields: [name], name: a_name_that_is_longer_than_30_chars}
        - {fields: [name], name: twice}
        - {fields: [key], name: twice}
      constraints:
        - {type: UniqueConstraint, fields: [nam], name: u}
)") == "models.E013 shop/models.yaml:10:32: model shop.A: unique_together "
       "names peers, which has no column: a ManyToManyField has a table of "
       "its own\n"
       "models.E012 shop/models.yaml:10:41: model shop.A: unique_together "
       "names key_id, but there is no such field (use the field's name, "
       "key)\n"
       "models.E012 shop/models.yaml:12:21: model shop.A: indexes names naem, "
       "but there is no such field (did you mean name?)\n"
       "models.E012 shop/models.yaml:17:45: model shop.A: constraints names "
       "nam, but there is no such field (did you mean name?)\n"
       "models.E033 shop/models.yaml:12:35: model shop.A: the index name _i "
       "must not begin with an underscore or a digit\n"
       "models.E034 shop/models.yaml:13:34: model shop.A: the index name "
       "a_name_that_is_longer_than_30_chars has 35 characters, but only 30 "
       "are allowed\n"
       "models.E015 shop/models.yaml:9:18: model shop.A: ordering names nam, "
       "but there is no such field (did you mean name?)\n"
       "models.E015 shop/models.yaml:9:35: model shop.A: ordering names "
       "key__nme, but there is no nme (did you mean name?)\n"
       "models.natural-key shop/models.yaml:7:19: model shop.A: natural_key "
       "names nam, but there is no such field (did you mean name?)\n"
       "models.E029 shop/models.yaml:14:34: model shop.A has two index names "
       "twice (choose another name, or use %(app_label)s and %(class)s in "
       "it)\n");
}

TEST_CASE("relations lead somewhere, and back without a clash") {
  CHECK(problems(R"(models:
  Base: {abstract: true}
  Tag: {fields: {name: {type: TextField}, book: {type: TextField}}}
  Book:
    fields:
      a: {type: ForeignKey, to: Tag, on_delete: CASCADE}
      b: {type: ForeignKey, to: Tag, on_delete: CASCADE, related_name: +}
      c: {type: ForeignKey, to: Base, on_delete: CASCADE}
      d: {type: ForeignKey, to: Tag, on_delete: CASCADE, to_field: name, related_name: d}
      e: {type: ForeignKey, to: Tag, on_delete: CASCADE, related_name: name}
      f: {type: ForeignKey, to: Tag, on_delete: CASCADE, related_name: d}
      g: {type: ManyToManyField, to: Tag, through: Missing, related_name: +}
      h: {type: ManyToManyField, to: Tag, through: Link, related_name: +}
  Link:
    fields:
      book: {type: ForeignKey, to: Book, on_delete: CASCADE, related_name: +}
      one: {type: ForeignKey, to: Tag, on_delete: CASCADE, related_name: +}
      two: {type: ForeignKey, to: Tag, on_delete: CASCADE, related_name: +}
)") == "fields.E300 shop/models.yaml:8:7: shop.Book.c: there is no model "
       "shop.base (shop.Base is abstract: it has no table)\n"
       "fields.E311 shop/models.yaml:9:7: shop.Tag.name must be unique, "
       "because shop.Book.d points to it (add unique: true to it)\n"
       "fields.E331 shop/models.yaml:12:7: shop.Book.g: there is no model "
       "shop.missing\n"
       "fields.E335 shop/models.yaml:13:7: shop.Book.h: shop.Link has more "
       "than one foreign key to shop.Tag (add through_fields: [from, to])\n"
       "fields.E303 shop/models.yaml:6:7: the reverse query name book of "
       "shop.Book.a clashes with the field shop.Tag.book (change the field's "
       "related_name, or end it with + for none)\n"
       "fields.E304 shop/models.yaml:9:7: the reverse accessor d of "
       "shop.Book.d clashes with that of shop.Book.f (change the field's "
       "related_name, or end it with + for none)\n"
       "fields.E302 shop/models.yaml:10:7: the reverse accessor name of "
       "shop.Book.e clashes with the field shop.Tag.name (change the field's "
       "related_name, or end it with + for none)\n"
       "fields.E304 shop/models.yaml:11:7: the reverse accessor d of "
       "shop.Book.f clashes with that of shop.Book.d (change the field's "
       "related_name, or end it with + for none)\n");
}

TEST_CASE("expressions in ordering are checked") {
  CHECK(problems(R"(models:
  A:
    fields:
      name: {type: TextField}
    meta:
      ordering: [{desc: nam, nulls_last: true}, {Lower: name}, {Lowr: name}]
)") == "models.E015 shop/models.yaml:6:25: model shop.A: ordering names nam, "
       "but there is no such field (did you mean name?)\n"
       "models.E015 shop/models.yaml:6:17: model shop.A: ordering: there is no "
       "expression Lowr (did you mean Lower?)\n");
}

TEST_CASE("conditions are checked lookup by lookup") {
  CHECK(problems(R"(models:
  A:
    fields:
      name: {type: TextField}
      price: {type: DecimalField, max_digits: 5, decimal_places: 2}
      other: {type: ForeignKey, to: A, on_delete: CASCADE}
    meta:
      indexes:
        - {fields: [name], name: one, condition: {or: [{prize: 1}, {price__gtt: 2}]}}
        - {expressions: [{Lowr: name}], name: two}
      constraints:
        - {type: CheckConstraint, name: three, condition: {price__gte: cheap, other__name: x}}
)") == "models.E012 shop/models.yaml:9:57: model shop.A: indexes: shop.A has "
       "no field prize (did you mean price?)\n"
       "query.lookup shop/models.yaml:9:69: model shop.A: indexes: "
       "price__gtt: there is no lookup gtt (did you mean gt or gte?)\n"
       "query.expression shop/models.yaml:10:12: model shop.A: indexes: "
       "there is no expression Lowr (did you mean Lower?)\n"
       "query.value shop/models.yaml:12:60: model shop.A: constraints: "
       "price__gte needs a value of the type DecimalField, not cheap\n"
       "models.E041 shop/models.yaml:12:79: model shop.A: constraints: "
       "other__name leads to another table, and only columns of shop.A can be "
       "used here\n");
}

TEST_CASE("indexes and constraints must be complete") {
  CHECK(problems(R"(models:
  A:
    fields: {name: {type: TextField}}
    meta:
      indexes:
        - {name: a}
        - {fields: [name], condition: {name: x}}
        - {type: GinIndx, fields: [name], name: b}
        - {fields: [name], expressions: [name], name: c}
      constraints:
        - {type: CheckConstraint, name: d}
        - {type: UniqueConstraint, fields: [name]}
        - {fields: [name], name: e}
        - {type: UniqueConstraint, fields: [name], name: f, deferrable: later}
        - {type: UniqueConstraint, fields: [name], name: g, deferrable: deferred, condition: {name: x}}
        - {type: UniqueConstraint, fields: [name], name: h, opclasses: ["a, b"]}
)") == "models.index shop/models.yaml:6:11: the index has no fields (add "
       "fields: [name, …] or expressions: […])\n"
       "models.name shop/models.yaml:7:11: the index needs a name\n"
       "models.type shop/models.yaml:8:18: there is no index type GinIndx "
       "(did you mean GinIndex?)\n"
       "models.index shop/models.yaml:9:11: the index has both fields and "
       "expressions (write the fields as expressions: [name, {desc: date}])\n"
       "yaml.missing-key shop/models.yaml:11:11: constraint needs the key "
       "condition\n"
       "models.name shop/models.yaml:12:11: the constraint needs a name\n"
       "yaml.missing-key shop/models.yaml:13:11: constraint needs the key "
       "type\n"
       "models.constraint shop/models.yaml:14:73: deferrable must be deferred "
       "or immediate\n"
       "models.constraint shop/models.yaml:15:73: deferrable and condition "
       "exclude each other\n"
       "models.constraint shop/models.yaml:16:72: a, b is no operator "
       "class\n");
}

TEST_CASE("inheritance that leads nowhere is reported") {
  CHECK(problems(R"(models:
  A: {inherits: B}
  B: {inherits: A}
  C: {inherits: [Dee]}
  D:
    inherits: E
    fields: {gone: null, name: {type: TextField}}
  E: {fields: {name: {type: TextField}}}
  F: {proxy: true}
)") == "models.inherits shop/models.yaml:2:3: model A inherits from itself\n"
       "models.inherits shop/models.yaml:4:17: model C: there is no model "
       "shop.dee to inherit from (did you mean shop.D or shop.E?)\n"
       "models.inherits shop/models.yaml:5:3: model D: there is no inherited "
       "field gone to remove\n"
       "models.E006 shop/models.yaml:7:26: model shop.D: the field name "
       "clashes with that of shop.E\n"
       "models.proxy shop/models.yaml:9:14: model shop.F: a proxy inherits "
       "from exactly one model with a table\n");
}

TEST_CASE("tables must be different") {
  CHECK(problems(R"(models:
  A: {fields: {b: {type: ManyToManyField, to: A}}, meta: {db_table: x}}
  B: {meta: {db_table: x}}
  C: {meta: {db_table: x_b}}
)") == "models.E028 shop/models.yaml:3:24: shop.A and shop.B have the same "
       "table x (give one of them another db_table)\n"
       "fields.E340 shop/models.yaml:2:16: the join table x_b of shop.A.b "
       "clashes with a table of shop.C (give the field another db_table)\n");
}

TEST_CASE("meta says what is wrong with an option") {
  CHECK(problems(R"(models:
  A:
    fields: {name: {type: TextField}}
    meta: {orderng: [name], managed: yes, permissions: [a], db_table: [x]}
    scopes: 3
    extra: 1
)") == "yaml.type shop/models.yaml:4:71: db_table must be text, not a list\n"
       "yaml.type shop/models.yaml:4:38: managed must be true or false, not "
       "yes (write true, without quotes)\n"
       "yaml.type shop/models.yaml:4:56: permissions must be a list of "
       "[codename, name]\n"
       "yaml.unknown-key shop/models.yaml:4:12: meta of A has no key orderng "
       "(did you mean ordering?)\n"
       "yaml.type shop/models.yaml:5:13: scopes must be a map\n"
       "yaml.unknown-key shop/models.yaml:6:5: model A has no key extra\n");
}

TEST_CASE("diamonds of inheritance are walked once") {
  std::string text = "models:\n  M0: {fields: {a: {type: TextField}}}\n";
  text += "  N0: {fields: {b: {type: TextField}}}\n";
  for (int i = 1; i < 60; ++i) {
    for (const char* name : {"M", "N"}) {
      text +=
          fmt::format("  {0}{1}: {{inherits: [M{2}, N{2}]}}\n", name, i, i - 1);
    }
  }
  const ModelSet models = read_shop(text);
  const ModelDef& last = models.get({"shop", "m59"});
  CHECK(models.find_field(last, "b")->name == "b");
  CHECK(models.find_field(last, "c") == nullptr);
}

TEST_CASE("a table cannot have any number of columns") {
  std::string text = "models:\n  A:\n    meta: {ordering: [f7]}\n    fields:\n";
  for (int i = 0; i < 1601; ++i) {
    text += fmt::format("      f{}: {{type: TextField}}\n", i);
  }
  CHECK(problems(text) ==
        "models.fields shop/models.yaml:5:7: model A has 1601 fields, but a "
        "table has at most 1600 columns\n");
}
