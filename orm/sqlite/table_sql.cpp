#include "orm/sqlite/table_sql.hpp"

#include <algorithm>
#include <optional>

#include "core/text.hpp"

namespace manage::orm {

namespace {

struct Token {
  enum class Kind { kWord, kQuoted, kString, kPunctuation };
  Kind kind;
  std::string text;  ///< without its quotes
  std::size_t begin, end;
};

bool is_word_char(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}

/// Splits SQL into tokens, without white space and comments.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  std::vector<Token> all() {
    std::vector<Token> tokens;
    while (skip_blank()) tokens.push_back(next());
    return tokens;
  }

 private:
  /// Whether anything is left.
  bool skip_blank() {
    while (at_ < sql_.size()) {
      if (std::isspace(static_cast<unsigned char>(sql_[at_]))) {
        ++at_;
      } else if (sql_.substr(at_, 2) == "--") {
        at_ = std::min(sql_.find('\n', at_), sql_.size());
      } else if (sql_.substr(at_, 2) == "/*") {
        std::size_t end = sql_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? sql_.size() : end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  Token next() {
    std::size_t begin = at_;
    char c = sql_[at_];
    if (c == '\'') return quoted(Token::Kind::kString, '\'');
    if (c == '"' || c == '`') return quoted(Token::Kind::kQuoted, c);
    if (c == '[') return quoted(Token::Kind::kQuoted, ']');
    if (!is_word_char(c)) {
      ++at_;
      return {Token::Kind::kPunctuation, std::string(1, c), begin, at_};
    }
    while (at_ < sql_.size() && is_word_char(sql_[at_])) ++at_;
    return {Token::Kind::kWord, std::string(sql_.substr(begin, at_ - begin)),
            begin, at_};
  }

  /// Up to `close`; a doubled one stands for itself.
  Token quoted(Token::Kind kind, char close) {
    std::size_t begin = at_++;
    std::string text;
    while (at_ < sql_.size()) {
      char c = sql_[at_++];
      if (c == close) {
        bool doubled = at_ < sql_.size() && sql_[at_] == close && close != ']';
        if (!doubled) break;
        ++at_;
      }
      text += c;
    }
    return {kind, std::move(text), begin, at_};
  }

  std::string_view sql_;
  std::size_t at_ = 0;
};

class TableParser {
 public:
  TableParser(std::string_view sql, const std::vector<std::string>& columns)
      : sql_(sql), columns_(columns), tokens_(Lexer(sql).all()) {}

  std::vector<ConstraintInfo> parse() {
    while (at_ < tokens_.size() && !is_punctuation('(')) ++at_;
    if (at_ == tokens_.size()) return {};
    ++at_;
    while (at_ < tokens_.size() && !is_punctuation(')')) {
      definition();
      if (is_punctuation(',')) ++at_;
    }
    return std::move(found_);
  }

 private:
  bool is_punctuation(char c) const {
    return at_ < tokens_.size() &&
           tokens_[at_].kind == Token::Kind::kPunctuation &&
           tokens_[at_].text[0] == c;
  }
  bool is_word(std::string_view upper) const {
    return at_ < tokens_.size() && tokens_[at_].kind == Token::Kind::kWord &&
           text::upper(tokens_[at_].text) == upper;
  }
  bool take_word(std::string_view upper) {
    if (!is_word(upper)) return false;
    ++at_;
    return true;
  }

  /// The tokens between the brackets that open here; goes behind them.
  std::pair<std::size_t, std::size_t> brackets() {
    std::size_t first = at_ + 1;
    int depth = 0;
    while (at_ < tokens_.size()) {
      if (is_punctuation('(')) ++depth;
      if (is_punctuation(')')) --depth;
      ++at_;
      if (depth == 0) break;
    }
    return {first, depth == 0 ? at_ - 1 : at_};
  }

  /// One column or table constraint, up to the comma behind it.
  void definition() {
    std::vector<std::string> column;
    bool table_level = is_word("CONSTRAINT") || is_word("PRIMARY") ||
                       is_word("UNIQUE") || is_word("CHECK") ||
                       is_word("FOREIGN");
    if (!table_level) column.push_back(tokens_[at_++].text);
    std::string name;
    while (at_ < tokens_.size() && !is_punctuation(',') &&
           !is_punctuation(')')) {
      if (take_word("CONSTRAINT")) {
        if (at_ < tokens_.size()) name = tokens_[at_++].text;
      } else if (take_word("CHECK")) {
        add_check(std::move(name));
        name.clear();
      } else if (std::optional<ConstraintKind> kind = keyword()) {
        add(*kind, std::move(name), column);
        name.clear();
      } else if (is_punctuation('(')) {
        brackets();
      } else {
        ++at_;
      }
    }
  }

  std::optional<ConstraintKind> keyword() {
    if (take_word("UNIQUE")) return ConstraintKind::kUnique;
    if (take_word("REFERENCES")) return ConstraintKind::kForeignKey;
    if (take_word("PRIMARY")) {
      take_word("KEY");
      return ConstraintKind::kPrimaryKey;
    }
    if (take_word("FOREIGN")) {
      take_word("KEY");
      return ConstraintKind::kForeignKey;
    }
    return std::nullopt;
  }

  void add(ConstraintKind kind, std::string name,
           const std::vector<std::string>& column) {
    ConstraintInfo info;
    info.kind = kind;
    info.name = std::move(name);
    info.unique =
        kind == ConstraintKind::kUnique || kind == ConstraintKind::kPrimaryKey;
    info.columns = column;
    if (column.empty() && is_punctuation('(')) {
      info.columns = first_words(brackets());
      // FOREIGN KEY (…) REFERENCES …: one constraint, not two.
      if (kind == ConstraintKind::kForeignKey) take_word("REFERENCES");
    }
    found_.push_back(std::move(info));
  }

  /// The names in `("a" DESC, b COLLATE x)`.
  std::vector<std::string> first_words(
      std::pair<std::size_t, std::size_t> range) const {
    std::vector<std::string> names;
    bool expected = true;
    for (std::size_t at = range.first; at < range.second; ++at) {
      bool comma = tokens_[at].kind == Token::Kind::kPunctuation &&
                   tokens_[at].text == ",";
      if (expected) names.push_back(tokens_[at].text);
      expected = comma;
    }
    return names;
  }

  void add_check(std::string name) {
    if (!is_punctuation('(')) return;
    auto [first, last] = brackets();
    ConstraintInfo info;
    info.kind = ConstraintKind::kCheck;
    info.name = std::move(name);
    if (first < last) {
      std::size_t begin = tokens_[first].begin;
      info.sql = sql_.substr(begin, tokens_[last - 1].end - begin);
    }
    for (std::size_t at = first; at < last; ++at) mention(at, info.columns);
    found_.push_back(std::move(info));
  }

  /// Adds the column that the token names, if it is one and not a function.
  void mention(std::size_t at, std::vector<std::string>& mentioned) const {
    const Token& token = tokens_[at];
    bool identifier =
        token.kind == Token::Kind::kWord || token.kind == Token::Kind::kQuoted;
    bool call = at + 1 < tokens_.size() && tokens_[at + 1].text == "(" &&
                tokens_[at + 1].kind == Token::Kind::kPunctuation;
    if (!identifier || call) return;
    for (const std::string& column : columns_) {
      if (text::lower(column) == text::lower(token.text) &&
          std::find(mentioned.begin(), mentioned.end(), column) ==
              mentioned.end()) {
        mentioned.push_back(column);
      }
    }
  }

  std::string_view sql_;
  const std::vector<std::string>& columns_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  std::vector<ConstraintInfo> found_;
};

}  // namespace

std::vector<ConstraintInfo> constraints_in(
    std::string_view create_table, const std::vector<std::string>& columns) {
  return TableParser(create_table, columns).parse();
}

}  // namespace manage::orm
