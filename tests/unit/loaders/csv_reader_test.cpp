#include "loaders/csv_reader.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"

using namespace manage::loaders;
using Texts = std::vector<std::string>;

namespace {

/// Hands out the text a few bytes at a time, as a pipe does.
class Drops : public ByteSource {
 public:
  Drops(std::string text, std::size_t size)
      : ByteSource("drops.csv"), text_(std::move(text)), size_(size) {}
  std::size_t read(char* buffer, std::size_t size) override {
    size = std::min({size, size_, text_.size() - at_});
    std::copy_n(text_.data() + at_, size, buffer);
    at_ += size;
    return size;
  }
  std::optional<std::uint64_t> size() const override { return std::nullopt; }

 private:
  std::string text_;
  std::size_t size_;
  std::size_t at_ = 0;
};

/// Every record as "LINE: a|b|c", a bad one as "LINE:COLUMN code: message".
/// Read twice: at once, and through a tiny buffer.
Texts read(const std::string& text, CsvDialect dialect = {}) {
  auto run = [&](std::size_t block) {
    Drops source(text, block == 16 ? 3 : text.size());
    CsvReader reader(source, dialect, block);
    CsvRecord record;
    Texts out;
    while (reader.next(record)) {
      if (record.problem) {
        out.push_back(fmt::format("{}:{} {}: {}", record.problem->line,
                                  record.problem->column, record.problem->code,
                                  record.problem->message));
        continue;
      }
      std::string line = fmt::format("{}: ", record.line);
      for (const CsvField& field : record.fields) {
        if (&field != &record.fields.front()) line += '|';
        line += field.text;
      }
      out.push_back(line);
    }
    return out;
  };
  Texts whole = run(1u << 16);
  CHECK(run(16) == whole);
  return whole;
}

}  // namespace

TEST_CASE("records are read whatever ends their lines") {
  Texts expected{"1: a|b", "2: 1|2", "3: 3|4"};
  CHECK(read("a,b\n1,2\n3,4\n") == expected);
  CHECK(read("a,b\n1,2\n3,4") == expected);
  CHECK(read("a,b\r\n1,2\r\n3,4\r\n") == expected);
  CHECK(read("a,b\r1,2\r3,4\r") == expected);
  CHECK(read("a,b\r1,2\r\n3,4") == expected);
  CHECK(read("\xEF\xBB\xBF"
             "a,b\n1,2\n3,4\n") == expected);
}

TEST_CASE("a text without records gives none") {
  CHECK(read("").empty());
  CHECK(read("\xEF\xBB\xBF").empty());
  CHECK(read("\n\r\n\r").empty());
}

TEST_CASE("blank lines are skipped but counted") {
  CHECK(read("a\n\n\r\n1\n\r2") == Texts{"1: a", "4: 1", "6: 2"});
  CsvDialect keep;
  keep.keep_blank_lines = true;
  CHECK(read("a\n\n1\n\n", keep) == Texts{"1: a", "2: ", "3: 1", "4: "});
}

TEST_CASE("empty fields stay where they are") {
  CHECK(read("a,b,c\n,,\n1,,3\n,2,") ==
        Texts{"1: a|b|c", "2: ||", "3: 1||3", "4: |2|"});
}

TEST_CASE("quotes protect delimiters, line ends and doubled quotes") {
  CHECK(read("\"a,b\",\"say \"\"hi\"\"\"\n\"two\r\nlines\",x\n\"\",y") ==
        Texts{"1: a,b|say \"hi\"", "2: two\r\nlines|x", "4: |y"});
  CHECK(read("\"\"\"\"\n\"\"\"\"\"\"") == Texts{"1: \"", "2: \"\""});
}

TEST_CASE("a quoted empty field is told from an empty one") {
  auto source = text_bytes("a.csv", "\"\",,\"x\"");
  CsvReader reader(*source, {});
  CsvRecord record;
  REQUIRE(reader.next(record));
  REQUIRE(record.fields.size() == 3);
  CHECK(record.fields[0].quoted);
  CHECK_FALSE(record.fields[1].quoted);
  CHECK(record.fields[2].quoted);
  CHECK(record.fields[2].text == "x");
  CHECK(record.fields[2].source == "\"x\"");
}

TEST_CASE("a quote inside an unquoted field is an ordinary character") {
  CHECK(read("1,37°36'37.8\"N,5\" disk\n2,a\"\"b,\n") ==
        Texts{"1: 1|37°36'37.8\"N|5\" disk", "2: 2|a\"\"b|"});
  CHECK(read(" \"a\",b") == Texts{"1:  \"a\"|b"});
}

TEST_CASE("text after a closing quote makes that record bad, and only it") {
  CHECK(read("a,b\n1,\"Hey, I missed \" it\",3\n2,3\n") ==
        Texts{"1: a|b",
              "2:19 csv.after-quote: there is text after the closing quote of "
              "a field",
              "3: 2|3"});
  CHECK(read("\"a\"x\",\"\n\"b\" \nc") ==
        Texts{"1:4 csv.after-quote: there is text after the closing quote of "
              "a field",
              "2:4 csv.after-quote: there is text after the closing quote of "
              "a field",
              "3: c"});
}

