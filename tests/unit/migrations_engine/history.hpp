// The history of an app in a real database: operations as migration files have
// them, applied and undone, and the schema they leave.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>
#include <string>
#include <vector>

#include "core/text.hpp"
#include "migrations_engine/migration.hpp"
#include "migrations_engine/plan.hpp"
#include "tests/unit/orm/databases.hpp"

namespace manage::migrations_engine {

using Lines = std::vector<std::string>;

/// Two models of app shop, with what most operations need.
inline const char* kShop = R"(
  - CreateModel:
      name: Author
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
        name: {type: CharField, max_length: 100}
  - CreateModel:
      name: Book
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
        title: {type: CharField, max_length: 200}
        pages: {type: IntegerField, default: 0}
        author: {type: ForeignKey, to: shop.author, on_delete: CASCADE, related_name: books}
        readers: {type: ManyToManyField, to: shop.author, related_name: read}
)";

/// The models that Django's statements in the tests were printed for, by
/// Django 5.1.1.
inline const char* kItems = R"(
  - CreateModel:
      name: Target
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
        code: {type: CharField, max_length: 10, unique: true}
  - CreateModel:
      name: Item
      fields:
        id: {type: BigAutoField, primary_key: true, auto_created: true, serialize: false, verbose_name: ID}
        qty: {type: PositiveIntegerField}
        code: {type: CharField, max_length: 9, unique: true}
        t: {type: ForeignKey, to: shop.target, on_delete: CASCADE}
)";

/// One operation of a migration file: "DeleteModel: {name: Author}".
inline std::string item(const std::string& operation) {
  return "  - " + operation + "\n";
}

class History {
 public:
  explicit History(settings::Engine engine, const std::string& start = kShop)
      : database_(engine), connection_(database_.open()) {
    models_.max_name_length = connection_->dialect().max_name_length();
    state_ = ProjectState(models_);
    apply(start);
  }

  const ProjectState& state() const { return state_; }
  const orm::ModelDef& model(const std::string& name) const {
    return state_.model({"shop", name});
  }
  std::string table(const std::string& name) const {
    return state_.models().table(model(name));
  }
  orm::Connection& connection() { return *connection_; }
  const orm::Dialect& dialect() { return connection_->dialect(); }

  /// A row or two in each table of kShop, or of kItems.
  void fill() {
    if (state_.models().find({"shop", "book"})) {
      connection_->execute("INSERT INTO shop_author (name) VALUES ('Ann')");
      connection_->execute(
          "INSERT INTO shop_book (title, pages, author_id) VALUES ('T', 7, 1)");
      connection_->execute(
          "INSERT INTO shop_book_readers (book_id, author_id) VALUES (1, 1)");
    } else {
      connection_->execute("INSERT INTO shop_target (code) VALUES ('x')");
      connection_->execute(
          "INSERT INTO shop_item (qty, code, t_id) VALUES (3, 'c', 1)");
      connection_->execute(
          "INSERT INTO shop_item (qty, code, t_id) VALUES (4, 'd', 1)");
    }
  }

  /// From here on migrations say `atomic: false`, or no longer.
  void set_atomic(bool atomic) { atomic_ = atomic; }

  /// Applies the operations as a migration of their own; its statements.
  Lines apply(const std::string& operations) {
    Step step{read(operations), false};
    Lines statements = run(step);
    step.migration->apply_to(state_);
    return statements;
  }

  /// Applies, undoes and applies again. The schema and the state before and
  /// after must be the same both times.
  Lines round_trip(const std::string& operations) {
    const Lines before = comparable(schema());
    Step forwards{read(operations), false};
    const Lines statements = run(forwards);
    const Lines after = comparable(schema());
    run({forwards.migration, true});
    CHECK(comparable(schema()) == before);
    run(forwards);
    CHECK(comparable(schema()) == after);
    forwards.migration->apply_to(state_);
    return statements;
  }

