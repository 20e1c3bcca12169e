// Long lists of operations: what is found quickly is what a patient search
// finds.
#include <fmt/format.h>

#include <array>
#include <random>

#include "tests/unit/migrations_engine/folding.hpp"

using namespace manage::migrations_engine;

namespace {

using Kind = Reduction::Kind;

/// Django's search, which begins anew after each fold and looks at every pair.
class PatientSearch {
 public:
  explicit PatientSearch(Operations operations) : all_(std::move(operations)) {}

  Operations run() && {
    while (fold_one()) {
    }
    return std::move(all_);
  }

 private:
  bool fold_one() {
    for (std::size_t first = 0; first < all_.size(); ++first) {
      bool first_moves = true;
      for (std::size_t second = first + 1; second < all_.size(); ++second) {
        const Reduction reduction = met(first, second);
        if (reduction.kind == Kind::kReplace) {
          if (!first_moves && !passes_all(first, second)) break;
          replace(first, second, reduction.operations, first_moves);
          return true;
        }
        if (reduction.kind == Kind::kBlocked) first_moves = false;
      }
    }
    return false;
  }

  Reduction met(std::size_t first, std::size_t second) const {
    return relate(*all_[first], *all_[second], "shop");
  }

  bool passes_all(std::size_t first, std::size_t second) const {
    for (std::size_t i = first + 1; i < second; ++i) {
      if (met(i, second).kind != Kind::kPass) return false;
    }
    return true;
  }

  void replace(std::size_t first, std::size_t second, const Operations& result,
               bool at_second) {
    Operations made;
    for (std::size_t i = 0; i < all_.size(); ++i) {
      if (i == (at_second ? second : first)) {
        made.insert(made.end(), result.begin(), result.end());
      } else if (i != first && i != second) {
        made.push_back(all_[i]);
      }
    }
    all_ = std::move(made);
  }

  Operations all_;
};

/// Of every kind, on few models and fields, so that many of them meet.
constexpr std::array kKinds{
    "CreateModel: {{name: {0}, fields: {{{2}: {{type: IntegerField}}, to: "
    "{{type: ForeignKey, to: shop.{1}, on_delete: CASCADE}}}}}}",
    "CreateModel: {{name: {0}, fields: {{{2}: {{type: IntegerField}}}}}}",
    "CreateModel: {{name: {0}, fields: {{}}, bases: [shop.{1}]}}",
    "DeleteModel: {{name: {0}}}",
    "RenameModel: {{old_name: {0}, new_name: {1}}}",
    "AddField: {{model_name: {0}, name: {2}, field: {{type: TextField}}}}",
    "AddField: {{model_name: {0}, name: {2}, field: {{type: ForeignKey, to: "
    "shop.{1}, on_delete: CASCADE, to_field: {3}}}}}",
    "AddField: {{model_name: {0}, name: {2}, field: {{type: ManyToManyField, "
    "to: store.{1}, through: shop.{1}}}}}",
    "AlterField: {{model_name: {0}, name: {2}, field: {{type: IntegerField}}}}",
    "AlterField: {{model_name: {0}, name: {2}, field: {{type: ForeignKey, to: "
    "shop.{1}, on_delete: CASCADE}}}}",
    "RemoveField: {{model_name: {0}, name: {2}}}",
    "RenameField: {{model_name: {0}, old_name: {2}, new_name: {3}}}",
    "AlterModelOptions: {{name: {0}, options: {{ordering: [{2}]}}}}",
    "AlterModelTable: {{name: {0}, table: {1}}}",
    "AlterUniqueTogether: {{name: {0}, unique_together: [[{2}, {3}]]}}",
    "AlterIndexTogether: {{name: {0}, index_together: [[{2}, {3}]]}}",
    "AlterOrderWithRespectTo: {{name: {0}, order_with_respect_to: {2}}}",
    "AddIndex: {{model_name: {0}, index: {{fields: [{2}], name: {3}}}}}",
    "RenameIndex: {{model_name: {0}, old_name: {2}, new_name: {3}}}",
    "RemoveIndex: {{model_name: {0}, name: {3}}}",
    "RunSQL: {{sql: \"SELECT '{0}'\"}}",
    "RunSQL: {{sql: \"SELECT '{0}'\", elidable: true}}",
    "SeparateDatabaseAndState: {{state_operations: [{{DeleteModel: {{name: "
    "{0}}}}}]}}",
};

class RandomList {
 public:
  explicit RandomList(unsigned seed) : random_(seed) {}

  Lines lines() {
    // Some lists are of few kinds, so that long rows of them fold.
    const std::size_t kinds = 1 + below(kKinds.size());
    const std::size_t from = below(kKinds.size());
    const std::size_t models = 2 + below(5);
    Lines found;
    for (std::size_t left = below(24); left > 0; --left) {
      const char* kind = kKinds.at((from + below(kinds)) % kKinds.size());
      found.push_back(fmt::format(
          fmt::runtime(kind), fmt::format("M{}", below(models)),
          fmt::format("M{}", below(models)), fmt::format("f{}", below(3)),
          fmt::format("f{}", below(5))));
    }
    return found;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }

  std::mt19937 random_;
};

}  // namespace

TEST_CASE("random lists fold as by a patient search", "[optimizer]") {
  std::size_t folds = 0;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    const Lines lines = RandomList(seed).lines();
    INFO("seed " << seed << ": " << Catch::Detail::stringify(lines));
    const Lines expected = written(PatientSearch(operations_of(lines)).run());
    REQUIRE(folded(lines) == expected);
    folds += lines.size() - expected.size();
  }
  CHECK(folds > 1500);
}
