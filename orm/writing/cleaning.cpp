#include "orm/writing/cleaning.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "orm/column_types.hpp"
#include "orm/convert.hpp"
#include "orm/query/definition.hpp"
#include "orm/query/from_data.hpp"
#include "orm/query/functions.hpp"
#include "orm/query/query_set.hpp"
#include "orm/query/relation.hpp"
#include "orm/writing/field_validators.hpp"

namespace manage::orm {

namespace {

std::vector<Diagnostic> diagnostics_of(const Model& model,
                                       const std::vector<Invalid>& problems) {
  std::vector<Diagnostic> list;
  for (const Invalid& one : problems) {
    Diagnostic made;
    made.code = "validation." + one.code;
    made.message =
        one.field.empty()
            ? fmt::format("{}: {}", model.label(), one.message)
            : fmt::format("{}.{}: {}", model.label(), one.field, one.message);
    list.push_back(std::move(made));
  }
  return list;
}

bool among(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool is_empty(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  const auto* json = std::get_if<Json>(&value);
  const auto* bytes = std::get_if<Bytes>(&value);
  return is_null(value) || (text && text->empty()) ||
         (bytes && bytes->data.empty()) ||
         (json && (json->text == "[]" || json->text == "{}" ||
                   json->text == "\"\"" || json->text == "null"));
}

class Cleaning {
 public:
  Cleaning(Record& record, const CleanOptions& options)
      : record_(record),
        options_(options),
        registry_(*record.shape().registry),
        models_(registry_.models()),
        connection_(record.shape().databases->connection(record.alias())) {}

  void run() {
    const Model& model = record_.model().concrete();
    for (const Model::Column& column : model.columns()) {
      clean_field(*column.owner, *column.field);
    }
    check_as_a_whole(model);
    if (options_.validate_unique) each_model(model, &Cleaning::check_unique);
    if (options_.validate_constraints) {
      each_model(model, &Cleaning::check_constraints);
    }
    if (!problems_.empty()) {
      throw ValidationError(record_.model(), std::move(problems_));
    }
  }

 private:
  using Check = void (Cleaning::*)(const Model&);

  /// Of the model and those that it inherits from.
  void each_model(const Model& model, Check check) {
    (this->*check)(model);
    for (const Model::Parent& parent : model.parents()) {
      each_model(parent.model->concrete(), check);
    }
  }

  void report(const FieldDef* field, const std::string& code,
              std::string message) {
    if (field) {
      if (const Data* own = field->arguments.find("error_messages")) {
        const Data* given = own->map() ? own->map()->find(code) : nullptr;
        if (given && given->text()) message = *given->text();
      }
    }
    problems_.push_back({field ? field->name : "", code, std::move(message)});
  }

  bool is_left_out(const FieldDef& field) const {
    return among(options_.exclude, field.name) || among(invalid_, field.name);
  }

  /// Whether its value is known without a question.
  bool has(const FieldDef& field) const {
    return record_.is_loaded(field.attname()) &&
           !record_.pending().contains(field.attname());
  }
  const Value& value(const FieldDef& field) {
    return record_.get(field.attname());
  }

  void clean_field(const Model& owner, const FieldDef& field) {
    if (field.is_generated() || field.type->automatic || is_left_out(field) ||
        field.flag("parent_link") || !has(field)) {
      return;
    }
    const std::size_t before = problems_.size();
    const Value& given = value(field);
    const bool empty = is_empty(given);
    const bool filled = field.flag("auto_now") || field.flag("auto_now_add");
    if (empty && (field.blank() || filled)) return;
    if (is_null(given) && !field.null()) {
      report(&field, "null", "must have a value");
    } else if (empty) {
      report(&field, "blank", "must not be empty");
    } else {
      clean_value(owner, field, given);
    }
    if (problems_.size() > before) invalid_.push_back(field.name);
  }

  void clean_value(const Model& owner, const FieldDef& field,
                   const Value& given) {
    const FieldDef& own = value_field(field, models_);
    if (field.is_relation()) {
      check_related(owner, field, given);
    } else {
      check_form(field, given);
    }
    const Data* validators = field.arguments.find("validators");
    for (const Data& one :
         validators && validators->list() ? *validators->list() : DataList{}) {
      const Data* lua = one.map() ? one.map()->find("lua") : nullptr;
      if (lua && lua->text()) {
        check_own(field, *lua->text(), given);
      } else if (auto problem = validate(one, own, given)) {
        report(&field, problem->code, std::move(problem->message));
      }
    }
  }

  Callables& callables() const {
    if (Callables* own = record_.shape().databases->callables) return *own;
    throw Error("convert.lua", fmt::format("{} is judged by a Lua function",
                                           record_.model().label()))
        .at(record_.model().def().pos);
  }

  /// By a function of the project's own.
  void check_own(const FieldDef& field, const std::string& function,
                 const Value& given) {
    for (Invalid& one : callables().validate({function, field.pos}, given)) {
      report(&field, one.code, std::move(one.message));
    }
  }

  /// By the model's own function, which stands for that of its parents.
  void check_as_a_whole(const Model& model) {
    const std::string& function = model.def().clean;
    if (function.empty()) {
      for (const Model::Parent& parent : model.parents()) {
        check_as_a_whole(parent.model->concrete());
      }
      return;
    }
    for (Invalid& one :
         callables().clean({function, model.def().pos}, record_)) {
      if (among(options_.exclude, one.field)) one.field.clear();
      problems_.push_back(std::move(one));
    }
  }

  /// Choices, and what an e-mail address, a URL or a slug looks like.
  void check_form(const FieldDef& field, const Value& given) {
    const bool text = family(field.kind()) == FieldKind::kText;
    const bool choices = field.arguments.find("choices") != nullptr;
    if (!text && !choices) return;
    Value ignored;
    std::string reason;
    const FieldConverter converter(field, models_);
    if (converter.from_text(display(given), ignored, reason)) return;
    report(&field, choices ? "invalid_choice" : "invalid", std::move(reason));
  }

  void check_related(const Model& owner, const FieldDef& field,
                     const Value& given) {
    const auto relation = find_relation(owner, field.name);
    if (!relation) return;
    QuerySet rows = QuerySet(registry_, *relation->model)
                        .filter(Q(relation->column->attname(), given))
                        .order_by({});
    const Data* limit = field.arguments.find("limit_choices_to");
    const bool limited = limit && limit->map() && !limit->map()->empty() &&
                         !limit->map()->find("lua");
    if (limited) rows = rows.filter(Q::from_data(*limit, &registry_));
    if (rows.exists(connection_)) return;
    report(&field, "invalid",
           fmt::format("there is no {} with {} {}{}", relation->model->label(),
                       relation->column->name, display(given),
                       limited ? " among those that are allowed" : ""));
  }

  /// The other rows of that table.
  QuerySet others(const Model& model) {
    QuerySet rows = QuerySet(registry_, model).order_by({});
    if (record_.adding()) return rows;
    Q own;
    for (const FieldDef* key : model.key_columns()) {
      const std::string name = key->attname();
      if (!record_.is_loaded(name) || is_null(record_.get(name))) return rows;
      own = own & Q(name, record_.get(name));
    }
    return rows.exclude(own);
  }

  void check_unique(const Model& model) {
    for (const FieldDef& field : model.def().fields) {
      if (!field.has_column() || field.is_generated()) continue;
      // A key that is there is its own row's.
      const bool own_key = field.primary_key() && !record_.adding();
      if (field.unique() && !own_key && !field.flag("parent_link")) {
        check_together(model, {&field});
      }
      for (const char* part : {"date", "month", "year"}) {
        const std::string by = field.text(fmt::format("unique_for_{}", part));
        const FieldDef* day = by.empty() ? nullptr : model.def().find_field(by);
        if (day) check_unique_for(model, field, *day, part);
      }
    }
    if (model.primary_key().is_composite() && record_.adding()) {
      check_together(model, model.key_columns());
    }
    for (const auto& names : model.def().unique_together()) {
      std::vector<const FieldDef*> fields;
      for (const std::string& name : names) {
        fields.push_back(model.def().find_field(name));
      }
      check_together(model, fields);
    }
  }

  /// nullopt: NULL, or a field that is wrong anyway, is among them.
  std::optional<Q> equal(const std::vector<const FieldDef*>& fields,
                         bool nulls = false) {
    Q all;
    for (const FieldDef* field : fields) {
      if (!field || is_left_out(*field) || !has(*field)) return std::nullopt;
      const Value& given = value(*field);
      if (is_null(given) && !nulls) return std::nullopt;
      all = is_null(given) ? all & Q(field->attname() + "__isnull", Value(true))
                           : all & Q(field->attname(), given);
    }
    return all;
  }

  void check_together(const Model& model,
                      const std::vector<const FieldDef*>& fields) {
    const auto same = equal(fields);
    if (!same || !others(model).filter(*same).exists(connection_)) return;
    if (fields.size() == 1) {
      report(
          fields.front(), "unique",
          fmt::format("there is a {} with this value already", model.label()));
      return;
    }
    report(nullptr, "unique_together",
           fmt::format("there is a {} with this {} already", model.label(),
                       names_of(fields)));
  }

  static std::string names_of(const std::vector<const FieldDef*>& fields) {
    std::vector<std::string> names;
    for (const FieldDef* field : fields) names.push_back(field->name);
    return text::join(names, ", ");
  }

  void check_unique_for(const Model& model, const FieldDef& field,
                        const FieldDef& day, const std::string& part) {
    const auto same = equal({&field});
    if (!same || is_left_out(day) || !has(day) || is_null(value(day))) return;
    const Value& given = value(day);
    Q when;
    if (part == "date") {
      const auto* moment = std::get_if<DateTime>(&given);
      const std::string path = day.name + (moment ? "__date" : "");
      const std::string written = display(given);
      when = Q(path, Value(moment ? Value(written.substr(0, 10)) : given));
    } else {
      const std::string written = display(given);
      const std::string number =
          part == "year" ? written.substr(0, 4) : written.substr(5, 2);
      when = Q(fmt::format("{}__{}", day.name, part),
               Value(std::int64_t{std::stoll(number)}));
    }
    if (!others(model).filter(*same & when).exists(connection_)) return;
    report(&field, "unique_for_" + part,
           fmt::format("there is a {} with this value on that {} already",
                       model.label(), part == "date" ? "day" : part));
  }

  void check_constraints(const Model& model) {
    for (const ConstraintDef& constraint : model.def().constraints) {
      if (constraint.type == "CheckConstraint") {
        const Data* condition = constraint.arguments.find("condition");
        if (condition && holds(model, *condition) == false) {
          report_constraint(constraint, "violated");
        }
      } else if (constraint.type == "UniqueConstraint") {
        check_unique_constraint(model, constraint);
      }
    }
  }

  void report_constraint(const ConstraintDef& constraint,
                         const std::string& problem) {
    const auto text_of = [&](const char* name) -> std::string {
      const Data* given = constraint.arguments.find(name);
      return given && given->text() ? *given->text() : "";
    };
    std::string code = text_of("violation_error_code");
    std::string message = text_of("violation_error_message");
    if (code.empty()) code = "constraint";
    if (message.empty()) {
      message =
          fmt::format("the constraint {} is {}", constraint.name(), problem);
    }
    problems_.push_back({"", std::move(code), std::move(message)});
  }

  /// nullopt: NULL, or nobody knows because a field is wrong or not there.
  std::optional<bool> holds(const Model& model, const Data& condition) {
    bool known = true;
    const BoundStatement asked = condition_of_values(
        condition, model.def(), models_, connection_.dialect(),
        [&](const FieldDef& field) -> Value {
          known = known && has(field) && !is_left_out(field);
          return known ? value(field) : Value(Null{});
        });
    if (!known) return std::nullopt;
    const Result result = connection_.query(asked.sql, asked.parameters);
    const Value& found = result.rows.front().front();
    if (is_null(found)) return std::nullopt;
    const auto* flag = std::get_if<bool>(&found);
    return flag ? *flag : found != Value(std::int64_t{0});
  }

  void check_unique_constraint(const Model& model,
                               const ConstraintDef& constraint) {
    const Data* condition = constraint.arguments.find("condition");
    if (condition && holds(model, *condition) != true) return;
    const Data* distinct = constraint.arguments.find("nulls_distinct");
    const bool nulls = distinct && distinct->boolean() && !*distinct->boolean();
    std::vector<const FieldDef*> fields;
    for (const std::string& name : constraint.fields()) {
      fields.push_back(model.def().find_field(name));
    }
    std::optional<Q> same;
    if (fields.empty()) {
      same = equal_expressions(model, constraint);
    } else {
      same = equal(fields, nulls);
    }
    if (!same) return;
    QuerySet rows = others(model).filter(*same);
    if (condition) rows = rows.filter(Q::from_data(*condition, &registry_));
    if (!rows.exists(connection_)) return;
    const bool plain = !condition && fields.size() == 1 &&
                       !constraint.arguments.find("violation_error_message");
    if (plain) {
      report(
          fields.front(), "unique",
          fmt::format("there is a {} with this value already", model.label()));
      return;
    }
    report_constraint(constraint, "violated by another row");
  }

  /// The expressions have the values that they have for this record.
  std::optional<Q> equal_expressions(const Model& model,
                                     const ConstraintDef& constraint) {
    const Data* expressions = constraint.arguments.find("expressions");
    if (!expressions || !expressions->list()) return std::nullopt;
    bool known = true;
    Q all;
    for (const Data& one : *expressions->list()) {
      const ExprPtr left = argument_from_data(one, &registry_);
      const ExprPtr right = rewrite(left, [&](const ExprPtr& part) -> ExprPtr {
        const auto* path = part->as<FieldExpr>();
        if (!path) return nullptr;
        const FieldDef* field = model.def().find_field(path->path);
        known = known && field && has(*field) && !is_left_out(*field) &&
                !is_null(value(*field));
        if (!known) return orm::value(Null{});
        return orm::value(value(*field),
                          borrowed(value_field(*field, models_)));
      });
      all = all & Q(make_expr(LookupExpr{"exact", left, {right}}));
    }
    return known ? std::optional(all) : std::nullopt;
  }

  Record& record_;
  const CleanOptions& options_;
  const Registry& registry_;
  const ModelSet& models_;
  Connection& connection_;
  std::vector<Invalid> problems_;
  std::vector<std::string> invalid_;  ///< fields that are wrong already
};

}  // namespace

ValidationError::ValidationError(const Model& model,
                                 std::vector<Invalid> problems)
    : Error(diagnostics_of(model, problems)), problems_(std::move(problems)) {}

void full_clean(Record& record, const CleanOptions& options) {
  Cleaning(record, options).run();
}

}  // namespace manage::orm
