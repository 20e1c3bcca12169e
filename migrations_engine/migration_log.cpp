#include "migrations_engine/migration_log.hpp"

#include "core/version.hpp"
#include "orm/dialect.hpp"
#include "orm/sql_syntax.hpp"

namespace manage::migrations_engine {

namespace {

using orm::FieldKind;

constexpr const char* kApplied = "applied";
constexpr const char* kUndone = "undone";
constexpr const char* kAccepted = "accepted";
constexpr const char* kRunning = "running";
constexpr const char* kFailed = "failed";

const char* outcome(const Step& step) {
  return step.backwards ? kUndone : kApplied;
}

std::string text_of(const orm::Value& value) {
  const std::string* text = std::get_if<std::string>(&value);
  return text ? *text : std::string();
}

std::int64_t number_of(const orm::Value& value) {
  const std::int64_t* number = std::get_if<std::int64_t>(&value);
  return number ? *number : 0;
}

orm::Value number(std::size_t value) {
  return static_cast<std::int64_t>(value);
}

/// Of a new row; it may have fewer.
const std::vector<std::string>& columns() {
  static const std::vector<std::string> kNames{"app",
                                               "name",
                                               "backwards",
                                               "checksum",
                                               "source_checksum",
                                               "version",
                                               "started",
                                               "state",
                                               "duration",
                                               "statements",
                                               "statements_done",
                                               "statement_begun",
                                               "plan",
                                               "error"};
  return kNames;
}

}  // namespace

MigrationLog::MigrationLog(orm::Connection& connection,
                           const std::string& default_auto_field)
    : table_(connection,
             OwnTableModel(
                 "manage_migration_log", "MigrationLog", default_auto_field,
                 {{"app", FieldKind::kChar, {{"max_length", 255}}},
                  {"name", FieldKind::kChar, {{"max_length", 255}}},
                  {"backwards", FieldKind::kBoolean},
                  {"state", FieldKind::kChar, {{"max_length", 10}}},
                  {"checksum", FieldKind::kChar, {{"max_length", 64}}},
                  {"source_checksum", FieldKind::kChar, {{"max_length", 64}}},
                  {"version", FieldKind::kChar, {{"max_length", 40}}},
                  {"started", FieldKind::kDateTime},
                  // Microseconds.
                  {"duration", FieldKind::kBigInteger, {{"null", true}}},
                  // Only of migrations that are not atomic:
                  {"statements", FieldKind::kInteger, {{"null", true}}},
                  {"statements_done", FieldKind::kInteger, {{"null", true}}},
                  {"statement_begun", FieldKind::kBoolean, {{"null", true}}},
                  {"plan", FieldKind::kText, {{"null", true}}},
                  {"error", FieldKind::kText, {{"null", true}}}})) {}

std::map<MigrationKey, Checksums> MigrationLog::checksums() {
  if (!table_.exists()) return {};
  struct Latest {
    std::int64_t id = 0;
    bool applied = false;
    Checksums checksums;
  };
  std::map<MigrationKey, Latest> latest;
  for (const orm::Row& row : table_.query(table_.statements().select(
           {"id", "app", "name", "state", "checksum", "source_checksum"},
           {"state"},
           std::vector<orm::Row>{{kApplied}, {kAccepted}, {kUndone}}))) {
    Latest& entry = latest[{text_of(row[1]), text_of(row[2])}];
    std::int64_t id = number_of(row[0]);
    if (id < entry.id) continue;
    entry = {
        id, text_of(row[3]) != kUndone, {text_of(row[4]), text_of(row[5])}};
  }
  std::map<MigrationKey, Checksums> found;
  for (auto& [key, entry] : latest) {
    if (entry.applied) found.emplace(key, std::move(entry.checksums));
  }
  return found;
}

std::optional<HalfDone> MigrationLog::half_done() {
  if (!table_.exists()) return std::nullopt;
  const orm::Dialect& dialect = table_.dialect();
  for (const orm::Row& row : table_.query(table_.statements().select(
           {"id", "app", "name", "backwards", "state", "statements_done",
            "statements", "statement_begun", "error", "checksum", "plan"},
           {"state"}, std::vector<orm::Row>{{kRunning}, {kFailed}}))) {
    if (orm::is_null(row[10])) continue;
    auto flag = [&](const orm::Value& value) {
      orm::Value read = dialect.from_db(FieldKind::kBoolean, value);
      const bool* set = std::get_if<bool>(&read);
      return set && *set;
    };
    HalfDone half;
    half.id = number_of(row[0]);
    half.key = {text_of(row[1]), text_of(row[2])};
    half.backwards = flag(row[3]);
    half.failed = text_of(row[4]) == kFailed;
    half.done = static_cast<std::size_t>(number_of(row[5]));
    half.total = static_cast<std::size_t>(number_of(row[6]));
    half.doubtful = flag(row[7]);
    half.error = text_of(row[8]);
    half.checksum = text_of(row[9]);
    half.plan = text_of(row[10]);
    return half;
  }
  return std::nullopt;
}

Checksums MigrationLog::checksums_of(const Migration& migration) const {
  if (prepared_ && prepared_->first == migration.key) return prepared_->second;
  return {canonical_checksum(migration), source_checksum(migration)};
}

void MigrationLog::prepare(const Migration& migration) noexcept {
  try {
    prepared_.emplace(migration.key, checksums_of(migration));
  } catch (const std::exception&) {
    prepared_.reset();  // then it says so when it is needed
  }
}

orm::Row MigrationLog::row(const Step& step, DateTime started,
                           orm::Row rest) const {
  const Migration& migration = *step.migration;
  Checksums sums = checksums_of(migration);
  orm::Row row{migration.key.app,
               migration.key.name,
               table_.to_db(FieldKind::kBoolean, step.backwards),
               std::move(sums.canonical),
               std::move(sums.source),
               std::string(version()),
               table_.to_db(FieldKind::kDateTime, started)};
  for (orm::Value& value : rest) row.push_back(std::move(value));
  return row;
}

void MigrationLog::add(const Step& step, DateTime started, orm::Row rest,
                       const std::vector<orm::ComputedColumn>& computed) {
  const std::vector<orm::Row> rows{row(step, started, std::move(rest))};
  std::vector<std::string> names = columns();
  names.resize(rows.front().size());
  table_.run(table_.statements().insert(names, rows, {}, {}, computed));
}

void MigrationLog::update(std::int64_t id,
                          const std::vector<std::string>& columns,
                          orm::Row values) {
  values.push_back(id);
  table_.run(table_.statements().update(
      columns, {"id"}, std::vector<orm::Row>{std::move(values)}));
}

bool MigrationLog::may_be_open(const MigrationKey& key) {
  if (!open_) {
    open_.emplace();
    for (const orm::Row& row : table_.query(table_.statements().select(
             {"app", "name", "plan"}, {"state"},
             std::vector<orm::Row>{{kRunning}, {kFailed}}))) {
      if (orm::is_null(row[2])) continue;
      open_->insert({text_of(row[0]), text_of(row[1])});
    }
  }
  return open_->contains(key);
}

void MigrationLog::close(const MigrationKey& key) {
  if (!may_be_open(key)) return;
  std::vector<orm::Row> rows;
  for (const char* state : {kRunning, kFailed}) {
    rows.push_back({orm::Null{}, key.app, key.name, state});
  }
  table_.run(
      table_.statements().update({"plan"}, {"app", "name", "state"}, rows));
}

void MigrationLog::add_finished(const Step& step, DateTime started,
                                std::optional<std::int64_t> microseconds) {
  close(step.migration->key);
  if (microseconds) {
    add(step, started, {outcome(step), *microseconds});
    return;
  }
  const std::string sql(table_.dialect().sql_syntax().time_in_transaction);
  add(step, started, {outcome(step)}, {{"duration", sql}});
}

bool MigrationLog::measures_time() const {
  return !table_.dialect().sql_syntax().time_in_transaction.empty();
}

void MigrationLog::add_failed(const Step& step, DateTime started,
                              const std::string& error) {
  const orm::Null none;
  add(step, started, {kFailed, none, none, none, none, none, error});
}

std::int64_t MigrationLog::add_running(const Step& step, DateTime started,
                                       std::size_t statements,
                                       const std::string& plan) {
  close(step.migration->key);
  open_->insert(step.migration->key);
  const std::vector<orm::Row> rows{
      row(step, started,
          {kRunning, orm::Null{}, number(statements), number(0),
           table_.to_db(FieldKind::kBoolean, false), plan, orm::Null{}})};
  return number_of(
      table_.query(table_.statements().insert(columns(), rows, {}, {"id"}))
          .front()
          .front());
}

void MigrationLog::reached(std::int64_t id, std::size_t done, bool begun) {
  update(id, {"state", "statements_done", "statement_begun"},
         {kRunning, number(done), table_.to_db(FieldKind::kBoolean, begun)});
}

void MigrationLog::keep_plan(std::int64_t id, const std::string& plan) {
  update(id, {"state", "plan"}, {kRunning, plan});
}

void MigrationLog::change_plan(std::int64_t id, const Step& step,
                               std::size_t statements,
                               const std::string& plan) {
  update(id, {"statements", "plan", "checksum", "source_checksum"},
         {number(statements), plan, canonical_checksum(*step.migration),
          source_checksum(*step.migration)});
}

void MigrationLog::stop(std::int64_t id, const std::string& error, bool kept) {
  if (kept) {
    update(id, {"state", "error"}, {kFailed, error});
  } else {
    update(id, {"state", "error", "plan"}, {kFailed, error, orm::Null{}});
  }
}

void MigrationLog::finish(std::int64_t id, const Step& step,
                          std::int64_t microseconds) {
  update(id, {"state", "duration", "plan", "error"},
         {outcome(step), microseconds, orm::Null{}, orm::Null{}});
}

void MigrationLog::accept(const Migration& migration, DateTime now) {
  add({std::make_shared<Migration>(migration), false}, now, {kAccepted});
}

}  // namespace manage::migrations_engine
