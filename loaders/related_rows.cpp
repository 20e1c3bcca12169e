#include "loaders/related_rows.hpp"

#include "loaders/key_select.hpp"
#include "loaders/value_key.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/dialect.hpp"
#include "orm/statement_builder.hpp"

namespace manage::loaders {

namespace {

constexpr std::size_t kSmallTable = 20'000;
constexpr std::size_t kMaxKnown = 200'000;

}  // namespace

RelatedRows::RelatedRows(orm::Connection& connection,
                         const orm::ModelSet& models,
                         const PlannedField& planned)
    : connection_(connection),
      planned_(planned),
      table_(models.table(*planned.related)),
      columns_{planned.lookup->column(), planned.target->column()},
      target_kind_(orm::value_field(*planned.target, models).kind()) {}

void RelatedRows::load(const std::vector<const orm::Value*>& wanted) {
  if (wanted.empty()) return;
  if (planned_.to_self) {
    known_.clear();
  } else if (!tried_small_) {
    load_small_table();
  }
  if (!complete_ && known_.size() > kMaxKnown) known_.clear();
  std::vector<orm::Row> keys;
  for (const orm::Value* value : wanted) {
    auto [place, is_new] = known_.try_emplace(value_key(*value));
    if (!is_new || complete_) continue;
    keys.push_back(
        {stored(connection_.dialect(), planned_.reads->kind(), *value)});
  }
  if (keys.empty()) return;
  select_by_key(connection_, {table_, columns_, {columns_.front()}}, keys,
                [&](const orm::Row& row) { remember(row); });
}

void RelatedRows::load_small_table() {
  tried_small_ = true;
  const orm::StatementBuilder builder(connection_.dialect(), table_);
  orm::Result result =
      connection_.query(builder.select_all(columns_, kSmallTable + 1).sql);
  if (result.rows.size() > kSmallTable) return;
  complete_ = true;
  for (const orm::Row& row : result.rows) remember(row);
}

void RelatedRows::remember(const orm::Row& row) {
  if (orm::is_null(row[0]) || orm::is_null(row[1])) return;
  const orm::Dialect& dialect = connection_.dialect();
  orm::Value target = dialect.from_db(target_kind_, row[1]);
  Answer& answer =
      known_[value_key(dialect.from_db(planned_.reads->kind(), row[0]))];
  bool another = answer.found != Found::kNone && answer.target != target;
  answer.found = another ? Found::kMany : Found::kOne;
  answer.target = std::move(target);
}

const RelatedRows::Answer& RelatedRows::find(const orm::Value& value) const {
  static const Answer kNone;
  auto found = known_.find(value_key(value));
  return found == known_.end() ? kNone : found->second;
}

}  // namespace manage::loaders
