// docs/orm.md says the SQL of each of its examples.
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>

#include "library.hpp"
#include "orm/query_log.hpp"
#include "orm/writing/deletion.hpp"
#include "orm/writing/manager.hpp"
#include "orm/writing/related_manager.hpp"
#include "orm/writing/saving.hpp"
#include "orm/writing/updating.hpp"
#include "source_dir.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

/// An example: four spaces, the model and its steps; then six and the SQL, of
/// several statements with a semicolon between them.
struct Example {
  std::string model, steps, sql;
};

constexpr std::string_view kPostgresqlOnly = ", PostgreSQL";

/// `opening` is what steps begin with: a list asks, a map writes.
std::vector<Example> examples(const std::string& opening) {
  std::ifstream file(std::string(MANAGE_SOURCE_DIR) + "/docs/orm.md");
  std::vector<Example> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": " + opening);
    if (line.starts_with("    ") && line[4] >= 'A' && line[4] <= 'Z' &&
        colon != std::string::npos && colon == line.find(':')) {
      found.push_back({line.substr(4, colon - 4), line.substr(colon + 2), ""});
      inside = true;
    } else if (inside && line.starts_with("      ")) {
      std::string& sql = found.back().sql;
      sql += (sql.empty() ? "" : " ") + line.substr(6);
    } else {
      inside = false;
    }
  }
  return found;
}

std::string short_sql(std::string_view sql) {
  std::string text = text::replace_all(std::string(sql), "\"", "");
  return text::replace_all(std::move(text), "shop_", "");
}

/// The methods that ask, by the last step of an example.
class Asking {
 public:
  explicit Asking(const Library& library)
      : connection_(logged(library.open(),
                           [this](const LoggedStatement& one) {
                             if (one.sql.starts_with("PRAGMA")) return;
                             sql +=
                                 (sql.empty() ? "" : "; ") + short_sql(one.sql);
                           })),
        databases_(*connection_) {}

  /// Whether `name` is one of them; `sql` is what it asked then.
  bool ask(const QuerySet& rows, const std::string& name, const Data& with) {
    const auto found = methods().find(name);
    if (found == methods().end()) return false;
    sql.clear();
    found->second(*this, rows, with);
    return true;
  }

  std::string sql;

 private:
  using Method = void (*)(Asking&, const QuerySet&, const Data&);

  static Q condition(const QuerySet& rows, const Data& with) {
    return Q::from_data(with, &rows.registry());
  }

  static const std::map<std::string, Method>& methods() {
    static const std::map<std::string, Method> kMethods{
        {"records", [](Asking& self, const QuerySet& rows,
                       const Data&) { rows.records(self.databases_); }},
        {"each",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           rows.each(
               self.databases_, [](const RecordPtr&) {},
               static_cast<std::size_t>(*with.integer()));
         }},
        {"count", [](Asking& self, const QuerySet& rows,
                     const Data&) { rows.count(*self.connection_); }},
        {"exists", [](Asking& self, const QuerySet& rows,
                      const Data&) { rows.exists(*self.connection_); }},
        {"explain", [](Asking& self, const QuerySet& rows,
                       const Data&) { rows.explain(*self.connection_); }},
        {"aggregate",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           const auto& [name, expr] = *with.map()->begin();
           rows.aggregate(
               {{name, expression_from_data(*expr.map(), &rows.registry())}},
               *self.connection_);
         }},
        {"get",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           rows.get(condition(rows, with), self.databases_);
         }},
        {"first", [](Asking& self, const QuerySet& rows,
                     const Data&) { rows.first(self.databases_); }},
        {"last", [](Asking& self, const QuerySet& rows,
                    const Data&) { rows.last(self.databases_); }},
        {"latest",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           rows.latest(with.texts(), self.databases_);
         }},
        {"earliest",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           rows.earliest(with.texts(), self.databases_);
         }},
        {"in_bulk",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           std::vector<Value> keys;
           for (const Data& one : *with.list()) {
             keys.emplace_back(*one.integer());
           }
           rows.in_bulk(keys, self.databases_);
         }},
        {"contains",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           const auto record = QuerySet(rows.registry(), rows.model())
                                   .get(condition(rows, with), self.databases_);
           self.sql.clear();
           rows.contains(*record, self.databases_);
         }},
        {"raw",
         [](Asking& self, const QuerySet& rows, const Data& with) {
           rows.raw(*with.text(), {}, self.databases_);
         }},
    };
    return kMethods;
  }

  std::unique_ptr<Connection> connection_;
  Databases databases_;
};

std::string sql_of(const Example& example, Asking& asking) {
  const bool postgresql = example.model.ends_with(kPostgresqlOnly);
  const std::string model = example.model.substr(0, example.model.find(','));
  DataList steps =
      *yaml::to_data(yaml::parse("docs/orm.md", example.steps).root).list();
  const Data last = steps.empty() ? Data() : steps.back();
  if (last.map()) {
    const auto& [name, with] = *last.map()->begin();
    const DataList before(steps.begin(), steps.end() - 1);
    if (asking.ask(apply_steps(all(model), before), name, with)) {
      return asking.sql;
    }
  }
  const auto statement =
      apply_steps(all(model), steps)
          .statement(postgresql ? postgresql_dialect() : sqlite_dialect());
  return statement ? short_sql(statement->sql) : "nothing";
}

