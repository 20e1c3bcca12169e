#include "loaders/batch_stream.hpp"

namespace manage::loaders {

namespace {

/// Batches on their way, and one at each end.
constexpr std::size_t kQueued = 2;
constexpr std::size_t kBatches = kQueued + 2;
/// Rows may be long: a batch ends early after so many bytes of the file.
constexpr std::uint64_t kMaxBatchBytes = 4u << 20;

}  // namespace

BatchStream::BatchStream(RecordStream records, const RowReader& rows,
                         std::size_t batch_size)
    : records_(std::move(records)),
      rows_(rows),
      batch_size_(batch_size),
      full_(kQueued),
      empty_(kBatches) {
  for (std::size_t i = 0; i < kBatches; ++i) {
    empty_.push(std::make_unique<RowBatch>());
  }
  thread_ = std::thread([this] { read(); });
}

BatchStream::~BatchStream() {
  records_.stop();
  full_.close();
  empty_.close();
  thread_.join();
}

void BatchStream::read() {
  try {
    while (auto batch = empty_.pop([] {})) {
      (*batch)->clear();
      fill(**batch);
      if ((*batch)->rows.empty() || !full_.push(std::move(*batch))) break;
    }
  } catch (...) {
    failure_ = std::current_exception();
  }
  full_.close();
}

void BatchStream::fill(RowBatch& batch) {
  std::uint64_t begin = records_.offset();
  while (batch.rows.size() < batch_size_ &&
         records_.offset() - begin < kMaxBatchBytes) {
    const CsvRecord* record = records_.next();
    if (!record) break;
    rows_.add(*record, batch);
  }
  batch.offset = records_.offset();
}

std::unique_ptr<RowBatch> BatchStream::next(const std::function<void()>& wake) {
  if (auto batch = full_.pop(wake)) return std::move(*batch);
  if (failure_) std::rethrow_exception(failure_);
  return nullptr;
}

void BatchStream::reuse(std::unique_ptr<RowBatch> batch) {
  empty_.push(std::move(batch));
}

}  // namespace manage::loaders
