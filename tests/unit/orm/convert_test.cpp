#include "orm/convert.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "databases.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

FieldDef field(std::string_view type, DataMap arguments = {}) {
  FieldDef field;
  field.name = "value";
  field.type = find_field_type(type);
  REQUIRE(field.type != nullptr);
  field.arguments = std::move(arguments);
  return field;
}

/// What `text` becomes, or the reason why not.
std::string read(const FieldDef& field, std::string_view text,
                 const ModelSet& models = {}, ConvertOptions options = {}) {
  FieldConverter converter(field, models, std::move(options));
  Value value;
  std::string reason;
  return converter.from_text(text, value, reason) ? display(value) : reason;
}

std::string read(std::string_view type, std::string_view text) {
  return read(field(type), text);
}

ConvertOptions in_zone(std::string_view name) {
  return {TimeZone::find(name).value()};
}

}  // namespace

TEST_CASE("integers are digits within the field's range") {
  CHECK(read("IntegerField", "42") == "42");
  CHECK(read("IntegerField", "-7") == "-7");
  CHECK(read("IntegerField", "+7") == "7");
  CHECK(read("IntegerField", "007") == "7");
  for (const char* text : {"", "-", "+", "+-1", "-+1", "3.7", "3.0", "1e3",
                           " 1", "1 ", "1,000", "1_000", "0x1F", "abc", "١"}) {
    CHECK(read("IntegerField", text) ==
          "expected an integer, got \"" + std::string(text) + "\"");
  }
  struct {
    const char* type;
    const char* low;
    const char* high;
    const char* below;
    const char* above;
  } const rows[] = {
      {"SmallIntegerField", "-32768", "32767", "-32769", "32768"},
      {"IntegerField", "-2147483648", "2147483647", "-2147483649",
       "2147483648"},
      {"BigIntegerField", "-9223372036854775808", "9223372036854775807",
       "-9223372036854775809", "9223372036854775808"},
      {"PositiveSmallIntegerField", "0", "32767", "-1", "32768"},
      {"PositiveIntegerField", "0", "2147483647", "-1", "2147483648"},
      {"PositiveBigIntegerField", "0", "9223372036854775807", "-1",
       "99999999999999999999999"},
      {"AutoField", "-2147483648", "2147483647", "-2147483649", "2147483648"},
  };
  for (const auto& row : rows) {
    CHECK(read(row.type, row.low) == row.low);
    CHECK(read(row.type, row.high) == row.high);
    for (const char* outside : {row.below, row.above}) {
      CHECK(read(row.type, outside) ==
            fmt::format("expected an integer from {} to {}, got \"{}\"",
                        row.low, row.high, outside));
    }
  }
}

TEST_CASE("booleans are a few words and no more") {
  for (const char* text : {"true", "TRUE", "t", "T", "yes", "Y", "1"}) {
    CHECK(read("BooleanField", text) == "true");
  }
  for (const char* text : {"false", "FALSE", "f", "No", "n", "0"}) {
    CHECK(read("BooleanField", text) == "false");
  }
  for (const char* text : {"on", "off", "2", "", "truee", " true", "nope"}) {
    CHECK(read("BooleanField", text) ==
          "expected true or false (or t, f, yes, no, y, n, 1, 0), got \"" +
              std::string(text) + "\"");
  }
}

TEST_CASE("floats are finite numbers") {
  CHECK(read("FloatField", "1.5") == "1.5");
  CHECK(read("FloatField", "+2") == "2.0");
  CHECK(read("FloatField", "-1e3") == "-1000.0");
  CHECK(read("FloatField", ".5") == "0.5");
  for (const char* text : {"", "inf", "-Infinity", "nan", "NaN", "0x1p3", "1,5",
                           "1.5x", "1e", "1e999x"}) {
    CHECK(read("FloatField", text) ==
          "expected a number, got \"" + std::string(text) + "\"");
  }
  CHECK(read("FloatField", "1e999") ==
        "expected a number within the range of a double, got \"1e999\"");
}

