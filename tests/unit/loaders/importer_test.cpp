#include "loaders/importer.hpp"

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "import_story.hpp"

using namespace manage;
using namespace manage::loaders;

TEST_CASE("rows come in by header, with defaults for what is missing") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Author", "email,name\na@x,Ann\nb@x,Bob\n") ==
          "2 created");
    CHECK(shop.import("Book",
                      "isbn,author__email,price,stock\n"
                      "1,b@x,2.5,\n2,,,7\n3,a@x,\"0\",\"7\"\n") == "3 created");
    CHECK(shop.rows("SELECT b.isbn, a.name, CASE b.price WHEN 2.5 THEN 'given' "
                    "WHEN 1 THEN 'default' WHEN 0 THEN 'zero' END, b.stock, "
                    "b.shelf FROM shop_book b LEFT JOIN shop_author a ON a.id "
                    "= b.author_id ORDER BY isbn") ==
          "1|Bob|given|NULL|A\n2|NULL|default|7|A\n3|Ann|zero|7|A");
  });
}

TEST_CASE("empty and quoted empty cells are told apart") {
  on_every_database([](ImportStory& shop) {
    shop.options.null_tokens = {"\\N", "NULL"};
    shop.options.on_error = OnError::kSkip;
    CHECK(shop.import("Book",
                      "isbn,title,price,stock\n"
                      "1,,,\n2,\"\",1,\"\"\n3,\\N,NULL,\\N\n4,\"NULL\",1,1\n"
                      "5,x,\"\",1\n") ==
          "4 created, 1 rejected\n"
          "in.csv:6 price import.null: price: the cell is empty, but a value "
          "is needed");
    CHECK(shop.rows("SELECT isbn, coalesce(title, '-'), stock FROM shop_book "
                    "ORDER BY isbn") ==
          "1|-|NULL\n2||NULL\n3|-|NULL\n4|NULL|1");
    CHECK(shop.import("Author", "name,email,bio\nAnn,a,\n,b,x\n") ==
          "1 created, 1 rejected\n"
          "in.csv:3 name import.null: name: the cell is empty, but a value is "
          "needed");
  });
}

TEST_CASE("a bad row stops everything, and all bad rows are told") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Book",
                      "isbn,price,stock,shelf,title\n"
                      "1,1,1,A,fine\n"
                      "2,abc,x,C,two\n"
                      "3,1,1,A\n"
                      "4,-1,1,B,minus\n"
                      "1,1,1,A,again\n"
                      "5,1,99999999999,A,\xFF\n"
                      "6,1,1,A,\"open\n") ==
          "0 created, 6 rejected, stopped\n"
          "in.csv:3 price import.value: price: expected a decimal number, got "
          "\"abc\"; stock: expected an integer, got \"x\"; shelf: expected one "
          "of \"A\", \"B\", got \"C\"\n"
          "in.csv:4 - import.field-count: the row has 4 fields, not 5\n"
          "in.csv:5 - database.check: the check price_gte_0 failed\n"
          "in.csv:6 isbn import.duplicate: line 2 has the same isbn already\n"
          "in.csv:7 - csv.encoding: byte 0xFF at offset 111 is not UTF-8 (line "
          "7, column 19)\n"
          "in.csv:8 - csv.unterminated-quote: the quote opened on line 8 is "
          "never closed (line 8, column 9)");
    CHECK(shop.rows("SELECT count(*) FROM shop_book") == "0");
  });
}

TEST_CASE("good rows are kept if bad ones are skipped, within the budget") {
  on_every_database([](ImportStory& shop) {
    const std::string text = "isbn,stock\n1,1\n2,x\n3,3\n4,y\n";
    shop.options.on_error = OnError::kSkip;
    shop.options.budget.rows = 1;
    CHECK(shop.import("Book", text).substr(0, 34) ==
          "0 created, 2 rejected, over budget");
    shop.options.budget = {};
    shop.options.budget.percent = 40;
    CHECK(shop.import("Book", text).substr(0, 34) ==
          "0 created, 2 rejected, over budget");
    CHECK(shop.rows("SELECT count(*) FROM shop_book") == "0");
    shop.options.budget.percent = 50;
    CHECK(shop.import("Book", text).substr(0, 22) == "2 created, 2 rejected\n");
    CHECK(shop.rows("SELECT isbn FROM shop_book ORDER BY 1") == "1\n3");
  });
}

