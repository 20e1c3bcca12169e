// A text that came from outside, and places in it.
//
// A SourceFile is immutable once built, so places may be copied and shared
// between threads freely.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace manage {

/// A file as it was read: the name that messages show, and its bytes.
class SourceFile : public std::enable_shared_from_this<SourceFile> {
 public:
  SourceFile(std::string name, std::string text)
      : name_(std::move(name)), text_(std::move(text)) {}

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }

  /// Line `number` (1-based) without its line ending; empty if there is none.
  std::string_view line(int number) const;

 private:
  std::string name_;
  std::string text_;
};

/// A place in a SourceFile. Line and column are 1-based, the column counts code
/// points; a column of 0 means the whole line, a line of 0 the whole file. A
/// default-constructed place is nowhere.
struct SourcePos {
  std::shared_ptr<const SourceFile> file;
  int line = 0;
  int column = 0;

  explicit operator bool() const { return file != nullptr; }
  /// "file:line:col", "file:line" or "file".
  std::string text() const;
};

}  // namespace manage
