// Takes batches of rows through what only the database, or the rest of the
// file, can tell: foreign keys, keys that stand twice, rows that exist.
//
// Foreign keys to the imported model itself may name rows that come later.
// Rows whose parents are in the database or beside them in the batch are
// written in waves; the others are deferred to another pass over what is left.
//
// REQUIRES: the connection is in a transaction.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "loaders/import_plan.hpp"
#include "loaders/related_rows.hpp"
#include "loaders/row_batch.hpp"
#include "loaders/seen_keys.hpp"
#include "loaders/table_writer.hpp"
#include "orm/connection.hpp"

namespace manage::loaders {

/// Keys met in all files of an import, by unique key.
struct FileKeys {
  std::vector<std::string> files;
  std::map<std::string, SeenKeys> by_key;  ///< by UniqueKey::text
};

enum class Pass {
  kFile,      ///< rows as they come
  kDeferred,  ///< rows deferred by an earlier pass
  kLast,      ///< what is not resolved now never will be
};

class RowWriter {
 public:
  /// All outlive this. `file` is this file's place in keys.files.
  RowWriter(orm::Connection& connection, const orm::ModelSet& models,
            const ImportPlan& plan, OnConflict on_conflict,
            TableWriter::OnDifference on_difference, FileKeys& keys,
            std::uint32_t file);

  /// Every row gets an outcome, or problems.
  void process(RowBatch& batch, Pass pass);

  bool take_numbered() { return table_.take_numbered(); }
  bool refers_to_self() const { return !self_.empty(); }

 private:
  using Rows = std::vector<std::size_t>;

  Rows open_rows(const RowBatch& batch, const Rows& rows) const;
  void resolve(RowBatch& batch, const Rows& rows, std::size_t field);
  void report_unresolved(RowBatch& batch, std::size_t row, std::size_t field,
                         RelatedRows::Found found) const;
  void check_repeats(RowBatch& batch, const Rows& rows);

  void write_waves(RowBatch& batch, Rows open, Pass pass);
  void load_self(const RowBatch& batch, const Rows& rows);
  Rows ready_rows(const RowBatch& batch, const Rows& open, bool& dependent);
  void take_targets(RowBatch& batch, const Rows& rows);
  void write_wave(RowBatch& batch, const Rows& rows, bool dependent);
  void settle(RowBatch& batch, Rows open);
  bool can_close_circle(const RowBatch& batch, std::size_t row,
                        const std::map<std::string, std::size_t>& own) const;
  void link(RowBatch& batch, std::size_t row, std::size_t field,
            const orm::Value& parent);
  const orm::Value* own_value(const RowBatch& batch, std::size_t row,
                              const orm::FieldDef& field) const;

  orm::Connection& connection_;
  const orm::ModelSet& models_;
  const ImportPlan& plan_;
  FileKeys& keys_;
  std::uint32_t file_;
  TableWriter table_;
  std::map<std::size_t, RelatedRows> related_;  ///< by field
  Rows self_;  ///< fields that refer to the imported model
};

}  // namespace manage::loaders