TEST_CASE("decimals fit exactly, and are never rounded") {
  FieldDef price =
      field("DecimalField", {{"max_digits", 6}, {"decimal_places", 2}});
  CHECK(read(price, "1.5") == "1.50");
  CHECK(read(price, "-9999.99") == "-9999.99");
  CHECK(read(price, "0") == "0.00");
  CHECK(read(price, "1e3") == "1000.00");
  CHECK(read(price, "0001.5") == "1.50");
  CHECK(read(price, "1.234") ==
        "expected at most 2 decimal places, got \"1.234\"");
  CHECK(read(price, "1.500") ==
        "expected at most 2 decimal places, got \"1.500\"");
  CHECK(read(price, "10000") ==
        "expected at most 4 digits before the decimal point, got \"10000\"");
  for (const char* text : {"", "abc", "1,5", "NaN", "Infinity", "1.2.3"}) {
    CHECK(read(price, text) ==
          "expected a decimal number, got \"" + std::string(text) + "\"");
  }
  FieldDef share =
      field("DecimalField", {{"max_digits", 2}, {"decimal_places", 2}});
  CHECK(read(share, "0.25") == "0.25");
  CHECK(read(share, ".5") == "0.50");
  CHECK(read(share, "1.25") ==
        "expected at most 0 digits before the decimal point, got \"1.25\"");
}

TEST_CASE("a decimal that SQLite would change is known before it is lost") {
  auto problem = [](const char* text) {
    return sqlite_dialect().storage_problem(FieldKind::kDecimal,
                                            *Decimal::parse(text));
  };
  CHECK(problem("1.50") == "");
  CHECK(problem("0.1") == "");
  CHECK(problem("123456789012.345") == "");
  CHECK(problem("9223372036854775807") == "");
  CHECK(problem("-1234567890123456.00") == "");
  CHECK(problem("999999999999999.99") ==
        "SQLite would keep 999999999999999.99 as 1000000000000000");
  CHECK(problem("0.1234567890123456") ==
        "SQLite would keep 0.1234567890123456 as 0.123456789012346");
  CHECK(postgresql_dialect().storage_problem(
            FieldKind::kDecimal, *Decimal::parse("999999999999999.99")) == "");
}

TEST_CASE("what SQLite keeps of a decimal is what was said") {
  TestDatabase database(settings::Engine::kSqlite);
  auto connection = database.open();
  run(*connection, "CREATE TABLE t (n decimal)");
  const Dialect& dialect = connection->dialect();
  for (const char* text :
       {"0", "1.50", "-0.01", "999999999999999.99", "123456789012345.6",
        "12345678901234567", "12345678901234567.0", "12345678901234567.5",
        "99999999999999999999", "9223372036854775807", "9223372036854775808",
        "-9223372036854775808", "0.1234567890123456", "1234567890.12345",
        "0.000000000000000000012345", "4503599627370497.5",
        "1000000000000000.0", "9007199254740993.0"}) {
    INFO(text);
    Decimal decimal = *Decimal::parse(text);
    run(*connection, "DELETE FROM t");
    run(*connection, "INSERT INTO t VALUES (?)",
        {dialect.to_db(FieldKind::kDecimal, decimal)});
    Value kept = dialect.from_db(
        FieldKind::kDecimal, connection->query("SELECT n FROM t").rows[0][0]);
    bool same = std::get<Decimal>(kept) == decimal;
    bool said = dialect.storage_problem(FieldKind::kDecimal, decimal).empty();
    CHECK(same == said);
  }
}

TEST_CASE("texts have at most so many characters") {
  FieldDef name = field("CharField", {{"max_length", 4}});
  CHECK(read(name, "žluť") == "žluť");
  CHECK(read(name, "") == "");
  CHECK(read(name, "abcde") == "expected at most 4 characters, got 5");
  CHECK(read(name, "\xff") == "expected UTF-8 text, got \"\xff\"");
  CHECK(read(name, std::string_view("a\0b", 3)) ==
        "expected a text without NUL characters, got \"a\\x00b\"");
  CHECK(read("TextField", std::string(100000, 'x')).size() == 100000);
  CHECK(read("SlugField", std::string(51, 'x')) ==
        "expected at most 50 characters, got 51");
  CHECK(read("FileField", "a/b.txt") == "a/b.txt");
}

