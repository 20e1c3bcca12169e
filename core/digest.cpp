#define OPENSSL_SUPPRESS_DEPRECATED
#include "core/digest.hpp"

#include <fmt/format.h>
#include <openssl/md5.h>
#include <openssl/sha.h>

namespace manage {

namespace {

struct Algorithm {
  unsigned char* (*run)(const unsigned char*, std::size_t, unsigned char*);
  std::size_t size;
};

/// In the order of the enumeration.
constexpr Algorithm kAlgorithms[] = {
    {MD5, MD5_DIGEST_LENGTH},       {SHA1, SHA_DIGEST_LENGTH},
    {SHA224, SHA224_DIGEST_LENGTH}, {SHA256, SHA256_DIGEST_LENGTH},
    {SHA384, SHA384_DIGEST_LENGTH}, {SHA512, SHA512_DIGEST_LENGTH}};

}  // namespace

std::string hex_digest(Digest digest, std::string_view bytes) {
  const Algorithm& algorithm = kAlgorithms[static_cast<std::size_t>(digest)];
  unsigned char out[SHA512_DIGEST_LENGTH];
  algorithm.run(reinterpret_cast<const unsigned char*>(bytes.data()),
                bytes.size(), out);
  return fmt::format("{:02x}", fmt::join(out, out + algorithm.size, ""));
}

}  // namespace manage