TEST_CASE("with batches, those before the trouble stay") {
  on_every_database([](ImportStory& shop) {
    const std::string text = "isbn,stock\n1,1\n2,2\n3,3\n4,x\n5,5\n6,y\n";
    shop.options.transaction = TransactionMode::kBatch;
    shop.options.batch_size = 2;
    CHECK(shop.import("Book", text).substr(0, 32) ==
          "2 created, 2 rejected, stopped\ni");
    CHECK(shop.rows("SELECT isbn FROM shop_book ORDER BY 1") == "1\n2");
    shop.execute("DELETE FROM shop_book");
    shop.options.on_error = OnError::kSkip;
    shop.options.budget.rows = 1;
    CHECK(shop.import("Book", text).substr(0, 35) ==
          "3 created, 2 rejected, over budget\n");
    CHECK(shop.rows("SELECT isbn FROM shop_book ORDER BY 1") == "1\n2\n3");
  });
}

TEST_CASE("rows that exist are rejected, skipped or updated") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Book", "isbn,title\n1,one\n2,two\n") == "2 created");
    const std::string text = "isbn,title\n1,one\n2,zwei\n3,drei\n";
    CHECK(shop.import("Book", text) ==
          "0 created, 2 rejected, stopped\n"
          "in.csv:2 isbn import.exists: a row of shop.Book with isbn=1 exists "
          "already\n"
          "in.csv:3 isbn import.exists: a row of shop.Book with isbn=2 exists "
          "already");
    shop.options.on_conflict = OnConflict::kUpdate;
    shop.options.dry_run = true;
    CHECK(shop.import("Book", text) == "1 created, 1 updated, 1 unchanged");
    REQUIRE(shop.report.differences.size() == 1);
    const Difference& difference = shop.report.differences.front();
    CHECK(difference.line == 3);
    CHECK(difference.key == "isbn=2");
    CHECK(difference.field == "title");
    CHECK(difference.before == "two");
    CHECK(difference.after == "zwei");
    CHECK(shop.rows("SELECT count(*) FROM shop_book") == "2");
    shop.options.dry_run = false;
    CHECK(shop.import("Book", text) == "1 created, 1 updated, 1 unchanged");
    CHECK(shop.rows("SELECT isbn, title FROM shop_book ORDER BY 1") ==
          "1|one\n2|zwei\n3|drei");
    shop.options.on_conflict = OnConflict::kSkip;
    CHECK(shop.import("Book", "isbn,title\n3,x\n4,vier\n4,y\n") ==
          "0 created, 1 rejected, stopped\n"
          "in.csv:4 isbn import.duplicate: line 3 has the same isbn already");
    CHECK(shop.import("Book", "isbn,title\n3,x\n4,vier\n") ==
          "1 created, 1 skipped");
    CHECK(shop.rows("SELECT title FROM shop_book ORDER BY isbn") ==
          "one\nzwei\ndrei\nvier");
  });
}

TEST_CASE("a key of several fields finds rows too") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Seat", "hall,number\nred,1\nred,2\nblue,1\n") ==
          "3 created");
    shop.options.on_conflict = OnConflict::kUpdate;
    CHECK(
        shop.import("Seat", "number,hall,note\n1,red,new\n3,red,\n2,red,\n") ==
        "1 created, 1 updated, 1 unchanged");
    CHECK(shop.rows("SELECT hall, number, note FROM shop_seat ORDER BY 1, 2") ==
          "blue|1|\nred|1|new\nred|2|\nred|3|");
    shop.options.key = {"hall"};
    CHECK(shop.import("Seat", "number,hall\n1,red\n") ==
          "import.no-key in.csv:1: --key: no unique constraint of shop.Seat is "
          "on exactly hall (two rows could have the same key; make it unique "
          "first)\n");
  });
}

