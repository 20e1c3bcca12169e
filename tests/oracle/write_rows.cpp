// Runs sequences of writes (random_writes.py) with the ORM: a line of JSON for
// each, {"outcomes": […], "state": {…}}:
//
//   write_rows MODELS DATABASE SEQUENCES [--keep] [--pooled] [--replica URL]
//
// DATABASE is a SQLite file or a postgresql:// URL. --keep leaves the tables
// filled between sequences. Beside the operations of random_writes.py there is
// ["count", model], which says where it was asked, and ["fill", model, n].
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/text.hpp"
#include "core/yaml.hpp"
#include "orm/atomic.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/related_manager.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/updating.hpp"

using namespace manage;
using nlohmann::json;

namespace {

struct Stop {};
/// A slot without a record.
struct Missing {};

constexpr std::pair<std::string_view, std::string_view> kKinds[] = {
    {"delete.protected", "protected"},
    {"delete.restricted", "restricted"},
    {"database.", "integrity"},
    {"write.not-updated", "database"},
    {"query.none", "missing"},
    {"query.several", "several"},
    {"", "value"},
};

std::string kind_of(const Error& error) {
  for (const auto& [start, kind] : kKinds) {
    if (error.code().starts_with(start)) return "error " + std::string(kind);
  }
  return {};
}

class Run {
 public:
  Run(const orm::Registry& registry, orm::Connection& connection,
      orm::Connection* replica)
      : registry_(registry),
        connection_(connection),
        databases_([&connection,
                    replica](const std::string& alias) -> orm::Connection& {
          return alias == "replica" ? *replica : connection;
        }) {
    if (!replica) return;
    settings::Route route;
    route.apps = {"shop"};
    route.read = {"replica"};
    route.write = "default";
    databases_.routes = settings::Routes({route});
  }

  json step(const json& step) {
    const std::string name = step[0];
    const bool makes = name == "create" || name.ends_with("or_create");
    made_ = nullptr;
    json outcome;
    if (name == "atomic") {
      outcome = guarded([&] { return block(step[1], step[2]); });
    } else {
      outcome = guarded([&] {
        json done;
        orm::atomic(connection_, [&] { done = work(name, step); });
        return done;
      });
    }
    settle();
    if (makes) slots_.push_back(made_);
    return outcome;
  }

 private:
  template <class Work>
  static json guarded(const Work& work) {
    try {
      return work();
    } catch (const Missing&) {
      return "no slot";
    } catch (const Error& error) {
      return kind_of(error);
    }
  }

  const orm::RecordPtr& record(std::size_t slot) const {
    if (slot >= slots_.size() || !slots_[slot]) throw Missing();
    return slots_[slot];
  }
  orm::RecordPtr there(std::size_t slot) const {
    if (orm::is_null(record(slot)->key())) throw Missing();
    return record(slot);
  }

  static orm::Value plain(const json& given) {
    if (given.is_null()) return orm::Null{};
    if (given.is_boolean()) return given.get<bool>();
    if (given.is_number()) return given.get<std::int64_t>();
    return given.get<std::string>();
  }

  orm::GivenList fields(const json& given) const {
    orm::GivenList list;
    for (const auto& [name, one] : given.items()) {
      if (one.is_object() && one.contains("slot")) {
        list.emplace_back(name, record(one["slot"]));
      } else if (one.is_object()) {
        list.emplace_back(
            name,
            orm::call("+", {orm::f(one["plus"][0]),
                            orm::value(one["plus"][1].get<std::int64_t>())}));
      } else {
        list.emplace_back(name, plain(one));
      }
    }
    return list;
  }

  orm::Q condition(const json& given) const {
    orm::Q all;
    for (const auto& [name, one] : given.items()) {
      if (one.is_object()) {
        all = all & orm::Q(name, there(one["slot"])->key());
      } else if (one.is_array()) {
        std::vector<orm::Value> values;
        for (const json& value : one) values.push_back(plain(value));
        all = all & orm::Q(name, values);
      } else {
        all = all & orm::Q(name, plain(one));
      }
    }
    return all;
  }

  orm::Manager manager(const json& model) const {
    return {registry_, registry_.get(model.get<std::string>()), databases_};
  }
  orm::QuerySet rows(const json& model) const {
    return {registry_, registry_.get(model.get<std::string>())};
  }

