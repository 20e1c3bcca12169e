// UUIDs of version 4 (RFC 4122): random ones.
#pragma once

#include "orm/value.hpp"

namespace manage::orm {

/// Of the operating system's randomness. Thread-safe.
Uuid random_uuid();

}  // namespace manage::orm
