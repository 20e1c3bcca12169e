// Reads CSV from standard input with the project's reader and prints what it
// found: `csv_dump dump DELIMITER QUOTE ESCAPE BLOCK` one JSON document per
// record (a list, or the code of a problem), `csv_dump count` the number of
// records and fields. QUOTE and ESCAPE may be empty.

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "core/data.hpp"
#include "core/error.hpp"
#include "loaders/csv_reader.hpp"

using namespace manage;
using namespace manage::loaders;

namespace {

std::optional<char> character(std::string_view text) {
  if (text.empty()) return std::nullopt;
  return text.front();
}

void dump(CsvReader& reader) {
  CsvRecord record;
  while (reader.next(record)) {
    Data line;
    if (record.problem) {
      line = record.problem->code;
    } else {
      DataList fields;
      for (const CsvField& field : record.fields) {
        fields.emplace_back(field.text);
      }
      line = std::move(fields);
    }
    fmt::print("{}\n", to_json(line));
  }
}

void count(CsvReader& reader) {
  CsvRecord record;
  std::size_t records = 0, fields = 0;
  while (reader.next(record)) {
    ++records;
    fields += record.fields.size();
  }
  fmt::print("{} {}\n", records, fields);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    auto source = descriptor_bytes(0, "stdin");
    CsvDialect dialect;
    bool dumps = argc == 6 && std::string_view(argv[1]) == "dump";
    std::size_t block = 256u << 10;
    if (dumps) {
      dialect.delimiter = argv[2][0];
      dialect.quote = character(argv[3]);
      dialect.escape = character(argv[4]);
      block = std::strtoul(argv[5], nullptr, 10);
    }
    CsvReader reader(*source, dialect, block);
    dumps ? dump(reader) : count(reader);
  } catch (const Error& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
