// full_clean(): what Django 5.2 documents of validating objects.
#include "orm/writing/cleaning.hpp"

#include <catch2/catch.hpp>

#include "core/text.hpp"
#include "databases.hpp"
#include "models_text.hpp"
#include "orm/writing/field_validators.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/saving.hpp"
#include "tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

constexpr const char* kModels = R"(
models:
  Place:
    fields: {code: {type: CharField, max_length: 9, unique: true}}
  Event:
    inherits: [Place]
    fields:
      title: {type: CharField, max_length: 20, unique_for_date: day, unique_for_month: made}
      kind: {type: CharField, max_length: 9, choices: [[a, Alpha], [Group, [[b, Beta]]]], blank: true}
      level: {type: IntegerField, choices: [1, 2], null: true, blank: true}
      mail: {type: EmailField, blank: true, error_messages: {invalid: that is no address}}
      day: {type: DateField, null: true, blank: true}
      made: {type: DateTimeField, null: true, blank: true}
      seats: {type: IntegerField, default: 1, validators: [{MinValueValidator: 1}, {MaxValueValidator: [9, at most nine]}]}
      host: {type: ForeignKey, to: Host, on_delete: CASCADE, null: true, blank: true, limit_choices_to: {open: true}}
      row: {type: IntegerField, default: 0}
      column: {type: IntegerField, default: 0}
    meta:
      unique_together: [[row, column]]
      constraints:
        - {type: CheckConstraint, condition: {or: [{seats__lt: 5}, {day__isnull: false}]}, name: small_or_dated}
        - {type: CheckConstraint, condition: {title__startswith: E}, name: named, violation_error_code: name, violation_error_message: must begin with E}
        - {type: UniqueConstraint, fields: [title], condition: {level: 2}, name: one_master}
        - {type: UniqueConstraint, expressions: [{Lower: kind}, level], name: kinds}
  Host:
    fields: {open: {type: BooleanField, default: true}}
  Seat:
    fields:
      pk: {type: CompositePrimaryKey, field_names: [hall, number]}
      hall: {type: IntegerField}
      number: {type: IntegerField}
      label: {type: CharField, max_length: 9, unique: true}
)";

const Registry& registry() {
  static const Registry kRegistry(read_shop(kModels));
  return kRegistry;
}

class Events {
 public:
  explicit Events(Engine engine)
      : database_(engine),
        connection(database_.open()),
        databases(*connection) {
    for (const char* model : {"place", "host", "event", "seat"}) {
      create_table(*connection, registry().models(), {"shop", model});
    }
  }

  Manager of(const char* model) const {
    return {registry(), registry().get(model), databases};
  }
  RecordPtr event(const GivenList& given = {}) const {
    GivenList all{{"code", std::string("c") + std::to_string(++count_)},
                  {"title", std::string("E")},
                  {"row", std::int64_t{count_}}};
    all.insert(all.end(), given.begin(), given.end());
    return of("Event").make(all);
  }
  /// "field code" of each problem.
  std::string problems(const RecordPtr& record,
                       const CleanOptions& options = {}) const {
    try {
      full_clean(*record, options);
    } catch (const ValidationError& error) {
      std::vector<std::string> list;
      for (const Invalid& one : error.problems()) {
        list.push_back((one.field.empty() ? "*" : one.field) + " " + one.code);
      }
      return text::join(list, ", ");
    }
    return "";
  }
  std::string problems(const GivenList& given) const {
    return problems(event(given));
  }

 private:
  TestDatabase database_;
  mutable std::int64_t count_ = 0;

 public:
  std::unique_ptr<Connection> connection;
  Databases databases;
};

Value n(std::int64_t number) { return number; }
Value t(const char* text) { return std::string(text); }

}  // namespace

