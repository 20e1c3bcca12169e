#include "loaders/seen_keys.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "loaders/value_key.hpp"

namespace manage::loaders {

namespace {

// A place in 64 bits: 16 for the file, 48 for the line (lines begin at 1, so no
// place is 0).
constexpr int kLineBits = 48;

constexpr std::size_t kBitsPerKey = 12;
constexpr int kProbes = 5;

/// Calls `use(word, bit)` for the filter's bits of a hash.
template <class Use>
bool each_bit(std::uint64_t hash, std::size_t words, const Use& use) {
  std::uint64_t step = (hash >> 32) | 1;
  for (int i = 0; i < kProbes; ++i) {
    std::size_t bit = static_cast<std::size_t>(hash % (words * 64));
    if (!use(bit / 64, std::uint64_t{1} << (bit % 64))) return false;
    hash += step * 0x9E3779B97F4A7C15ULL;
  }
  return true;
}

Error temporary_error() {
  return Error("file.unwritable",
               fmt::format("the temporary file for the keys of the import "
                           "cannot be used: {}",
                           std::strerror(errno)));
}

}  // namespace

SeenKeys::SeenKeys(std::size_t table_keys)
    : table_(1024), limit_(std::max<std::size_t>(table_keys, 16)) {}

SeenKeys::Entry& SeenKeys::slot(std::uint64_t hash) {
  std::size_t mask = table_.size() - 1;
  std::size_t at = hash & mask;
  while (table_[at].place != 0 && table_[at].hash != hash) at = (at + 1) & mask;
  return table_[at];
}

std::optional<SeenKeys::Place> SeenKeys::add(std::string_view key,
                                             const Place& place) {
  auto place_of = [](std::uint64_t packed) {
    return Place{static_cast<std::uint32_t>(packed >> kLineBits),
                 packed & ((std::uint64_t{1} << kLineBits) - 1)};
  };
  std::uint64_t hash = key_hash(key);
  for (const Run& run : runs_) {
    if (auto packed = find_in(run, hash)) return place_of(*packed);
  }
  if (const Entry& entry = slot(hash); entry.place != 0) {
    return place_of(entry.place);
  }
  if (used_ == limit_) put_away();
  if (used_ * 4 >= table_.size() * 3) {
    std::vector<Entry> old(table_.size() * 2);
    old.swap(table_);
    for (const Entry& entry : old) {
      if (entry.place != 0) slot(entry.hash) = entry;
    }
  }
  slot(hash) = {hash, (std::uint64_t{place.file} << kLineBits) | place.line};
  ++used_;
  return std::nullopt;
}

/// Writes the table as a sorted run and empties it.
void SeenKeys::put_away() {
  if (!file_) file_.reset(std::tmpfile());
  if (!file_) throw temporary_error();
  std::vector<Entry> entries;
  entries.reserve(used_);
  for (const Entry& entry : table_) {
    if (entry.place != 0) entries.push_back(entry);
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.hash < b.hash; });
  Run run{written_, entries.size(), {}};
  run.filter.resize(entries.size() * kBitsPerKey / 64 + 1);
  for (const Entry& entry : entries) {
    each_bit(entry.hash, run.filter.size(),
             [&](std::size_t word, std::uint64_t bit) {
               run.filter[word] |= bit;
               return true;
             });
  }
  const char* bytes = reinterpret_cast<const char*>(entries.data());
  std::size_t size = entries.size() * sizeof(Entry);
  auto offset = static_cast<off_t>(written_ * sizeof(Entry));
  while (size > 0) {
    ssize_t done = ::pwrite(fileno(file_.get()), bytes, size, offset);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) throw temporary_error();
    bytes += done;
    size -= static_cast<std::size_t>(done);
    offset += done;
  }
  written_ += entries.size();
  runs_.push_back(std::move(run));
  std::fill(table_.begin(), table_.end(), Entry{});
  used_ = 0;
}

SeenKeys::Entry SeenKeys::read_entry(std::uint64_t index) const {
  Entry entry;
  auto offset = static_cast<off_t>(index * sizeof(Entry));
  ssize_t got = ::pread(fileno(file_.get()), &entry, sizeof entry, offset);
  if (got != static_cast<ssize_t>(sizeof entry)) throw temporary_error();
  return entry;
}

/// The packed place of the hash in that run.
std::optional<std::uint64_t> SeenKeys::find_in(const Run& run,
                                               std::uint64_t hash) const {
  bool possible = each_bit(hash, run.filter.size(),
                           [&](std::size_t word, std::uint64_t bit) {
                             return (run.filter[word] & bit) != 0;
                           });
  if (!possible) return std::nullopt;
  std::uint64_t low = run.begin, high = run.begin + run.size;
  while (low < high) {
    std::uint64_t middle = low + (high - low) / 2;
    Entry entry = read_entry(middle);
    if (entry.hash == hash) return entry.place;
    if (entry.hash < hash) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

}  // namespace manage::loaders
