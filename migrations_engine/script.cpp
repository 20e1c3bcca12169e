#include "migrations_engine/script.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "migrations_engine/sql_lexer.hpp"
#include "orm/script_guard.hpp"

namespace manage::migrations_engine {

std::string with_values(const orm::Statement& statement,
                        const orm::Dialect& dialect) {
  const std::string& sql = statement.sql;
  if (statement.parameters.empty()) return sql;
  std::string out;
  std::size_t at = 0;
  for (const Placeholder& found :
       find_placeholders(sql, dialect.placeholder(1).front(),
                         dialect.features().nested_comments)) {
    if (found.number == 0 || found.number > statement.parameters.size()) {
      continue;
    }
    out += sql.substr(at, found.begin - at);
    out += dialect.literal(statement.parameters[found.number - 1]);
    at = found.end;
  }
  return out + sql.substr(at);
}

namespace {

using Statements = std::vector<orm::Statement>;

/// With its semicolon, which must not become part of a comment.
std::string ended(std::string sql) {
  const std::size_t line = sql.rfind('\n') + 1;  // npos + 1 is 0
  const bool comment = sql.find("--", line) != std::string::npos;
  return std::move(sql) + (comment ? "\n;\n" : ";\n");
}

/// Whether it is one of RunSQL's.
bool is_users(const orm::Statement& statement) {
  return statement.table.empty();
}

bool changes_schema(const orm::Statement& statement) {
  const std::string& sql = statement.sql;
  return !is_users(statement) &&
         (sql.starts_with("CREATE ") || sql.starts_with("ALTER ") ||
          sql.starts_with("DROP "));
}

bool is_check(const orm::Statement& statement) {
  return statement.must_be_empty;
}

class ScriptWriter {
 public:
  ScriptWriter(const Plan& plan, const orm::Dialect& dialect)
      : plan_(plan), dialect_(dialect) {
    const auto checks = [](const Statements& statements) {
      return std::any_of(statements.begin(), statements.end(), is_check);
    };
    const bool any = checks(plan.checks) ||
                     std::any_of(plan.operations.begin(), plan.operations.end(),
                                 [&](const PlannedOperation& operation) {
                                   return checks(operation.statements);
                                 });
    if (any) guard_ = orm::script_guard(dialect);
  }

  std::string write() {
    if (must_stop()) {
      out_ += "-- it must stop at the first error: sqlite3 -bail FILE\n";
    }
    add_all(plan_.before);
    enter(plan_.atomic() ? 1 : 0);
    for (const PlannedOperation& operation : plan_.operations) {
      if (!plan_.atomic()) enter(operation.transaction);
      out_ += fmt::format("--\n-- {}\n--\n", operation.description);
      if (operation.statements.empty()) out_ += "-- (no statement here)\n";
      if (open_ != 0) {
        add_all(operation.statements);
      } else {
        add_groups(operation.statements);
      }
    }
    if (!plan_.atomic() && !plan_.checks.empty()) {
      enter(plan_.checks_transaction);
    }
    add_all(plan_.checks);
    enter(0);
    add_all(plan_.after);
    return std::move(out_);
  }

 private:
  /// Whether a statement may fail unnoticed: of RunSQL's, nobody can tell, and
  /// what is not in one transaction stays.
  bool must_stop() const {
    std::size_t all = 0;
    std::size_t users = 0;
    for (const PlannedOperation& operation : plan_.operations) {
      const Statements& statements = operation.statements;
      all += statements.size();
      users += static_cast<std::size_t>(
          std::count_if(statements.begin(), statements.end(), is_users));
    }
    return orm::script_guard(dialect_) && all > 1 &&
           (users > 0 || !plan_.atomic());
  }

  /// The transaction of that number; 0: none.
  void enter(int transaction) {
    if (transaction == open_) return;
    if (open_ != 0) commit();
    if (transaction != 0) begin();
    open_ = transaction;
  }

  void add_all(const Statements& statements) {
    for (const orm::Statement& statement : statements) add(statement);
  }

  /// Those that belong together, in a transaction unless they are in one.
  void add_groups(const Statements& statements) {
    using Transaction = orm::StatementManner::Transaction;
    for (auto at = statements.begin(); at != statements.end();) {
      const auto end = std::find_if(
          at + 1, statements.end(),
          [](const orm::Statement& one) { return !one.with_previous; });
      const auto manner = dialect_.manner(at->sql).transaction;
      if (manner == Transaction::kBegins) users_transaction_ = true;
      if (manner == Transaction::kEnds) users_transaction_ = false;
      const bool own = end - at > 1 && !users_transaction_;
      if (own) begin();
      for (; at != end; ++at) add(*at);
      if (own) commit();
    }
  }

  void add(const orm::Statement& statement) {
    if (!statement.comment.empty()) {
      out_ += fmt::format("-- {}\n", statement.comment);
    }
    if (changes_schema(statement)) ++changes_;
    if (guarded_ && is_check(statement)) {
      ++checks_;
      add_lines(guard_->check(statement.sql));
    } else {
      out_ += ended(with_values(statement, dialect_));
    }
  }

  void add_lines(const orm::ScriptGuard::Lines& lines) {
    for (const std::string& line : lines) out_ += ended(line);
  }

  void begin() {
    guarded_ = guard_ != nullptr;
    checks_ = changes_ = 0;
    if (guarded_) {
      out_ += "-- all or nothing, even if a tool goes on after an error\n";
      add_lines(guard_->before_begin());
    }
    out_ += "BEGIN;\n";
    if (guarded_) add_lines(guard_->after_begin());
  }

  void commit() {
    if (guarded_) {
      out_ += "-- checks that no check and no change before this failed\n";
      add_lines(guard_->before_commit(checks_, changes_));
    }
    out_ += "COMMIT;\n";
    if (guarded_) add_lines(guard_->after_commit());
    guarded_ = false;
  }

  const Plan& plan_;
  const orm::Dialect& dialect_;
  /// nullptr: nothing to guard, or the database does it.
  const orm::ScriptGuard* guard_ = nullptr;
  bool guarded_ = false;  ///< in a transaction with checks
  bool users_transaction_ = false;
  int open_ = 0;  ///< the number of the transaction
  std::size_t checks_ = 0;
  std::size_t changes_ = 0;
  std::string out_;
};

}  // namespace

std::string to_sql(const Plan& plan, const orm::Dialect& dialect) {
  return ScriptWriter(plan, dialect).write();
}

}  // namespace manage::migrations_engine
