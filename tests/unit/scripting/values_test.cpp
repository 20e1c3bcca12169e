// Values that Lua has no numbers for.
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

TEST_CASE("decimals are exact, and never mixed with floats") {
  Script script;
  CHECK(script.show("decimal'0.1' + decimal'0.2', decimal'1.10' * 3") ==
        "0.3\t3.30");
  CHECK(script.show("decimal'10' / 4, decimal'1' / 3, -decimal'2.50'") ==
        "2.5\t0.3333333333333333333333333333\t-2.50");
  CHECK(script.show("7 % decimal'2.5', decimal'2.675':round(2)") ==
        "2.0\t2.68");
  CHECK(script.show("decimal'1.0' == decimal'1.00', decimal'1.5' < 2, "
                    "3 <= decimal'2.9'") == "true\ttrue\tfalse");
  CHECK(script.show("decimal(12), decimal(0.1), decimal'2.50':tonumber()") ==
        "12\t0.1\t2.5");
  CHECK(script.error("return decimal'1.10' + 0.5") ==
        "value.operands: there is no decimal + float - a float is not exact: "
        "write decimal\"1.10\"");
  CHECK(script.error("return decimal'1' / 0") ==
        "value.division: a decimal was divided by zero");
  CHECK(script.error("return decimal'1,10'") ==
        "script.value: 1,10 is no decimal - write decimal\"1.10\"");
}

TEST_CASE("dates, times and durations have arithmetic") {
  Script script;
  CHECK(script.show("date'2026-01-31' + duration{days=1}, "
                    "date'2026-03-01' - date'2026-02-01'") ==
        "2026-02-01\t28 00:00:00");
  CHECK(script.show("datetime'2026-01-31 23:30:00+01:00' + "
                    "duration{hours=2, minutes=15}") == "2026-02-01 00:45:00");
  CHECK(script.show("duration{days=1} * 3, duration'1 00:00:00' / "
                    "duration{hours=12}") == "3 00:00:00\t2.0");
  CHECK(script.show("date'2026-01-31'.year, date'2026-01-31'.weekday, "
                    "datetime'1969-12-31 23:59:58+00:00'.second") ==
        "2026\t6\t58");
  CHECK(script.show("date(2026, 1, 31) < date'2026-02-01', "
                    "date'2026-01-31' == date(2026, 1, 31)") == "true\ttrue");
  CHECK(script.error("return date(2026, 2, 30)") ==
        "script.value: 2026-02-30 is no date - write date(2026, 1, 31)");
  CHECK(script.error("return date'2026-01-31' + duration{hours=1}") ==
        "value.operands: a date moves by whole days - hours belong to a "
        "datetime");
  CHECK(script.error("return date'9999-12-31' + duration{days=1}") ==
        "value.range: the result is no date of the years 1 to 9999");
  CHECK(script.error("return date'2026-01-31' < 5") ==
        "value.operands: a date has no order beside a integer");
}

TEST_CASE("NULL is a value, and nil is not") {
  Script script;
  CHECK(script.show("NULL == NULL, NULL == nil, NULL") == "true\tfalse\tNULL");
  CHECK(script.error("return NULL + 1") ==
        "value.operands: there is no NULL + integer - NULL has no value: ask "
        "for it first, x == NULL");
  CHECK(script.error("return NULL.name") ==
        "script.name: a NULL has no name - ask for it first: x == NULL");
}

TEST_CASE("integers have all 64 bits, floats stay floats") {
  Script script;
  CHECK(script.show("math.maxinteger, json.encode{n=math.mininteger}, 1.0") ==
        "9223372036854775807\t{\"n\":-9223372036854775808}\t1.0");
  CHECK(script.show("json.decode'[9223372036854775808]'[1]") ==
        "9223372036854775808");
}

TEST_CASE("bytes and uuids") {
  Script script;
  CHECK(script.show("#bytes'a\\0b', bytes'a\\0b':hex(), bytes'xy':text()") ==
        "3\t610062\txy");
  CHECK(script.show("uuid'F47AC10B58CC4372A5670E02B2C3D479'") ==
        "f47ac10b-58cc-4372-a567-0e02b2c3d479");
  CHECK(script.show("uuid() == uuid(), #tostring(uuid())") == "false\t36");
}

TEST_CASE("JSON comes and goes as tables") {
  Script script;
  CHECK(script.show("json.encode(json.decode'{\"b\":[1,2.5,null,\"x\"],"
                    "\"a\":{},\"c\":[]}')") ==
        "{\"a\":{},\"b\":[1,2.5,null,\"x\"],\"c\":[]}");
  CHECK(script.show("json.encode{1, 2}, json.encode{}, "
                    "json.encode(json.array{})") == "[1,2]\t{}\t[]");
  CHECK(script.show("json.encode{at=date'2026-01-31', n=decimal'1.10'}") ==
        "{\"at\":\"2026-01-31\",\"n\":\"1.10\"}");
  CHECK(script.error("local a = {} a.a = a return json.encode(a)") ==
        "json.value: tables deeper than 200, or in a circle");
  CHECK(script.error("return json.encode{1, x=2}") ==
        "json.value: a table has names beside its list");
  CHECK(script.error("return json.decode'{'").starts_with("json.text"));
}

TEST_CASE("an error has its line, and scripts can catch it") {
  Script script;
  CHECK(script.show("pcall(function() return decimal'x' end)") ==
        "false\ttest.lua:1: x is no decimal");
  CHECK(script.run("local ok, e = pcall(date, 'x')\n"
                   "print(e.code, e.message, e.hint)") ==
        "script.value\tx is no date\twrite date\"2026-01-31\"\n");
  try {
    script.run("local x = 1\nreturn decimal'x'");
    CHECK(false);
  } catch (const Error& error) {
    CHECK(error.diagnostics().front().where.text() == "test.lua:2");
  }
}
