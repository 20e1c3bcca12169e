// docs/orm.md says the SQL of each of its examples.
#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <map>

#include "library.hpp"
#include "orm/query_log.hpp"
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

std::vector<Example> examples() {
  std::ifstream file(std::string(MANAGE_SOURCE_DIR) + "/docs/orm.md");
  std::vector<Example> found;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    const std::size_t colon = line.find(": [");
    if (line.starts_with("    ") && line[4] >= 'A' && line[4] <= 'Z' &&
        colon != std::string::npos) {
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

}  // namespace

TEST_CASE("the SQL of docs/orm.md is what the compiler makes") {
  const Library library(settings::Engine::kSqlite);
  Asking asking(library);
  const std::vector<Example> all = examples();
  CHECK(all.size() >= 57);
  for (const Example& one : all) {
    CAPTURE(one.model, one.steps);
    CHECK(sql_of(one, asking) == one.sql);
  }
}
