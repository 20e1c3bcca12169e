#include "orm/query/rows_model.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"
#include "orm/column_types.hpp"

namespace manage::orm {

namespace {

[[noreturn]] void wrong(std::string message, std::string hint) {
  throw Error("query.expression", std::move(message)).hint(std::move(hint));
}

const ColumnExpr* plain_column(const Expr& expr) {
  if (const auto* column = expr.as<ColumnExpr>()) return column;
  const auto* named = expr.as<NamedColumnExpr>();
  return named && named->origin ? plain_column(*named->origin) : nullptr;
}

/// What only a table of its own has.
void forget_table(FieldDef& field) {
  for (const char* argument :
       {"primary_key", "unique", "db_index", "default", "db_default",
        "db_column", "related_name", "related_query_name", "parent_link"}) {
    field.arguments.erase(argument);
  }
  field.arguments.set("null", true);
}

}  // namespace

/// Makes one; a friend of Model.
class RowsModelMaker {
 public:
  RowsModelMaker(const Query& rows, const std::string& name)
      : rows_(rows), models_(rows.registry->models()) {
    def_->app = "query";
    def_->name = name;
    for (const Selected& one : rows.selected) names_.push_back(one.name);
  }

  std::shared_ptr<const Model> make() {
    for (const Selected& one : rows_.selected) {
      check_name(one);
      def_->fields.push_back(field(one));
    }
    model_->def_ = def_;
    model_->key_ = def_->key();
    model_->table_ = def_->name;
    for (const FieldDef& one : def_->fields) {
      model_->columns_.push_back({model_.get(), &one});
      if (one.is_relation()) add_target(one);
    }
    add_base();
    return model_;
  }

 private:
  void check_name(const Selected& one) const {
    if (one.name.find("__") != std::string::npos) {
      wrong(fmt::format("{} cannot be the name of a column", one.name),
            fmt::format("give it another one in values(): {{other: {{F: {}}}}}",
                        one.name));
    }
    if (std::count(names_.begin(), names_.end(), one.name) > 1) {
      wrong(fmt::format("two columns have the name {}", one.name),
            "give one of them another name in values()");
    }
  }

  FieldDef field(const Selected& one) const {
    FieldDef made;
    if (const ColumnExpr* column = plain_column(*one.expr)) {
      made = *column->field;
      forget_table(made);
      made.name = one.name;
      if (made.is_relation()) name_relation(made, one.name);
    } else if (const FieldDef* known = field_of(*one.expr)) {
      made = value_field(*known, models_);
      forget_table(made);
      made.name = one.name;
    } else if (const auto kind = kind_of(*one.expr)) {
      made.name = one.name;
      made.type = &field_type(*kind);
      made.arguments.set("null", true);
    } else {
      wrong(fmt::format("nobody knows what values {} has", one.name),
            "give the expression an output_field");
    }
    return made;
  }

  /// As its column it has the name that it was selected by.
  void name_relation(FieldDef& field, const std::string& column) const {
    constexpr std::string_view kSuffix = "_id";
    const std::string plain = column.ends_with(kSuffix)
                                  ? column.substr(0, column.size() - 3)
                                  : column;
    const bool taken =
        std::find(names_.begin(), names_.end(), plain) != names_.end();
    field.name = taken ? column : plain;
    field.arguments.set("db_column", column);
  }

  void add_target(const FieldDef& field) {
    const Model* target = rows_.registry->find(models_.target(field).key());
    model_->targets_[field.name] = {target, &models_.target_field(field)};
  }

  /// The model whose rows they are becomes a parent, as in multi-table
  /// inheritance.
  void add_base() {
    model_->primary_key_ = &def_->fields.front();
    const Model* base = &rows_.model->concrete();
    const FieldDef& key = base->primary_key();
    if (rows_.own_model) {
      if (base->parents().empty()) return;
      base = base->parents().front().model;
    }
    const auto selected = std::find_if(
        rows_.selected.begin(), rows_.selected.end(), [&](const Selected& one) {
          const auto* column = one.expr->as<ColumnExpr>();
          return column && column->alias == 0 && column->level == 0 &&
                 column->field == &key;
        });
    if (selected == rows_.selected.end()) return;
    const auto at = selected - rows_.selected.begin();
    model_->primary_key_ = &def_->fields[static_cast<std::size_t>(at)];
    auto link = std::make_shared<FieldDef>();
    link->name = text::lower(base->def().name) + "_ptr";
    link->type = &field_type(FieldKind::kOneToOne);
    link->arguments.set("to", base->key().text());
    link->arguments.set("db_column", selected->name);
    model_->link_ = link;
    model_->parents_.push_back({base, link.get()});
    model_->targets_[link->name] = {base, &base->primary_key()};
  }

  const Query& rows_;
  const ModelSet& models_;
  std::vector<std::string> names_;
  std::shared_ptr<ModelDef> def_ = std::make_shared<ModelDef>();
  std::shared_ptr<Model> model_ = std::make_shared<Model>();
};

std::shared_ptr<const Model> rows_model(const Query& rows,
                                        const std::string& name) {
  return RowsModelMaker(rows, name).make();
}

}  // namespace manage::orm
