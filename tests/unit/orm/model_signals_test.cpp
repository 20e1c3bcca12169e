// Who is told of records that are made, read and saved.
#include "orm/model_signals.hpp"

#include <catch2/catch.hpp>

#include "shop_tables.hpp"

using namespace manage;
using namespace manage::orm;
using settings::Engine;

namespace {

class Told {
 public:
  explicit Told(Engine engine) : shop(engine) {
    shop.databases.signals = &signals;
  }

  ShopTables shop;
  ModelSignals signals;
  std::string diary;
};

}  // namespace

TEST_CASE("saving tells before and after, and what it did") {
  Told told(GENERATE(from_range(engines())));
  told.signals.pre_save.connect([&](const SaveEvent& event) {
    told.diary += event.record.adding() ? "-new " : "-old ";
  });
  told.signals.post_save.connect([&](const SaveEvent& event) {
    told.diary += event.created ? "+made " : "+changed ";
    if (event.update_fields) told.diary += event.update_fields->front() + " ";
  });
  const RecordPtr ann = told.shop.of("Author").create({{"name", text_of("A")}});
  save(*ann);
  save(*ann, {.update_fields = {{"name"}}});
  CHECK(told.diary == "-new +made -old +changed -old +changed name ");
}

TEST_CASE("a receiver hears one sender, and is connected once by its uid") {
  Told told(Engine::kSqlite);
  const auto connect = [&] {
    told.signals.post_save.connect(
        [&](const SaveEvent&) { told.diary += "x"; },
        {.sender = "shop.Tag", .dispatch_uid = "mine"});
  };
  connect();
  connect();
  told.shop.of("Author").create({{"name", text_of("A")}});
  told.shop.of("Tag").create({{"word", text_of("a")}});
  CHECK(told.diary == "x");
  CHECK(told.signals.post_save.disconnect({"shop.Tag", "mine"}));
  CHECK_FALSE(told.signals.post_save.disconnect({"shop.Tag", "mine"}));
  told.shop.of("Tag").create({{"word", text_of("b")}});
  CHECK(told.diary == "x");
}

TEST_CASE("records that are made and read are told of") {
  Told told(GENERATE(from_range(engines())));
  told.shop.of("Author").create({{"name", text_of("A")}});
  told.signals.pre_init.connect([&](const InitEvent& event) {
    told.diary += "-" + event.label + ":" + text::join(event.given, ",");
  });
  told.signals.post_init.connect([&](const InitEvent& event) {
    told.diary += "+" + display(event.record->get("name"));
  });
  told.shop.of("Author").make({{"name", text_of("B")}});
  told.shop.all("Author").records(told.shop.databases);
  CHECK(told.diary == "-shop.Author:name+B-shop.Author:+A");
}

TEST_CASE("an error in a receiver takes the save back") {
  Told told(GENERATE(from_range(engines())));
  told.signals.post_save.connect(
      [](const SaveEvent&) { throw Error("test.no", "no"); });
  const auto work = [&] {
    told.shop.of("Tag").create({{"word", text_of("a")}});
  };
  CHECK(thrown(work) == "test.no: no");
  CHECK(told.shop.rows("Tag", {"word"}).empty());
}

TEST_CASE("a record whose save was refused is what it was") {
  Told told(GENERATE(from_range(engines())));
  told.signals.pre_save.connect(
      [](const SaveEvent& event) { event.record.set("word", text_of("b")); });
  const Receiver refusal{.dispatch_uid = "refusal"};
  told.signals.post_save.connect(
      [](const SaveEvent&) { throw Error("test.no", "no"); }, refusal);
  const RecordPtr tag = told.shop.of("Tag").make({{"word", text_of("a")}});
  CHECK(thrown([&] { save(*tag); }) == "test.no: no");
  CHECK(tag->adding());
  CHECK(display(tag->get("word")) == "a");
  told.signals.post_save.disconnect(refusal);
  save(*tag);
  CHECK(told.shop.rows("Tag", {"word"}) == "b");
}
