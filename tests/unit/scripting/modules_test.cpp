// Files of apps as modules.
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

TEST_CASE("a module is what its file names, run once") {
  Script script;
  script.install("shop", {{"helpers.lua", R"(
                            print("read")
                            local secret = 2
                            function twice(n) return n * secret end
                          )"},
                          {"lib/text.lua", "return {shout = string.upper}"}});
  CHECK(script.run(R"(
    local helpers = require "shop.helpers"
    print(helpers.twice(21), require("shop.helpers") == helpers)
    print(twice, helpers.secret)
    print(require("shop.lib.text").shout("loud"))
  )") == "read\n42\ttrue\nnil\tnil\nLOUD\n");
}

TEST_CASE("what is no module says so, with near names") {
  Script script;
  script.install("shop", {{"helpers.lua", "return {}"},
                          {"round.lua", "require 'shop.round'"},
                          {"broken.lua", "local x = nil\nprint(x.y)"}});
  CHECK(script.error("require 'shop.helper'") ==
        "script.unknown: there is no module shop.helper - did you mean "
        "shop.helpers?");
  CHECK(script.error("require 'shp.helpers'") ==
        "script.unknown: there is no module shp.helpers: no installed app is "
        "shp - did you mean shop?");
  CHECK(script.error("require '../../etc/passwd'") ==
        "script.unknown: \"../../etc/passwd\" is no name of a module - write "
        "require \"app.module\"");
  CHECK(script.error("require 'shop.round'") ==
        "script.circle: the module shop.round requires itself");
  const std::string broken =
      "script.error: attempt to index a nil value (local 'x')";
  CHECK(script.error("require 'shop.broken'") == broken);
  // It is not there half-run the second time.
  CHECK(script.error("require 'shop.broken'") == broken);
}

TEST_CASE("a module can be required by a coroutine") {
  Script script;
  script.install("shop", {{"helpers.lua", "function one() return 1 end"}});
  CHECK(script.run(R"(
    local co = coroutine.wrap(function()
      coroutine.yield(require("shop.helpers").one())
      return require("shop.helpers").one() + 1
    end)
    print(co(), co())
  )") == "1\t2\n");
}
