#include "loaders/import_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "core/error.hpp"
#include "core/text.hpp"
#include "loaders/column_names.hpp"
#include "loaders/fills.hpp"

namespace manage::loaders {

namespace {

using orm::FieldDef;
using orm::ModelDef;
using orm::ModelSet;

class Planner {
 public:
  Planner(const ModelSet& models, const ModelDef& model,
          const FileHeader& header, const ImportOptions& options)
      : names_(models, model),
        models_(models),
        model_(model),
        header_(header),
        options_(options) {
    plan_.model = &model;
    plan_.table = models.table(model);
    plan_.width = header.names.size();
  }

  ImportPlan run() {
    if (!model_.bases.empty()) {
      throw Error("import.inherits",
                  fmt::format("{} inherits from {}: rows of two tables cannot "
                              "be imported together",
                              model_.label(), model_.bases.front()));
    }
    if (!model_.composite_key().empty()) {
      throw Error("import.composite-key",
                  fmt::format("{} has a primary key of several columns, which "
                              "an import does not take yet",
                              model_.label()));
    }
    for (const auto& [header, spec] : options_.map) check_mapped(header);
    for (std::size_t i = 0; i < header_.names.size(); ++i) match(i);
    for (const auto& [name, text] : options_.set_values) set(name, text);
    problems_.throw_if_errors();
    complete();
    find_unique_keys();
    choose_key();
    find_updates();
    problems_.throw_if_errors();
    return std::move(plan_);
  }

 private:
  void check_mapped(const std::string& header) const {
    for (const std::string& name : header_.names) {
      if (name == header) return;
    }
    throw usage_error(
        fmt::format("--map: the file has no header \"{}\"", header),
        text::did_you_mean(header, header_.names));
  }

  /// The field of a column as `--map` and the header say; "_" for none.
  std::string spec_of(std::size_t cell) const {
    const std::string& name = header_.names[cell];
    for (const auto& [header, spec] : options_.map) {
      if (header == name) return spec;
    }
    return name;
  }

  void match(std::size_t cell) {
    std::string spec = spec_of(cell);
    const std::string& header = header_.names[cell];
    bool mapped = spec != header || !options_.has_header;
    if (spec == "_" && (mapped || header_.of_rejects)) return;
    std::string problem;
    std::optional<PlannedField> found = names_.find(spec, problem);
    if (found) {
      found->cell = cell;
      found->header = header;
      return add(std::move(*found), header_.places[cell]);
    }
    if (mapped) {
      throw usage_error(problem.empty() ? fmt::format("{} has no field {}",
                                                      model_.label(), spec)
                                        : problem,
                        text::did_you_mean(spec, names_.all()));
    }
    if (options_.ignore_extra) return;
    if (header.empty()) {
      problem = fmt::format("column {} has no header", cell + 1);
    } else if (problem.empty()) {
      problem = fmt::format("the header \"{}\" names no field of {}", header,
                            model_.label());
    }
    std::string hint = text::did_you_mean(header, names_.all());
    if (hint.empty()) {
      hint = fmt::format(
          "give its field (--map \"{}=FIELD\"), or ignore all "
          "such columns (--ignore-extra)",
          header);
    }
    problems_.add("import.unknown-header", header_.places[cell],
                  std::move(problem), std::move(hint));
  }

  void add(PlannedField found, const SourcePos& where) {
    for (const PlannedField& other : plan_.fields) {
      if (other.field != found.field) continue;
      problems_.add(
          "import.duplicate-header", where,
          other.header == found.header
              ? fmt::format("the header \"{}\" stands twice", found.header)
              : fmt::format("\"{}\" and \"{}\" are both for the "
                            "field {}",
                            other.header, found.header, found.field->name),
          "ignore one of them: --map \"HEADER=_\"");
      return;
    }
    plan_.fields.push_back(std::move(found));
  }

  void set(const std::string& name, const std::string& text) {
    std::string problem;
    std::optional<PlannedField> found = names_.find(name, problem);
    if (!found) {
      throw usage_error(problem.empty()
                            ? fmt::format("--set-value: {} has no field {}",
                                          model_.label(), name)
                            : "--set-value: " + problem,
                        text::did_you_mean(name, names_.all()));
    }
    for (const PlannedField& other : plan_.fields) {
      if (other.field != found->field) continue;
      throw usage_error(
          fmt::format("--set-value {}: the file has the column "
                      "\"{}\" for that field",
                      name, other.header));
    }
    found->constant = true;
    found->header = name;
    found->absent = constant_fill(models_, *found, text, options_);
    plan_.fields.push_back(std::move(*found));
  }

