// bulk_create() and bulk_update().
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/sql_syntax.hpp"
#include "orm/statement_builder.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/row_saver.hpp"
#include "orm/writing/updating.hpp"

namespace manage::orm {

namespace {

/// From so many rows on, the database's own way to load rows is the faster one,
/// whatever it takes to begin.
constexpr std::size_t kWorthLoading = 200;

[[noreturn]] void refuse(std::string message, std::string hint = {}) {
  throw Error("write.options", std::move(message)).hint(std::move(hint));
}

/// Rows that have values for the same columns.
struct Batch {
  std::vector<const WrittenColumn*> columns;
  std::vector<const WrittenColumn*> returning;
  std::vector<Record*> records;  ///< the caller's
};

std::vector<std::string> names_of(
    const std::vector<const WrittenColumn*>& columns) {
  std::vector<std::string> names;
  for (const WrittenColumn* column : columns) names.push_back(column->column);
  return names;
}

class BulkInsert {
 public:
  BulkInsert(const Registry& registry, const Model& model,
             const BulkCreateOptions& options, Connection& connection)
      : registry_(registry),
        model_(model),
        options_(options),
        connection_(connection),
        columns_(written_columns(model, registry.models())),
        defaults_(registry.models()) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const FieldDef& field = *columns_[i].field;
      if (field.type->automatic) number_ = &columns_[i];
      const bool clock = field.flag("auto_now") || field.flag("auto_now_add");
      if (clock) clocks_.push_back(i);
      if (field.primary_key() && field.has_default())
        default_keys_.push_back(i);
    }
    conflict_ = conflict();
  }

