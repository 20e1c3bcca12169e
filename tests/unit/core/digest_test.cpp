#include "core/digest.hpp"

#include <catch2/catch.hpp>

using namespace manage;

// The examples of RFC 1321, RFC 3174 and FIPS 180-4.
TEST_CASE("digests are those of their standards") {
  CHECK(hex_digest(Digest::kMd5, "abc") == "900150983cd24fb0d6963f7d28e17f72");
  CHECK(hex_digest(Digest::kSha1, "abc") ==
        "a9993e364706816aba3e25717850c26c9cd0d89d");
  CHECK(hex_digest(Digest::kSha224, "abc") ==
        "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7");
  CHECK(hex_digest(Digest::kSha256, "") ==
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hex_digest(Digest::kSha256, "abc") ==
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex_digest(Digest::kSha384, "abc").substr(0, 32) ==
        "cb00753f45a35e8bb5a03d699ac65007");
  CHECK(hex_digest(Digest::kSha512, "abc").substr(0, 32) ==
        "ddaf35a193617abacc417349ae204131");
}
