#include "loaders/row_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "core/text.hpp"
#include "loaders/fills.hpp"

namespace manage::loaders {

namespace {

/// Long enough to recognise a value by, short enough for a report.
constexpr std::size_t kShownCharacters = 100;

std::string shown(std::string_view text) {
  std::string_view start = text::prefix(text, kShownCharacters);
  return start.size() == text.size() ? std::string(text)
                                     : std::string(start) + "…";
}

orm::Value filled(const Fill& fill, const PlannedField& planned) {
  if (fill.kind == Fill::Kind::kValue) return fill.value;
  return fill.kind == Fill::Kind::kCall ? orm::default_value(*planned.field, {})
                                        : orm::Null{};
}

}  // namespace

RowReader::RowReader(const orm::ModelSet& models, const ImportPlan& plan,
                     const FileHeader& header, const orm::Dialect& dialect,
                     Options options)
    : plan_(plan),
      header_(header),
      dialect_(dialect),
      options_(std::move(options)),
      record_width_(plan.width +
                    (header.of_rejects ? std::size(kRejectColumns) : 0)) {
  for (const PlannedField& planned : plan.fields) {
    converters_.emplace_back(*planned.reads, models,
                             orm::ConvertOptions{options_.time_zone});
    holds_text_.push_back(holds_text(*planned.field));
  }
}

void RowReader::add(const CsvRecord& record, RowBatch& batch) const {
  BatchRow& row = batch.rows.emplace_back();
  row.line = record.line;
  row.line_end = static_line_end(record.line_end);
  if (options_.keep_raw) {
    std::string_view raw = record_without_reject_columns(record, header_);
    row.raw_begin = batch.bytes.size();
    row.raw_size = raw.size();
    batch.bytes += raw;
  }
  batch.width = plan_.fields.size();
  std::size_t first = batch.values.size();
  batch.values.resize(first + batch.width);
  if (record.problem) {
    const CsvProblem& problem = *record.problem;
    std::string reason = problem.message;
    if (problem.line != record.line || problem.column > 1) {
      reason +=
          fmt::format(" (line {}, column {})", problem.line, problem.column);
    }
    row.problems.push_back({{}, problem.code, {}, std::move(reason)});
    return;
  }
  if (record.fields.size() != record_width_) {
    row.problems.push_back(
        {{},
         "import.field-count",
         {},
         fmt::format("the row has {}, not {}",
                     text::count(fields_of(record), "field"), plan_.width)});
    return;
  }
  for (std::size_t i = 0; i < batch.width; ++i) {
    const PlannedField& planned = plan_.fields[i];
    orm::Value& value = batch.values[first + i];
    if (planned.cell) {
      read_cell(record.fields[*planned.cell], i, value, row);
    } else {
      value = filled(planned.absent, planned);
    }
  }
}

/// Without the columns of rejected rows.
std::size_t RowReader::fields_of(const CsvRecord& record) const {
  std::size_t more = record_width_ - plan_.width;
  return record.fields.size() - std::min(more, record.fields.size());
}

bool RowReader::means_null(const CsvField& cell) const {
  if (cell.quoted) return false;
  if (cell.text.empty()) return true;
  for (const std::string& token : options_.null_tokens) {
    if (cell.source == token || cell.text == token) return true;
  }
  return false;
}

void RowReader::read_cell(const CsvField& cell, std::size_t index,
                          orm::Value& value, BatchRow& row) const {
  const PlannedField& planned = plan_.fields[index];
  if (means_null(cell)) return fill(planned.empty, cell, index, value, row);
  if (cell.text.empty() && !holds_text_[index]) {
    Fill null;
    if (planned.field->null()) null.kind = Fill::Kind::kValue;
    return fill(null, cell, index, value, row);
  }
  std::string reason;
  if (converters_[index].from_text(cell.text, value, reason)) {
    reason = dialect_.storage_problem(planned.reads->kind(), value);
    if (reason.empty()) return;
  }
  row.problems.push_back({planned.header, "import.value", shown(cell.text),
                          fmt::format("{}: {}", planned.header, reason)});
}

void RowReader::fill(const Fill& fill, const CsvField& cell, std::size_t index,
                     orm::Value& value, BatchRow& row) const {
  if (fill.kind != Fill::Kind::kNothing) {
    value = filled(fill, plan_.fields[index]);
    return;
  }
  const std::string& header = plan_.fields[index].header;
  row.problems.push_back(
      {header, "import.null", shown(cell.source),
       fmt::format("{}: the cell is {}, but a value is needed", header,
                   cell.text.empty() ? "empty" : "NULL")});
}

}  // namespace manage::loaders
