// What a command found or did, as data: the one JSON document that
// `--format json` prints. Each command fills it and documents its keys.
#pragma once

#include "core/data.hpp"

namespace manage {

using Document = DataMap;

}  // namespace manage
