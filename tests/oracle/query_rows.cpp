// Asks a database what a file of queries says, and prints an answer a line, in
// JSON: `query_rows MODELS DATABASE QUERIES`, DATABASE being a SQLite file or a
// postgresql:// URL. A query is a map of YAML:
//
//   {model: shop.Book, steps: [{filter: {price__gt: 10}}], ask: rows}
//
// `ask` is rows (the default), count, exists, sql, or a map of aggregates. An
// answer is {"rows": […]}, {"value": …} or {"error": "…"}.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>

#include "core/yaml.hpp"
#include "orm/catalog.hpp"
#include "orm/connection.hpp"
#include "orm/models_yaml.hpp"
#include "orm/query/from_data.hpp"

using namespace manage;

namespace {

std::shared_ptr<const SourceFile> read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(stream)),
                   std::istreambuf_iterator<char>());
  return std::make_shared<SourceFile>(path, text);
}

settings::DatabaseConfig config_of(const std::string& name) {
  settings::DatabaseConfig config;
  config.alias = "default";
  config.name = name;
  config.engine = name.starts_with("postgres") ? settings::Engine::kPostgresql
                                               : settings::Engine::kSqlite;
  return config;
}

Data answer_value(const orm::Value& value) {
  if (orm::is_null(value)) return {};
  if (const bool* flag = std::get_if<bool>(&value)) return *flag;
  if (const auto* number = std::get_if<std::int64_t>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* real = std::get_if<double>(&value)) {
    return Real{fmt::format("{:.12g}", *real)};
  }
  return orm::display(value);
}

Data answer_rows(const std::vector<orm::Row>& rows) {
  DataList list;
  for (const orm::Row& row : rows) {
    DataList values;
    for (const orm::Value& value : row) values.push_back(answer_value(value));
    list.push_back(std::move(values));
  }
  return list;
}

DataMap answer(const orm::Registry& registry, orm::Connection& connection,
               const Data& query) {
  const Data* model = query.map()->find("model");
  const Data* steps = query.map()->find("steps");
  const Data* ask = query.map()->find("ask");
  const orm::QuerySet rows =
      orm::apply_steps(orm::QuerySet(registry, registry.get(*model->text())),
                       steps ? *steps->list() : DataList());
  const std::string what = ask && ask->text() ? *ask->text() : "rows";
  if (ask && ask->map()) {
    std::vector<orm::Named> aggregates;
    for (const auto& [name, value] : *ask->map()) {
      aggregates.emplace_back(name, orm::argument_from_data(value, &registry));
    }
    return {{"rows", answer_rows({rows.aggregate(aggregates, connection)})}};
  }
  if (what == "count") return {{"value", rows.count(connection)}};
  if (what == "exists") return {{"value", rows.exists(connection)}};
  const auto statement = rows.statement(connection.dialect());
  if (what == "sql") return {{"value", statement ? statement->sql : ""}};
  return {{"rows", answer_rows(rows.rows(connection))},
          {"sql", statement ? statement->sql : ""}};
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::cerr << "usage: query_rows MODELS DATABASE QUERIES\n";
    return 2;
  }
  try {
    Diagnostics diagnostics;
    orm::ModelsContext context;
    const auto connection = orm::connect(config_of(arguments[2]));
    context.dialect = &connection->dialect();
    const orm::Registry registry(
        orm::read_models({{"shop", "BigAutoField", read_file(arguments[1])}},
                         context, diagnostics));
    diagnostics.throw_if_errors();
    const Data queries =
        yaml::to_data(yaml::parse(read_file(arguments[3])).root);
    for (const Data& query : *queries.list()) {
      DataMap line;
      try {
        line = answer(registry, *connection, query);
      } catch (const Error& error) {
        line = {{"error", error.code() + ": " + error.message()}};
      }
      std::cout << to_json(line) << std::endl;
    }
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
  return 0;
}
