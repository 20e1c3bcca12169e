// Receivers of signals.
#include "scripting/signals.hpp"

#include "orm/writing/manager.hpp"
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

TEST_CASE("receivers hear of records that are saved and deleted") {
  for (const auto engine : orm::engines()) {
    Script script(engine);
    script.install("shop", {{"signals.lua", R"(
      local function told(name)
        return function(event)
          print(name, event.sender, event.instance.name, event.created)
        end
      end
      signals.pre_save:connect(told "before", {sender = "shop.Author"})
      signals.post_save:connect(told "after", {sender = Author})
      signals.pre_delete:connect(told "going", {sender = Author})
      signals.post_delete:connect(told "gone", {sender = Author})
    )"}});
    run_signals(script.state, script.apps());
    CHECK(script.run(R"(
      local ann = Author:create{name="Ann"}
      Tag:create{word="new"}
      ann.name = "Eve" ann:save{update_fields={"name"}}
      ann:delete()
    )") == "before\tshop.Author\tAnn\tfalse\nafter\tshop.Author\tAnn\ttrue\n"
           "before\tshop.Author\tEve\tfalse\nafter\tshop.Author\tEve\tfalse\n"
           "going\tshop.Author\tEve\tnil\ngone\tshop.Author\tEve\tnil\n");
  }
}

TEST_CASE("a receiver may change the record before it is saved") {
  Script script;
  CHECK(script.run(R"(
    signals.pre_save:connect(function(event)
      event.instance.title = event.instance.title:upper()
      if event.instance.extra ~= NULL then event.instance.extra.seen = true end
    end, {sender=Book})
    local b = Book:create{title="iron", extra={a=1}}
    b = Book:get{id=b.id}
    print(b.title, b.extra.seen, b.extra.a)
  )") == "IRON\ttrue\t1\n");
}

TEST_CASE("what a receiver raises stops the operation, and rolls it back") {
  for (const auto engine : orm::engines()) {
    Script script(engine);
    script.run(R"(
      signals.post_save:connect(function(event)
        Tag:create{word="of " .. event.instance.name}
        if event.instance.name == "Bob" then fail("no Bobs", {hint="try Ann"}) end
      end, {sender=Author})
    )");
    CHECK(script.error("Author:create{name='Bob'}") ==
          "script.failed: no Bobs - try Ann");
    CHECK(script.show("Author:count(), Tag:count()") == "0\t0");
    CHECK(script.run("Author:create{name='Ann'}").empty());
    CHECK(script.show("Author:count(), Tag:count()") == "1\t1");
  }
}

TEST_CASE("exit() in a receiver ends the script, and keeps nothing") {
  Script script;
  script.run(R"(
    signals.post_save:connect(function() exit(3) end, {sender=Tag})
  )");
  CHECK(script.error("Tag:create{word='a'} print('goes on')")
            .find("script.exit") == 0);
  CHECK(script.printed.empty());
  CHECK(script.show("Tag:count()") == "0");
}

TEST_CASE("m2m_changed says what comes and goes") {
  Script script;
  CHECK(script.run(R"(
    signals.m2m_changed:connect(function(event)
      print(event.action, event.instance.title, #event.pk_set, event.reverse)
    end)
    local b, t = Book:create{title="Iron"}, Tag:create{word="new"}
    b.tags:add(t)
    b.tags:clear()
  )") == "pre_add\tIron\t1\tfalse\npost_add\tIron\t1\tfalse\n"
         "pre_clear\tIron\t0\tfalse\npost_clear\tIron\t0\tfalse\n");
}

TEST_CASE("a dispatch_uid is connected once, and disconnected by it") {
  Script script;
  CHECK(script.run(R"(
    local heard = 0
    for i = 1, 3 do
      signals.post_save:connect(function() heard = heard + 1 end, {dispatch_uid="count"})
    end
    Tag:create{word="a"}
    print(heard, signals.post_save:disconnect{dispatch_uid="count"})
    Tag:create{word="b"}
    print(heard, signals.post_save:disconnect{dispatch_uid="count"})
  )") == "1\ttrue\n1\tfalse\n");
  CHECK(script.error("signals.post_sav:connect(print)") ==
        "script.name: there is no signal post_sav - did you mean post_save?");
  CHECK(script.error("signals.post_save:connect(5)").find("script.type") == 0);
  CHECK(script.error("signals.post_save:connect(print, {sender='shop.Bok'})")
            .find("models.unknown") == 0);
}

TEST_CASE("who logs in is told, and who could not") {
  Script script;
  script.run(R"(
    signals.user_logged_in:connect(function(e) print("in", e.username, e.user.name) end)
    signals.user_login_failed:connect(function(e)
      print("failed", e.username, e.user, e.credentials.ip)
    end)
  )");
  const orm::Manager authors(shop(), shop().get("shop.Author"),
                             script.databases);
  const orm::RecordPtr ann =
      authors.create({{"name", orm::Value(std::string("Ann"))}});
  const orm::ModelSignals& signals = script.environment().model_signals;
  script.printed.clear();
  signals.user_logged_in.emit({ann.get(), "ann", {}});
  signals.user_login_failed.emit({nullptr, "bob", {{"ip", "10.0.0.1"}}});
  CHECK(script.printed == "in\tann\tAnn\nfailed\tbob\tnil\t10.0.0.1\n");
}

TEST_CASE("a receiver that saves what it hears of is stopped") {
  Script script;
  script.run(R"(
    signals.post_save:connect(function(e) e.instance:save() end, {sender=Tag})
  )");
  const std::string error = script.error("Tag:create{word='endless'}");
  CHECK(error.find("stack overflow") != std::string::npos);
  CHECK(script.show("Tag:count()") == "0");
}
