// Randomness that cannot be guessed, from the operating system.
#pragma once

#include <cstddef>
#include <string>

namespace manage {

/// So many letters and digits, each as probable as any other: 50 of them hold
/// 297 bits. Throws Error "random.failed". Thread-safe.
std::string random_text(std::size_t length);

}  // namespace manage
