#include "core/pattern.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <string>

#include "core/error.hpp"

namespace manage {

namespace {

/// Enough for any pattern that people write; some milliseconds at most.
constexpr std::uint32_t kSteps = 1'000'000;
constexpr std::uint32_t kDepth = 10'000;
constexpr std::uint32_t kKibibytes = 20'000;
constexpr std::size_t kLongestPattern = 10'000;

std::string message_of(int code) {
  PCRE2_UCHAR text[256];
  pcre2_get_error_message(code, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

PCRE2_SPTR start_of(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

}  // namespace

struct Pattern::Compiled {
  pcre2_code* code = nullptr;
  pcre2_match_data* match = nullptr;
  pcre2_match_context* limits = nullptr;
};

Pattern::Pattern(std::string_view text)
    : compiled_(std::make_unique<Compiled>()) {
  if (text.size() > kLongestPattern) {
    throw Error("pattern.syntax", "the pattern has over 10,000 bytes");
  }
  int error = 0;
  PCRE2_SIZE at = 0;
  compiled_->code = pcre2_compile(start_of(text), text.size(),
                                  PCRE2_UTF | PCRE2_UCP, &error, &at, nullptr);
  if (!compiled_->code) {
    throw Error("pattern.syntax",
                fmt::format("the pattern \"{}\" is wrong at character {}: {}",
                            text, at + 1, message_of(error)));
  }
  compiled_->match =
      pcre2_match_data_create_from_pattern(compiled_->code, nullptr);
  compiled_->limits = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(compiled_->limits, kSteps);
  pcre2_set_depth_limit(compiled_->limits, kDepth);
  pcre2_set_heap_limit(compiled_->limits, kKibibytes);
}

Pattern::~Pattern() {
  pcre2_match_context_free(compiled_->limits);
  pcre2_match_data_free(compiled_->match);
  pcre2_code_free(compiled_->code);
}

bool Pattern::search(std::string_view text) const {
  const int code = pcre2_match(compiled_->code, start_of(text), text.size(), 0,
                               0, compiled_->match, compiled_->limits);
  if (code >= 0) return true;
  if (code == PCRE2_ERROR_NOMATCH) return false;
  if (code <= PCRE2_ERROR_UTF8_ERR1 && code >= PCRE2_ERROR_UTF8_ERR21) {
    throw Error("pattern.text", "the pattern meets a text that is no UTF-8");
  }
  throw Error("pattern.limit",
              fmt::format("the pattern takes too long: {}", message_of(code)));
}

}  // namespace manage
