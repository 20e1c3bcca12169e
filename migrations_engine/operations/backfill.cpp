#include "migrations_engine/operations/backfill.hpp"

#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "core/text.hpp"
#include "migrations_engine/code_runner.hpp"
#include "orm/atomic.hpp"
#include "orm/query/databases.hpp"
#include "orm/query/from_data.hpp"
#include "orm/registry.hpp"
#include "orm/writing/updating.hpp"

namespace manage::migrations_engine {

namespace {

using orm::QuerySet;

std::int64_t count_of(ArgumentReader& arguments, std::string_view key,
                      std::int64_t otherwise, std::int64_t least) {
  const yaml::Node* node = arguments.get(key);
  if (!node) return otherwise;
  const auto number =
      yaml::to_int(*node, arguments.what(key), arguments.diagnostics());
  if (number && *number < least) {
    arguments.diagnostics().add(
        "migrations.operation", node->pos(),
        fmt::format("{} is at least {}", arguments.what(key), least));
  }
  return number.value_or(otherwise);
}

/// Strings are literals here; a column is {F: name}.
orm::GivenList given(const DataMap& set, const orm::Registry& registry) {
  orm::GivenList list;
  for (const auto& [name, data] : set) {
    const DataMap* map = data.map();
    if (map && orm::is_expression_map(*map)) {
      list.push_back({name, orm::expression_from_data(*map, &registry)});
    } else {
      list.push_back({name, orm::value_from_plain_data(data)});
    }
  }
  return list;
}

/// Rows of a model in batches, in the order of their keys.
class Batches {
 public:
  Batches(const Backfill::Change& change, const CodeContext& context)
      : change_(change),
        context_(context),
        registry_(context.models),
        databases_(context.connection),
        rows_(QuerySet(registry_, registry_.get(fmt::format(
                                      "{}.{}", context.app, change.model_name)))
                  .order_by({})),
        given_(given(change.set, registry_)) {
    if (!change.where.is_null()) {
      rows_ = rows_.filter(orm::Q::from_data(change.where, &registry_));
    }
  }

  void run() {
    if (context_.position) progress_ = context_.position->get();
    if (rows_.model().key_columns().size() > 1) return change_all();
    if (orm::is_null(progress_.end)) {
      const auto last = last_of(rows_);
      if (!last) return;
      progress_.end = *last;
    }
    // Rows behind it are of those who write them meanwhile.
    rows_ = rows_.filter(orm::Q("pk__lte", progress_.end));
    const std::int64_t total = rest().count(context_.connection);
    context_.progress.begin({"Filling " + rows_.model().label(),
                             static_cast<std::uint64_t>(total), "rows"});
    while (const auto last = next()) {
      const auto done = static_cast<std::uint64_t>(change_one(*last));
      context_.progress.update(done, done);
      pause();
    }
    context_.progress.finish();
  }

 private:
  QuerySet rest() const {
    return orm::is_null(progress_.reached)
               ? rows_
               : rows_.filter(orm::Q("pk__gt", progress_.reached));
  }

  void reach(const orm::Value& last) {
    progress_.reached = last;
    if (context_.position) context_.position->set(progress_);
  }

  std::optional<orm::Value> first_key(const QuerySet& rows,
                                      std::string_view order,
                                      std::int64_t after) const {
    const auto found = rows.order_by({std::string(order)})
                           .values({"pk"})
                           .slice(after, after + 1)
                           .rows(context_.connection);
    if (found.empty()) return std::nullopt;
    return found.front().front();
  }
  std::optional<orm::Value> last_of(const QuerySet& rows) const {
    return first_key(rows, "-pk", 0);
  }

  /// The key of the last row of the next batch.
  std::optional<orm::Value> next() const {
    const auto key = first_key(rest(), "pk", change_.batch_size - 1);
    return key ? key : last_of(rest());
  }

  std::int64_t change_one(const orm::Value& last) {
    orm::Atomic block(context_.connection, {.savepoint = false});
    done_ +=
        orm::update(rest().filter(orm::Q("pk__lte", last)), given_, databases_);
    reach(last);
    block.commit();
    return done_;
  }

