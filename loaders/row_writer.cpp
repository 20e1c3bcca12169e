#include "loaders/row_writer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "loaders/key_select.hpp"
#include "loaders/value_key.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"
#include "orm/statement_builder.hpp"

namespace manage::loaders {

using orm::Value;
using Found = RelatedRows::Found;

RowWriter::RowWriter(orm::Connection& connection, const orm::ModelSet& models,
                     const ImportPlan& plan, OnConflict on_conflict,
                     TableWriter::OnDifference on_difference, FileKeys& keys,
                     std::uint32_t file)
    : connection_(connection),
      models_(models),
      plan_(plan),
      keys_(keys),
      file_(file),
      table_(connection, models, plan, on_conflict, std::move(on_difference)) {
  for (std::size_t i = 0; i < plan.fields.size(); ++i) {
    const PlannedField& planned = plan.fields[i];
    if (!planned.related) continue;
    related_.try_emplace(i, connection, models, planned);
    if (planned.to_self) self_.push_back(i);
  }
}

void RowWriter::process(RowBatch& batch, Pass pass) {
  Rows rows;
  for (std::size_t i = 0; i < batch.rows.size(); ++i) rows.push_back(i);
  rows = open_rows(batch, rows);
  for (const auto& [field, related] : related_) {
    if (!plan_.fields[field].to_self) resolve(batch, rows, field);
  }
  rows = open_rows(batch, rows);
  if (pass == Pass::kFile) check_repeats(batch, rows);
  rows = open_rows(batch, rows);
  if (self_.empty()) {
    table_.write(batch, rows);
  } else {
    write_waves(batch, std::move(rows), pass);
  }
}

RowWriter::Rows RowWriter::open_rows(const RowBatch& batch,
                                     const Rows& rows) const {
  Rows open;
  for (std::size_t row : rows) {
    const BatchRow& info = batch.rows[row];
    if (!info.bad() && info.outcome == RowOutcome::kNone) open.push_back(row);
  }
  return open;
}

void RowWriter::resolve(RowBatch& batch, const Rows& rows, std::size_t field) {
  RelatedRows& related = related_.at(field);
  std::vector<const Value*> wanted;
  for (std::size_t row : rows) {
    const Value& value = batch.row(row)[field];
    if (!orm::is_null(value)) wanted.push_back(&value);
  }
  related.load(wanted);
  for (std::size_t row : rows) {
    Value& value = batch.row(row)[field];
    if (orm::is_null(value)) continue;
    const RelatedRows::Answer& answer = related.find(value);
    if (answer.found == Found::kOne) {
      value = answer.target;
    } else {
      report_unresolved(batch, row, field, answer.found);
    }
  }
}

void RowWriter::report_unresolved(RowBatch& batch, std::size_t row,
                                  std::size_t field, Found found) const {
  const PlannedField& planned = plan_.fields[field];
  std::string value = orm::display(batch.row(row)[field]);
  bool many = found == Found::kMany;
  batch.rows[row].problems.push_back(
      {planned.header, many ? "import.ambiguous" : "import.no-related", value,
       fmt::format("{}: {} {} with {} \"{}\"", planned.header,
                   many ? "there are several rows of" : "there is no row of",
                   planned.related->label(), planned.lookup->name, value)});
}

void RowWriter::check_repeats(RowBatch& batch, const Rows& rows) {
  std::string bytes;
  for (const UniqueKey& key : plan_.unique_keys) {
    SeenKeys& seen = keys_.by_key[key.text];
    for (std::size_t row : rows) {
      BatchRow& info = batch.rows[row];
      if (info.bad()) continue;
      if (!unique_key_bytes(plan_, key, batch.row(row), bytes)) continue;
      auto first = seen.add(bytes, {file_, info.line});
      if (!first) continue;
      std::string place = fmt::format("line {}", first->line);
      if (first->file != file_) place += " of " + keys_.files[first->file];
      std::string value = orm::display(batch.row(row)[key.fields.front()]);
      info.problems.push_back(
          {plan_.fields[key.fields.front()].header, "import.duplicate",
           key.fields.size() == 1 ? value : std::string(),
           fmt::format("{} has the same {} already", place, key.text)});
    }
  }
}

void RowWriter::write_waves(RowBatch& batch, Rows open, Pass pass) {
  while (!open.empty()) {
    load_self(batch, open);
    bool dependent = false;
    Rows ready = ready_rows(batch, open, dependent);
    if (ready.empty()) break;
    write_wave(batch, ready, dependent);
    open = open_rows(batch, open);
  }
  if (pass == Pass::kLast) return settle(batch, std::move(open));
  for (std::size_t row : open) batch.rows[row].outcome = RowOutcome::kDeferred;
}

void RowWriter::load_self(const RowBatch& batch, const Rows& rows) {
  for (std::size_t field : self_) {
    std::vector<const Value*> wanted;
    for (std::size_t row : rows) {
      const Value& value = batch.row(row)[field];
      if (!orm::is_null(value)) wanted.push_back(&value);
    }
    related_.at(field).load(wanted);
  }
}

/// The row's value of that field of the model, if it is written and not NULL.
const Value* RowWriter::own_value(const RowBatch& batch, std::size_t row,
                                  const orm::FieldDef& field) const {
  for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
    if (plan_.fields[i].field != &field) continue;
    const Value& value = batch.row(row)[i];
    return orm::is_null(value) ? nullptr : &value;
  }
  return nullptr;
}

