#include "migrations_engine/sql_lexer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
         c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class Lexer {
 public:
  Lexer(std::string_view sql, bool nested_comments, char sign = '\0')
      : sql_(sql), nested_comments_(nested_comments), sign_(sign) {}

  std::vector<std::string> statements() && {
    run();
    return std::move(statements_);
  }
  std::vector<Placeholder> placeholders() && {
    run();
    return std::move(placeholders_);
  }

 private:
  void run() {
    while (at_ < sql_.size()) step();
    end_statement();
  }

  bool looking_at(std::string_view text) const {
    return sql_.substr(at_, text.size()) == text;
  }

  [[noreturn]] void unterminated(std::string_view what,
                                 std::size_t begin) const {
    constexpr std::size_t kShown = 30;
    throw Error("migrations.sql",
                fmt::format("{} does not end: {}", what,
                            text::prefix(sql_.substr(begin), kShown)));
  }

  void step() {
    char c = sql_[at_];
    if (looking_at("--")) {
      at_ = std::min(sql_.find('\n', at_), sql_.size());
    } else if (looking_at("/*")) {
      skip_comment();
    } else if (c == '\'' || c == '"' || c == '`') {
      skip_quoted(c);
    } else if (c == sign_ && read_placeholder()) {
      token();
    } else if (c == '[') {
      token();
      ++at_;
    } else if (c == '$') {
      skip_dollar_quote();
    } else if (is_word(c)) {
      read_word();
    } else if (c == ';' && depth_ == 0 && open_ == 0) {
      end_statement();
      start_ = ++at_;
    } else {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') token();
      if (c == '(') ++open_;
      if (c == ')' && open_ > 0) --open_;
      ++at_;
    }
  }

  void skip_comment() {
    const std::size_t begin = at_;
    int nested = 1;
    at_ += 2;
    while (nested > 0) {
      if (at_ >= sql_.size()) unterminated("a comment", begin);
      if (nested_comments_ && looking_at("/*")) {
        ++nested;
        at_ += 2;
      } else if (looking_at("*/")) {
        --nested;
        at_ += 2;
      } else {
        ++at_;
      }
    }
  }

  void skip_quoted(char quote) {
    token();
    const std::size_t begin = at_;
    // E'…' takes backslash escapes.
    bool escapes = quote == '\'' && at_ > 0 &&
                   (sql_[at_ - 1] == 'E' || sql_[at_ - 1] == 'e') &&
                   (at_ == 1 || !is_word(sql_[at_ - 2]));
    for (++at_; at_ < sql_.size(); ++at_) {
      if (escapes && sql_[at_] == '\\') {
        ++at_;
      } else if (sql_[at_] == quote) {
        ++at_;
        // A doubled quote reads as two strings side by side: the same ends.
        return;
      }
    }
    unterminated("a quote", begin);
  }

  bool read_placeholder() {
    Placeholder found{at_, at_ + 1, 0};
    for (; found.end < sql_.size() && is_digit(sql_[found.end]); ++found.end) {
      found.number =
          found.number * 10 + static_cast<std::size_t>(sql_[found.end] - '0');
    }
    if (found.end == at_ + 1) {
      // SQLite's ? is the one after the largest so far; a $ alone is none.
      if (sign_ != '?') return false;
      found.number = largest_ + 1;
    }
    largest_ = std::max(largest_, found.number);
    at_ = found.end;
    placeholders_.push_back(found);
    return true;
  }

  void skip_dollar_quote() {
    token();
    std::size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    bool is_parameter = end > at_ + 1 && is_digit(sql_[at_ + 1]);
    if (end >= sql_.size() || sql_[end] != '$' || is_parameter) {
      at_ = end;
      return;
    }
    std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    if (close == std::string_view::npos) unterminated("a dollar quote", at_);
    at_ = close + tag.size();
  }

  void read_word() {
    std::size_t end = at_;
    // Behind its first letter a name may have dollars.
    while (end < sql_.size() && (is_word(sql_[end]) || sql_[end] == '$')) ++end;
    std::string word = text::upper(sql_.substr(at_, end - at_));
    at_ = end;
    token();
    if (words_ < 4 && depth_ == 0) {
      // CREATE [TEMP|TEMPORARY] TRIGGER, CREATE OR REPLACE …
      if (words_ == 0) creates_ = word == "CREATE";
      if (creates_ && word == "TRIGGER") has_body_ = true;
      if (creates_ && (word == "FUNCTION" || word == "PROCEDURE")) {
        routine_ = true;
      }
    }
    ++words_;
    // A routine in SQL itself: BEGIN ATOMIC …; END.
    if (routine_ && !has_body_ && word == "ATOMIC" && last_word_ == "BEGIN") {
      has_body_ = true;
      depth_ = 1;
    }
    last_word_ = word;
    if (!has_body_) return;
    if (word == "BEGIN" || word == "CASE") ++depth_;
    if (word == "END" && depth_ > 0) --depth_;
  }

  void token() { has_token_ = true; }

  void end_statement() {
    if (has_token_) {
      statements_.emplace_back(text::trim(sql_.substr(start_, at_ - start_)));
    }
    has_token_ = creates_ = has_body_ = routine_ = false;
    words_ = depth_ = open_ = 0;
    last_word_.clear();
    start_ = at_;
  }

  std::string_view sql_;
  bool nested_comments_;
  char sign_;  ///< of placeholders
  std::size_t largest_ = 0;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  bool has_token_ = false;
  bool creates_ = false;
  bool routine_ = false;
  bool has_body_ = false;  ///< statements of its own, up to their END
  int words_ = 0;
  int depth_ = 0;
  int open_ = 0;  ///< parentheses
  std::string last_word_;
  std::vector<std::string> statements_;
  std::vector<Placeholder> placeholders_;
};

}  // namespace

std::vector<std::string> split_sql(std::string_view sql, bool nested_comments) {
  return Lexer(sql, nested_comments).statements();
}

std::vector<Placeholder> find_placeholders(std::string_view sql, char sign,
                                           bool nested_comments) {
  return Lexer(sql, nested_comments, sign).placeholders();
}

}  // namespace manage::migrations_engine
