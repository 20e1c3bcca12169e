#include "loaders/importer.hpp"

#include "core/error.hpp"
#include "loaders/batch_stream.hpp"
#include "loaders/deferred_rows.hpp"
#include "loaders/import_file.hpp"
#include "loaders/import_log.hpp"
#include "loaders/import_plan.hpp"
#include "loaders/row_writer.hpp"
#include "orm/dialect.hpp"

namespace manage::loaders {

namespace {

/// Rows of the last pass over what is deferred, where circles are looked for,
/// are held together; this many at most.
constexpr std::size_t kLastBatch = 100'000;

struct PlannedFile {
  std::unique_ptr<ImportFile> file;
  ImportPlan plan;
};

/// Rows by what became of them.
struct Counts {
  std::uint64_t created = 0, updated = 0, unchanged = 0, skipped = 0;
};

Counts count(const RowBatch& batch) {
  Counts counts;
  for (const BatchRow& row : batch.rows) {
    if (row.bad()) continue;
    counts.created += row.outcome == RowOutcome::kCreated;
    counts.updated += row.outcome == RowOutcome::kUpdated;
    counts.unchanged += row.outcome == RowOutcome::kUnchanged;
    counts.skipped += row.outcome == RowOutcome::kSkipped;
  }
  return counts;
}

class Import {
 public:
  Import(ImportJob job, const ImportOptions& options, Reporter& reporter)
      : job_(std::move(job)),
        options_(options),
        reporter_(reporter),
        log_(options) {}

  ImportReport run() {
    std::vector<PlannedFile> files = plan_files();
    bool one_transaction =
        options_.dry_run || options_.transaction == TransactionMode::kAll;
    std::optional<orm::Transaction> all;
    if (one_transaction) all.emplace(job_.connection);
    by_batch_ = !one_transaction;
    for (std::size_t i = 0; i < files.size() && !over_budget_; ++i) {
      import_file(files[i], static_cast<std::uint32_t>(i));
    }
    decide();
    bool keep = log_.report.outcome == ImportOutcome::kDone ||
                log_.report.outcome == ImportOutcome::kRejected;
    // The rejects are safe before the others are.
    log_.finish();
    if (all && keep && !options_.dry_run) {
      advance_numbering();
      all->commit();
    }
    if (all && !keep) set_counts({});
    return std::move(log_.report);
  }

 private:
  std::vector<PlannedFile> plan_files() {
    ImportReport& report = log_.report;
    report.database = job_.connection.alias();
    std::vector<PlannedFile> files;
    for (auto& source : job_.files) {
      source->stop_when([this] { return reporter_.stop_requested(); });
      auto file = std::make_unique<ImportFile>(std::move(source), options_);
      if (!job_.model) {
        job_.model = &guess_model(job_.models, file->header(), options_);
      }
      ImportPlan plan =
          plan_import(job_.models, *job_.model, file->header(), options_);
      report.files.push_back(file->name());
      files.push_back({std::move(file), std::move(plan)});
    }
    report.model = job_.model->label();
    keys_.files = report.files;
    return files;
  }

  void import_file(PlannedFile& planned, std::uint32_t number) {
    ImportFile& file = *planned.file;
    log_.begin_file(file.name(), file.header_line(), file.line_end());
    plan_ = &planned.plan;
    if (by_batch_) job_.connection.begin();
    TableWriter::OnDifference on_difference;
    if (options_.dry_run) {
      on_difference = [this](Difference difference) {
        log_.difference(std::move(difference));
      };
    }
    RowWriter writer(job_.connection, job_.models, planned.plan,
                     options_.on_conflict, on_difference, keys_, number);
    if (by_batch_) job_.connection.rollback();
    RowReader rows(job_.models, planned.plan, file.header(),
                   job_.connection.dialect(),
                   {options_.null_tokens, options_.time_zone,
                    !options_.rejects.empty() || writer.refers_to_self()});
    reporter_.begin(
        {"Importing " + file.name(), file.size().value_or(0), "rows"});
    pump({[&] { return file.next(); }, [&] { return file.offset(); },
          [&] { file.stop(); }},
         rows, writer, Pass::kFile, options_.batch_size);
    import_deferred(file, rows, writer);
    reporter_.finish();
  }

  void pump(RecordStream records, const RowReader& rows, RowWriter& writer,
            Pass pass, std::size_t batch_size) {
    BatchStream stream(std::move(records), rows, batch_size);
    auto wake = [this] { stop_if_asked(); };
    while (auto batch = stream.next(wake)) {
      stop_if_asked();
      if (pass == Pass::kFile) log_.report.read += batch->rows.size();
      take(*batch, writer, pass);
      if (pass == Pass::kFile) {
        reporter_.update(batch->offset, log_.report.read);
      }
      if (over_budget_) return;
      stream.reuse(std::move(batch));
    }
  }

