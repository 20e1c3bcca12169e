// Conditions on a model, as its users write them: Q objects.
//
// Immutable values; a path and its lookup ("author__name__icontains") become
// joins and comparisons only when a query takes the condition over.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/data.hpp"
#include "orm/query/expr.hpp"

namespace manage::orm {

class Registry;

/// What expressions as data may refer to.
struct DataNames {
  /// For the models of subqueries; nullptr: there are none.
  const Registry* registry = nullptr;
  /// Expressions that are made already: `{Given: 0}` is the first of them.
  const ExprList* given = nullptr;

  DataNames(const Registry* models = nullptr, const ExprList* made = nullptr)
      : registry(models), given(made) {}
};
inline constexpr const char* kGiven = "Given";

class Q {
 public:
  /// One lookup.
  struct Lookup {
    std::string path;
    Operand operand;
  };
  /// A condition, a lookup, or an expression that is true or false.
  using Part = std::variant<Q, Lookup, ExprPtr>;

  /// No condition: joined with another one it is that one.
  Q() = default;
  Q(std::string path, Operand operand);
  explicit Q(ExprPtr expression);

  /// `{price__gt: 10, or: [{a: 1}, {not: {b: 2}}]}`, as models.yaml has it; or
  /// an expression that is true or false. Throws Error "query.condition".
  static Q from_data(const Data& data, const DataNames& names = {});

  bool empty() const { return parts_.empty(); }
  Connector connector() const { return connector_; }
  bool negated() const { return negated_; }
  const std::vector<Part>& parts() const { return parts_; }

  friend Q operator&(const Q& a, const Q& b);
  friend Q operator|(const Q& a, const Q& b);
  friend Q operator^(const Q& a, const Q& b);
  Q operator~() const;

 private:
  static Q join(Connector connector, const Q& a, const Q& b);
  void add(const Q& part);

  Connector connector_ = Connector::kAnd;
  bool negated_ = false;
  std::vector<Part> parts_;
};

}  // namespace manage::orm
