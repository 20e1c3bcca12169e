#include "orm/writing/saving.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/model_signals.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/given.hpp"
#include "orm/writing/row_saver.hpp"

namespace manage::orm {

void give(Record& record, const Given& given) {
  if (const auto* value = std::get_if<Value>(&given.what)) {
    const auto relation = find_relation(record.model(), given.name);
    record.set(relation && relation->forward && !relation->many
                   ? relation->own->attname()
                   : given.name,
               *value);
  } else if (const auto* expr = std::get_if<ExprPtr>(&given.what)) {
    record.set(given.name, *expr);
  } else {
    record.set_related(given.name, std::get<RecordPtr>(given.what));
  }
}

namespace {

bool among(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

class Saver {
 public:
  Saver(Record& record, const SaveOptions& options)
      : record_(record),
        options_(options),
        databases_(*record.shape().databases) {
    given_ = !options_.alias.empty();
    if (!given_) {
      options_.alias = databases_.write_alias(record.model(), record.alias());
    }
  }

  void run() {
    check_options();
    if (options_.update_fields && options_.update_fields->empty()) return;
    only_loaded();
    take_related_keys(record_);
    Connection& connection = databases_.writing(options_.alias);
    require_usable(connection);
    if (!listens()) {
      write(connection);
      record_.keep_saved(options_.alias);
      return;
    }
    // What a receiver refuses has not happened.
    Record::Backup before(record_);
    Atomic block(connection, {.savepoint = false});
    tell_before();
    const bool created = write(connection);
    record_.keep_saved(options_.alias);
    tell_after(created);
    block.commit();
    before.keep();
  }

 private:
  /// Whether its row is a new one.
  bool write(Connection& connection) {
    bool created = false;
    breaking(connection, [&] {
      if (record_.model().concrete().parents().empty()) {
        created = !save_row(record_.model(), options_.force_insert, connection);
        return;
      }
      Record::Backup before(record_);
      Atomic block(connection, {.savepoint = false});
      const bool above =
          !options_.raw && save_parents(record_.model().concrete(), connection);
      created = !save_row(record_.model(), options_.force_insert || above,
                          connection);
      block.commit();
      before.keep();
    });
    return created;
  }

  bool listens() const {
    const ModelSignals* signals = databases_.signals;
    return signals &&
           !(signals->pre_save.empty() && signals->post_save.empty());
  }

  void check_options() const {
    if (options_.force_insert &&
        (options_.force_update || options_.update_fields)) {
      throw Error("write.options",
                  "save() cannot force an INSERT and an UPDATE at once");
    }
    if (!options_.update_fields) return;
    for (const std::string& name : *options_.update_fields) check_name(name);
  }

  void check_name(const std::string& name) const {
    std::vector<std::string> known;
    for (const Model::Column& column : record_.model().columns()) {
      const FieldDef& field = *column.field;
      if (field.primary_key() || field.is_generated()) continue;
      if (field.name == name || field.attname() == name) return;
      known.push_back(field.name);
    }
    throw Error("query.field", fmt::format("{} has no field {} to update",
                                           record_.model().label(), name))
        .hint(text::did_you_mean(name, known));
  }

  /// Of a row that was loaded in part, only that part is written.
  void only_loaded() {
    if (record_.adding() || options_.force_insert || options_.update_fields ||
        (given_ && options_.alias != record_.alias())) {
      return;
    }
    std::vector<std::string> loaded;
    bool all = true;
    for (const Model::Column& column : record_.model().columns()) {
      const FieldDef& field = *column.field;
      if (field.primary_key() || field.is_generated()) continue;
      const std::string name = field.attname();
      const bool there =
          record_.is_loaded(name) || record_.pending().contains(name);
      all = all && there;
      if (there) loaded.push_back(name);
    }
    if (!all) options_.update_fields = std::move(loaded);
  }

  /// Returns whether a row was inserted above.
  bool save_parents(const Model& model, Connection& connection) {
    bool inserted = false;
    for (const Model::Parent& parent : model.parents()) {
      const std::string key = parent.model->primary_key().attname();
      const std::string link = parent.link->attname();
      if (record_.is_loaded(key) && is_null(record_.get(key)) &&
          record_.is_loaded(link) && !is_null(record_.get(link))) {
        record_.keep_value(key, record_.get(link));
      }
      const bool above = save_parents(*parent.model, connection);
      const bool updated = save_row(*parent.model, above, connection);
      inserted = inserted || !updated;
      record_.keep_value(link, record_.get(key));
    }
    return inserted;
  }

  bool save_row(const Model& model, bool force_insert, Connection& connection) {
    return save_row_of(record_, model, options_, force_insert, connection);
  }

  SaveEvent event() const {
    SaveEvent made{record_, options_.alias};
    if (options_.update_fields) made.update_fields = &*options_.update_fields;
    made.raw = options_.raw;
    return made;
  }

  void tell_before() const { databases_.signals->pre_save.emit(event()); }

  void tell_after(bool created) const {
    SaveEvent made = event();
    made.created = created;
    databases_.signals->post_save.emit(made);
  }

  Record& record_;
  SaveOptions options_;
  const Databases& databases_;
  bool given_ = false;  ///< whether the database was named
};

}  // namespace

void save(Record& record, const SaveOptions& options) {
  Saver(record, options).run();
}

void refresh(Record& record, const std::vector<std::string>& fields) {
  const RecordShape& shape = record.shape();
  std::vector<std::string> names;
  for (const Model::Column& column : record.model().columns()) {
    const std::string name = column.field->attname();
    const bool named = fields.empty() ? record.is_loaded(name)
                                      : among(fields, name) ||
                                            among(fields, column.field->name);
    if (named) names.push_back(name);
  }
  for (const std::string& one : fields) {
    if (!record.model().find(one)) {
      throw Error("query.field",
                  fmt::format("{} has no {}", record.model().label(), one))
          .hint(text::did_you_mean(one, record.model().names()));
    }
  }
  record.forget_related();
  if (names.empty()) return;
  const QuerySet rows = QuerySet(*shape.registry, record.model())
                            .filter(Q("pk", record.key()))
                            .order_by({})
                            .values({names.begin(), names.end()});
  const std::vector<Row> found =
      rows.rows(shape.databases->connection(shape.alias));
  if (found.empty()) {
    throw Error("query.none", fmt::format("this {} is not there any more",
                                          record.model().label()));
  }
  for (std::size_t i = 0; i < names.size(); ++i) {
    record.keep_value(names[i], found.front()[i]);
  }
}

}  // namespace manage::orm