TEST_CASE("a long value is cut in the reason") {
  CHECK(read("IntegerField", std::string(100, 'x')) ==
        "expected an integer, got \"" + std::string(40, 'x') + "…\"");
}

TEST_CASE("dates, times and durations") {
  CHECK(read("DateField", "2026-01-31") == "2026-01-31");
  CHECK(read("DateField", "31.1.2026") ==
        "expected a date such as 2026-01-31, got \"31.1.2026\"");
  CHECK(read("DateField", "2026-02-30") ==
        "expected a date such as 2026-01-31, got \"2026-02-30\"");
  CHECK(read("TimeField", "12:30") == "12:30:00");
  CHECK(read("TimeField", "noon") ==
        "expected a time such as 12:30:00, got \"noon\"");
  CHECK(read("DurationField", "4 days, 1:15:20") == "4 01:15:20");
  CHECK(read("DurationField", "soon") ==
        "expected a duration such as 4 12:30:00, got \"soon\"");
}

TEST_CASE("a time without an offset is in the project's time zone") {
  FieldDef created = field("DateTimeField");
  auto prague = [&](std::string_view text) {
    return read(created, text, {}, in_zone("Europe/Prague"));
  };
  CHECK(read(created, "2026-01-31 12:30") == "2026-01-31 12:30:00");
  CHECK(read(created, "2026-01-31") == "2026-01-31 00:00:00");
  CHECK(prague("2026-01-31T12:30:15.5") == "2026-01-31 11:30:15.500000");
  CHECK(prague("2026-07-31 12:30") == "2026-07-31 10:30:00");
  CHECK(prague("2026-07-31") == "2026-07-30 22:00:00");
  CHECK(prague("2026-07-31 12:30Z") == "2026-07-31 12:30:00");
  CHECK(prague("2026-07-31 12:30-05:00") == "2026-07-31 17:30:00");
  CHECK(prague("2026-03-29 02:30") ==
        "expected a time that exists in the time zone (clocks are put forward "
        "over this one), got \"2026-03-29 02:30\"");
  CHECK(prague("yesterday") ==
        "expected a date and time such as 2026-01-31 12:30:00, got "
        "\"yesterday\"");
  CHECK(read(created, "2026-01-31 12:30", {}, in_zone("+02:00")) ==
        "2026-01-31 10:30:00");
}

TEST_CASE("formats of texts") {
  CHECK(read("SlugField", "a-b_C9") == "a-b_C9");
  CHECK(read("SlugField", "a b") ==
        "expected only letters, digits, hyphens and underscores, got \"a b\"");
  CHECK(read("SlugField", "žluť").substr(0, 8) == "expected");
  CHECK(read(field("SlugField", {{"allow_unicode", true}}), "žluť") == "žluť");

  for (const char* good :
       {"ann@example.com", "a.b+c@x.co.uk", "x@localhost", "o'hara@example.com",
        "a@[127.0.0.1]", "žofie@háček.cz"}) {
    CHECK(read("EmailField", good) == good);
  }
  for (const char* bad : {"ann", "@x.cz", "a@", "a@b", "a b@x.cz", "a@x.cz ",
                          "a@b@c.cz", "a@.cz", "a@x.", "a@x..cz"}) {
    CHECK(read("EmailField", bad) ==
          "expected an e-mail address, got \"" + std::string(bad) + "\"");
  }
  for (const char* good :
       {"http://example.com", "https://u:p@example.com:80/a?b#c", "ftp://x/y",
        "HTTP://EXAMPLE.COM", "https://[::1]/"}) {
    CHECK(read("URLField", good) == good);
  }
  for (const char* bad : {"example.com", "http://", "http:///x", "mailto:a@b.c",
                          "javascript:alert(1)", "http://a b.com", "://x",
                          "http://:80/", "http://u@/", "file:///etc"}) {
    CHECK(read("URLField", bad) ==
          "expected a URL with http, https, ftp or ftps, got \"" +
              std::string(bad) + "\"");
  }
}