  void stop_if_asked() const {
    if (!reporter_.stop_requested()) return;
    throw Error("interrupted", "interrupted").exit(ExitCode::kInterrupted);
  }

  void take(RowBatch& batch, RowWriter& writer, Pass pass) {
    std::optional<orm::Transaction> transaction;
    if (by_batch_) transaction.emplace(job_.connection);
    writer.process(batch, pass);
    numbered_ = writer.take_numbered() || numbered_;
    for (std::size_t i = 0; i < batch.rows.size(); ++i) {
      if (batch.rows[i].outcome == RowOutcome::kDeferred) {
        deferred_->add(batch.raw(i), batch.rows[i].line);
      }
    }
    log_.reject(batch);
    over_budget_ = exceeds_budget(by_batch_);
    bool stopping =
        options_.on_error == OnError::kStop && log_.report.rejected > 0;
    if (by_batch_ && (stopping || over_budget_)) return;
    if (transaction) {
      advance_numbering();
      transaction->commit();
    }
    Counts counts = count(batch);
    counts_.created += counts.created;
    counts_.updated += counts.updated;
    counts_.unchanged += counts.unchanged;
    counts_.skipped += counts.skipped;
  }

  /// Rows given numbers by the file must not meet those the database gives.
  /// Only before a commit: no rollback takes it back.
  void advance_numbering() {
    if (!std::exchange(numbered_, false)) return;
    std::string sql = job_.connection.dialect().advance_numbering(
        plan_->table, plan_->model->primary_key()->column());
    if (!sql.empty()) job_.connection.query(sql);
  }

  /// Passes over rows that refer to rows of the same table, until all are in or
  /// a pass brings nothing.
  void import_deferred(ImportFile& file, const RowReader& rows,
                       RowWriter& writer) {
    std::size_t before = 0;
    while (deferred_->size() > 0 && !over_budget_) {
      auto waiting = std::move(deferred_);
      deferred_ = std::make_unique<DeferredRows>();
      Pass pass = waiting->size() == before ? Pass::kLast : Pass::kDeferred;
      before = waiting->size();
      import_waiting(*waiting, file.name(), rows, writer, pass);
    }
  }

  void import_waiting(DeferredRows& waiting, const std::string& name,
                      const RowReader& rows, RowWriter& writer, Pass pass) {
    auto bytes = waiting.bytes(name);
    CsvDialect dialect = options_.dialect;
    dialect.skip_lines = 0;
    dialect.comment.reset();
    CsvReader reader(*bytes, dialect);
    CsvRecord record;
    std::size_t index = 0;
    auto next = [&]() -> const CsvRecord* {
      if (!reader.next(record)) return nullptr;
      record.line = waiting.lines()[index++];
      return &record;
    };
    std::size_t size = pass == Pass::kLast ? kLastBatch : options_.batch_size;
    pump({next, [&] { return reader.offset(); }, [&] { bytes->stop(); }}, rows,
         writer, pass, size);
  }

  /// A share of the rows means little before the end, but batches that are
  /// committed cannot be taken back.
  bool exceeds_budget(bool share_too) const {
    const ImportReport& report = log_.report;
    const ErrorBudget& budget = options_.budget;
    if (budget.rows && report.rejected > *budget.rows) return true;
    return share_too && budget.percent &&
           static_cast<double>(report.rejected) * 100 >
               *budget.percent * static_cast<double>(report.read);
  }

  void decide() {
    ImportReport& report = log_.report;
    set_counts(counts_);
    if (over_budget_ || exceeds_budget(true)) {
      report.outcome = ImportOutcome::kOverBudget;
    } else if (report.rejected > 0) {
      report.outcome = options_.on_error == OnError::kStop
                           ? ImportOutcome::kStopped
                           : ImportOutcome::kRejected;
    }
  }

  void set_counts(const Counts& counts) {
    log_.report.created = counts.created;
    log_.report.updated = counts.updated;
    log_.report.unchanged = counts.unchanged;
    log_.report.skipped = counts.skipped;
  }

  ImportJob job_;
  const ImportOptions& options_;
  Reporter& reporter_;
  ImportLog log_;
  FileKeys keys_;
  const ImportPlan* plan_ = nullptr;
  std::unique_ptr<DeferredRows> deferred_ = std::make_unique<DeferredRows>();
  Counts counts_;
  bool numbered_ = false;  ///< the file gave numbers to rows
  bool by_batch_ = false;
  bool over_budget_ = false;
};

}  // namespace

ImportReport import_csv(ImportJob job, const ImportOptions& options,
                        Reporter& reporter) {
  return Import(std::move(job), options, reporter).run();
}

}  // namespace manage::loaders