  void run(const Records& records) {
    // Rows of one kind, in their order; few tables have more than two kinds.
    // Those with a key come first, as in Django.
    std::map<std::vector<bool>, Batch, std::greater<>> batches;
    Batch* batch = nullptr;
    std::vector<bool> last, given(columns_.size());
    for (const RecordPtr& record : records) {
      if (record->has_pending()) {
        refuse_conflicts();
        take_related_keys(*record);
        save_row_of(*record, model_, {.force_insert = true}, true, connection_);
        continue;
      }
      look_at(record->shape());
      prepare(*record);
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        given[i] = is_given(*record, i);
      }
      if (!batch || given != last) {
        batch = &batches[given];
        if (batch->records.empty()) describe(*batch, given);
        last = given;
      }
      batch->records.push_back(record.get());
      if (number_ && !given[place_of(*number_)]) {
        keyless_.push_back(record.get());
      }
    }
    try {
      for (auto& [signature, one] : batches) insert(one);
    } catch (...) {
      // They are not in the database: they have no keys.
      for (Record* record : keyless_) {
        look_at(record->shape());
        keep_number(*record, Null{});
      }
      throw;
    }
  }

 private:
  void refuse_conflicts() const {
    if (conflict_.action == OnConflict::Action::kError) return;
    refuse("values that the database computes cannot meet conflicts",
           "save such records one by one");
  }

  OnConflict conflict() const {
    OnConflict made;
    if (options_.ignore_conflicts) {
      made.action = OnConflict::Action::kNothing;
      return made;
    }
    if (!options_.update_conflicts) return made;
    made.action = OnConflict::Action::kUpdate;
    for (const std::string& name : options_.unique_fields) {
      made.keys.push_back(column_of(name).column);
    }
    for (const std::string& name : options_.update_fields) {
      made.updates.push_back(column_of(name).column);
    }
    return made;
  }

  const WrittenColumn& column_of(const std::string& name) const {
    std::vector<std::string> known;
    for (const WrittenColumn& column : columns_) {
      const bool key = name == "pk" && column.field->primary_key();
      if (key || column.field->name == name || column.attname == name) {
        return column;
      }
      known.push_back(column.field->name);
    }
    throw Error("query.field",
                fmt::format("{} has no column {}", model_.label(), name))
        .hint(text::did_you_mean(name, known));
  }

  std::size_t place_of(const WrittenColumn& column) const {
    return static_cast<std::size_t>(&column - columns_.data());
  }

  /// Where the columns are in records of that shape.
  void look_at(const RecordShape& shape) {
    if (&shape == shape_) return;
    shape_ = &shape;
    places_.clear();
    for (const WrittenColumn& column : columns_) {
      places_.push_back(shape.find(column.attname));
    }
  }

  const Value& value_of(Record& record, std::size_t column) const {
    return places_[column] ? record.values()[*places_[column]]
                           : record.get(columns_[column].attname);
  }

  void prepare(Record& record) const {
    if (record.knows_more()) take_related_keys(record);
    for (std::size_t i : clocks_) {
      record.keep_value(columns_[i].attname, defaults_.now(*columns_[i].field));
    }
    for (std::size_t i : default_keys_) {
      if (!places_[i] || !is_null(value_of(record, i))) continue;
      record.keep_value(columns_[i].attname,
                        defaults_.initial(*columns_[i].field, *columns_[i].own,
                                          record.shape().databases->callables));
    }
  }

  bool is_given(Record& record, std::size_t i) const {
    const WrittenColumn& column = columns_[i];
    if (column.field->is_generated()) return false;
    if (!places_[i] && !record.is_loaded(column.attname)) return false;
    return !column.field->type->automatic || !is_null(value_of(record, i));
  }

  void describe(Batch& batch, const std::vector<bool>& given) const {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      (given[i] ? batch.columns : batch.returning).push_back(&columns_[i]);
    }
  }

  void insert(Batch& batch) {
    const bool plain = conflict_.action == OnConflict::Action::kError;
    const bool numbered =
        batch.returning.size() == 1 && batch.returning.front() == number_;
    if (plain && options_.batch_size == 0 && model_.def().managed() &&
        batch.records.size() >= kWorthLoading &&
        (numbered || batch.returning.empty())) {
      load(batch, numbered);
      return;
    }
    const bool reads = conflict_.action != OnConflict::Action::kNothing;
    const std::vector<std::string> returning =
        reads ? names_of(batch.returning) : std::vector<std::string>{};
    std::vector<Row> rows;
    for (Record* record : batch.records) {
      look_at(record->shape());
      fill(rows.emplace_back(batch.columns.size()), *record, batch.columns);
    }
    const StatementBuilder builder(connection_.dialect(), model_.table());
    auto record = batch.records.begin();
    for (const BoundStatement& statement :
         builder.insert(names_of(batch.columns), rows, conflict_, returning, {},
                        options_.batch_size)) {
      if (returning.empty()) {
        connection_.execute(statement.sql, statement.parameters);
        continue;
      }
      const Result result =
          connection_.query(statement.sql, statement.parameters);
      for (const Row& row : result.rows) {
        keep(*(*record++), batch.returning, row);
      }
    }
  }

  /// Without conflicts: COPY, or prepared statements; the numbers are taken
  /// before.
  void load(Batch& batch, bool numbered) {
    std::vector<const WrittenColumn*> columns = batch.columns;
    Numbers numbers;
    if (numbered) {
      numbers = take_numbers(batch.records.size());
      columns.insert(columns.begin(), number_);
    }
    auto writer = connection_.bulk_writer(model_.table(), names_of(columns));
    for (Record* record : batch.records) {
      look_at(record->shape());
      if (numbered) keep_number(*record, numbers.next());
      fill(writer->row(), *record, columns);
      writer->add();
    }
    writer->finish();
  }

  /// New numbers for the automatic key.
  struct Numbers {
    std::vector<Row> given;
    std::int64_t last = 0;
    std::size_t at = 0;

    Value next() { return given.empty() ? Value(++last) : given[at++].front(); }
  };

  Numbers take_numbers(std::size_t count) const {
    const Dialect& dialect = connection_.dialect();
    const SqlSyntax& syntax = dialect.sql_syntax();
    const std::string table = dialect.quote_name(model_.table());
    if (!syntax.take_numbers.empty()) {
      const std::string sql =
          fmt::format(fmt::runtime(syntax.take_numbers), dialect.literal(table),
                      dialect.literal(number_->column), count);
      return {connection_.query(sql).rows};
    }
    const std::string sql = fmt::format(fmt::runtime(syntax.last_number), table,
                                        dialect.quote_name(number_->column),
                                        dialect.literal(model_.table()));
    const Row found = connection_.query(sql).rows.front();
    return {{}, std::get<std::int64_t>(found.front())};
  }

  void keep_number(Record& record, const Value& number) {
    look_at(record.shape());
    const std::size_t at = place_of(*number_);
    if (places_[at]) {
      record.value_at(*places_[at]) = number;
    } else {
      record.keep_value(number_->attname, number);
    }
  }

  void fill(std::span<Value> row, Record& record,
            const std::vector<const WrittenColumn*>& columns) const {
    const Dialect& dialect = connection_.dialect();
    for (std::size_t i = 0; i < columns.size(); ++i) {
      store(row[i], model_, *columns[i], dialect,
            value_of(record, place_of(*columns[i])));
    }
  }

  void keep(Record& record, const std::vector<const WrittenColumn*>& columns,
            const Row& row) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      record.keep_value(columns[i]->attname,
                        value_from_db(connection_.dialect(), *columns[i]->field,
                                      registry_.models(), row[i]));
    }
  }

  const Registry& registry_;
  const Model& model_;
  const BulkCreateOptions& options_;
  Connection& connection_;
  std::vector<WrittenColumn> columns_;
  FieldDefaults defaults_;
  const WrittenColumn* number_ = nullptr;
  std::vector<std::size_t> clocks_, default_keys_;
  OnConflict conflict_;
  std::vector<Record*> keyless_;  ///< until the database numbers them
  const RecordShape* shape_ = nullptr;
  std::vector<std::optional<std::size_t>> places_;
};