TEST_CASE("a lost quote is named by the line where it opened") {
  CHECK(read("a,b\n1,\"x\n2,y\n3,z\n") ==
        Texts{"1: a|b",
              "2:3 csv.unterminated-quote: the quote opened on line 2 is never "
              "closed",
              "3: 2|y", "4: 3|z"});
  CHECK(read("a\n\"one\ntwo\",\"three\nfour") ==
        Texts{"1: a",
              "3:6 csv.unterminated-quote: the quote opened on line 3 is never "
              "closed",
              "4: four"});
  CHECK(read("\"") ==
        Texts{"1:1 csv.unterminated-quote: the quote opened on line 1 is never "
              "closed"});
}

TEST_CASE("an escape character takes what follows as it is") {
  CsvDialect dialect;
  dialect.escape = '\\';
  CHECK(read("\"a\\\"b\",c\\,d\n\\\"x,\\\\\ny\\\nz,\"\\\n\"\nlast", dialect) ==
        Texts{"1: a\"b|c,d", "2: \"x|\\", "3: y\nz|\n", "6: last"});
  CHECK(read("a\\", dialect) == Texts{"1: a\\"});
  CHECK(read("\"a\\", dialect) ==
        Texts{"1:1 csv.unterminated-quote: the quote opened on line 1 is never "
              "closed"});
}

TEST_CASE("delimiter and quote can be chosen, or quoting left out") {
  CsvDialect dialect;
  dialect.delimiter = '\t';
  dialect.quote = '\'';
  CHECK(read("a,b\t'c\td'\n", dialect) == Texts{"1: a,b|c\td"});
  dialect.quote.reset();
  CHECK(read("'a\t\"b\n", dialect) == Texts{"1: 'a|\"b"});
}

TEST_CASE("leading lines and comments are skipped but counted") {
  CsvDialect dialect;
  dialect.skip_lines = 2;
  dialect.comment = '#';
  CHECK(read("report \"of\r\n\r\na,b\n#\"x\n1,#2\n#", dialect) ==
        Texts{"3: a|b", "5: 1|#2"});
  CHECK(read("one line", dialect).empty());
}

TEST_CASE("bytes that are no text are named by line and column") {
  CHECK(read("a,b\nžluť,\xFFx\nc,d\n") ==
        Texts{"1: a|b", "2:6 csv.encoding: byte 0xFF at offset 11 is not UTF-8",
              "3: c|d"});
  CHECK(read(std::string("a\nb,\"\n\0\"\nc", 10)) ==
        Texts{"1: a", "3:1 csv.nul: there is a NUL byte", "4: c"});
}

TEST_CASE("UTF-16 is refused at once") {
  auto source = text_bytes("export.csv", std::string("\xFF\xFE"
                                                     "a\0",
                                                     4));
  CsvReader reader(*source, {});
  CsvRecord record;
  try {
    reader.next(record);
    FAIL("no error");
  } catch (const manage::Error& error) {
    CHECK(error.message() == "export.csv is UTF-16 text, not UTF-8");
    CHECK(error.code() == "csv.encoding");
  }
}

TEST_CASE("a field over the limit costs its record") {
  CsvDialect dialect;
  dialect.max_field = 8;
  CHECK(read("12345678,a\n123456789,b\n\"1\n2345678\",c\nd,e", dialect) ==
        Texts{"1: 12345678|a",
              "2:1 csv.field-too-large: the field that begins on line 2 has "
              "more than 8 bytes",
              "3:1 csv.field-too-large: the field that begins on line 3 has "
              "more than 8 bytes",
              "5: d|e"});
}

TEST_CASE("a record over the limit is given up at its line's end") {
  CsvDialect dialect;
  dialect.max_field = dialect.max_record = 40;
  std::string many(100, ',');
  CHECK(read("a\n" + many + "\r\nb\n", dialect) ==
        Texts{"1: a",
              "2:1 csv.record-too-large: the record has more than 40 "
              "bytes",
              "3: b"});
  std::string lines;
  for (int i = 0; i < 30; ++i) lines += "x,y\n";
  Texts found = read("1,\"lost\n" + lines, dialect);
  REQUIRE(found.size() == 31);
  CHECK(found[0] ==
        "1:3 csv.unterminated-quote: the quote opened on line 1 is never "
        "closed");
  CHECK(found[1] == "2: x|y");
  CHECK(found[30] == "31: x|y");
}

TEST_CASE("a bad record keeps its own bytes") {
  auto source = text_bytes("a.csv", "a,b\r\n1,\"x\"y\r\n\"z\n");
  CsvReader reader(*source, {});
  CsvRecord record;
  REQUIRE(reader.next(record));
  CHECK(record.offset == 0);
  REQUIRE(reader.next(record));
  CHECK(record.raw == "1,\"x\"y");
  CHECK(record.line_end == "\r\n");
  CHECK(record.offset == 5);
  REQUIRE(reader.next(record));
  CHECK(record.raw == "\"z");
  CHECK(record.line_end == "\n");
  CHECK(record.offset == 13);
  CHECK_FALSE(reader.next(record));
  CHECK(reader.offset() == 16);
}
