// The version of this program.
#pragma once

#include <string_view>

namespace manage {

/// "1.0.0".
std::string_view version();

}  // namespace manage
