// The two formats of COPY FROM: how one value of one column is written.
#pragma once

#include <string>
#include <string_view>

#include "orm/value.hpp"

namespace manage::orm {

/// Whether columns of that type can be written in binary here.
bool has_binary_form(unsigned type);

/// Appends length and bytes of a value for a column of `type`, or the NULL
/// mark. false if a value of that kind does not fit the type.
/// REQUIRES: has_binary_form(type).
[[nodiscard]] bool append_binary(std::string& out, unsigned type,
                                 const Value& value);

/// Appends a value as COPY's text format has it, escaped, without the tab.
void append_text(std::string& out, const Value& value);

/// Integers in network byte order.
void append_int16(std::string& out, std::int16_t number);
void append_int32(std::string& out, std::int32_t number);
void append_int64(std::string& out, std::int64_t number);

}  // namespace manage::orm
