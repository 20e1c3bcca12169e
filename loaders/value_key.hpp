// Values as keys of hash tables: equal values give equal bytes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "orm/value.hpp"

namespace manage::loaders {

/// Appends bytes that stand for the value and can be told from what follows;
/// decimals by value, so that 1.5 equals 1.50.
void append_key(std::string& out, const orm::Value& value);

/// append_key of one value.
std::string value_key(const orm::Value& value);

/// 64 well-mixed bits of the bytes.
std::uint64_t key_hash(std::string_view bytes);

}  // namespace manage::loaders
