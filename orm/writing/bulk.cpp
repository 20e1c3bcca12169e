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
  Records records;
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
    for (const WrittenColumn& column : columns_) {
      if (column.field->type->automatic) number_ = &column;
    }
    conflict_ = conflict();
  }

  void run(const Records& records) {
    // Rows of one kind, in their order; few tables have more than two kinds.
    std::map<std::vector<bool>, Batch> batches;
    for (const RecordPtr& record : records) {
      prepare(*record);
      std::vector<bool> given;
      for (const WrittenColumn& column : columns_) {
        given.push_back(is_given(*record, column));
      }
      Batch& batch = batches[given];
      if (batch.records.empty()) describe(batch, given);
      batch.records.push_back(record);
    }
    for (auto& [given, batch] : batches) insert(batch);
  }

 private:
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

  void prepare(Record& record) const {
    take_related_keys(record);
    for (const WrittenColumn& column : columns_) {
      const FieldDef& field = *column.field;
      const bool now = field.flag("auto_now") || field.flag("auto_now_add");
      if (now) record.keep_value(column.attname, defaults_.now(field));
      const bool key = field.primary_key() && field.has_default() &&
                       record.is_loaded(column.attname) &&
                       is_null(record.get(column.attname));
      if (key) {
        record.keep_value(column.attname,
                          defaults_.initial(field, *column.own));
      }
    }
  }

  static bool is_given(Record& record, const WrittenColumn& column) {
    if (column.field->is_generated()) return false;
    if (!record.is_loaded(column.attname)) return false;
    return !column.field->type->automatic ||
           !is_null(record.get(column.attname));
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
    for (const RecordPtr& record : batch.records) {
      rows.push_back(row_of(*record, batch.columns));
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
        keep(**record++, batch.returning, row);
      }
    }
  }

  /// Without conflicts: COPY, or prepared statements; the numbers are taken
  /// before.
  void load(Batch& batch, bool numbered) {
    std::vector<const WrittenColumn*> columns = batch.columns;
    if (numbered) {
      number(batch.records);
      columns.insert(columns.begin(), number_);
    }
    auto writer = connection_.bulk_writer(model_.table(), names_of(columns));
    for (const RecordPtr& record : batch.records) {
      writer->add(row_of(*record, columns));
    }
    writer->finish();
  }

  void number(const Records& records) const {
    const Dialect& dialect = connection_.dialect();
    const SqlSyntax& syntax = dialect.sql_syntax();
    const std::string table = dialect.quote_name(model_.table());
    if (!syntax.take_numbers.empty()) {
      const std::string sql =
          fmt::format(fmt::runtime(syntax.take_numbers), dialect.literal(table),
                      dialect.literal(number_->column), records.size());
      const Result numbers = connection_.query(sql);
      for (std::size_t i = 0; i < records.size(); ++i) {
        records[i]->keep_value(number_->attname, numbers.rows[i].front());
      }
      return;
    }
    const std::string sql = fmt::format(fmt::runtime(syntax.last_number), table,
                                        dialect.quote_name(number_->column),
                                        dialect.literal(model_.table()));
    std::int64_t last =
        std::get<std::int64_t>(connection_.query(sql).rows.front().front());
    for (const RecordPtr& record : records) {
      record->keep_value(number_->attname, ++last);
    }
  }

  Row row_of(Record& record,
             const std::vector<const WrittenColumn*>& columns) const {
    Row row;
    row.reserve(columns.size());
    for (const WrittenColumn* column : columns) {
      row.push_back(stored_value(model_, *column, connection_.dialect(),
                                 record.get(column->attname)));
    }
    return row;
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
  OnConflict conflict_;
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

bool has_pending(const RecordPtr& record) { return !record->pending().empty(); }

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

void Manager::bulk_create(const Records& records,
                          const BulkCreateOptions& options) const {
  check(options, *model_);
  if (records.empty()) return;
  Connection& connection = databases_->connection(alias_);
  require_usable(connection);
  // Values that the database computes go one by one.
  Records plain;
  Atomic block(connection, {.savepoint = false});
  for (const RecordPtr& record : records) {
    if (!has_pending(record)) {
      plain.push_back(record);
      continue;
    }
    take_related_keys(*record);
    save_row_of(*record, *model_, {.force_insert = true}, true, connection);
  }
  BulkInsert(*registry_, *model_, options, connection).run(plain);
  block.commit();
  for (const RecordPtr& record : records) record->keep_saved(alias_);
}

std::int64_t Manager::bulk_update(const Records& records,
                                  const std::vector<std::string>& fields,
                                  std::size_t batch_size) const {
  if (fields.empty()) refuse("bulk_update() needs the names of fields");
  Connection& connection = databases_->connection(alias_);
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
    if (!has_pending(record)) {
      plain.push_back(record);
      continue;
    }
    const SaveOptions only{.update_fields = fields};
    changed += save_row_of(*record, *model_, only, false, connection) ? 1 : 0;
  }
  changed += BulkUpdate(*registry_, *model_, connection, batch_size)
                 .run(plain, fields);
  block.commit();
  return changed;
}

}  // namespace manage::orm
