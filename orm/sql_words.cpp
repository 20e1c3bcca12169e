#include "orm/sql_words.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace manage::orm {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

void SqlWords::skip_blank() {
  while (at_ < sql_.size()) {
    if (looking_at("--")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (looking_at("/*")) {
      skip_comment();
    } else if (std::string_view(" \t\r\n\f\v").find(sql_[at_]) !=
               std::string_view::npos) {
      ++at_;
    } else {
      return;
    }
  }
}

void SqlWords::skip_comment() {
  int depth = 1;
  at_ += 2;
  while (depth > 0 && at_ < sql_.size()) {
    const bool opens = nested_comments_ && looking_at("/*");
    const bool closes = looking_at("*/");
    depth += opens ? 1 : closes ? -1 : 0;
    at_ += opens || closes ? 2 : 1;
  }
}

std::string SqlWords::next() {
  skip_blank();
  if (at_ >= sql_.size()) return {};
  const std::size_t start = at_++;
  if (sql_[start] == '"') {
    while (at_ < sql_.size()) {
      if (sql_[at_++] != '"') continue;
      if (at_ >= sql_.size() || sql_[at_] != '"') break;
      ++at_;
    }
    return std::string(sql_.substr(start, at_ - start));
  }
  if (is_word(sql_[start])) {
    while (at_ < sql_.size() && is_word(sql_[at_])) ++at_;
  }
  return text::upper(sql_.substr(start, at_ - start));
}

bool SqlWords::take(std::string_view word) {
  const std::size_t before = at_;
  if (next() == word) return true;
  at_ = before;
  return false;
}

std::string SqlWords::name() {
  std::string name;
  do {
    skip_blank();
    const std::size_t start = at_;
    next();
    name += sql_.substr(start, at_ - start);
    if (!take(".")) break;
    name += '.';
  } while (at_ < sql_.size());
  return name;
}

}  // namespace manage::orm
