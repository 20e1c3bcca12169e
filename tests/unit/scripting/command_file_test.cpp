// What commands of apps declare.
#include "scripting/command_file.hpp"

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/text.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

CommandFile read(const std::string& text) {
  return read_command(
      std::make_shared<SourceFile>("shop/commands/x.lua", text));
}

std::string problem(const std::string& arguments) {
  try {
    read("arguments = {" + arguments + "}\nfunction handle() end");
    return {};
  } catch (const Error& error) {
    return error.code() + ": " + error.message() + " - " +
           error.diagnostics().front().hint;
  }
}

}  // namespace

TEST_CASE("a command file declares help, arguments and a function") {
  const CommandFile file = read(R"(
    help = "Closes old carts"
    atomic = true
    arguments = {
      {"shop", help = "Only this one", required = false},
      {"--days", "-d", type = "integer", default = 30},
      {"--level", choices = {"low", "high"}},
      {"--dry-clean", type = "flag"},
      {"--tag", multiple = true, metavar = "NAME"},
    }
    examples = {{"--days 7", "Of the last week"}}
    local Book = models.shop.Book          -- there are none yet
    local helpers = require "shop.helpers"
    function handle(args, ctx) end
  )");
  CHECK(file.help == "Closes old carts");
  CHECK(file.atomic);
  REQUIRE(file.arguments.size() == 5);
  CHECK(file.arguments[0].positional());
  CHECK_FALSE(file.arguments[0].required);
  CHECK(file.arguments[1].key == "days");
  CHECK(file.arguments[1].has_default);
  CHECK(file.arguments[1].metavar == "N");
  CHECK(file.arguments[2].choices == std::vector<std::string>{"low", "high"});
  CHECK(file.arguments[3].key == "dry_clean");
  CHECK(file.arguments[4].multiple);
  CHECK(file.arguments[4].metavar == "NAME");
  CHECK(file.examples.front().what == "Of the last week");
}

TEST_CASE("what a file looks up before it is run gives nothing and ends") {
  const CommandFile file = read(R"(
    local known = {}
    for book in Book:filter{stock = 0}:order_by("title") do known[1] = book end
    for _, row in ipairs(Book:values("title")) do known[2] = row end
    for key in pairs(settings) do known[3] = key end
    local last <close> = open("x")
    local year = (now().year - 1) // 2 % 5
    if #Book:all() > 0 or year < limit or helpers.x <= 3 then known[4] = 1 end
    if next(settings) or next({}) then known[5] = 1 end
    local first = "Of " .. settings.installed_apps[1] .. Book:all()[1].title
    help = "known: " .. #known .. Book:first().title .. tostring(Book)
    function handle() end
  )");
  CHECK(file.help == "known: 0");
}

TEST_CASE("a file may return its declarations instead") {
  const CommandFile file =
      read("return {help = 'Short', handle = function() end}");
  CHECK(file.help == "Short");
  CHECK(file.arguments.empty());
}

TEST_CASE("declarations that make no sense are errors of the file") {
  CHECK(problem("{'--days', typ='integer'}") ==
        "command.declaration: days: there is no key typ - did you mean type?");
  CHECK(problem("{'--days', type='int'}") ==
        "command.declaration: days: there is no type int - did you mean "
        "integer?");
  CHECK(problem("{help='x'}").find("argument 1 has no name") !=
        std::string::npos);
  CHECK(problem("{'-days'}").find("\"-days\" is no name of an option") !=
        std::string::npos);
  CHECK(problem("{'--dry-run', type='flag'}") ==
        "command.declaration: every command has --dry-run already - ask for "
        "it: ctx.dry_run");
  CHECK(problem("{'a', multiple=true}, {'b'}").find("nothing follows it") !=
        std::string::npos);
  CHECK(problem("{'--aa'}, {'--aa'}").find("two arguments aa") !=
        std::string::npos);
  CHECK(problem("{'--aa', '-a'}, {'--bb', '-a'}").find("two arguments bb") !=
        std::string::npos);
  CHECK(problem("{'aa'}, {'--aa'}").find("two arguments aa") !=
        std::string::npos);
  CHECK_THROWS_AS(read("help = 'no function'"), Error);
  CHECK_THROWS_AS(read("while true do end"), Error);
}

TEST_CASE("values of arguments are of their types") {
  CommandArgument argument;
  argument.type = CommandArgument::Type::kInteger;
  CHECK(argument_value(argument, "12") == orm::Value(std::int64_t{12}));
  CHECK_FALSE(argument_value(argument, "1.5"));
  argument.type = CommandArgument::Type::kDecimal;
  CHECK(argument_value(argument, "1.50") ==
        orm::Value(*Decimal::parse("1.50")));
  argument.type = CommandArgument::Type::kDate;
  CHECK_FALSE(argument_value(argument, "31.01.2026"));
}