TEST_CASE("values must be there, be a choice, and pass their validators") {
  const Events events(GENERATE(from_range(engines())));
  CHECK(events.problems(GivenList{}).empty());
  CHECK(events.problems({{"title", t("")}}) == "title blank");
  CHECK(events.problems({{"title", Null{}}}) == "title null");
  CHECK(events.problems({{"kind", t("c")}}) == "kind invalid_choice");
  CHECK(events.problems({{"kind", t("b")}, {"level", n(1)}}).empty());
  CHECK(events.problems({{"level", n(3)}}) == "level invalid_choice");
  CHECK(events.problems({{"seats", n(0)}}) == "seats min_value");
  CHECK(events.problems({{"mail", t("ann")}, {"seats", n(0)}}) ==
        "mail invalid, seats min_value");
  CHECK(
      events.problems(events.event({{"title", t("")}}), {.exclude = {"title"}})
          .empty());
  const RecordPtr wrong = events.event(
      {{"mail", t("ann")}, {"seats", n(10)}, {"day", t("2020-01-31")}});
  CHECK(thrown([&] { full_clean(*wrong); }) ==
        "validation.invalid: shop.Event.mail: that is no address");
  try {
    full_clean(*wrong);
  } catch (const ValidationError& error) {
    CHECK(error.diagnostics().size() == 2);
    CHECK(error.problems()[1].message == "at most nine");
  }
}

TEST_CASE("what a foreign key leads to must be there and allowed") {
  const Events events(GENERATE(from_range(engines())));
  const RecordPtr open = events.of("Host").create({});
  const RecordPtr closed = events.of("Host").create({{"open", false}});
  CHECK(events.problems({{"host", open}}).empty());
  CHECK(events.problems({{"host", closed}}) == "host invalid");
  CHECK(events.problems({{"host_id", n(99)}}) == "host invalid");
}

TEST_CASE("unique values are looked for, those of parents too") {
  const Events events(GENERATE(from_range(engines())));
  const RecordPtr first = events.event(
      {{"day", t("2020-01-31")}, {"made", t("2020-02-01 10:00:00+00:00")}});
  save(*first);
  CHECK(events.problems(first).empty());
  CHECK(events.problems({{"code", t("c1")}}) == "code unique");
  CHECK(events.problems({{"row", n(1)}}) == "* unique_together");
  CHECK(events.problems({{"day", t("2020-01-31")}}) == "title unique_for_date");
  CHECK(events.problems({{"made", t("2020-02-20 10:00:00+00:00")}}) ==
        "title unique_for_month");
  CHECK(events.problems({{"made", t("2020-03-20 10:00:00+00:00")}}).empty());
  CHECK(
      events.problems(events.event({{"row", n(1)}}), {.validate_unique = false})
          .empty());
}

TEST_CASE("constraints are evaluated before the database does") {
  const Events events(GENERATE(from_range(engines())));
  CHECK(events.problems({{"seats", n(7)}}) == "* constraint");
  CHECK(events.problems({{"seats", n(7)}, {"day", t("2020-01-31")}}).empty());
  CHECK(thrown([&] {
          full_clean(*events.event({{"title", t("Ball")}}));
        }) == "validation.name: shop.Event: must begin with E");
  save(*events.event({{"level", n(2)}, {"kind", t("a")}}));
  CHECK(events.problems({{"level", n(2)}, {"kind", t("b")}}) == "* constraint");
  CHECK(events.problems({{"level", n(1)}, {"kind", t("b")}}).empty());
  run(*events.connection, "UPDATE shop_event SET kind = 'A', title = 'Eve'");
  CHECK(events.problems({{"level", n(2)}, {"kind", t("a")}}) == "* constraint");
  CHECK(events
            .problems(events.event({{"seats", n(7)}}),
                      {.validate_constraints = false})
            .empty());
  // A field that is wrong by itself is enough.
  CHECK(events.problems({{"seats", n(0)}}) == "seats min_value");
}

