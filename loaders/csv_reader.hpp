// Reads CSV records from a byte source in constant memory.
//
// What is a record (RFC 4180 and Python's csv where the RFC is silent):
// - Lines end with LF, CR LF or CR, mixed as one likes; the last may end with
//   nothing. Blank lines are skipped. A UTF-8 byte order mark is dropped.
// - A field is quoted if its very first byte is the quote; a quote inside is
//   doubled. Delimiters and line ends inside quotes are text.
// - A quote inside an unquoted field is an ordinary character.
// - After the closing quote only a delimiter or a line end may follow; anything
//   else makes the record bad ("csv.after-quote").
// - With an escape character, the byte after it is taken as it is, inside and
//   outside quotes, line ends included.
// - A quote that is never closed (at the end of the text, or when the record
//   outgrows its limit) makes the record bad; reading goes on with the line
//   after the one where that quote opened, so one lost quote costs one record.
// - NUL bytes and bytes that are not UTF-8 make the record bad.
// - UTF-16 is recognised by its byte order mark, and ends the reading with
//   Error "csv.encoding".
//
// Not thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/byte_source.hpp"
#include "loaders/csv_marks.hpp"

namespace manage::loaders {

struct CsvDialect {
  char delimiter = ',';
  std::optional<char> quote = '"';    ///< nullopt: no quoting at all
  std::optional<char> escape;         ///< nullopt: none
  std::optional<char> comment;        ///< lines that start with it are skipped
  std::size_t skip_lines = 0;         ///< physical lines before the header
  bool keep_blank_lines = false;      ///< as records of one empty field
  std::size_t max_field = 1u << 20;   ///< bytes, quotes included
  std::size_t max_record = 4u << 20;  ///< bytes
};

struct CsvField {
  std::string_view text;    ///< without quotes and escapes
  std::string_view source;  ///< as it stands in the file
  bool quoted = false;
};

/// Why a record is bad. The place is where the trouble began: for an
/// unterminated quote, where it opened.
struct CsvProblem {
  std::string code;  ///< "csv.unterminated-quote", …
  std::string message;
  std::uint64_t line = 0;
  std::uint64_t column = 0;  ///< in characters of that line, 1-based
};

/// One record. The views are valid until the next call of CsvReader::next.
struct CsvRecord {
  std::vector<CsvField> fields;  ///< may be incomplete in a bad record
  /// The bytes of the record without the line end; of a line over the limit,
  /// its beginning.
  std::string_view raw;
  std::string_view line_end;  ///< "\n", "\r\n", "\r" or, at the end, ""
  std::uint64_t line = 0;     ///< where it begins, 1-based, as editors count
  std::uint64_t offset = 0;   ///< where it begins, in bytes
  std::optional<CsvProblem> problem;
};

class CsvReader {
 public:
  /// `source` outlives the reader. REQUIRES: delimiter, quote, escape and
  /// comment differ from each other and from line ends (an escape may equal
  /// the quote, and then means the doubled quote). `block` is the size of the
  /// reads; the buffer grows with the longest record, up to max_record.
  CsvReader(ByteSource& source, const CsvDialect& dialect,
            std::size_t block = 256u << 10);

  /// The next record, good or bad; false at the end. Throws what the source
  /// throws, and Error "csv.encoding" for UTF-16.
  bool next(CsvRecord& record);

  /// Bytes passed so far.
  std::uint64_t offset() const { return base_ + begin_; }

 private:
  struct Span {
    std::size_t begin = 0, end = 0;  ///< without the quotes
    std::size_t source_begin = 0, source_end = 0;
    bool quoted = false, unescape = false;
  };
  enum class Scan { kRecord, kMore, kUnterminated };

  void start();
  void refill();
  bool at_ignored_line();
  void skip_line();
  Scan scan();
  Scan scan_quoted(Span& span, std::size_t& stop);
  std::size_t scan_unquoted(Span& span);
  Scan end_record(std::size_t stop);
  void deliver(CsvRecord& record);
  void deliver_damaged(CsvRecord& record);
  void copy_fields(CsvRecord& record);
  void check(CsvRecord& record) const;
  CsvProblem problem(std::string code, std::string message,
                     std::size_t position) const;
  std::size_t line_end_from(std::size_t position) const;
  std::string_view view(std::size_t begin, std::size_t end) const;
  int at(std::size_t position) const {
    return static_cast<unsigned char>(buffer_[position]);
  }

  ByteSource& source_;
  CsvDialect dialect_;
  // Cheap to compare with: what at() gives, or -1 for none.
  int delimiter_, quote_, escape_;
  CsvMarks marks_;

  const std::size_t block_;

  // The text at hand is [begin_, end_) of the buffer; begin_ is the start of
  // the record to be read. kPadding bytes follow the buffer's capacity.
  std::vector<char> buffer_;
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool started_ = false;
  bool source_ended_ = false;
  bool rest_of_line_ = false;  ///< what follows belongs to a line given up
  std::uint64_t base_ = 0;     ///< offset of the buffer's first byte
  std::uint64_t line_ = 1;     ///< of begin_

  // What scan() found; positions in the buffer.
  std::vector<Span> spans_;
  std::size_t record_end_ = 0;  ///< without the line end
  std::size_t next_begin_ = 0;
  std::optional<std::size_t> open_quote_;   ///< not closed so far
  std::optional<std::size_t> after_quote_;  ///< where stray text begins
  bool many_lines_ = false;  ///< there may be line ends inside the record
  std::string scratch_;      ///< texts that differ from their source
};

}  // namespace manage::loaders
