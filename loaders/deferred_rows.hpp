// Records that wait for a later pass, in a temporary file.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loaders/byte_source.hpp"

namespace manage::loaders {

class DeferredRows {
 public:
  /// Throws Error "file.unwritable" if the temporary file cannot be used.
  void add(std::string_view record, std::uint64_t line);

  std::size_t size() const { return lines_.size(); }
  /// The line where each record began in its own file.
  const std::vector<std::uint64_t>& lines() const { return lines_; }
  /// The records, each on a line of its own. Nothing can be added any more.
  std::unique_ptr<ByteSource> bytes(std::string name);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };

  std::unique_ptr<std::FILE, Close> file_;
  std::vector<std::uint64_t> lines_;
};

}  // namespace manage::loaders