void check(const BulkCreateOptions& options, const Model& model) {
  if (!model.concrete().parents().empty()) {
    refuse(fmt::format("{} has rows in several tables: bulk_create() writes "
                       "one",
                       model.label()),
           "create() each of them");
  }
  if (options.ignore_conflicts && options.update_conflicts) {
    refuse("a conflict is either ignored or updates the row");
  }
  if (!options.update_conflicts) return;
  if (options.update_fields.empty() || options.unique_fields.empty()) {
    refuse("update_conflicts needs update_fields and unique_fields");
  }
}

/// Fields of bulk_update() that are in one table.
struct TableUpdate {
  const Model* model = nullptr;
  std::vector<WrittenColumn> columns;
};

class BulkUpdate {
 public:
  BulkUpdate(const Registry& registry, const Model& model,
             Connection& connection, std::size_t batch_size)
      : registry_(registry),
        model_(model),
        connection_(connection),
        batch_size_(batch_size) {}

  std::int64_t run(const Records& records,
                   const std::vector<std::string>& fields) {
    std::int64_t changed = 0;
    for (const TableUpdate& one : tables(fields)) {
      changed = std::max(changed, update(one, records));
    }
    return changed;
  }

 private:
  std::vector<TableUpdate> tables(const std::vector<std::string>& fields) {
    std::vector<TableUpdate> made;
    for (const std::string& name : fields) {
      const Model::Column& column = column_of(name);
      auto table = std::find_if(
          made.begin(), made.end(),
          [&](const TableUpdate& one) { return one.model == column.owner; });
      if (table == made.end()) {
        made.push_back({column.owner, {}});
        table = made.end() - 1;
      }
      table->columns.push_back(
          {column.field, &value_field(*column.field, registry_.models()),
           column.field->attname(), column.field->column()});
    }
    return made;
  }

  const Model::Column& column_of(const std::string& name) const {
    std::vector<std::string> known;
    for (const Model::Column& column : model_.columns()) {
      const FieldDef& field = *column.field;
      if (field.name == name || field.attname() == name) {
        if (!field.primary_key() && !field.is_generated()) return column;
        throw Error("query.field", fmt::format("{}.{} cannot be updated",
                                               model_.label(), name));
      }
      known.push_back(field.name);
    }
    throw Error("query.field",
                fmt::format("{} has no column {}", model_.label(), name))
        .hint(text::did_you_mean(name, known));
  }

