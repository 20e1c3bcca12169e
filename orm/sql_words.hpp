// The first words of a statement, to tell what kind it is.
#pragma once

#include <string>
#include <string_view>

namespace manage::orm {

class SqlWords {
 public:
  /// `sql` outlives it. `nested_comments`: whether a comment ends only with
  /// those inside it.
  explicit SqlWords(std::string_view sql, bool nested_comments = true)
      : sql_(sql), nested_comments_(nested_comments) {}

  /// A word in upper case, a quoted name with its quotes, or one other
  /// character; comments are left out. Empty at the end.
  std::string next();
  /// Takes `word` (in upper case) if it is the next one.
  bool take(std::string_view word);
  /// A name that may have a schema before it, as it was written.
  std::string name();
  /// What is not read yet.
  std::string_view rest() const { return sql_.substr(at_); }

 private:
  void skip_blank();
  void skip_comment();
  bool looking_at(std::string_view text) const {
    return sql_.substr(at_, text.size()) == text;
  }

  std::string_view sql_;
  bool nested_comments_;
  std::size_t at_ = 0;
};

}  // namespace manage::orm
