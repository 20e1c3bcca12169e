// Writes rows into the table of an import: finds those that exist, inserts and
// updates, and finds out which rows the database will not take.
//
// REQUIRES: the connection is in a transaction.
#pragma once

#include <functional>
#include <string>
#include <unordered_map>
#include <vector>

#include "loaders/import_plan.hpp"
#include "loaders/import_report.hpp"
#include "loaders/row_batch.hpp"
#include "orm/connection.hpp"

namespace manage::loaders {

class TableWriter {
 public:
  /// Told of every field that an update changes; `file` is left empty.
  using OnDifference = std::function<void(Difference)>;

  /// All outlive this.
  TableWriter(orm::Connection& connection, const orm::ModelSet& models,
              const ImportPlan& plan, OnConflict on_conflict,
              OnDifference on_difference);

  /// Writes these rows of the batch. Each gets an outcome, or problems.
  void write(RowBatch& batch, const std::vector<std::size_t>& rows);

  /// Rows with values of their own for a primary key that the database would
  /// number have been inserted since the last call.
  bool take_numbered();

 private:
  /// A row of the table that has the key of a row of the batch.
  struct Existing {
    orm::Value primary_key;
    orm::Row values;  ///< of plan.updates; only by plan.key
  };
  using ExistingRows = std::unordered_map<std::string, Existing>;
  struct Update {
    std::size_t row;
    orm::Value primary_key;
  };

  ExistingRows find_existing(const RowBatch& batch,
                             const std::vector<std::size_t>& rows,
                             std::size_t unique_key);
  void sort_out(RowBatch& batch, const std::vector<std::size_t>& rows,
                std::vector<std::size_t>& inserts,
                std::vector<Update>& updates);
  void decide_match(RowBatch& batch, std::size_t row, const Existing& existing,
                    std::vector<Update>& updates);
  bool is_update_key(std::size_t unique_key) const;
  bool skips(std::size_t unique_key) const;
  bool changes(const RowBatch& batch, std::size_t row,
               const Existing& existing) const;
  void report_taken(RowBatch& batch, std::size_t row,
                    std::size_t unique_key) const;
  void check_required(RowBatch& batch, std::vector<std::size_t>& inserts) const;

  void insert(RowBatch& batch, std::span<const std::size_t> rows);
  bool insert_all(RowBatch& batch, const std::vector<std::size_t>& rows);
  void insert_at_once(const RowBatch& batch, std::span<const std::size_t> rows);
  void run_updates(RowBatch& batch, const std::vector<Update>& updates);
  void run_update(const RowBatch& batch, const Update& update);
  void report_refused(BatchRow& row, const Error& error) const;
  void store(RowBatch& batch, const std::vector<std::size_t>& rows) const;
  void unstore(RowBatch& batch, const std::vector<std::size_t>& rows) const;
  std::string key_text(const RowBatch& batch, std::size_t row,
                       std::size_t unique_key) const;

  orm::Connection& connection_;
  const ImportPlan& plan_;
  OnConflict on_conflict_;
  OnDifference on_difference_;
  std::vector<std::string> columns_;
  std::vector<orm::FieldKind> kinds_;  ///< of the plan's fields, as stored
  std::string primary_column_;
  orm::FieldKind primary_kind_;
  std::string update_sql_;
  /// The table was empty when the import began: as long as nobody else writes
  /// to it, only rows of the file can be in the way.
  bool fresh_ = false;
  bool numbered_ = false;
};

/// The bytes of a unique key of a row; false if a part of it is NULL.
bool unique_key_bytes(const ImportPlan& plan, const UniqueKey& key,
                      std::span<const orm::Value> row, std::string& out);

}  // namespace manage::loaders
