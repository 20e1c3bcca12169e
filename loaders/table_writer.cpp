#include "loaders/table_writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "loaders/key_select.hpp"
#include "loaders/value_key.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"
#include "orm/statement_builder.hpp"

namespace manage::loaders {

namespace {

using orm::Value;

/// Whether the database's answer is about a row, and not about the connection
/// or the disk.
bool concerns_row(const Error& error) {
  static const std::string_view kCodes[] = {
      "database.unique", "database.foreign-key", "database.not-null",
      "database.check",  "database.value",       "database.error"};
  return std::find(std::begin(kCodes), std::end(kCodes), error.code()) !=
         std::end(kCodes);
}

bool same(const Value& a, const Value& b) {
  const auto* json_a = std::get_if<orm::Json>(&a);
  const auto* json_b = std::get_if<orm::Json>(&b);
  if (!json_a || !json_b) return a == b;
  auto parse = [](const std::string& text) {
    return nlohmann::json::parse(text, nullptr, false);
  };
  return parse(json_a->text) == parse(json_b->text);
}

}  // namespace

bool unique_key_bytes(const ImportPlan&, const UniqueKey& key,
                      std::span<const Value> row, std::string& out) {
  out.clear();
  for (std::size_t field : key.fields) {
    if (orm::is_null(row[field])) return false;
    append_key(out, row[field]);
  }
  return true;
}

TableWriter::TableWriter(orm::Connection& connection,
                         const orm::ModelSet& models, const ImportPlan& plan,
                         OnConflict on_conflict, OnDifference on_difference)
    : connection_(connection),
      plan_(plan),
      on_conflict_(on_conflict),
      on_difference_(std::move(on_difference)),
      columns_(plan.columns()) {
  for (const PlannedField& planned : plan.fields) {
    kinds_.push_back(orm::value_field(*planned.field, models).kind());
  }
  const orm::FieldDef& primary = *plan.model->primary_key();
  primary_column_ = primary.column();
  primary_kind_ = orm::value_field(primary, models).kind();
  std::vector<std::string> sets;
  for (const auto* fields : {&plan.updates, &plan.touched}) {
    for (std::size_t field : *fields) sets.push_back(columns_[field]);
  }
  const orm::StatementBuilder builder(connection.dialect(), plan.table);
  if (!sets.empty()) {
    update_sql_ = builder.update_sql(sets, {primary_column_});
  }
  fresh_ = connection.query(builder.select_all({primary_column_}, 1).sql)
               .rows.empty();
}

bool TableWriter::take_numbered() { return std::exchange(numbered_, false); }

void TableWriter::write(RowBatch& batch, const std::vector<std::size_t>& rows) {
  std::vector<std::size_t> inserts;
  std::vector<Update> updates;
  if (fresh_) {
    inserts = rows;
  } else {
    sort_out(batch, rows, inserts, updates);
  }
  check_required(batch, inserts);
  store(batch, inserts);
  if (!insert_all(batch, inserts)) {
    // Somebody else has written to the table: look before inserting.
    unstore(batch, inserts);
    return write(batch, inserts);
  }
  run_updates(batch, updates);
}

bool TableWriter::is_update_key(std::size_t unique_key) const {
  return on_conflict_ == OnConflict::kUpdate && plan_.key == unique_key;
}

bool TableWriter::skips(std::size_t unique_key) const {
  return on_conflict_ == OnConflict::kSkip &&
         plan_.key.value_or(unique_key) == unique_key;
}

TableWriter::ExistingRows TableWriter::find_existing(
    const RowBatch& batch, const std::vector<std::size_t>& rows,
    std::size_t unique_key) {
  const orm::Dialect& dialect = connection_.dialect();
  const UniqueKey& key = plan_.unique_keys[unique_key];
  bool with_values = is_update_key(unique_key);
  KeySelect select{plan_.table, {}, {}};
  for (std::size_t field : key.fields) {
    select.key_columns.push_back(columns_[field]);
  }
  select.columns = select.key_columns;
  select.columns.push_back(primary_column_);
  if (with_values) {
    for (std::size_t field : plan_.updates) {
      select.columns.push_back(columns_[field]);
    }
  }
  std::vector<orm::Row> keys;
  std::string bytes;
  for (std::size_t row : rows) {
    if (!unique_key_bytes(plan_, key, batch.row(row), bytes)) continue;
    orm::Row& values = keys.emplace_back();
    for (std::size_t field : key.fields) {
      values.push_back(stored(dialect, kinds_[field], batch.row(row)[field]));
    }
  }
  ExistingRows found;
  select_by_key(connection_, select, keys, [&](const orm::Row& row) {
    std::string bytes;
    std::size_t at = 0;
    for (std::size_t field : key.fields) {
      append_key(bytes, dialect.from_db(kinds_[field], row[at++]));
    }
    Existing& existing = found[bytes];
    existing.primary_key = dialect.from_db(primary_kind_, row[at++]);
    existing.values.clear();
    for (std::size_t i = 0; at < row.size(); ++at, ++i) {
      existing.values.push_back(
          dialect.from_db(kinds_[plan_.updates[i]], row[at]));
    }
  });
  return found;
}

/// Rows that exist are updated, skipped or rejected; the others are inserted.
void TableWriter::sort_out(RowBatch& batch,
                           const std::vector<std::size_t>& rows,
                           std::vector<std::size_t>& inserts,
                           std::vector<Update>& updates) {
  std::unordered_map<std::size_t, Value> matched;  // row -> primary key
  std::string bytes;
  std::vector<std::size_t> order;
  if (plan_.key) order.push_back(*plan_.key);
  for (std::size_t i = 0; i < plan_.unique_keys.size(); ++i) {
    if (plan_.key != i) order.push_back(i);
  }
  for (std::size_t unique_key : order) {
    ExistingRows existing = find_existing(batch, rows, unique_key);
    if (existing.empty()) continue;
    const UniqueKey& key = plan_.unique_keys[unique_key];
    for (std::size_t row : rows) {
      BatchRow& info = batch.rows[row];
      if (info.bad() || info.outcome == RowOutcome::kSkipped) continue;
      if (!unique_key_bytes(plan_, key, batch.row(row), bytes)) continue;
      auto found = existing.find(bytes);
      if (found == existing.end()) continue;
      const Value& primary = found->second.primary_key;
      if (is_update_key(unique_key)) {
        matched[row] = primary;
        decide_match(batch, row, found->second, updates);
      } else if (skips(unique_key)) {
        info.outcome = RowOutcome::kSkipped;
      } else if (auto own = matched.find(row);
                 own == matched.end() || own->second != primary) {
        report_taken(batch, row, unique_key);
      }
    }
  }
  for (std::size_t row : rows) {
    const BatchRow& info = batch.rows[row];
    bool open = !info.bad() && info.outcome == RowOutcome::kNone;
    if (open && matched.count(row) == 0) inserts.push_back(row);
  }
  std::erase_if(updates, [&](const Update& update) {
    return batch.rows[update.row].bad();
  });
}

void TableWriter::decide_match(RowBatch& batch, std::size_t row,
                               const Existing& existing,
                               std::vector<Update>& updates) {
  BatchRow& info = batch.rows[row];
  if (plan_.primary_key && plan_.fields[*plan_.primary_key].given()) {
    const Value& wanted = batch.row(row)[*plan_.primary_key];
    if (wanted != existing.primary_key) {
      const std::string& header = plan_.fields[*plan_.primary_key].header;
      info.problems.push_back(
          {header, "import.primary-key", orm::display(wanted),
           fmt::format("{}: the existing row has {}, not {}", header,
                       orm::display(existing.primary_key),
                       orm::display(wanted))});
      return;
    }
  }
  if (!changes(batch, row, existing)) {
    info.outcome = RowOutcome::kUnchanged;
    return;
  }
  updates.push_back({row, existing.primary_key});
}

bool TableWriter::changes(const RowBatch& batch, std::size_t row,
                          const Existing& existing) const {
  bool found = false;
  for (std::size_t i = 0; i < plan_.updates.size(); ++i) {
    std::size_t field = plan_.updates[i];
    const Value& after = batch.row(row)[field];
    const Value& before = existing.values[i];
    if (same(before, after)) continue;
    found = true;
    if (!on_difference_) return true;
    on_difference_({{},
                    batch.rows[row].line,
                    key_text(batch, row, *plan_.key),
                    plan_.fields[field].field->name,
                    orm::display(before),
                    orm::display(after)});
  }
  return found;
}

std::string TableWriter::key_text(const RowBatch& batch, std::size_t row,
                                  std::size_t unique_key) const {
  std::vector<std::string> parts;
  for (std::size_t field : plan_.unique_keys[unique_key].fields) {
    parts.push_back(plan_.fields[field].field->name + "=" +
                    orm::display(batch.row(row)[field]));
  }
  return text::join(parts, ", ");
}

void TableWriter::report_taken(RowBatch& batch, std::size_t row,
                               std::size_t unique_key) const {
  const UniqueKey& key = plan_.unique_keys[unique_key];
  std::size_t first = key.fields.front();
  batch.rows[row].problems.push_back(
      {plan_.fields[first].header, "import.exists",
       key.fields.size() == 1 ? orm::display(batch.row(row)[first])
                              : std::string(),
       fmt::format("a row of {} with {} exists already", plan_.model->label(),
                   key_text(batch, row, unique_key))});
}

/// Rows that are new need what an update can do without.
void TableWriter::check_required(RowBatch& batch,
                                 std::vector<std::size_t>& inserts) const {
  std::vector<std::string> missing;
  for (const PlannedField& planned : plan_.fields) {
    bool required =
        !planned.given() && planned.absent.kind == Fill::Kind::kNothing;
    if (required) missing.push_back(planned.field->name);
  }
  if (missing.empty()) return;
  for (std::size_t row : inserts) {
    batch.rows[row].problems.push_back(
        {{},
         "import.required",
         {},
         fmt::format("no row of {} has this {}, and a new one would need {}",
                     plan_.model->label(), plan_.unique_keys[*plan_.key].text,
                     text::join(missing, ", "))});
  }
  inserts.clear();
}

void TableWriter::store(RowBatch& batch,
                        const std::vector<std::size_t>& rows) const {
  const orm::Dialect& dialect = connection_.dialect();
  for (std::size_t row : rows) {
    std::span<Value> values = batch.row(row);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = stored(dialect, kinds_[i], std::move(values[i]));
    }
  }
}

