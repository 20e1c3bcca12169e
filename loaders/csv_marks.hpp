// Finds the few bytes that structure a CSV text (delimiter, quote, escape, line
// ends), 64 bytes at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace manage::loaders {

class CsvMarks {
 public:
  /// Bytes that may be read, but mean nothing, behind the end of the text.
  static constexpr std::size_t kPadding = 64;

  /// The bytes to find, fewer than five repeated to make five.
  explicit CsvMarks(std::array<char, 5> bytes) : bytes_(bytes) {
#ifdef __SSE2__
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      patterns_[i] = _mm_set1_epi8(bytes[i]);
    }
#endif
  }

  /// Goes on at `position` of the text [data, data + end), which is followed by
  /// kPadding readable bytes.
  void seek(const char* data, std::size_t position, std::size_t end) {
    data_ = data;
    end_ = end;
    move_to(position);
  }

  /// As seek, in the same text.
  void move_to(std::size_t position) {
    block_ = position & ~std::size_t{63};
    mask_ = block_ < end_ ? find(block_) : 0;
    mask_ &= ~std::uint64_t{0} << (position & 63);
  }

  /// The next structural byte, which is thereby passed; the end if there is
  /// none.
  std::size_t next() {
    while (mask_ == 0) {
      if (block_ + 64 >= end_) return end_;
      block_ += 64;
      mask_ = find(block_);
    }
    std::size_t at = block_ + static_cast<std::size_t>(__builtin_ctzll(mask_));
    mask_ &= mask_ - 1;
    return at < end_ ? at : end_;
  }

 private:
  std::uint64_t find(std::size_t block) const {
    std::uint64_t mask = 0;
#ifdef __SSE2__
    for (std::size_t part = 0; part < 4; ++part) {
      __m128i text = _mm_loadu_si128(
          reinterpret_cast<const __m128i*>(data_ + block + part * 16));
      __m128i hits = _mm_cmpeq_epi8(text, patterns_[0]);
      for (std::size_t i = 1; i < bytes_.size(); ++i) {
        hits = _mm_or_si128(hits, _mm_cmpeq_epi8(text, patterns_[i]));
      }
      auto found = static_cast<unsigned>(_mm_movemask_epi8(hits));
      mask |= static_cast<std::uint64_t>(found) << (part * 16);
    }
#else
    for (std::size_t i = 0; i < 64; ++i) {
      char c = data_[block + i];
      bool hit = c == bytes_[0] || c == bytes_[1] || c == bytes_[2] ||
                 c == bytes_[3] || c == bytes_[4];
      mask |= static_cast<std::uint64_t>(hit) << i;
    }
#endif
    return mask;
  }

  std::array<char, 5> bytes_;
#ifdef __SSE2__
  __m128i patterns_[5];  ///< each of them 16 times
#endif
  const char* data_ = nullptr;
  std::size_t end_ = 0;
  std::size_t block_ = 0;
  std::uint64_t mask_ = 0;  ///< structural bytes of the block not yet passed
};

/// Whether every byte is ASCII and none is NUL. Reads up to 15 bytes behind the
/// text.
inline bool is_plain_ascii(std::string_view text) {
  std::size_t at = 0;
#ifdef __SSE2__
  const __m128i zero = _mm_setzero_si128();
  for (; at < text.size(); at += 16) {
    __m128i part =
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + at));
    // Signed: at most zero means NUL or a byte over 0x7F.
    auto odd =
        static_cast<unsigned>(~_mm_movemask_epi8(_mm_cmpgt_epi8(part, zero))) &
        0xFFFFu;
    if (text.size() - at < 16) odd &= (1u << (text.size() - at)) - 1;
    if (odd != 0) return false;
  }
#else
  for (; at < text.size(); ++at) {
    if (static_cast<signed char>(text[at]) <= 0) return false;
  }
#endif
  return true;
}

}  // namespace manage::loaders
