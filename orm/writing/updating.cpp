#include "orm/writing/updating.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/atomic.hpp"
#include "orm/column_types.hpp"
#include "orm/query/chunks.hpp"
#include "orm/query/compiler.hpp"
#include "orm/query/relation.hpp"
#include "orm/query/resolve.hpp"
#include "orm/query/value_hash.hpp"
#include "orm/strict_value.hpp"

namespace manage::orm {

namespace {

/// What is given to fields of one table.
struct TableChange {
  const Model* model = nullptr;
  std::vector<std::pair<const FieldDef*, const Given*>> fields;
};

class Updater {
 public:
  Updater(const QuerySet& rows, const Databases& databases)
      : rows_(rows),
        connection_(databases.writing(rows.write_alias(databases))),
        models_(rows.registry().models()) {}

  std::int64_t run(const GivenList& given) {
    if (rows_.query().limit == 0) return 0;
    check_rows();
    for (const Given& one : given) add(one);
    if (changes_.empty()) return 0;
    require_usable(connection_);
    return breaking(connection_, [&] {
      const bool own = changes_.size() == 1 &&
                       changes_.front().model == &rows_.model().concrete();
      return own ? change(rows_.order_by({}).query(), changes_.front())
                 : change_by_keys();
    });
  }

 private:
  void check_rows() const {
    const Query& query = rows_.query();
    if (query.combinator != Combinator::kNone) {
      throw Error("query.combined", "combined rows cannot be updated");
    }
    if (query.sliced() || !query.distinct_on.empty()) {
      throw Error("query.sliced", "rows that are cut off cannot be updated")
          .hint("filter by their keys: pk__in");
    }
    if (query.own_model) {
      throw Error("query.expression",
                  "the rows of a query have no table to update");
    }
  }

  void add(const Given& given) {
    std::vector<std::string> known;
    for (const Model::Column& column : rows_.model().columns()) {
      const FieldDef& field = *column.field;
      const bool key = given.name == "pk" && field.primary_key();
      if (key || field.name == given.name || field.attname() == given.name) {
        if (field.is_generated()) break;
        table_of(*column.owner).fields.emplace_back(&field, &given);
        return;
      }
      known.push_back(field.name);
    }
    throw Error("query.field", fmt::format("{} has no column {} to update",
                                           rows_.model().label(), given.name))
        .hint(text::did_you_mean(given.name, known));
  }

  TableChange& table_of(const Model& owner) {
    const auto known = std::find_if(
        changes_.begin(), changes_.end(),
        [&](const TableChange& one) { return one.model == &owner; });
    if (known != changes_.end()) return *known;
    return changes_.emplace_back(TableChange{&owner, {}});
  }

  ExprPtr new_value(Query& query, const FieldDef& field, const Given& given) {
    const FieldDef& own = value_field(field, models_);
    if (const auto* expr = std::get_if<ExprPtr>(&given.what)) {
      return resolve(query, *expr, nullptr);
    }
    Value made;
    if (const auto* plain = std::get_if<Value>(&given.what)) {
      made = *plain;
    } else if (const RecordPtr& record = std::get<RecordPtr>(given.what)) {
      const auto relation = find_relation(rows_.model(), field.name);
      made = record->get(relation ? relation->column->attname() : "pk");
      if (is_null(made)) {
        throw Error("write.unsaved",
                    fmt::format("{}.{}: the {} is not in the database",
                                rows_.model().label(), field.name,
                                record->model().label()));
      }
    }
    made = strict_value(field, own, models_, rows_.model().label(),
                        std::move(made));
    const std::string problem =
        connection_.dialect().storage_problem(own.kind(), made);
    if (!problem.empty()) {
      throw Error("query.value", fmt::format("{}.{}: {}", rows_.model().label(),
                                             field.name, problem));
    }
    return value(std::move(made), borrowed(own));
  }

  std::int64_t change(Query query, const TableChange& table) {
    Assignments assignments;
    for (const auto& [field, given] : table.fields) {
      // Joins that only a value needs are none of the condition's.
      Query around = query;
      ExprPtr made = new_value(around, *field, *given);
      refuse_aggregate(*made, *field);
      assignments.push_back({field, std::move(made)});
    }
    const auto statement =
        compile_update(query, assignments, connection_.dialect());
    if (!statement) return 0;
    return connection_.execute(statement->sql, statement->parameters);
  }

  void refuse_aggregate(const Expr& made, const FieldDef& field) const {
    if (!contains_aggregate(made) && !contains_window(made)) return;
    throw Error("query.expression",
                fmt::format("the new value of {}.{} is computed of many rows",
                            rows_.model().label(), field.name))
        .hint("compute it in a Subquery with OuterRef");
  }

  /// Several tables: the keys are found first, because a change may take rows
  /// out of the condition.
  std::int64_t change_by_keys() {
    Atomic block(connection_, {.savepoint = false});
    std::vector<Named> names;
    for (const TableChange& one : changes_) {
      names.emplace_back(key_path(*one.model));
    }
    std::vector<std::vector<Value>> keys(changes_.size());
    std::unordered_map<Value, bool, ValueHash> seen;
    for (Row& row : rows_.order_by({}).values(names).rows(connection_)) {
      // A row that a join repeats is one.
      if (!seen.emplace(row.front(), true).second) continue;
      for (std::size_t i = 0; i < row.size(); ++i) {
        keys[i].push_back(std::move(row[i]));
      }
    }
    const auto count = static_cast<std::int64_t>(keys.front().size());
    for (std::size_t i = 0; i < changes_.size(); ++i) {
      const QuerySet table(rows_.registry(), *changes_[i].model);
      in_chunks(std::move(keys[i]), [&](std::vector<Value> some) {
        const QuerySet found =
            table.filter(Q("pk__in", std::move(some))).order_by({});
        change(found.query(), changes_[i]);
      });
    }
    block.commit();
    return count;
  }

  /// The key of the row that a parent has.
  static std::string key_path(const Model& model) {
    return model.primary_key().attname();
  }

  const QuerySet& rows_;
  Connection& connection_;
  const ModelSet& models_;
  std::vector<TableChange> changes_;
};

}  // namespace

std::int64_t update(const QuerySet& rows, const GivenList& given,
                    const Databases& databases) {
  return Updater(rows, databases).run(given);
}

}  // namespace manage::orm
