// Unique keys met so far in the files of an import, with the place where each
// stood first.
//
// Memory does not grow with the file, but for about 1.5 bytes for each key:
// the newest keys are in a table in memory; a full table is sorted and put
// into a temporary file, and a Bloom filter stays behind.
#pragma once

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace manage::loaders {

class SeenKeys {
 public:
  /// Where a key stood.
  struct Place {
    std::uint32_t file = 0;
    std::uint64_t line = 0;
  };

  /// `table_keys` is how many keys are held in memory.
  explicit SeenKeys(std::size_t table_keys = 500'000);

  /// The place where an equal key stood before; else the key is remembered as
  /// being at `place`. Keys are told apart by 64 bits of hash. Throws Error
  /// "file.unwritable" if a temporary file cannot be used.
  std::optional<Place> add(std::string_view key, const Place& place);

 private:
  struct Entry {
    std::uint64_t hash = 0;
    std::uint64_t place = 0;  ///< 0: an empty slot
  };
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  /// A sorted run in the temporary file.
  struct Run {
    std::uint64_t begin = 0;  ///< in entries
    std::uint64_t size = 0;
    std::vector<std::uint64_t> filter;
  };

  Entry& slot(std::uint64_t hash);
  void put_away();
  std::optional<std::uint64_t> find_in(const Run& run,
                                       std::uint64_t hash) const;
  Entry read_entry(std::uint64_t index) const;

  std::vector<Entry> table_;
  std::size_t used_ = 0;
  std::size_t limit_;
  std::vector<Run> runs_;
  std::unique_ptr<std::FILE, CloseFile> file_;
  std::uint64_t written_ = 0;  ///< entries in the file
};

}  // namespace manage::loaders
