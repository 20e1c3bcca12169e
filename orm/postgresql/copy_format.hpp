// The two formats of COPY FROM: how one value of one column is written.
#pragma once

#include <string>
#include <string_view>

#include "orm/value.hpp"

namespace manage::orm {

/// Appends length and bytes of a value that is not null; false, with nothing
/// appended, if a value of that kind does not fit the type.
using AppendBinary = bool (*)(std::string& out, const Value& value);

/// How columns of that type are written in binary; nullptr if not known here.
AppendBinary binary_form(unsigned type);

/// Appends a value as COPY's text format has it, escaped, without the tab.
void append_text(std::string& out, const Value& value);

/// Integers in network byte order.
void append_int16(std::string& out, std::int16_t number);
void append_int32(std::string& out, std::int32_t number);
void append_int64(std::string& out, std::int64_t number);

}  // namespace manage::orm
