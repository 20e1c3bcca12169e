// Text from a file as the value of a field: strict, nothing is guessed.
//
// Thread-safe: everything is const.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orm/field_def.hpp"
#include "orm/value.hpp"

namespace manage::loaders {

/// Whether "" is a value of the field, and not the lack of one.
bool holds_text(const orm::FieldDef& field);

/// Reads the texts of one field; what the field's arguments say is looked up
/// once.
class FieldText {
 public:
  /// `field` is no relation, and outlives this. `time_zone` is that of dates
  /// and times without an offset.
  FieldText(const orm::FieldDef& field, std::string_view time_zone);

  /// The value; or nullopt, and `reason` says why not: "is not an integer".
  std::optional<orm::Value> read(std::string_view text,
                                 std::string& reason) const;

 private:
  std::optional<orm::Value> parse(std::string_view text,
                                  std::string& reason) const;
  bool chosen(const orm::Value& value) const;

  const orm::FieldDef& field_;
  std::string time_zone_;
  std::optional<int> max_length_;
  int max_digits_ = 0;
  int decimal_places_ = 0;
  std::vector<orm::Value> choices_;
};

/// The smallest and the largest value of an integer field; nullopt for others.
struct IntegerRange {
  std::int64_t low = 0;
  std::int64_t high = 0;
};
std::optional<IntegerRange> integer_range(orm::FieldKind kind);

}  // namespace manage::loaders
