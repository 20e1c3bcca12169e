#include "core/random.hpp"

#include <unistd.h>

#include <array>
#include <string_view>

#include "core/error.hpp"

namespace manage {

std::string random_text(std::size_t length) {
  constexpr std::string_view kLetters =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  // Bytes above the last multiple would make the first letters more probable.
  constexpr std::size_t kLimit = 256 / kLetters.size() * kLetters.size();
  std::string text;
  while (text.size() < length) {
    std::array<unsigned char, 128> bytes;
    if (::getentropy(bytes.data(), bytes.size()) != 0) {
      throw Error("random.failed",
                  "the operating system gives no random numbers");
    }
    for (unsigned char byte : bytes) {
      if (byte < kLimit && text.size() < length) {
        text += kLetters[byte % kLetters.size()];
      }
    }
  }
  return text;
}

}  // namespace manage
