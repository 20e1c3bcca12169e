// JSON as it lies in the database.
#pragma once

#include <string>
#include <string_view>

#include "orm/value.hpp"

namespace manage::orm {

/// The same value in the one form that Django 5.2 writes (Python's json.dumps):
/// a space behind commas and colons, everything beyond ASCII as \uXXXX, floats
/// in their shortest form. A number of more digits than a double keeps stays as
/// it is, so nothing is lost; so does a key that is there twice.
/// REQUIRES: is_json(json).
std::string stored_json(std::string_view json);

/// A value as JSON (RFC 8259): what is no number, truth value, null or JSON is
/// a text.
std::string json_text(const Value& value);

}  // namespace manage::orm