TEST_CASE("identifiers, addresses, JSON and bytes") {
  CHECK(read("UUIDField", "F47AC10B58CC4372A5670E02B2C3D479") ==
        "f47ac10b-58cc-4372-a567-0e02b2c3d479");
  CHECK(read("UUIDField", "f47ac10b") ==
        "expected a UUID of 32 hexadecimal digits, got \"f47ac10b\"");

  CHECK(read("GenericIPAddressField", "192.0.2.1") == "192.0.2.1");
  CHECK(read("GenericIPAddressField", "2001:DB8:0:0::1") == "2001:db8::1");
  CHECK(read("GenericIPAddressField", "::ffff:192.0.2.1") ==
        "::ffff:192.0.2.1");
  CHECK(read(field("GenericIPAddressField", {{"unpack_ipv4", true}}),
             "::ffff:192.0.2.1") == "192.0.2.1");
  for (const char* bad : {"", "192.0.2.256", "192.0.2", "192.0.2.01", "1::2::3",
                          "::1%eth0", "192.0.2.1/24"}) {
    CHECK(read("GenericIPAddressField", bad) ==
          "expected an IP address, got \"" + std::string(bad) + "\"");
  }
  FieldDef ipv4 = field("GenericIPAddressField", {{"protocol", "IPv4"}});
  CHECK(read(ipv4, "::1") == "expected an IPv4 address, got \"::1\"");
  FieldDef ipv6 = field("GenericIPAddressField", {{"protocol", "IPv6"}});
  CHECK(read(ipv6, "192.0.2.1") ==
        "expected an IPv6 address, got \"192.0.2.1\"");

  for (const char* good :
       {"{\"a\": [1, 2.5, null, true]}", "\"x\"", "0", "[]"}) {
    CHECK(read("JSONField", good) == good);
  }
  CHECK(read("JSONField", " [2.5e3,\"ü\"] ") == "[2500.0, \"\\u00fc\"]");
  for (const char* bad : {"", "{a: 1}", "[1,]", "nul", "1 2", "'x'", "NaN",
                          "\"\xff\"", "1e999", "{\"a\":1}}", "[\"\t\"]"}) {
    CHECK(read("JSONField", bad).substr(0, 14) == "expected JSON,");
  }
  CHECK(read("JSONField", std::string(200000, '[')).substr(0, 13) ==
        "expected JSON");

  CHECK(read("BinaryField", "AAH/") == "\\x0001ff");
  CHECK(read("BinaryField", "AA==") == "\\x00");
  CHECK(read("BinaryField", "") == "\\x");
  for (const char* bad : {"A", "AA", "AA=", "A===", "AA=A", "A A=", "AAH\n"}) {
    CHECK(read("BinaryField", bad).substr(0, 21) == "expected base64 text,");
  }
}

TEST_CASE("choices are all there is") {
  DataList groups{DataList{"Fruit", DataList{DataList{"a", "Apple"},
                                             DataList{"p", "Pear"}}},
                  DataList{"x", "Other"}};
  FieldDef kind = field("CharField", {{"max_length", 5}, {"choices", groups}});
  CHECK(read(kind, "p") == "p");
  CHECK(read(kind, "x") == "x");
  CHECK(read(kind, "Fruit") ==
        "expected one of \"a\", \"p\", \"x\", got \"Fruit\"");
  FieldDef size = field(
      "IntegerField",
      {{"choices", DataList{DataList{1, "Small"}, DataList{20, "Large"}}}});
  CHECK(read(size, "20") == "20");
  CHECK(read(size, "2") == "expected one of \"1\", \"20\", got \"2\"");
}