TEST_CASE("an update needs only what it changes, a new row all") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Author", "name,email\nAnn,a\n") == "1 created");
    shop.options.on_conflict = OnConflict::kUpdate;
    CHECK(shop.import("Author", "email,bio\na,writes\nb,reads\n") ==
          "0 created, 1 rejected, stopped\n"
          "in.csv:3 - import.required: no row of shop.Author has this email, "
          "and a new one would need name");
    CHECK(shop.import("Author", "email,bio\na,writes\n") ==
          "0 created, 1 updated");
    CHECK(shop.rows("SELECT name, bio FROM shop_author") == "Ann|writes");
  });
}

TEST_CASE("moments and functions fill what the file lacks") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Stamp", "code\n1\n2\n") == "2 created");
    CHECK(shop.rows("SELECT count(DISTINCT token), count(DISTINCT made) FROM "
                    "shop_stamp WHERE made = '2026-11-20 10:00:00'") == "2|1");
    shop.options.on_conflict = OnConflict::kUpdate;
    shop.options.now = *DateTime::parse("2026-11-21 10:00");
    CHECK(shop.import("Stamp",
                      "code,token\n1,6f2c1c4e-0000-4000-8000-000000000001\n") ==
          "0 created, 1 updated");
    CHECK(shop.rows("SELECT code FROM shop_stamp WHERE made < changed") == "1");
  });
}

TEST_CASE("foreign keys name rows that are there, exactly one") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Author", "id,name,email\n1,Ann,a\n2,Ann,b\n3,Cid,c\n") ==
          "3 created");
    shop.options.on_error = OnError::kSkip;
    CHECK(shop.import("Book", "isbn,author__name\n1,Cid\n2,Ann\n3,Zed\n") ==
          "1 created, 2 rejected\n"
          "in.csv:3 author__name import.ambiguous: author__name: there are "
          "several rows of shop.Author with name \"Ann\"\n"
          "in.csv:4 author__name import.no-related: author__name: there is no "
          "row of shop.Author with name \"Zed\"");
    CHECK(shop.import("Book", "isbn,author_id\n4,2\n5,9\n6,\"\"\n") ==
          "2 created, 1 rejected\n"
          "in.csv:3 author_id import.no-related: author_id: there is no row of "
          "shop.Author with id \"9\"");
    CHECK(shop.rows("SELECT isbn, author_id FROM shop_book ORDER BY 1") ==
          "1|3\n4|2\n6|NULL");
  });
}

TEST_CASE("rows of a tree come in whatever their order, circles too") {
  on_every_database([](ImportStory& shop) {
    shop.options.on_error = OnError::kSkip;
    for (std::size_t batch : {1, 2, 100}) {
      INFO("batches of " << batch);
      shop.execute("DELETE FROM shop_node");
      shop.options.batch_size = batch;
      CHECK(shop.import("Node",
                        "code,parent__code\nc,b\nb,a\na,\ns,s\nx,y\ny,x\n"
                        "d,nope\ne,d\n") ==
            "6 created, 2 rejected\n"
            "in.csv:8 parent__code import.no-related: parent__code: there is "
            "no row of shop.Node with code \"nope\"\n"
            "in.csv:9 parent__code import.no-related: parent__code: there is "
            "no row of shop.Node with code \"d\"");
      const std::string tree =
          "SELECT n.code, p.code FROM shop_node n LEFT JOIN shop_node p ON "
          "p.id = n.parent_id ORDER BY 1";
      CHECK(shop.rows(tree) == "a|NULL\nb|a\nc|b\ns|s\nx|y\ny|x");
      shop.execute("DELETE FROM shop_node");
      CHECK(shop.import("Node",
                        "id,code,parent\n13,c,12\n12,b,11\n11,a,\n19,s,19\n"
                        "24,x,25\n25,y,24\n14,d,99\n15,e,14\n") ==
            "6 created, 2 rejected\n"
            "in.csv:8 parent import.no-related: parent: there is no row of "
            "shop.Node with id \"99\"\n"
            "in.csv:9 parent import.no-related: parent: there is no row of "
            "shop.Node with id \"14\"");
      CHECK(shop.rows(tree) == "a|NULL\nb|a\nc|b\ns|s\nx|y\ny|x");
    }
  });
}