  /// Adds the fields that the file says nothing of, in the model's order.
  void complete() {
    std::vector<PlannedField> given = std::move(plan_.fields);
    plan_.fields.clear();
    std::vector<std::string> missing;
    for (const FieldDef* field : model_.columns()) {
      auto found = std::find_if(
          given.begin(), given.end(),
          [&](const PlannedField& other) { return other.field == field; });
      bool is_given = found != given.end();
      if (!is_given && field->filled_by_database()) continue;
      PlannedField planned = is_given ? *found : names_.planned(*field);
      planned.empty = empty_fill(planned, options_);
      if (!is_given) {
        planned.header = field->name;
        planned.absent = absent_fill(planned, options_);
        if (planned.absent.kind == Fill::Kind::kNothing) {
          missing.push_back(field->name);
        }
      }
      if (field->primary_key()) {
        plan_.primary_key = plan_.fields.size();
        plan_.numbers_itself = field->type->automatic;
      }
      plan_.fields.push_back(std::move(planned));
    }
    // An update of existing rows needs only what it changes.
    if (missing.empty() || options_.on_conflict == OnConflict::kUpdate) return;
    problems_.add(
        "import.missing-column", header_.where,
        fmt::format("there is no column for {} of {}, which must have a value",
                    text::join(missing, ", "), model_.label()),
        "name the column that has it (--map \"HEADER=FIELD\"), or give all "
        "rows one value (--set-value FIELD=VALUE)");
  }

  std::optional<std::size_t> position(std::string_view name) const {
    for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
      const FieldDef& field = *plan_.fields[i].field;
      if (field.name == name || field.attname() == name) return i;
    }
    return std::nullopt;
  }

  void add_unique_key(const std::vector<std::string>& names) {
    UniqueKey key;
    for (const std::string& name : names) {
      std::optional<std::size_t> found = position(name);
      if (!found) return;
      key.fields.push_back(*found);
    }
    for (const UniqueKey& other : plan_.unique_keys) {
      if (same_fields(other.fields, key.fields)) return;
    }
    key.text = text::join(names, ", ");
    plan_.unique_keys.push_back(std::move(key));
  }

  static bool same_fields(std::vector<std::size_t> a,
                          std::vector<std::size_t> b) {
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    return a == b;
  }

  void find_unique_keys() {
    for (const PlannedField& planned : plan_.fields) {
      if (planned.field->unique()) add_unique_key({planned.field->name});
    }
    for (const auto& names : model_.unique_together()) add_unique_key(names);
    for (const orm::ConstraintDef& constraint : model_.constraints) {
      bool plain = constraint.type == "UniqueConstraint" &&
                   !constraint.arguments.find("condition") &&
                   !constraint.arguments.find("expressions");
      if (plain && !constraint.fields().empty()) {
        add_unique_key(constraint.fields());
      }
    }
  }

  bool all_given(const UniqueKey& key) const {
    return std::all_of(key.fields.begin(), key.fields.end(),
                       [&](std::size_t i) { return plan_.fields[i].given(); });
  }

  /// The unique key on exactly these fields.
  std::optional<std::size_t> unique_key(
      const std::vector<std::string>& names) const {
    std::vector<std::size_t> fields;
    for (const std::string& name : names) {
      std::optional<std::size_t> found = position(name);
      if (!found) return std::nullopt;
      fields.push_back(*found);
    }
    for (std::size_t i = 0; i < plan_.unique_keys.size(); ++i) {
      if (same_fields(plan_.unique_keys[i].fields, fields)) return i;
    }
    return std::nullopt;
  }

