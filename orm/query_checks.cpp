// Checks of the queries that models.yaml holds: scopes, default_scope,
// limit_choices_to, and the fields that `str` shows.
#include <fmt/format.h>

#include "core/text.hpp"
#include "orm/check_context.hpp"
#include "orm/path_checks.hpp"

namespace manage::orm {

namespace {

class QueryChecks {
 public:
  QueryChecks(CheckContext& context, const ModelDef& model)
      : context_(context), model_(model), source_(context.source(model)) {}

  void run() {
    if (const DataMap* scopes = model_.scopes.map()) {
      for (const auto& [name, scope] : *scopes) check_named(name, scope);
    }
    if (const DataMap* scope = model_.default_scope.map()) {
      check_scope({"default_scope", "default_scope", ""}, *scope,
                  {"filter", "exclude"});
    }
    check_str();
    for (const FieldDef& field : model_.fields) check_limit(field);
  }

 private:
  /// A scope under examination.
  struct Scope {
    std::string option;  ///< scopes or default_scope
    std::string what;    ///< "scope cheap"
    std::string name;
  };

  void report(std::string code, SourcePos where, std::string_view problem,
              std::string hint = {}) {
    context_.report(std::move(code), std::move(where),
                    fmt::format("model {}: {}", model_.label(), problem),
                    std::move(hint));
  }

  void check_named(const std::string& name, const Data& scope) {
    std::string what = "scope " + name;
    if (!text::is_identifier(name)) {
      report("models.scope", source_.where("scopes", name),
             fmt::format("{} cannot be the name of a scope", name),
             "use letters, digits and underscores");
    } else if (!scope.map()) {
      report("models.scope", source_.where("scopes", name),
             what + " must be a map",
             "write {filter: {…}, exclude: {…}, order_by: […], limit: 10}");
    } else {
      check_scope({"scopes", what, name}, *scope.map(),
                  {"filter", "exclude", "order_by", "limit"});
    }
  }

  void check_scope(const Scope& scope, const DataMap& map,
                   const std::vector<std::string>& known) {
    for (const auto& [key, value] : map) {
      if (std::find(known.begin(), known.end(), key) == known.end()) {
        report("models.scope", where(scope, key),
               fmt::format("{} has no key {}", scope.what, key),
               text::did_you_mean(key, known));
      } else if (key == "limit") {
        const std::int64_t* limit = value.integer();
        if (!limit || *limit < 1) {
          report("models.scope", where(scope, key),
                 fmt::format("limit of {} must be at least 1", scope.what));
        }
      } else if (key == "order_by") {
        check_order(scope, value);
      } else {
        check_q(model_, value, fmt::format("{} of {}", key, scope.what),
                [&, &name = key](const std::string& path) {
                  return where(scope, path.empty() ? name : path);
                });
      }
    }
  }

  /// Where a key or path stands in the scope.
  SourcePos where(const Scope& scope, std::string_view name) const {
    return source_.where_below(scope.option, scope.name, name);
  }

  void check_order(const Scope& scope, const Data& order) {
    for (const Data& one : order.list() ? *order.list() : DataList{order}) {
      check_order_entry(context_, model_, one,
                        [&](std::string_view path, const PathProblem& problem) {
                          report_order(scope, path, problem);
                        });
    }
  }

  void report_order(const Scope& scope, std::string_view path,
                    const PathProblem& problem) {
    report("models.scope", where(scope, path.empty() ? "order_by" : path),
           path.empty()
               ? fmt::format("order_by of {}: {}", scope.what, problem.message)
               : fmt::format("order_by of {} names {}, but {}", scope.what,
                             path, problem.message),
           problem.hint);
  }

  /// The lookups of a condition on `model`; `where` finds them in the file.
  template <class Where>
  void check_q(const ModelDef& model, const Data& q, const std::string& what,
               const Where& where) {
    const DataMap* map = q.map();
    if (!map || map->empty()) {
      report("models.scope", where(""),
             fmt::format("{} must be a map of lookups", what),
             "write {price__gt: 100}");
      return;
    }
    for (const auto& [key, value] : *map) {
      bool joins = key == "or" || key == "and" || key == "xor";
      if (key == "not") {
        check_q(model, value, what, where);
      } else if (joins && value.list() && !value.list()->empty()) {
        for (const Data& part : *value.list()) {
          check_q(model, part, what, where);
        }
      } else if (joins) {
        report("models.scope", where(key),
               fmt::format("{}: {} needs a list of conditions", what, key));
      } else if (auto problem =
                     path_problem(context_, model, key, PathEnd::kLookups)) {
        report("models.scope", where(key),
               fmt::format("{} names {}, but {}", what, key, problem->message),
               problem->hint);
      }
    }
  }

  /// "{title} by {author__name}"; {{ and }} are braces.
  void check_str() {
    std::string text = text::replace_all(model_.str, "{{", "");
    text = text::replace_all(std::move(text), "}}", "");
    std::string_view rest = text;
    while (true) {
      std::size_t open = rest.find_first_of("{}");
      if (open == std::string_view::npos) return;
      std::size_t close = rest.find('}', open);
      if (rest[open] == '}' || close == std::string_view::npos) {
        report("models.str", source_.where("str", model_.str),
               "str has a brace without its other one",
               "write {{ or }} for a brace itself");
        return;
      }
      std::string_view path = rest.substr(open + 1, close - open - 1);
      if (auto problem =
              path_problem(context_, model_, path, PathEnd::kTransforms)) {
        report("models.str", source_.where("str", model_.str),
               fmt::format("str names {}, but {}", path, problem->message),
               problem->hint);
      }
      rest.remove_prefix(close + 1);
    }
  }

  void check_limit(const FieldDef& field) {
    const Data* limit = field.arguments.find("limit_choices_to");
    const ModelDef* target =
        field.is_relation() ? context_.target(field) : nullptr;
    const DataMap* map = limit ? limit->map() : nullptr;
    if (!map || !target || map->find("lua")) return;
    check_q(*target, *limit, "limit_choices_to of " + field.name,
            [&](const std::string&) { return field.pos; });
  }

  CheckContext& context_;
  const ModelDef& model_;
  const ModelSource& source_;
};

}  // namespace

void check_queries(CheckContext& context, const ModelDef& model) {
  QueryChecks(context, model).run();
}

}  // namespace manage::orm