  /// Keys of several columns have no batches.
  void change_all() {
    if (!orm::is_null(progress_.reached)) return;
    orm::Atomic block(context_.connection, {.savepoint = false});
    orm::update(rows_, given_, databases_);
    reach(std::int64_t{1});
    block.commit();
  }

  void pause() const {
    if (context_.progress.stop_requested()) {
      throw Error("interrupted", "interrupted between two batches");
    }
    if (context_.connection.in_transaction()) return;
    constexpr std::int64_t kPiece = 50;
    for (auto left = change_.pause_ms; left > 0; left -= kPiece) {
      std::this_thread::sleep_for(
          std::chrono::milliseconds(std::min(left, kPiece)));
      if (context_.progress.stop_requested()) return pause();
    }
  }

  const Backfill::Change& change_;
  const CodeContext& context_;
  orm::Registry registry_;
  orm::Databases databases_;
  QuerySet rows_;
  orm::GivenList given_;
  CodeProgress progress_;
  std::int64_t done_ = 0;
};

}  // namespace

std::shared_ptr<Operation> Backfill::read(ArgumentReader& arguments) {
  Change change;
  change.model_name = arguments.text("model_name");
  const yaml::Node* set = arguments.require("set");
  if (set && (!set->is_map() || set->entries.empty())) {
    arguments.diagnostics().add(
        "yaml.type", set->pos(),
        arguments.what("set") + " must be a map of fields and values");
  } else if (set) {
    change.set = *yaml::to_data(*set).map();
  }
  if (const yaml::Node* where = arguments.get("where")) {
    change.where = yaml::to_data(*where);
  }
  change.batch_size = count_of(arguments, "batch_size", change.batch_size, 1);
  change.pause_ms = count_of(arguments, "pause_ms", change.pause_ms, 0);
  return std::make_shared<Backfill>(std::move(change));
}

std::string Backfill::describe() const {
  std::vector<std::string> names;
  for (const auto& [name, value] : change_.set) names.push_back(name);
  return fmt::format("Fill {} on {}", text::join(names, ", "),
                     change_.model_name);
}

std::string Backfill::fragment() const {
  return fmt::format("fill_{}_{}", model_lower(), change_.set.begin()->first);
}

std::string Backfill::model_lower() const {
  return text::lower(change_.model_name);
}

Data Backfill::to_data() const {
  const Change defaults;
  DataMap data{{"model_name", change_.model_name}, {"set", change_.set}};
  if (!change_.where.is_null()) data.set("where", change_.where);
  if (change_.batch_size != defaults.batch_size) {
    data.set("batch_size", change_.batch_size);
  }
  if (change_.pause_ms != defaults.pause_ms) {
    data.set("pause_ms", change_.pause_ms);
  }
  return data;
}

void Backfill::database_forwards(std::string_view app,
                                 orm::SchemaEditor& editor,
                                 const ProjectState& from,
                                 const ProjectState&) const {
  // Names that lead nowhere are found before anything is changed.
  const orm::Registry registry(from.models());
  const orm::Model& model =
      registry.get(fmt::format("{}.{}", app, change_.model_name));
  for (const orm::Given& one : given(change_.set, registry)) {
    if (model.find(one.name)) continue;
    throw Error("query.field",
                fmt::format("{} has no field {}", model.label(), one.name))
        .at(pos);
  }
  if (!change_.where.is_null()) {
    QuerySet(registry, model)
        .filter(orm::Q::from_data(change_.where, &registry))
        .statement(editor.dialect());
  }
  editor.run_sql(
      fmt::format("-- {}, {} rows at a time", describe(), change_.batch_size),
      {});
}

Data Backfill::position_key() const {
  DataList fields;
  for (const auto& [name, value] : change_.set) fields.emplace_back(name);
  return DataMap{{"model", model_lower()},
                 {"where", change_.where},
                 {"fields", std::move(fields)}};
}

void Backfill::run_code(const CodeContext& context) const {
  Batches(change_, context).run();
}

}  // namespace manage::migrations_engine
