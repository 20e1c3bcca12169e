// Any bytes are CSV. The first byte picks the dialect, the second the size of
// the reader's buffer; a small buffer must find what a large one finds, and
// the raw bytes of all records must lie in the text where they say.

#include <fmt/format.h>

#include <cstdlib>
#include <string>

#include "core/error.hpp"
#include "loaders/csv_reader.hpp"

using namespace manage::loaders;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::string all_records(const std::string& text, const CsvDialect& dialect,
                        std::size_t block) {
  auto source = text_bytes("fuzz.csv", text);
  CsvReader reader(*source, dialect, block);
  CsvRecord record;
  std::string found;
  std::uint64_t last_line = 0;
  while (reader.next(record)) {
    require(record.line > last_line);
    last_line = record.line;
    require(text.compare(record.offset, record.raw.size(), record.raw) == 0);
    require(record.offset + record.raw.size() <= reader.offset());
    found += fmt::format("{} {} ", record.line, record.offset);
    if (record.problem) {
      found += fmt::format("{} {}:{}", record.problem->code,
                           record.problem->line, record.problem->column);
    } else {
      require(!record.fields.empty());
      for (const CsvField& field : record.fields) {
        found += fmt::format("[{}{}]", field.quoted, field.text);
      }
    }
    found += '\n';
  }
  require(reader.offset() == text.size());
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data,
                                      std::size_t size) {
  if (size < 2) return 0;
  CsvDialect dialect;
  if ((data[0] & 1) != 0) dialect.delimiter = ';';
  if ((data[0] & 2) != 0) dialect.quote.reset();
  if ((data[0] & 4) != 0) dialect.escape = '\\';
  if ((data[0] & 8) != 0) dialect.comment = '#';
  if ((data[0] & 16) != 0) dialect.skip_lines = 1;
  if ((data[0] & 32) != 0) dialect.keep_blank_lines = true;
  bool limited = (data[0] & 64) != 0;
  if (limited) {
    dialect.max_field = 10;
    dialect.max_record = 50;
  }
  std::string text(reinterpret_cast<const char*>(data) + 2, size - 2);
  try {
    std::string found = all_records(text, dialect, 1u << 16);
    // Where a record is given up for its size depends on the buffer.
    std::string again = all_records(text, dialect, 16u + data[1]);
    require(limited || found == again);
  } catch (const manage::Error& error) {
    require(error.code() == "csv.encoding");
  }
  return 0;
}