TEST_CASE("every validator says what it wants") {
  struct Case {
    const char* validator;
    Value good, bad;
    const char* said;
  };
  const auto value = [](const char* text) { return Value(std::string(text)); };
  const std::vector<Case> cases{
      {"{RegexValidator: '^[A-Z]+$'}", value("AB"), value("ab"),
       "invalid must match ^[A-Z]+$"},
      {"{RegexValidator: {regex: x, inverse_match: true, message: no x}}",
       value("a"), value("x"), "invalid no x"},
      {"{RegexValidator: {regex: '^a', flags: 2, code: letter}}", value("A"),
       value("b"), "letter must match ^a"},
      {"UnicodeUsernameValidator", value("ann.b"), value("a b"),
       "invalid must match ^[\\w.@+-]+\\z"},
      {"EmailValidator", value("a@b.org"), value("a"),
       "invalid must be an e-mail address"},
      {"URLValidator", value("https://a.org"), value("a"),
       "invalid must be a URL"},
      {"DomainNameValidator", value("a.org"), value("a b"),
       "invalid must be a domain name"},
      {"{MinLengthValidator: 2}", value("ab"), value("a"),
       "min_length must have at least 2 characters, and has 1"},
      {"{MaxLengthValidator: 1}", value("a"), value("ab"),
       "max_length must have at most 1 character, and has 2"},
      {"{FileExtensionValidator: {allowed_extensions: [pdf]}}", value("a.PDF"),
       value("a.exe"), "invalid_extension must be a file of the kinds pdf"},
      {"validate_slug", value("a-b"), value("a b"),
       "invalid must be letters, digits, - and _"},
      {"validate_integer", value("-12"), value("1.5"),
       "invalid must be an integer"},
      {"validate_ipv4_address", value("1.2.3.4"), value("::1"),
       "invalid must be an IPv4 address"},
      {"validate_comma_separated_integer_list", value("1,2"), value("1,"),
       "invalid must be integers with commas between them"},
      {"{int_list_validator: {sep: ;, allow_negative: true}}", value("1;-2"),
       value("1,2"), "invalid must be integers with ; between them"},
  };
  const FieldDef text{"a", find_field_type("TextField"), {}, {}, "", nullptr};
  for (const Case& one : cases) {
    CAPTURE(one.validator);
    const Data validator =
        yaml::to_data(yaml::parse("v.yaml", one.validator).root);
    CHECK_FALSE(validate(validator, text, one.good));
    const auto problem = validate(validator, text, one.bad);
    REQUIRE(problem);
    CHECK(problem->code + " " + problem->message == one.said);
  }
}

TEST_CASE("numbers are compared as what they are") {
  const FieldDef decimal{"a",    find_field_type("DecimalField"), {}, {}, "",
                         nullptr};
  const auto said = [&](const char* validator, const char* number) {
    const auto problem =
        validate(yaml::to_data(yaml::parse("v.yaml", validator).root), decimal,
                 *Decimal::parse(number));
    return problem ? problem->code : "";
  };
  CHECK(said("{MinValueValidator: 0.1}", "0.10").empty());
  CHECK(said("{MinValueValidator: 0.1}", "0.09") == "min_value");
  CHECK(said("{StepValueValidator: 0.05}", "0.15").empty());
  CHECK(said("{StepValueValidator: 0.05}", "0.16") == "step_size");
  CHECK(said("{StepValueValidator: {limit_value: 3, offset: 1}}", "7").empty());
  CHECK(said("{DecimalValidator: [4, 2]}", "12.34").empty());
  CHECK(said("{DecimalValidator: [4, 2]}", "123.45") == "max_digits");
  CHECK(said("{DecimalValidator: [9, 2]}", "1.234") == "max_decimal_places");
}

TEST_CASE("a key of several columns is unique, and its row is no other one") {
  const Events events(GENERATE(from_range(engines())));
  const auto seat = [&](std::int64_t number, const char* label) {
    return events.of("Seat").make(
        {{"hall", n(1)}, {"number", n(number)}, {"label", t(label)}});
  };
  const RecordPtr first = seat(1, "a");
  CHECK(events.problems(first).empty());
  save(*first);
  CHECK(events.problems(first).empty());
  CHECK(events.problems(first, {.exclude = {"number"}}).empty());
  CHECK(events.problems(seat(1, "b")) == "* unique_together");
  CHECK(events.problems(seat(2, "a")) == "label unique");
  CHECK(events.problems(seat(2, "b")).empty());
}
