#include <fmt/format.h>

#include "orm/check_context.hpp"
#include "orm/index_parts.hpp"
#include "orm/query/definition.hpp"

namespace manage::orm {

namespace {

/// One condition or list of expressions of an index or constraint.
class ConditionChecks {
 public:
  ConditionChecks(CheckContext& context, const ModelDef& model)
      : context_(context), model_(model), dialect_(*context.project.dialect) {}

  void check(const std::string& option, const DataMap& arguments,
             const SourcePos& pos) {
    option_ = option;
    pos_ = pos;
    if (const Data* condition = arguments.find("condition")) {
      check_q(*condition);
    }
    const Data* expressions = arguments.find("expressions");
    if (!expressions || !expressions->list()) return;
    for (const Data& expression : *expressions->list()) {
      attempt("expressions", [&] {
        expression_sql(bare_expression(expression), model_, context_.models,
                       dialect_);
      });
    }
  }

 private:
  /// Lookup by lookup, so that each is reported at its key.
  void check_q(const Data& q) {
    const DataMap* map = q.map();
    if (!map || map->empty()) {
      attempt("condition", [&] { compile(q); });
      return;
    }
    for (const auto& [key, value] : *map) {
      const bool joins = key == "or" || key == "and" || key == "xor";
      if (key == "not") {
        check_q(value);
      } else if (joins && value.list() && !value.list()->empty()) {
        for (const Data& part : *value.list()) check_q(part);
      } else {
        attempt(key, [&, &name = key, &operand = value] {
          compile(DataMap{{name, operand}});
        });
      }
    }
  }

  void compile(const Data& q) const {
    condition_sql(q, model_, context_.models, dialect_);
  }

  template <class Compile>
  void attempt(const std::string& part, Compile compile) {
    try {
      compile();
    } catch (const Error& error) {
      const Diagnostic& first = error.diagnostics().front();
      if (is_about_broken(part)) return;
      context_.report(first.code,
                      context_.source(model_).where_in(option_, pos_, part),
                      fmt::format("model {}: {}: {}", model_.label(), option_,
                                  first.message),
                      first.hint);
    }
  }

  /// Whether a field that could not be read may be what is missing.
  bool is_about_broken(const std::string& part) const {
    const auto& broken = context_.source(model_).broken;
    return part == "expressions"
               ? !broken.empty()
               : broken.count(part.substr(0, part.find("__"))) > 0;
  }

  CheckContext& context_;
  const ModelDef& model_;
  const Dialect& dialect_;
  std::string option_;
  SourcePos pos_;
};

}  // namespace

void check_conditions(CheckContext& context, const ModelDef& model) {
  ConditionChecks checks(context, model);
  for (const IndexDef& index : model.indexes) {
    if (context.is_known(index)) continue;
    checks.check("indexes", index.arguments, index.pos);
  }
  for (const ConstraintDef& constraint : model.constraints) {
    if (context.is_known(constraint)) continue;
    checks.check("constraints", constraint.arguments, constraint.pos);
  }
}

}  // namespace manage::orm