void TableWriter::unstore(RowBatch& batch,
                          const std::vector<std::size_t>& rows) const {
  const orm::Dialect& dialect = connection_.dialect();
  for (std::size_t row : rows) {
    std::span<Value> values = batch.row(row);
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = dialect.from_db(kinds_[i], values[i]);
    }
  }
}

/// False if a unique key is in the way and nobody has looked for it.
bool TableWriter::insert_all(RowBatch& batch,
                             const std::vector<std::size_t>& rows) {
  if (rows.empty()) return true;
  try {
    insert_at_once(batch, rows);
  } catch (const Error& error) {
    if (!concerns_row(error)) throw;
    if (fresh_ && error.code() == "database.unique") {
      fresh_ = false;
      return false;
    }
    if (rows.size() == 1) {
      report_refused(batch.rows[rows.front()], error);
      return true;
    }
    std::span<const std::size_t> all(rows);
    insert(batch, all.first(all.size() / 2));
    insert(batch, all.subspan(all.size() / 2));
    return true;
  }
  for (std::size_t row : rows) batch.rows[row].outcome = RowOutcome::kCreated;
  return true;
}

/// Inserts what can be inserted of rows that may have been refused together.
void TableWriter::insert(RowBatch& batch, std::span<const std::size_t> rows) {
  try {
    insert_at_once(batch, rows);
    for (std::size_t row : rows) {
      batch.rows[row].outcome = RowOutcome::kCreated;
    }
    return;
  } catch (const Error& error) {
    if (!concerns_row(error)) throw;
    if (rows.size() == 1) {
      return report_refused(batch.rows[rows.front()], error);
    }
  }
  insert(batch, rows.first(rows.size() / 2));
  insert(batch, rows.subspan(rows.size() / 2));
}

