#include "orm/random_uuid.hpp"

#include <random>

namespace manage::orm {

Uuid random_uuid() {
  std::random_device device;
  Uuid uuid;
  for (std::size_t at = 0; at < 16; at += 4) {
    std::uint32_t bits = device();
    for (std::size_t byte = 0; byte < 4; ++byte) {
      uuid.bytes[at + byte] =
          static_cast<unsigned char>(bits >> (8 * byte) & 0xff);
    }
  }
  uuid.bytes[6] = static_cast<unsigned char>((uuid.bytes[6] & 0x0f) | 0x40);
  uuid.bytes[8] = static_cast<unsigned char>((uuid.bytes[8] & 0x3f) | 0x80);
  return uuid;
}

}  // namespace manage::orm
