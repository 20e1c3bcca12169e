#include "loaders/import_file.hpp"

#include <iterator>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::loaders {

namespace {

constexpr std::size_t kRejectCount = std::size(kRejectColumns);

/// The record as a source file, so that errors can show its line.
SourcePos place_of(const std::string& name, const CsvRecord& record) {
  std::string text(record.line - 1, '\n');
  text += record.raw;
  return {std::make_shared<SourceFile>(name, std::move(text)),
          static_cast<int>(record.line), 0};
}

}  // namespace

std::string_view static_line_end(std::string_view line_end) {
  if (line_end == "\r\n") return "\r\n";
  if (line_end == "\r") return "\r";
  return line_end.empty() ? "" : "\n";
}

ImportFile::ImportFile(std::unique_ptr<ByteSource> source,
                       const ImportOptions& options)
    : source_(std::move(source)), reader_(*source_, options.dialect) {
  pending_ = reader_.next(record_);
  if (pending_ && !record_.line_end.empty()) {
    line_end_ = static_line_end(record_.line_end);
  }
  if (options.has_header) {
    read_header();
  } else {
    name_columns(options.columns, options.dialect.delimiter);
  }
}

void ImportFile::read_header() {
  if (!pending_) {
    throw Error("import.no-header", name() + " is empty: it has no header");
  }
  pending_ = false;
  header_.where = place_of(name(), record_);
  if (record_.problem) {
    SourcePos where = header_.where;
    where.line = static_cast<int>(record_.problem->line);
    where.column = static_cast<int>(record_.problem->column);
    throw Error(record_.problem->code,
                "the header: " + record_.problem->message)
        .at(where);
  }
  std::size_t count = record_.fields.size();
  header_.of_rejects = ends_with_reject_columns();
  if (header_.of_rejects) count -= kRejectCount;
  for (std::size_t i = 0; i < count; ++i) {
    const CsvField& field = record_.fields[i];
    header_.names.emplace_back(field.text);
    auto before =
        static_cast<std::size_t>(field.source.data() - record_.raw.data());
    SourcePos place = header_.where;
    place.column =
        static_cast<int>(text::length(record_.raw.substr(0, before)) + 1);
    header_.places.push_back(place);
  }
  header_line_ = record_without_reject_columns(record_, header_);
}

bool ImportFile::ends_with_reject_columns() const {
  std::size_t count = record_.fields.size();
  if (count <= kRejectCount) return false;
  for (std::size_t i = 0; i < kRejectCount; ++i) {
    if (record_.fields[count - kRejectCount + i].text != kRejectColumns[i]) {
      return false;
    }
  }
  return true;
}

/// A file without a header line. If it is one of rejected rows, it has got one,
/// which is passed over.
void ImportFile::name_columns(const std::vector<std::string>& columns,
                              char delimiter) {
  header_.names = columns;
  header_.places.resize(columns.size());
  header_.where = {std::make_shared<SourceFile>(name(), ""), 0, 0};
  header_line_ = text::join(columns, std::string_view(&delimiter, 1));
  if (!pending_ || record_.problem || !ends_with_reject_columns()) return;
  header_.of_rejects = true;
  pending_ = false;
}

const CsvRecord* ImportFile::next() {
  if (!pending_ && !reader_.next(record_)) return nullptr;
  pending_ = false;
  return &record_;
}

std::string_view record_without_reject_columns(const CsvRecord& record,
                                               const FileHeader& header) {
  std::size_t width = header.names.size();
  if (!header.of_rejects || record.problem ||
      record.fields.size() != width + kRejectCount) {
    return record.raw;
  }
  // Up to the delimiter before the first of them.
  auto end = static_cast<std::size_t>(record.fields[width].source.data() -
                                      record.raw.data());
  return record.raw.substr(0, end - 1);
}

}  // namespace manage::loaders
