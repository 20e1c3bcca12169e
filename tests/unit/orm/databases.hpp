// Databases for tests: a SQLite file in a temporary folder, a schema of its own
// on the PostgreSQL server that MANAGE_TEST_POSTGRES_URL names.
#pragma once

#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include "orm/connection.hpp"
#include "orm/dialect.hpp"

namespace manage::orm {

/// Whether there is a server to test with; says so if not.
inline bool has_postgresql() {
  bool here = std::getenv("MANAGE_TEST_POSTGRES_URL") != nullptr;
  if (!here) {
    WARN("skipped on PostgreSQL: MANAGE_TEST_POSTGRES_URL is not set");
  }
  return here;
}

/// The databases that this run can test on.
inline std::vector<settings::Engine> engines() {
  std::vector<settings::Engine> engines{settings::Engine::kSqlite};
  static const bool postgresql = has_postgresql();  // said once
  if (postgresql) engines.push_back(settings::Engine::kPostgresql);
  return engines;
}

/// An empty database, gone at the end of the test.
class TestDatabase {
 public:
  explicit TestDatabase(settings::Engine engine) {
    static int number = 0;
    std::string name = "manage_test_" + std::to_string(getpid()) + "_" +
                       std::to_string(++number);
    config.alias = "default";
    config.engine = engine;
    if (engine == settings::Engine::kSqlite) {
      folder_ = std::filesystem::temp_directory_path() / name;
      std::filesystem::create_directories(folder_);
      config.name = (folder_ / "db.sqlite3").string();
    } else {
      config.name = std::getenv("MANAGE_TEST_POSTGRES_URL");
      schema_ = name;
      open()->execute("CREATE SCHEMA " + name);
      config.options.set("search_path", name);
    }
  }
  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase() {
    if (schema_.empty()) {
      std::filesystem::remove_all(folder_);
    } else {
      try {
        open()->execute("DROP SCHEMA " + schema_ + " CASCADE");
      } catch (const Error& error) {
        WARN(error.what());
      }
    }
  }

  std::unique_ptr<Connection> open() const { return connect(config); }

  settings::DatabaseConfig config;

 private:
  std::filesystem::path folder_;
  std::string schema_;
};

/// `sql` with each ? replaced by the dialect's own placeholder.
inline std::string bound(const Connection& connection, std::string_view sql) {
  std::string out;
  int number = 0;
  for (char c : sql) {
    if (c == '?') {
      out += connection.dialect().placeholder(++number);
    } else {
      out += c;
    }
  }
  return out;
}

inline std::int64_t run(Connection& connection, std::string_view sql,
                        std::vector<Value> parameters = {}) {
  return connection.execute(bound(connection, sql), parameters);
}

/// The rows, one line each, values separated by bars.
inline std::string rows(Connection& connection, std::string_view sql,
                        std::vector<Value> parameters = {}) {
  std::string out;
  for (const Row& row :
       connection.query(bound(connection, sql), parameters).rows) {
    if (!out.empty()) out += "\n";
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) out += "|";
      out += display(row[at]);
    }
  }
  return out;
}

/// The error a statement ends with.
inline DatabaseError failure(Connection& connection, std::string_view sql,
                             std::vector<Value> parameters = {}) {
  try {
    run(connection, sql, std::move(parameters));
  } catch (const DatabaseError& error) {
    return error;
  }
  FAIL("no error from " << sql);
  return {"", ""};
}

/// What a call throws, as "code: message" with the hint behind a dash.
template <class Call>
std::string thrown(Call call) {
  try {
    call();
  } catch (const Error& error) {
    std::string text = error.code() + ": " + error.message();
    const std::string& hint = error.diagnostics().front().hint;
    return hint.empty() ? text : text + " - " + hint;
  }
  return "nothing";
}

}  // namespace manage::orm