  json work(const std::string& name, const json& step) {
    if (name == "create") {
      made_ = manager(step[1]).create(fields(step[2]));
      return "ok";
    }
    if (name == "get_or_create" || name == "update_or_create") {
      return found(name, step);
    }
    if (name == "bulk_create") return bulk_create(step);
    if (name == "count") {
      const std::string alias =
          databases_.read_alias(registry_.get(step[1].get<std::string>()));
      return {alias, rows(step[1]).count(databases_.connection(alias))};
    }
    if (name == "fill") return fill(step);
    if (name == "save") return save(step);
    if (name == "delete") return counts(orm::remove(record(step[1])));
    if (name == "refresh") {
      orm::refresh(*record(step[1]));
      return "ok";
    }
    if (name == "bulk_update") return bulk_update(step);
    if (name == "update") {
      return orm::update(rows(step[1]).filter(condition(step[2])),
                         fields(step[3]), databases_);
    }
    if (name == "remove") {
      return counts(
          orm::remove(rows(step[1]).filter(condition(step[2])), databases_));
    }
    return related(step);
  }

  json found(const std::string& name, const json& step) {
    const orm::Manager all = manager(step[1]);
    const auto [one, made] =
        name == "get_or_create"
            ? all.get_or_create(fields(step[2]), fields(step[3]))
            : all.update_or_create(fields(step[2]), fields(step[3]));
    made_ = one;
    return made;
  }

  json bulk_create(const json& step) const {
    const orm::Manager all = manager(step[1]);
    orm::Records made;
    for (const json& row : step[2]) made.push_back(all.make(fields(row)));
    all.bulk_create(made, {.ignore_conflicts = step[3].get<bool>()});
    return made.size();
  }

  json fill(const json& step) const {
    const orm::Manager all = manager(step[1]);
    orm::Records made;
    for (int i = 0; i < step[2].get<int>(); ++i) {
      made.push_back(all.make({{"word", "filled " + std::to_string(i)}}));
    }
    all.bulk_create(made);
    return made.size();
  }

  json save(const json& step) {
    const orm::RecordPtr one = record(step[1]);
    orm::SaveOptions options;
    options.force_insert = step[3].value("force_insert", false);
    options.force_update = step[3].value("force_update", false);
    if (step[3].contains("update_fields")) {
      options.update_fields =
          step[3]["update_fields"].get<std::vector<std::string>>();
    }
    for (const orm::Given& given : fields(step[2])) orm::give(*one, given);
    try {
      orm::save(*one, options);
    } catch (const Error&) {
      unsettled_.push_back({one, step[2]});
      throw;
    }
    return "ok";
  }

  json bulk_update(const json& step) const {
    orm::Records records;
    for (const json& slot : step[2]) records.push_back(record(slot));
    for (const json& one : step[3]) {
      if (one.is_object() && one.contains("slot")) there(one["slot"]);
    }
    const orm::GivenList given = fields(step[3]);
    std::vector<std::string> names;
    for (const orm::Given& one : given) {
      names.push_back(one.name);
      for (const orm::RecordPtr& record : records) orm::give(*record, one);
    }
    manager(step[1]).bulk_update(records, names);
    return "ok";
  }

  json related(const json& step) const {
    orm::Records others;
    for (const json& slot : step[4]) others.push_back(there(slot));
    orm::RelatedManager manager(there(step[1]), step[2].get<std::string>());
    const std::string method = step[3];
    if (method == "add") manager.add(others);
    if (method == "remove") manager.remove(others);
    if (method == "set") manager.set(others);
    if (method == "clear") manager.clear();
    return "ok";
  }

  static json counts(const orm::Deleted& done) {
    json by = json::object();
    for (const auto& [label, count] : done.by_model) by[label] = count;
    return json::array({done.total, by});
  }

  json block(const json& steps, bool fails) {
    json outcomes = json::array();
    try {
      orm::atomic(connection_, [&] {
        for (const json& one : steps) outcomes.push_back(step(one));
        if (fails) throw Stop();
      });
    } catch (const Stop&) {
      outcomes.push_back("stopped");
    }
    return outcomes;
  }