  std::int64_t update(const TableUpdate& table, const Records& records) {
    std::vector<WrittenColumn> all = table.columns;
    std::vector<std::string> columns, keys, types;
    for (const WrittenColumn& column : all) columns.push_back(column.column);
    for (const FieldDef* key : table.model->key_columns()) {
      keys.push_back(key->column());
      all.push_back({key, &value_field(*key, registry_.models()),
                     key->attname(), key->column()});
    }
    const Dialect& dialect = connection_.dialect();
    if (dialect.sql_syntax().typed_values) {
      for (const WrittenColumn& column : all) {
        types.push_back(dialect.column_type(*column.own, registry_.models()));
      }
    }
    std::vector<Row> rows;
    rows.reserve(records.size());
    for (const RecordPtr& record : records) {
      Row& row = rows.emplace_back();
      row.reserve(all.size());
      for (const WrittenColumn& column : all) {
        row.push_back(
            stored_value(model_, column, dialect, record->get(column.attname)));
      }
    }
    std::int64_t changed = 0;
    const StatementBuilder builder(dialect, table.model->table());
    for (const BoundStatement& one :
         builder.update_many(columns, keys, types, rows, batch_size_)) {
      changed += connection_.execute(one.sql, one.parameters);
    }
    return changed;
  }

  const Registry& registry_;
  const Model& model_;
  Connection& connection_;
  std::size_t batch_size_;
};

}  // namespace

namespace {

/// What a record was given in these fields.
GivenList given_fields(Record& record, const std::vector<std::string>& fields) {
  GivenList given;
  const auto pending = record.pending();
  for (const std::string& name : fields) {
    for (const Model::Column& column : record.model().columns()) {
      const std::string attname = column.field->attname();
      if (column.field->name != name && attname != name) continue;
      const auto waiting = pending.find(attname);
      if (waiting != pending.end()) {
        given.emplace_back(attname, waiting->second);
      } else {
        given.emplace_back(attname, record.get(attname));
      }
    }
  }
  return given;
}

}  // namespace

void Manager::bulk_create(const Records& records,
                          const BulkCreateOptions& options) const {
  check(options, *model_);
  if (records.empty()) return;
  Connection& connection = databases_->writing(alias_);
  require_usable(connection);
  // Values that the database computes go one by one.
  Atomic block(connection, {.savepoint = false});
  BulkInsert(*registry_, *model_, options, connection).run(records);
  block.commit();
  for (const RecordPtr& record : records) record->keep_saved(alias_);
}

std::int64_t Manager::bulk_update(const Records& records,
                                  const std::vector<std::string>& fields,
                                  std::size_t batch_size) const {
  if (fields.empty()) refuse("bulk_update() needs the names of fields");
  Connection& connection = databases_->writing(alias_);
  require_usable(connection);
  for (const RecordPtr& record : records) {
    if (is_null(record->key())) {
      refuse("bulk_update() is for records that have a key");
    }
    take_related_keys(*record, &fields);
  }
  Records plain;
  std::int64_t changed = 0;
  Atomic block(connection, {.savepoint = false});
  for (const RecordPtr& record : records) {
    if (!record->has_pending()) {
      plain.push_back(record);
      continue;
    }
    // Values that the database computes go one by one.
    const QuerySet row = QuerySet(*registry_, *model_)
                             .filter(Q("pk", record->key()))
                             .using_database(alias_);
    const std::int64_t found =
        update(row, given_fields(*record, fields), *databases_);
    if (found > 0) refresh(*record, fields);
    changed += found;
  }
  changed += BulkUpdate(*registry_, *model_, connection, batch_size)
                 .run(plain, fields);
  block.commit();
  return changed;
}

}  // namespace manage::orm