TEST_CASE("a foreign key reads as the field it points to") {
  ModelSet models;
  ModelDef author;
  author.app = "shop";
  author.name = "Author";
  author.fields = {field("SlugField", {{"primary_key", true}}),
                   field("PositiveSmallIntegerField", {{"unique", true}})};
  author.fields[0].name = "code";
  author.fields[1].name = "number";
  models.put(author);
  ModelDef profile;
  profile.app = "shop";
  profile.name = "Profile";
  profile.fields = {
      field("OneToOneField", {{"to", "shop.author"}, {"primary_key", true}})};
  models.put(profile);

  CHECK(read(field("ForeignKey", {{"to", "shop.author"}}), "a b", models) ==
        "expected only letters, digits, hyphens and underscores, got \"a b\"");
  CHECK(
      read(field("ForeignKey", {{"to", "shop.author"}, {"to_field", "number"}}),
           "-1", models) == "expected an integer from 0 to 32767, got \"-1\"");
  CHECK(read(field("ForeignKey", {{"to", "shop.profile"}}), "x y", models)
            .substr(0, 13) == "expected only");
}

TEST_CASE("relations that point at each other are an error, not a loop") {
  ModelSet models;
  for (auto [name, to] : {std::pair("A", "shop.b"), std::pair("B", "shop.a")}) {
    ModelDef model;
    model.app = "shop";
    model.name = name;
    model.fields = {
        field("OneToOneField", {{"to", to}, {"primary_key", true}})};
    models.put(model);
  }
  CHECK(
      thrown([&] {
        read(field("ForeignKey", {{"to", "shop.a"}}), "1", models);
      }) ==
      "fields.cycle: the foreign key value points to itself - one model in the "
      "circle needs a primary key of its own");
}

TEST_CASE("defaults are values of their field") {
  auto literal = [](std::string_view type, Data data) {
    return display(value_from_data(field(type), data));
  };
  CHECK(literal("IntegerField", 5) == "5");
  CHECK(literal("CharField", "no") == "no");
  CHECK(literal("BooleanField", true) == "true");
  CHECK(literal("DecimalField", Real{"1.50"}) == "1.50");
  CHECK(literal("FloatField", Real{"1.5"}) == "1.5");
  CHECK(literal("FloatField", 2) == "2.0");
  CHECK(literal("DateField", "2026-01-31") == "2026-01-31");
  CHECK(literal("DateTimeField", "2026-01-31") == "2026-01-31 00:00:00");
  CHECK(literal("UUIDField", "f47ac10b58cc4372a5670e02b2c3d479") ==
        "f47ac10b-58cc-4372-a567-0e02b2c3d479");
  CHECK(literal("BinaryField", "AAH/") == "\\x0001ff");
  CHECK(literal("JSONField", DataMap{{"a", DataList{1, nullptr}}}) ==
        "{\"a\": [1, null]}");
  CHECK(literal("JSONField", DataMap{{"Value", DataMap{{"call", "x"}}}}) ==
        "{\"call\": \"x\"}");
  CHECK(literal("ForeignKey", 7) == "7");
  CHECK(literal("IntegerField", nullptr) == "NULL");
  CHECK(thrown([&] { literal("IntegerField", "x"); }) ==
        "convert.value: \"x\" is no value of IntegerField value");
  CHECK(thrown([&] { literal("SmallIntegerField", 40000); }) ==
        "convert.value: 40000 is no value of SmallIntegerField value");
  CHECK(thrown([&] { literal("DateField", "soon"); }) ==
        "convert.value: \"soon\" is no value of DateField value");
}