  /// Of a save that failed, expressions are what the rows have.
  void settle() {
    for (const auto& [record, fields] : unsettled_) {
      for (const auto& [name, one] : fields.items()) {
        if (!one.is_object() || !one.contains("plus")) continue;
        orm::Value value = std::int64_t{0};
        const auto found = rows(record->model().label())
                               .filter(orm::Q("pk", record->key()))
                               .values({name})
                               .rows(connection_);
        if (!found.empty()) value = found.front().front();
        record->set(name, value);
      }
    }
    unsettled_.clear();
  }

  const orm::Registry& registry_;
  orm::Connection& connection_;
  orm::Databases databases_;
  orm::Records slots_;
  orm::RecordPtr made_;
  std::vector<std::pair<orm::RecordPtr, json>> unsettled_;
};

std::vector<const orm::Model*> tables(const orm::Registry& registry) {
  std::vector<const orm::Model*> found;
  for (const auto& [key, def] : registry.models().all()) {
    found.push_back(registry.find(key));
  }
  return found;
}

json state(const orm::Registry& registry, orm::Connection& connection) {
  json all = json::object();
  for (const orm::Model* model : tables(registry)) {
    std::vector<orm::Named> names;
    for (const orm::FieldDef* field : model->def().columns()) {
      const bool hidden = model->auto_created() && field->primary_key();
      if (!hidden) names.emplace_back(field->attname());
    }
    json list = json::array();
    for (const orm::Row& row : orm::QuerySet(registry, *model)
                                   .order_by({})
                                   .values(names)
                                   .rows(connection)) {
      json values = json::array();
      for (const orm::Value& value : row) {
        values.push_back(orm::is_null(value) ? json()
                                             : json(orm::display(value)));
      }
      list.push_back(std::move(values));
    }
    all[model->label()] = std::move(list);
  }
  return all;
}

void empty(const orm::Registry& registry, orm::Connection& connection) {
  const orm::Dialect& dialect = connection.dialect();
  if (dialect.name() == "postgresql") {
    std::vector<std::string> names;
    for (const orm::Model* model : tables(registry)) {
      names.push_back(dialect.quote_name(model->table()));
    }
    connection.execute("TRUNCATE " + text::join(names, ", ") +
                       " RESTART IDENTITY CASCADE");
    return;
  }
  orm::Transaction transaction(connection);
  for (const orm::Model* model : tables(registry)) {
    connection.execute("DELETE FROM " + dialect.quote_name(model->table()));
  }
  connection.execute("DELETE FROM sqlite_sequence");
  transaction.commit();
}

std::shared_ptr<const SourceFile> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)),
                   std::istreambuf_iterator<char>());
  return std::make_shared<SourceFile>(path, text);
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::string> given(arguments + 1, arguments + count);
  const auto take = [&](std::string_view option) {
    const auto at = std::find(given.begin(), given.end(), option);
    if (at == given.end()) return false;
    given.erase(at);
    return true;
  };
  const bool keep = take("--keep");
  const bool pooled = take("--pooled");
  const bool replicated = take("--replica");
  if (given.size() != (replicated ? 4 : 3)) {
    std::cerr << "usage: write_rows MODELS DATABASE SEQUENCES [--keep] "
                 "[--pooled] [--replica URL]\n";
    return 2;
  }
  try {
    settings::DatabaseConfig config;
    config.alias = "default";
    config.name = given[1];
    config.pooled = pooled;
    config.engine = config.name.starts_with("postgres")
                        ? settings::Engine::kPostgresql
                        : settings::Engine::kSqlite;
    const auto connection = orm::connect(config);
    std::unique_ptr<orm::Connection> replica;
    if (replicated) {
      config.alias = "replica";
      config.name = given[3];
      replica = orm::connect(config);
    }
    Diagnostics diagnostics;
    orm::ModelsContext context;
    context.dialect = &connection->dialect();
    const orm::Registry registry(orm::read_models(
        {{"shop", "BigAutoField", read_file(given[0])}}, context, diagnostics));
    diagnostics.throw_if_errors();
    std::ifstream sequences(given[2]);
    for (std::string line; std::getline(sequences, line);) {
      if (!keep) empty(registry, *connection);
      Run run(registry, *connection, replica.get());
      json outcomes = json::array();
      for (const json& step : json::parse(line)) {
        outcomes.push_back(run.step(step));
      }
      std::cout << json{{"outcomes", outcomes},
                        {"state", state(registry, *connection)}}
                       .dump()
                << std::endl;
    }
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