/// Rows all whose parents are in the database, or are ready rows themselves;
/// `dependent`: some are of the second kind. A parent beside its child needs a
/// value that is known before it is written.
RowWriter::Rows RowWriter::ready_rows(const RowBatch& batch, const Rows& open,
                                      bool& dependent) {
  std::map<std::pair<std::size_t, std::string>, std::size_t> by_target;
  for (std::size_t field : self_) {
    if (!plan_.fields[field].by_target()) continue;
    for (std::size_t row : open) {
      const Value* own = own_value(batch, row, *plan_.fields[field].target);
      if (own) by_target[{field, value_key(*own)}] = row;
    }
  }
  // Parents beside each row, and whether it is still in the running.
  std::map<std::size_t, Rows> parents;
  std::vector<bool> ready(batch.rows.size(), false);
  for (std::size_t row : open) {
    ready[row] = true;
    for (std::size_t field : self_) {
      const Value& value = batch.row(row)[field];
      if (orm::is_null(value)) continue;
      if (related_.at(field).find(value).found == Found::kOne) continue;
      auto beside = by_target.find({field, value_key(value)});
      if (beside == by_target.end()) {
        ready[row] = false;
      } else {
        parents[row].push_back(beside->second);
      }
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [row, beside] : parents) {
      bool all = std::all_of(beside.begin(), beside.end(),
                             [&](std::size_t parent) { return ready[parent]; });
      if (!ready[row] || all) continue;
      ready[row] = false;
      changed = true;
    }
  }
  Rows found;
  for (std::size_t row : open) {
    if (!ready[row]) continue;
    found.push_back(row);
    dependent = dependent || parents.count(row) > 0;
  }
  return found;
}

/// Puts the parents' targets in the place of what they were looked up by.
void RowWriter::take_targets(RowBatch& batch, const Rows& rows) {
  for (std::size_t field : self_) {
    if (plan_.fields[field].by_target()) continue;
    for (std::size_t row : rows) {
      Value& value = batch.row(row)[field];
      if (!orm::is_null(value)) value = related_.at(field).find(value).target;
    }
  }
}

