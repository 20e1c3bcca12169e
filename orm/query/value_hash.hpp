// Values as keys of hash tables.
#pragma once

#include <functional>
#include <string>

#include "orm/value.hpp"

namespace manage::orm {

/// Of most keys, integers, it is cheap.
struct ValueHash {
  std::size_t operator()(const Value& value) const {
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
      return std::hash<std::int64_t>()(*number);
    }
    return std::hash<std::string>()(display(value));
  }
};

}  // namespace manage::orm