void TableWriter::insert_at_once(const RowBatch& batch,
                                 std::span<const std::size_t> rows) {
  orm::Savepoint savepoint(connection_, "manage_rows");
  auto writer = connection_.bulk_writer(plan_.table, columns_);
  for (std::size_t row : rows) writer->add(batch.row(row));
  writer->finish();
  savepoint.release();
  if (plan_.primary_key && plan_.numbers_itself) numbered_ = true;
}

void TableWriter::run_updates(RowBatch& batch,
                              const std::vector<Update>& updates) {
  if (updates.empty()) return;
  try {
    orm::Savepoint savepoint(connection_, "manage_updates");
    for (const Update& update : updates) run_update(batch, update);
    savepoint.release();
  } catch (const Error& error) {
    if (!concerns_row(error)) throw;
    for (const Update& update : updates) {
      try {
        orm::Savepoint savepoint(connection_, "manage_update");
        run_update(batch, update);
        savepoint.release();
      } catch (const Error& error) {
        if (!concerns_row(error)) throw;
        report_refused(batch.rows[update.row], error);
      }
    }
  }
  for (const Update& update : updates) {
    BatchRow& row = batch.rows[update.row];
    if (!row.bad()) row.outcome = RowOutcome::kUpdated;
  }
}

void TableWriter::run_update(const RowBatch& batch, const Update& update) {
  const orm::Dialect& dialect = connection_.dialect();
  orm::Row parameters;
  for (const auto* fields : {&plan_.updates, &plan_.touched}) {
    for (std::size_t field : *fields) {
      parameters.push_back(
          stored(dialect, kinds_[field], batch.row(update.row)[field]));
    }
  }
  parameters.push_back(stored(dialect, primary_kind_, update.primary_key));
  connection_.execute(update_sql_, parameters);
}

void TableWriter::report_refused(BatchRow& row, const Error& error) const {
  const auto* refused = dynamic_cast<const orm::DatabaseError*>(&error);
  std::string header;
  for (std::size_t i = 0; refused && i < columns_.size(); ++i) {
    bool named =
        !refused->columns.empty() && refused->columns.front() == columns_[i];
    if (named) header = plan_.fields[i].header;
  }
  std::string reason = error.message();
  if (error.code() == "database.check" && refused &&
      !refused->constraint.empty()) {
    reason = "the check " + refused->constraint + " failed";
  }
  row.problems.push_back({header, error.code(), {}, std::move(reason)});
}

}  // namespace manage::loaders