TEST_CASE("numbers given by the database go on behind those of the file") {
  on_every_database([](ImportStory& shop) {
    CHECK(shop.import("Author", "id,name,email\n40,Ann,a\n") == "1 created");
    CHECK(shop.import("Author", "name,email\nBob,b\n") == "1 created");
    CHECK(shop.import("Author", "id,name,email\n7,Cid,c\n-3,Neg,n\n") ==
          "2 created");
    CHECK(shop.import("Author", "name,email\nDan,d\n") == "1 created");
    CHECK(shop.rows("SELECT id, name FROM shop_author ORDER BY id") ==
          "-3|Neg\n7|Cid\n40|Ann\n41|Bob\n42|Dan");
  });
}

TEST_CASE("triggers speak for single rows") {
  ImportStory shop(settings::Engine::kSqlite);
  shop.execute(
      "CREATE TRIGGER no_sevens BEFORE INSERT ON shop_book WHEN NEW.stock = 7 "
      "BEGIN SELECT RAISE(ABORT, 'seven is not allowed'); END");
  shop.options.on_error = OnError::kSkip;
  std::string text = "isbn,stock\n";
  for (int i = 1; i <= 20; ++i) text += fmt::format("{0},{0}\n", i);
  CHECK(shop.import("Book", text) ==
        "19 created, 1 rejected\n"
        "in.csv:8 - database.error: seven is not allowed");
}

TEST_CASE("rejected rows are a file that can be imported again") {
  on_every_database([](ImportStory& shop) {
    auto path = std::filesystem::temp_directory_path() /
                ("manage_rejects_" + std::to_string(getpid()) + ".csv");
    shop.options.on_error = OnError::kSkip;
    shop.options.rejects = "bad.csv";
    shop.options.rejects_path = path;
    CHECK(shop.import("Book",
                      "isbn,title,stock\r\n1,\"a \"\"b\"\"\",x\r\n2,fine,1\r\n"
                      "3, \"raw\" ,y, \r\n")
              .substr(0, 22) == "1 created, 2 rejected\n");
    auto content = [&] {
      std::ifstream file(path, std::ios::binary);
      return std::string(std::istreambuf_iterator<char>(file), {});
    };
    CHECK(content() ==
          "isbn,title,stock,_line,_column,_code,_reason\r\n"
          "1,\"a \"\"b\"\"\",x,2,stock,import.value,\"stock: expected an "
          "integer, got \"\"x\"\"\"\r\n"
          "3, \"raw\" ,y, ,4,,import.field-count,\"the row has 4 fields, not "
          "3\"\r\n");
    std::string corrected = content();
    corrected.replace(corrected.find(",x,2"), 4, ",5,2");
    corrected.replace(corrected.find(",y, ,"), 5, ",6,");
    std::filesystem::remove(path);
    shop.options.rejects.clear();
    CHECK(shop.import("Book", corrected) == "2 created");
    CHECK(shop.rows("SELECT isbn, title, stock FROM shop_book ORDER BY 1") ==
          "1|a \"b\"|5\n2|fine|1\n3| \"raw\" |6");
  });
}

TEST_CASE("several files are one import") {
  on_every_database([](ImportStory& shop) {
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(text_bytes("one.csv", "isbn,stock\n1,1\n2,2\n"));
    files.push_back(text_bytes("two.csv", "stock,isbn\n3,3\n4,1\n"));
    CHECK(shop.import_files("Book", std::move(files)) ==
          "0 created, 1 rejected, stopped\n"
          "two.csv:3 isbn import.duplicate: line 2 of one.csv has the same "
          "isbn already");
  });
}