/// The methods that write: "Model, method: {…}".
class Writing {
 public:
  explicit Writing(const Library& library)
      : connection_(logged(library.open(),
                           [this](const LoggedStatement& one) {
                             const bool frame = one.sql.starts_with("BEGIN") ||
                                                one.sql.starts_with("COMMIT") ||
                                                one.sql.find("SAVEPOINT") < 12;
                             if (frame) return;
                             sql_ += (sql_.empty() ? "" : "; ") +
                                     short_sql(one.sql);
                           })),
        databases_(*connection_) {}

  std::string run(const std::string& model, const std::string& method,
                  const DataMap& with) {
    const Manager manager(registry(), registry().get(model), databases_);
    const QuerySet rows = all(model);
    sql_.clear();
    if (method == "create") {
      manager.create(given(with));
    } else if (method == "save") {
      save(rows, with);
    } else if (method == "get_or_create") {
      manager.get_or_create(given(map(with, "given")),
                            given(map(with, "defaults")));
    } else if (method == "update_or_create") {
      manager.update_or_create(given(map(with, "given")),
                               given(map(with, "defaults")));
    } else if (method == "update") {
      update(rows.filter(Q::from_data(map(with, "filter"))),
             given(map(with, "set")), databases_);
    } else if (method == "delete") {
      remove(rows.filter(Q::from_data(with)), databases_);
    } else if (method == "bulk_create") {
      bulk_create(manager, with);
    } else if (method == "bulk_update") {
      bulk_update(manager, rows, with);
    } else {
      change(rows, method, with);
    }
    return sql_;
  }

 private:
  static const DataMap& map(const DataMap& with, std::string_view name) {
    return *with.find(name)->map();
  }

  static GivenList given(const DataMap& fields) {
    GivenList list;
    for (const auto& [name, data] : fields) {
      if (data.map()) {
        list.emplace_back(name, expression_from_data(*data.map(), nullptr));
      } else if (const auto* number = data.integer()) {
        list.emplace_back(name, Value(*number));
      } else if (const auto* flag = data.boolean()) {
        list.emplace_back(name, Value(*flag));
      } else {
        list.emplace_back(name, Value(*data.text()));
      }
    }
    return list;
  }

  RecordPtr record(const QuerySet& rows, const Data& key) {
    RecordPtr found = rows.get(Q("pk", Value(*key.integer())), databases_);
    sql_.clear();
    return found;
  }

  void save(const QuerySet& rows, const DataMap& with) {
    const RecordPtr one = record(rows, *with.find("id"));
    SaveOptions options;
    DataMap fields = with;
    if (const Data* names = with.find("update_fields")) {
      options.update_fields = names->texts();
      fields.erase("update_fields");
    }
    fields.erase("id");
    for (const Given& field : given(fields)) give(*one, field);
    orm::save(*one, options);
  }

  void bulk_create(const Manager& manager, const DataMap& with) {
    Records made;
    for (const Data& row : *with.find("rows")->list()) {
      made.push_back(manager.make(given(*row.map())));
    }
    BulkCreateOptions options;
    options.ignore_conflicts = with.find("ignore_conflicts") != nullptr;
    options.update_conflicts = with.find("update_conflicts") != nullptr;
    if (options.update_conflicts) {
      options.unique_fields = with.find("unique_fields")->texts();
      options.update_fields = with.find("update_fields")->texts();
    }
    manager.bulk_create(made, options);
  }

  void bulk_update(const Manager& manager, const QuerySet& rows,
                   const DataMap& with) {
    Records changed;
    for (const Data& row : *with.find("rows")->list()) {
      changed.push_back(record(rows, *row.map()->find("id")));
      for (const Given& one : given(*row.map())) give(*changed.back(), one);
    }
    manager.bulk_update(changed, with.find("fields")->texts());
  }

  void change(const QuerySet& rows, const std::string& method,
              const DataMap& with) {
    RelatedManager manager(record(rows, *with.find("to")),
                           *with.find("relation")->text());
    if (method == "clear") return manager.clear();
    std::vector<Value> keys;
    for (const Data& key : *with.find("keys")->list()) {
      keys.emplace_back(*key.integer());
    }
    manager.add_keys(keys);
  }

  std::string sql_;
  std::unique_ptr<Connection> connection_;
  Databases databases_;
};

}  // namespace

TEST_CASE("the SQL of docs/orm.md is what the compiler makes") {
  const Library library(settings::Engine::kSqlite);
  Asking asking(library);
  const std::vector<Example> all = examples("[");
  CHECK(all.size() >= 57);
  for (const Example& one : all) {
    CAPTURE(one.model, one.steps);
    CHECK(sql_of(one, asking) == one.sql);
  }
}

TEST_CASE("so is that of what docs/orm.md writes") {
  const Library library(settings::Engine::kSqlite);
  Writing writing(library);
  const std::vector<Example> all = examples("{");
  CHECK(all.size() >= 16);
  for (const Example& one : all) {
    CAPTURE(one.model, one.steps);
    const std::size_t comma = one.model.find(", ");
    const Data with = yaml::to_data(yaml::parse("docs/orm.md", one.steps).root);
    const std::string sql = writing.run(
        one.model.substr(0, comma), one.model.substr(comma + 2), *with.map());
    CHECK(sql == one.sql);
  }
}
