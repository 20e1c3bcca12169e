#include "orm/query_log.hpp"

#include <fmt/format.h>

#include <chrono>
#include <type_traits>

#include "core/text.hpp"
#include "orm/dialect.hpp"

namespace manage::orm {

namespace {

/// What a line of the log shows of a value; the rest of it is only long.
constexpr std::size_t kShown = 200;

std::string shown(const Value& value) {
  std::string text = display(value);
  if (std::holds_alternative<std::string>(value)) {
    text = "'" + text::replace_all(std::move(text), "'", "''") + "'";
  }
  if (text::length(text) <= kShown) return text;
  return std::string(text::prefix(text, kShown)) + "…";
}

class LoggedWriter final : public BulkWriter {
 public:
  using Finished = std::function<void(std::int64_t rows, bool failed)>;

  LoggedWriter(std::unique_ptr<BulkWriter> writer, Finished finished)
      : writer_(std::move(writer)), finished_(std::move(finished)) {}

  std::span<Value> row() override { return writer_->row(); }
  void add() override { writer_->add(); }
  std::int64_t finish() override {
    try {
      const std::int64_t rows = writer_->finish();
      finished_(rows, false);
      return rows;
    } catch (const Error&) {
      finished_(0, true);
      throw;
    }
  }

 private:
  std::unique_ptr<BulkWriter> writer_;
  Finished finished_;
};

class LoggedConnection final : public Connection {
 public:
  LoggedConnection(std::unique_ptr<Connection> connection, StatementSink sink)
      : inner_(std::move(connection)), sink_(std::move(sink)) {}

  const Dialect& dialect() const override { return inner_->dialect(); }
  const std::string& alias() const override { return inner_->alias(); }

  std::int64_t execute(std::string_view sql,
                       std::span<const Value> parameters) override {
    return timed(sql, parameters,
                 [&] { return inner_->execute(sql, parameters); });
  }
  Result query(std::string_view sql,
               std::span<const Value> parameters) override {
    return timed(sql, parameters,
                 [&] { return inner_->query(sql, parameters); });
  }
  void later(std::string sql, Row parameters, const Explain& explain) override {
    // Where it runs at once it has a time, and may fail.
    if (!in_transaction() || !dialect().features().pipelines) {
      Connection::later(std::move(sql), std::move(parameters), explain);
      return;
    }
    sink_({alias(), sql, parameters, std::nullopt});
    inner_->later(std::move(sql), std::move(parameters), explain);
  }
  void flush() override { inner_->flush(); }
  void meanwhile(const std::function<void()>& work) override {
    inner_->meanwhile(work);
  }
  void stream(std::string_view sql, std::span<const Value> parameters,
              std::size_t chunk,
              const std::function<void(Row&)>& see) override {
    timed(sql, parameters,
          [&] { inner_->stream(sql, parameters, chunk, see); });
  }
  void begin(std::span<const std::string> first) override {
    std::string sql = "BEGIN";
    for (const std::string& one : first) sql += "; " + one;
    timed(sql, {}, [&] { inner_->begin(first); });
  }
  void commit() override {
    timed("COMMIT", {}, [&] { inner_->commit(); });
  }
  void rollback() noexcept override {
    if (in_transaction()) sink_({alias(), "ROLLBACK", {}, std::nullopt});
    inner_->rollback();
  }
  bool in_transaction() const override { return inner_->in_transaction(); }
  void savepoint(std::string_view name) override {
    timed(fmt::format("SAVEPOINT {}", name), {},
          [&] { inner_->savepoint(name); });
  }
  void release_savepoint(std::string_view name) override {
    timed(fmt::format("RELEASE SAVEPOINT {}", name), {},
          [&] { inner_->release_savepoint(name); });
  }
  void rollback_to_savepoint(std::string_view name) override {
    timed(fmt::format("ROLLBACK TO SAVEPOINT {}", name), {},
          [&] { inner_->rollback_to_savepoint(name); });
  }
  bool pooled() const override { return inner_->pooled(); }
  void set_pooled(bool pooled) override { inner_->set_pooled(pooled); }
  void interrupt() noexcept override { inner_->interrupt(); }
  std::vector<std::string> take_notices() override {
    return inner_->take_notices();
  }
  std::unique_ptr<BulkWriter> bulk_writer(
      std::string table, std::vector<std::string> columns) override {
    const auto begin = std::chrono::steady_clock::now();
    auto told = [this, table, begin](std::int64_t rows, bool failed) {
      const std::string sql =
          fmt::format("{} into {}, in bulk", text::count(rows, "row"), table);
      sink_({alias(), sql, {}, since(begin), failed});
    };
    return std::make_unique<LoggedWriter>(
        inner_->bulk_writer(std::move(table), std::move(columns)),
        std::move(told));
  }

 private:
  using Moment = std::chrono::steady_clock::time_point;

  static std::int64_t since(Moment begin) {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               std::chrono::steady_clock::now() - begin)
        .count();
  }

  /// Tells of a statement on both ways out.
  class Telling {
   public:
    Telling(const LoggedConnection& connection, std::string_view sql,
            std::span<const Value> parameters)
        : connection_(connection), sql_(sql), parameters_(parameters) {}
    Telling(const Telling&) = delete;
    Telling& operator=(const Telling&) = delete;
    ~Telling() {
      connection_.sink_({connection_.alias(), sql_, parameters_, since(begin_),
                         std::uncaught_exceptions() > exceptions_});
    }

   private:
    const LoggedConnection& connection_;
    std::string_view sql_;
    std::span<const Value> parameters_;
    Moment begin_ = std::chrono::steady_clock::now();
    int exceptions_ = std::uncaught_exceptions();
  };

  template <class Work>
  std::invoke_result_t<Work> timed(std::string_view sql,
                                   std::span<const Value> parameters,
                                   const Work& work) {
    const Telling telling(*this, sql, parameters);
    return work();
  }

  std::unique_ptr<Connection> inner_;
  StatementSink sink_;
};

}  // namespace

std::string LoggedStatement::text() const {
  std::string line = "(";
  if (microseconds) {
    line += fmt::format("{:.6f} s", static_cast<double>(*microseconds) / 1e6);
  } else {
    line += "later";
  }
  line += fmt::format(", {}{}) ", alias, failed ? ", failed" : "");
  line += text::replace_all(std::string(sql), "\n", " ");
  std::vector<std::string> values;
  for (const Value& value : parameters) values.push_back(shown(value));
  if (!values.empty()) line += "; " + text::join(values, ", ");
  return text::replace_all(std::move(line), "\n", " ");
}

std::unique_ptr<Connection> logged(std::unique_ptr<Connection> connection,
                                   StatementSink sink) {
  return std::make_unique<LoggedConnection>(std::move(connection),
                                            std::move(sink));
}

}  // namespace manage::orm
