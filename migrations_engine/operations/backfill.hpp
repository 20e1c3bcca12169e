// Backfill: gives fields of many rows new values, a batch at a time.
#pragma once

#include "migrations_engine/operation.hpp"
#include "migrations_engine/operations/all.hpp"

namespace manage::migrations_engine {

class Backfill : public Operation {
 public:
  /// The rows and their new values.
  struct Change {
    std::string model_name;
    DataMap set;  ///< literals and expressions by field
    Data where;   ///< a condition; null: every row
    std::int64_t batch_size = 10'000;
    std::int64_t pause_ms = 0;  ///< between batches that are committed
  };

  explicit Backfill(Change change) : change_(std::move(change)) {}
  static std::shared_ptr<Operation> read(ArgumentReader& arguments);

  std::string_view type() const override { return "Backfill"; }
  char symbol() const override { return 'p'; }
  std::string describe() const override;
  std::string fragment() const override;
  std::string model_lower() const override;
  Data to_data() const override;
  void state_forwards(std::string_view, ProjectState&) const override {}
  /// Throws what is wrong with the condition and the values.
  void database_forwards(std::string_view app, orm::SchemaEditor& editor,
                         const ProjectState& from,
                         const ProjectState& to) const override;
  /// There is nothing to undo: what was there before, nobody knows.
  void database_backwards(std::string_view, orm::SchemaEditor&,
                          const ProjectState&,
                          const ProjectState&) const override {}
  bool is_code() const override { return true; }
  /// The rows and the names of the fields: new values, batches and pauses may
  /// be others for what is left.
  Data position_key() const override;
  void run_code(const CodeContext& context) const override;

 private:
  Change change_;
};

}  // namespace manage::migrations_engine
