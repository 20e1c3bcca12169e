#include "scripting/extent.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "orm/query/query.hpp"

namespace manage::scripting {

namespace {

constexpr int kDeepest = 300;
constexpr int kLargest = 20'000;

class Walk {
 public:
  void see(const orm::Expr& expr) {
    const Level level(*this);
    orm::for_each_part(expr, [&](const orm::ExprPtr& part) {
      if (part) see(*part);
    });
    if (const auto* condition = expr.as<orm::ConditionExpr>()) {
      see(*condition->q);
    } else if (const auto* rows = expr.as<orm::SubqueryExpr>()) {
      if (rows->query->where) see(*rows->query->where);
    } else if (const auto* relation = expr.as<orm::FilteredRelationExpr>()) {
      see(*relation->condition);
    }
  }

  void see(const orm::Q& q) {
    const Level level(*this);
    for (const orm::Q::Part& part : q.parts()) {
      if (const auto* inner = std::get_if<orm::Q>(&part)) {
        see(*inner);
      } else if (const auto* expr = std::get_if<orm::ExprPtr>(&part)) {
        see(**expr);
      } else {
        see(std::get<orm::Q::Lookup>(part).operand);
      }
    }
  }

 private:
  class Level {
   public:
    explicit Level(Walk& walk) : walk_(walk) {
      if (++walk_.depth_ > kDeepest || ++walk_.size_ > kLargest) {
        throw Error("script.expression",
                    fmt::format("an expression of more than {} levels or {} "
                                "parts",
                                kDeepest, kLargest))
            .hint("many values are one part: filter{id__in=list}");
      }
    }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    ~Level() { --walk_.depth_; }

   private:
    Walk& walk_;
  };

  void see(const orm::Operand& operand) {
    if (const auto* expr = std::get_if<orm::ExprPtr>(&operand)) {
      see(**expr);
    } else if (const auto* list = std::get_if<orm::ExprList>(&operand)) {
      for (const orm::ExprPtr& one : *list) see(*one);
    } else {
      const Level level(*this);
    }
  }

  int depth_ = 0, size_ = 0;
};

}  // namespace

void require_small(const orm::Q& q) { Walk().see(q); }
void require_small(const orm::Expr& expr) { Walk().see(expr); }

}  // namespace manage::scripting