  /// Applies and undoes; the state stays.
  void apply_and_undo(const std::string& operations) {
    const MigrationPtr migration = read(operations);
    run({migration, false});
    run({migration, true});
  }

  /// What stands against the operations: "2:5: message".
  std::string refused(const std::string& operations) {
    try {
      apply(operations);
    } catch (const Error& error) {
      const Diagnostic& first = error.diagnostics().front();
      const std::string place = first.where.text();
      return place.substr(place.find(':') + 1) + ": " + first.message;
    }
    return "nothing";
  }

  /// Every table with its columns, constraints and triggers, sorted.
  Lines schema() {
    Lines lines;
    auto introspector = orm::introspector(*connection_);
    for (const std::string& name : introspector->tables()) {
      const orm::TableInfo table = *introspector->table(name);
      for (const orm::ColumnInfo& column : table.columns) {
        lines.push_back(name + "." + column.name + " " + column.type +
                        (column.null ? " null" : "") +
                        (column.identity ? " identity" : "") + " " +
                        column.default_sql.value_or(""));
      }
      for (const orm::ConstraintInfo& one : table.constraints) {
        lines.push_back(
            name + ": " + std::to_string(int(one.kind)) + " " + one.name +
            " (" + text::join(one.columns, ", ") + ") " + one.target_table +
            " " + one.target_column +
            (one.kind == orm::ConstraintKind::kCheck || one.columns.empty()
                 ? one.sql
                 : ""));
      }
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  /// Whether a line of the schema begins like that.
  bool has(const std::string& start) {
    const Lines lines = schema();
    return std::any_of(
        lines.begin(), lines.end(),
        [&](const std::string& line) { return line.starts_with(start); });
  }

  std::string rows(const std::string& sql) {
    return orm::rows(*connection_, sql);
  }

 private:
  MigrationPtr read(const std::string& operations) const {
    const std::string head = atomic_ ? "" : "atomic: false\n";
    return std::make_shared<Migration>(read_migration(
        std::make_shared<SourceFile>("shop/migrations/0002_x.yaml",
                                     head + "operations:\n" + operations),
        {"shop", "0002_x"}));
  }

  /// Automatic names are those of the time when they were given.
  static Lines comparable(Lines lines) {
    static const std::regex kAutomatic(
        "\\w+_[0-9a-f]{8}(_uniq|_idx|_like|_check|_fk\\w*)?(?= \\()");
    for (std::string& line : lines) {
      line = std::regex_replace(line, kAutomatic, "AUTO$1");
      line = std::regex_replace(line, std::regex("AUTO_fk\\w*"), "AUTO_fk");
      // The server names what comes with a table, the editor what comes later.
      line = std::regex_replace(line, std::regex("\\w+_check(?= \\()"),
                                "AUTO_check");
    }
    std::sort(lines.begin(), lines.end());
    return lines;
  }

  Lines run(const Step& step) {
    auto introspector = orm::introspector(*connection_);
    orm::Catalog catalog(introspector.get());
    Plan plan = make_plan(step, state_, catalog, connection_->dialect());
    Lines made;
    auto execute = [&](const std::vector<orm::Statement>& statements) {
      for (const orm::Statement& one : statements) {
        if (!one.must_be_empty) {
          connection_->execute(one.sql, one.parameters);
        } else if (!connection_->query(one.sql).rows.empty()) {
          throw Error("test.check", one.comment);
        }
      }
    };
    execute(plan.before);
    std::optional<orm::Transaction> transaction;
    if (plan.atomic()) transaction.emplace(*connection_);
    for (const PlannedOperation& operation : plan.operations) {
      execute(operation.statements);
      for (const orm::Statement& one : operation.statements) {
        made.push_back(one.sql);
      }
    }
    execute(plan.checks);
    if (transaction) transaction->commit();
    execute(plan.after);
    return made;
  }

  orm::TestDatabase database_;
  std::unique_ptr<orm::Connection> connection_;
  orm::ModelSet models_;
  ProjectState state_;
  bool atomic_ = true;
};

}  // namespace manage::migrations_engine