TEST_CASE("defaults that are called") {
  DefaultOptions options;
  options.now = *DateTime::parse("2026-01-31 23:30:15.5");
  options.time_zone = *TimeZone::find("Europe/Prague");
  auto called = [&](std::string_view type, std::string_view name) {
    return display(default_value(
        field(type, {{"default", DataMap{{"call", name}}}}), options));
  };
  CHECK(called("DateTimeField", "now") == "2026-01-31 23:30:15.500000");
  CHECK(called("DateField", "now") == "2026-02-01");
  CHECK(called("DateField", "today") == "2026-02-01");
  CHECK(called("TimeField", "now") == "00:30:15.500000");
  CHECK(called("DateTimeField", "today") == "2026-01-31 23:00:00");
  CHECK(called("JSONField", "list") == "[]");
  CHECK(called("JSONField", "dict") == "{}");
  std::string uuid = called("UUIDField", "uuid4");
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  CHECK(called("UUIDField", "uuid4") != uuid);
  CHECK(called("CharField", "uuid4").size() == 36);
  CHECK(display(default_value(field("IntegerField"), options)) == "NULL");
  CHECK(display(default_value(field("IntegerField", {{"default", 3}}),
                              options)) == "3");
  CHECK(
      thrown([&] { called("CharField", "rand"); }) ==
      "convert.value: the default of value calls rand, which is no function - "
      "use now, today, uuid4, list or dict");
  CHECK(thrown([&] {
          default_value(
              field("CharField", {{"default", DataMap{{"lua", "a.b.c"}}}}),
              options);
        }) ==
        "convert.lua: the default of value is a Lua function - give the "
        "value");
}

TEST_CASE("every value survives both databases") {
  settings::Engine engine = GENERATE(from_range(engines()));
  TestDatabase database(engine);
  auto connection = database.open();
  const Dialect& dialect = connection->dialect();
  struct {
    const char* type;
    DataMap arguments;
    const char* text;
  } const rows_in[] = {
      {"BooleanField", {}, "true"},
      {"BooleanField", {}, "false"},
      {"IntegerField", {}, "-5"},
      {"BigIntegerField", {}, "9223372036854775807"},
      {"FloatField", {}, "0.1"},
      {"FloatField", {}, "3"},
      {"DecimalField", {{"max_digits", 10}, {"decimal_places", 2}}, "1.5"},
      {"DecimalField", {{"max_digits", 10}, {"decimal_places", 2}}, "-7"},
      {"CharField", {{"max_length", 20}}, "it's 5"},
      {"CharField", {{"max_length", 20}}, "007"},
      {"TextField", {}, ""},
      {"DateField", {}, "2026-01-31"},
      {"TimeField", {}, "12:30:00.5"},
      {"DateTimeField", {}, "2026-01-31 12:30:00.000001"},
      {"DateTimeField", {}, "0001-01-01 00:00:00"},
      {"DurationField", {}, "-4 10:15:30.000001"},
      {"UUIDField", {}, "f47ac10b58cc4372a5670e02b2c3d479"},
      {"JSONField", {}, "{\"a\": [1, null]}"},
      {"BinaryField", {}, "AAH/"},
      {"GenericIPAddressField", {}, "2001:db8::1"},
  };
  ModelSet models;
  for (const auto& row : rows_in) {
    INFO(row.type << " " << row.text);
    FieldDef definition = field(row.type, row.arguments);
    Value value;
    std::string reason;
    REQUIRE(
        FieldConverter(definition, models).from_text(row.text, value, reason));
    run(*connection, "DROP TABLE IF EXISTS t");
    run(*connection,
        "CREATE TABLE t (v " + dialect.column_type(definition, models) + ")");
    Value stored = dialect.to_db(definition.kind(), value);
    run(*connection, "INSERT INTO t VALUES (?)", {stored});
    auto writer = connection->bulk_writer("t", {"v"});
    writer->add(Row{stored});
    writer->finish();
    run(*connection, "INSERT INTO t VALUES (" + dialect.literal(stored) + ")");
    for (const Row& found : connection->query("SELECT v FROM t").rows) {
      CHECK(display(value_from_db(dialect, definition, models, found[0])) ==
            display(value));
      CHECK((value_from_db(dialect, definition, models, found[0]) == value));
    }
    CHECK(rows(*connection, "SELECT count(*) FROM t WHERE v = ?", {stored}) ==
          "3");
  }
}
