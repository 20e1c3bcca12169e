#include "migrations_engine/sql_lexer.hpp"

#include "core/text.hpp"

namespace manage::migrations_engine {

namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Splitter {
 public:
  explicit Splitter(std::string_view sql) : sql_(sql) {}

  std::vector<std::string> run() {
    while (at_ < sql_.size()) step();
    end_statement();
    return std::move(statements_);
  }

 private:
  bool looking_at(std::string_view text) const {
    return sql_.substr(at_, text.size()) == text;
  }

  void skip_past(std::string_view end, std::size_t from) {
    std::size_t found = sql_.find(end, from);
    at_ = found == std::string_view::npos ? sql_.size() : found + end.size();
  }

  void step() {
    char c = sql_[at_];
    if (looking_at("--")) {
      skip_past("\n", at_);
    } else if (looking_at("/*")) {
      skip_comment();
    } else if (c == '\'' || c == '"' || c == '`') {
      skip_quoted(c);
    } else if (c == '[') {
      token();
      ++at_;
    } else if (c == '$') {
      skip_dollar_quote();
    } else if (is_word(c)) {
      read_word();
    } else if (c == ';' && depth_ == 0) {
      end_statement();
      start_ = ++at_;
    } else {
      if (c != ' ' && c != '\t' && c != '\n' && c != '\r') token();
      ++at_;
    }
  }

  /// PostgreSQL nests comments; in SQLite an inner one never stands alone.
  void skip_comment() {
    int nested = 0;
    do {
      if (looking_at("/*")) {
        ++nested;
        at_ += 2;
      } else if (looking_at("*/")) {
        --nested;
        at_ += 2;
      } else {
        ++at_;
      }
    } while (nested > 0 && at_ < sql_.size());
  }

  void skip_quoted(char quote) {
    token();
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
  }

  void skip_dollar_quote() {
    token();
    std::size_t end = at_ + 1;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    bool is_parameter =
        end > at_ + 1 && sql_[at_ + 1] >= '0' && sql_[at_ + 1] <= '9';
    if (end >= sql_.size() || sql_[end] != '$' || is_parameter) {
      at_ = end;
      return;
    }
    std::string_view tag = sql_.substr(at_, end + 1 - at_);
    skip_past(tag, end + 1);
  }

  void read_word() {
    std::size_t end = at_;
    while (end < sql_.size() && is_word(sql_[end])) ++end;
    std::string word = text::upper(sql_.substr(at_, end - at_));
    at_ = end;
    token();
    if (words_ < 4 && depth_ == 0) {
      // CREATE [TEMP|TEMPORARY] TRIGGER, CREATE OR REPLACE …
      if (words_ == 0) creates_ = word == "CREATE";
      if (creates_ && word == "TRIGGER") trigger_ = true;
    }
    ++words_;
    if (!trigger_) return;
    if (word == "BEGIN" || word == "CASE") ++depth_;
    if (word == "END" && depth_ > 0) --depth_;
  }

  void token() { has_token_ = true; }

  void end_statement() {
    if (has_token_) {
      statements_.emplace_back(text::trim(sql_.substr(start_, at_ - start_)));
    }
    has_token_ = creates_ = trigger_ = false;
    words_ = depth_ = 0;
    start_ = at_;
  }

  std::string_view sql_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  bool has_token_ = false;
  bool creates_ = false;
  bool trigger_ = false;
  int words_ = 0;
  int depth_ = 0;
  std::vector<std::string> statements_;
};

}  // namespace

std::vector<std::string> split_sql(std::string_view sql) {
  return Splitter(sql).run();
}

}  // namespace manage::migrations_engine
