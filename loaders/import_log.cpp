#include "loaders/import_log.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::loaders {

ImportLog::ImportLog(const ImportOptions& options) : options_(options) {
  report.dry_run = options.dry_run;
  report.rejects_file = options.rejects;
}

void ImportLog::begin_file(const std::string& name,
                           std::string_view header_line,
                           std::string_view line_end) {
  file_ = name;
  if (options_.rejects.empty()) return;
  if (rejects_) {
    if (header_ == header_line) return;
    throw usage_error("--rejects: the files have different headers",
                      "import them one by one");
  }
  header_ = header_line;
  rejects_.emplace(options_.rejects_path, options_.rejects, options_.dialect);
  rejects_->write_header(header_line, line_end);
}

void ImportLog::reject(const RowBatch& batch) {
  for (std::size_t i = 0; i < batch.rows.size(); ++i) {
    const BatchRow& row = batch.rows[i];
    if (!row.bad()) continue;
    ++report.rejected;
    bool kept = report.rejections.size() < ImportReport::kMaxRejections;
    if (!kept && !rejects_) continue;
    const RowProblem& first = row.problems.front();
    std::vector<std::string> reasons;
    for (const RowProblem& problem : row.problems) {
      reasons.push_back(problem.reason);
    }
    Rejection rejection{file_,      row.line,    first.column,
                        first.code, first.value, text::join(reasons, "; ")};
    if (rejects_) rejects_->write(batch.raw(i), row.line_end, rejection);
    if (kept) report.rejections.push_back(std::move(rejection));
  }
}

void ImportLog::difference(Difference difference) {
  if (report.differences.size() >= ImportReport::kMaxDifferences) return;
  difference.file = file_;
  report.differences.push_back(std::move(difference));
}

void ImportLog::finish() {
  auto& files = report.files;
  auto place = [&](const Rejection& rejection) {
    auto found = std::find(files.begin(), files.end(), rejection.file);
    return std::make_pair(found - files.begin(), rejection.line);
  };
  std::stable_sort(report.rejections.begin(), report.rejections.end(),
                   [&](const Rejection& a, const Rejection& b) {
                     return place(a) < place(b);
                   });
  if (rejects_) rejects_->finish();
}

}  // namespace manage::loaders
