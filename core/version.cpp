#include "core/version.hpp"

namespace manage {

std::string_view version() { return MANAGE_VERSION; }

}  // namespace manage
