#include "orm/postgresql/pipeline.hpp"

#include <libpq-fe.h>

#include <algorithm>

namespace manage::orm {

namespace {

constexpr std::size_t kMostItems = 256;
constexpr std::size_t kMostBytes = 1024 * 1024;

/// The result of the next statement, which libpq ends with a nullptr.
PostgresqlResult next_result(PGconn* handle) {
  PostgresqlResult result(PQgetResult(handle));
  while (PGresult* rest = PQgetResult(handle)) PQclear(rest);
  return result;
}

bool succeeded(const PostgresqlResult& result) {
  const ExecStatusType status = PQresultStatus(result.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK ||
         status == PGRES_EMPTY_QUERY;
}

}  // namespace

void ClearResult::operator()(pg_result* result) const { PQclear(result); }

bool is_ddl(std::string_view tag) {
  constexpr std::string_view kVerbs[] = {"ALTER", "CREATE", "DROP"};
  return std::any_of(
      std::begin(kVerbs), std::end(kVerbs),
      [&](std::string_view verb) { return tag.starts_with(verb); });
}

bool PostgresqlPipeline::full() const {
  return items_.size() >= kMostItems || bytes_ >= kMostBytes;
}

void PostgresqlPipeline::add(std::string sql, std::span<const Value> parameters,
                             Connection::Explain explain) {
  bytes_ += sql.size();
  items_.push_back(
      {std::move(sql), PostgresqlParameters(parameters), std::move(explain)});
}

void PostgresqlPipeline::clear() {
  items_.clear();
  bytes_ = 0;
}

bool PostgresqlPipeline::send(pg_conn* handle, const std::vector<Item>& items) {
  const auto send_one = [&](const Item& item) {
    const PostgresqlParameters& values = item.parameters;
    return PQsendQueryParams(handle, item.sql.c_str(), values.count(), nullptr,
                             values.values(), values.lengths(),
                             values.formats(), 0) == 1;
  };
  return PQenterPipelineMode(handle) == 1 &&
         std::all_of(items.begin(), items.end(), send_one) &&
         PQpipelineSync(handle) == 1;
}

PostgresqlPipeline::Outcome PostgresqlPipeline::run(
    pg_conn* handle, const std::function<void()>& meanwhile) {
  const std::vector<Item> items = std::move(items_);
  clear();
  Outcome outcome;
  if (!send(handle, items)) {
    outcome.failed = true;
    return outcome;
  }
  if (meanwhile) meanwhile();
  for (const Item& item : items) {
    PostgresqlResult result = next_result(handle);
    // After a failure there only come results that say so.
    if (outcome.failed) continue;
    outcome.failed = !succeeded(result);
    if (outcome.failed) outcome.explain = item.explain;
    if (!outcome.failed && is_ddl(PQcmdStatus(result.get()))) {
      outcome.ddl = true;
    }
    outcome.last = std::move(result);
  }
  PQclear(PQgetResult(handle));  // of the end
  PQexitPipelineMode(handle);
  return outcome;
}

}  // namespace manage::orm