/// If rows are refused that others of them depend on, none of them is written;
/// the next wave goes without them.
void RowWriter::write_wave(RowBatch& batch, const Rows& rows, bool dependent) {
  if (!dependent) {
    take_targets(batch, rows);
    return table_.write(batch, rows);
  }
  std::vector<Value> before(batch.values);
  orm::Savepoint savepoint(connection_, "manage_wave");
  take_targets(batch, rows);
  table_.write(batch, rows);
  bool refused = std::any_of(rows.begin(), rows.end(), [&](std::size_t row) {
    return batch.rows[row].bad();
  });
  if (!refused) return savepoint.release();
  for (std::size_t row : rows) batch.rows[row].outcome = RowOutcome::kNone;
  batch.values = std::move(before);
}

/// Rows that are left refer to nothing, or in a circle: circles of rows that
/// are looked up by another field than the target are written without their
/// references, which follow.
void RowWriter::settle(RowBatch& batch, Rows open) {
  std::map<std::string, std::size_t> own;  // field and look-up value -> row
  auto name = [](std::size_t field, const Value& value) {
    return std::to_string(field) + ":" + value_key(value);
  };
  for (std::size_t field : self_) {
    for (std::size_t row : open) {
      const Value* value = own_value(batch, row, *plan_.fields[field].lookup);
      if (value) own[name(field, *value)] = row;
    }
  }
  for (bool changed = true; changed;) {
    changed = false;
    for (std::size_t row : open) {
      if (batch.rows[row].bad() || can_close_circle(batch, row, own)) continue;
      for (std::size_t field : self_) {
        const Value& value = batch.row(row)[field];
        if (orm::is_null(value)) continue;
        Found found = related_.at(field).find(value).found;
        if (found != Found::kOne) report_unresolved(batch, row, field, found);
      }
      std::erase_if(own,
                    [&](const auto& entry) { return entry.second == row; });
      changed = true;
    }
  }
  open = open_rows(batch, open);
  std::map<std::pair<std::size_t, std::size_t>, Value> parents;
  for (std::size_t row : open) {
    for (std::size_t field : self_) {
      Value& value = batch.row(row)[field];
      if (!orm::is_null(value)) parents[{row, field}] = std::move(value);
      value = orm::Null{};
    }
  }
  std::vector<Value> values(batch.values);
  table_.write(batch, open);
  batch.values = std::move(values);
  for (const auto& [place, parent] : parents) {
    if (!batch.rows[place.first].bad()) {
      link(batch, place.first, place.second, parent);
    }
  }
}

bool RowWriter::can_close_circle(
    const RowBatch& batch, std::size_t row,
    const std::map<std::string, std::size_t>& own) const {
  for (std::size_t field : self_) {
    const Value& value = batch.row(row)[field];
    if (orm::is_null(value)) continue;
    if (related_.at(field).find(value).found == Found::kOne) continue;
    const PlannedField& planned = plan_.fields[field];
    bool known = own.count(std::to_string(field) + ":" + value_key(value)) > 0;
    if (!known || !planned.field->null()) return false;
    if (!own_value(batch, row, *planned.lookup)) return false;
  }
  return true;
}

/// Sets a reference of a row that was written without it.
void RowWriter::link(RowBatch& batch, std::size_t row, std::size_t field,
                     const Value& parent) {
  const PlannedField& planned = plan_.fields[field];
  RelatedRows& related = related_.at(field);
  const Value* own = own_value(batch, row, *planned.lookup);
  if (!own) return;
  related.load({&parent, own});
  RelatedRows::Answer to = related.find(parent);
  RelatedRows::Answer from = related.find(*own);
  if (to.found != Found::kOne || from.found != Found::kOne) {
    return report_unresolved(batch, row, field, to.found);
  }
  const orm::Dialect& dialect = connection_.dialect();
  auto kind = orm::value_field(*planned.target, models_).kind();
  std::vector<Value> parameters{stored(dialect, kind, to.target),
                                stored(dialect, kind, from.target)};
  connection_.execute(
      orm::StatementBuilder(dialect, plan_.table)
          .update_sql({planned.field->column()}, {planned.target->column()}),
      parameters);
}

}  // namespace manage::loaders
