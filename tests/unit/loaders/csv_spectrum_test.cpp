// Two public collections of CSV edge cases, each with the JSON it must give.
// They lie beside the project (../shared/data) and are not part of it.

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "loaders/csv_reader.hpp"
#include "source_dir.hpp"

using namespace manage::loaders;
namespace fs = std::filesystem;
using Rows = std::vector<std::vector<std::string>>;

namespace {

const fs::path kData = fs::path(MANAGE_SOURCE_DIR) / ".." / "shared" / "data";

std::string bytes_of(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Read {
  Rows rows;
  std::vector<std::string> problems;
};

Read read(std::string text) {
  CsvDialect dialect;
  dialect.keep_blank_lines = true;
  auto source = text_bytes("case.csv", std::move(text));
  CsvReader reader(*source, dialect);
  CsvRecord record;
  Read out;
  while (reader.next(record)) {
    if (record.problem) {
      out.problems.push_back(fmt::format("{}:{} {}", record.problem->line,
                                         record.problem->column,
                                         record.problem->code));
      continue;
    }
    auto& row = out.rows.emplace_back();
    for (const CsvField& field : record.fields) row.emplace_back(field.text);
  }
  return out;
}

/// The files of a collection, sorted; prints why if there are none.
std::vector<fs::path> cases(const fs::path& folder) {
  std::vector<fs::path> found;
  if (!fs::exists(folder)) {
    std::cout << "SKIPPED: there is no folder " << folder.string() << "\n";
    return found;
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string with_crlf(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '\n' && (out.empty() || out.back() != '\r')) out += '\r';
    out += c;
  }
  return out;
}

}  // namespace

TEST_CASE("csv-spectrum is read as its JSON says") {
  for (const fs::path& path : cases(kData / "csv_spectrum" / "csvs")) {
    std::string name = path.stem().string();
    INFO(name);
    std::string text = bytes_of(path);
    // Copies that went through line end conversion have lost their CR.
    if (name.ends_with("_crlf")) text = with_crlf(text);
    Read found = read(text);
    CHECK(found.problems.empty());
    REQUIRE(!found.rows.empty());
    if (name == "location_coordinates") {  // its JSON describes another row
      REQUIRE(found.rows.size() == 2);
      REQUIRE(found.rows[1].size() == 4);
      CHECK(found.rows[1][1].find("36'37.8\"N 121") != std::string::npos);
      continue;
    }
    auto expected = nlohmann::json::parse(
        bytes_of(path.parent_path().parent_path() / "json" / (name + ".json")));
    REQUIRE(found.rows.size() == expected.size() + 1);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      nlohmann::json row;
      for (std::size_t j = 0; j < found.rows[0].size(); ++j) {
        row[found.rows[0][j]] = found.rows[i + 1].at(j);
      }
      CHECK(row == expected[i]);
    }
  }
}

TEST_CASE("csv-test-data is read as its JSON says") {
  for (const fs::path& path : cases(kData / "csv_test_data" / "csv")) {
    std::string name = path.stem().string();
    INFO(name);
    if (name.starts_with("bad-")) continue;
    fs::path json =
        path.parent_path().parent_path() / "json" / (name + ".json");
    auto expected = nlohmann::json::parse(bytes_of(json));
    // Objects by header, or the rows as lists, header included.
    bool objects = name.starts_with("header-");
    for (const std::string& text :
         {bytes_of(path), with_crlf(bytes_of(path))}) {
      if (text != bytes_of(path) && name == "quotes-with-newline") continue;
      Read found = read(text);
      CHECK(found.problems.empty());
      nlohmann::json got = nlohmann::json::array();
      for (std::size_t i = objects ? 1 : 0; i < found.rows.size(); ++i) {
        if (!objects) {
          got.push_back(found.rows[i]);
          continue;
        }
        nlohmann::json row;
        for (std::size_t j = 0; j < found.rows[0].size(); ++j) {
          row[found.rows[0][j]] = found.rows[i].at(j);
        }
        got.push_back(row);
      }
      CHECK(got == expected);
    }
  }
}

TEST_CASE("csv-test-data's broken quotes are found") {
  fs::path folder = kData / "csv_test_data" / "csv";
  if (cases(folder).empty()) return;
  auto problems = [&](const char* name) {
    return read(bytes_of(folder / name)).problems;
  };
  using Texts = std::vector<std::string>;
  CHECK(problems("bad-missing-quote.csv") ==
        Texts{"2:3 csv.unterminated-quote"});
  CHECK(problems("bad-quotes-with-unescaped-quote.csv") ==
        Texts{"2:19 csv.after-quote"});
  // Not what RFC 4180 wants, but what everybody takes.
  CHECK(problems("bad-unescaped-quote.csv").empty());
}