  void choose_key() {
    if (!options_.key.empty()) return choose_given_key();
    if (options_.on_conflict != OnConflict::kUpdate) return;
    std::optional<std::size_t> natural = unique_key(model_.natural_key);
    if (natural && all_given(plan_.unique_keys[*natural])) {
      plan_.key = natural;
      return;
    }
    std::vector<std::size_t> single, several;
    for (std::size_t i = 0; i < plan_.unique_keys.size(); ++i) {
      const UniqueKey& key = plan_.unique_keys[i];
      if (!all_given(key)) continue;
      (key.fields.size() == 1 ? single : several).push_back(i);
    }
    const auto& candidates = single.empty() ? several : single;
    if (candidates.size() == 1) {
      plan_.key = candidates.front();
      return;
    }
    std::vector<std::string> texts;
    for (std::size_t i : candidates) {
      texts.push_back("(" + plan_.unique_keys[i].text + ")");
    }
    problems_.add("import.no-key", header_.where,
                  texts.empty()
                      ? fmt::format("no unique field of {} is in the file, so "
                                    "existing rows cannot be found",
                                    model_.label())
                      : fmt::format("existing rows could be found by {}",
                                    text::join(texts, " or ")),
                  texts.empty() ? "" : "choose one of them: --key FIELD");
  }

  void choose_given_key() {
    for (const std::string& name : options_.key) {
      std::optional<std::size_t> found = position(name);
      if (found && plan_.fields[*found].given()) continue;
      std::string problem;
      if (!found && !names_.find(name, problem)) {
        throw usage_error(
            fmt::format("--key: {} has no field {}", model_.label(), name),
            text::did_you_mean(name, names_.all()));
      }
      problems_.add("import.no-key", header_.where,
                    fmt::format("--key: the file has no column for {}", name));
      return;
    }
    plan_.key = unique_key(options_.key);
    if (plan_.key) return;
    problems_.add("import.no-key", header_.where,
                  fmt::format("--key: no unique constraint of {} is on exactly "
                              "{}",
                              model_.label(), text::join(options_.key, ", ")),
                  "two rows could have the same key; make it unique first");
  }

  void find_updates() {
    if (options_.on_conflict != OnConflict::kUpdate || !plan_.key) return;
    std::set<std::size_t> key(plan_.unique_keys[*plan_.key].fields.begin(),
                              plan_.unique_keys[*plan_.key].fields.end());
    for (std::size_t i = 0; i < plan_.fields.size(); ++i) {
      const PlannedField& planned = plan_.fields[i];
      if (key.count(i) > 0) continue;
      if (planned.given()) {
        plan_.updates.push_back(i);
      } else if (planned.field->flag("auto_now")) {
        plan_.touched.push_back(i);
      }
    }
  }

  ColumnNames names_;
  const ModelSet& models_;
  const ModelDef& model_;
  const FileHeader& header_;
  const ImportOptions& options_;
  ImportPlan plan_;
  Diagnostics problems_;
};

}  // namespace

std::vector<std::string> ImportPlan::columns() const {
  std::vector<std::string> names;
  for (const PlannedField& planned : fields) {
    names.push_back(planned.field->column());
  }
  return names;
}

ImportPlan plan_import(const ModelSet& models, const ModelDef& model,
                       const FileHeader& header, const ImportOptions& options) {
  if (model.swapped) {
    throw usage_error(
        fmt::format("{} has no table: {} takes its place", model.label(),
                    models.get(models.resolve("auth_user_model")).label()));
  }
  return Planner(models, model, header, options).run();
}

const ModelDef& guess_model(const ModelSet& models, const FileHeader& header,
                            const ImportOptions& options) {
  std::vector<const ModelDef*> fitting;
  for (const auto& [key, model] : models.all()) {
    if (model->proxy() || model->swapped || !model->bases.empty()) continue;
    try {
      plan_import(models, *model, header, options);
      fitting.push_back(model.get());
    } catch (const Error&) {
      // It does not fit; why is of interest only for the model one names.
    }
  }
  if (fitting.size() == 1) return *fitting.front();
  std::vector<std::string> labels;
  for (const ModelDef* model : fitting) labels.push_back(model->label());
  throw Error("import.no-model", labels.empty()
                                     ? "the header fits no model"
                                     : "the header fits several models: " +
                                           text::join(labels, ", "))
      .at(header.where)
      .hint(labels.empty()
                ? "name the model (--model app.Model) to see what does not fit"
                : "choose one of them: --model " + labels.front());
}

}  // namespace manage::loaders
