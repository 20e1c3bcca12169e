// Batches of rows, read and converted by a thread of their own.
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <thread>

#include "loaders/bounded_queue.hpp"
#include "loaders/row_batch.hpp"
#include "loaders/row_reader.hpp"

namespace manage::loaders {

/// What a thread of its own reads from.
struct RecordStream {
  /// The next record; nullptr at the end.
  std::function<const CsvRecord*()> next;
  /// Bytes read so far.
  std::function<std::uint64_t()> offset;
  /// Makes a next() that waits return.
  std::function<void()> stop;
};

class BatchStream {
 public:
  /// Begins to read. `rows` outlives this.
  BatchStream(RecordStream records, const RowReader& rows,
              std::size_t batch_size);
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;
  /// Stops reading.
  ~BatchStream();

  /// The next batch; nullptr at the end. Calls `wake` now and then while it
  /// waits. Throws what reading threw.
  std::unique_ptr<RowBatch> next(const std::function<void()>& wake);
  /// Takes a batch back, to be filled again.
  void reuse(std::unique_ptr<RowBatch> batch);

 private:
  void read();
  void fill(RowBatch& batch);

  RecordStream records_;
  const RowReader& rows_;
  std::size_t batch_size_;
  BoundedQueue<std::unique_ptr<RowBatch>> full_;
  BoundedQueue<std::unique_ptr<RowBatch>> empty_;
  std::exception_ptr failure_;  ///< written before full_ is closed
  std::thread thread_;
};

}  // namespace manage::loaders
