// Pieces of a JSON Schema (draft 7, which editors know), as plain values: what
// `manage schema` prints, for completion and checks in editors.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"

namespace manage::json_schema {

Data anything();
/// Any scalar: in a text place `no`, `1.0` and `2026-01-01` are those texts.
Data text();
Data boolean();
Data integer();
Data number();
/// One of these texts.
Data choice(const std::vector<std::string>& values);
Data list(Data items);
/// A list, or one item that stands for a list of one.
Data list_or_one(const Data& item);
/// A map from names to values of one kind.
Data map(Data values);
/// Any of these.
Data either(DataList schemas);
Data or_null(Data schema);
/// "#/definitions/NAME".
Data reference(std::string_view name);
/// `schema` with a sentence that editors show.
Data described(Data schema, std::string_view sentence);

/// A map of known keys; other keys are errors.
class Object {
 public:
  Object& key(std::string_view name, Data schema);
  Object& required(std::string_view name, Data schema);
  Data build() const;

 private:
  DataMap properties_;
  DataList required_;
};

/// The whole schema of a file.
Data document(std::string_view title, const Data& root, DataMap definitions);

}  // namespace manage::json_schema
