#include "migrations_engine/file_changes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/file.hpp"

namespace manage::migrations_engine {

namespace fs = std::filesystem;

namespace {

/// What a file held, to bring it back.
class Backup {
 public:
  explicit Backup(fs::path path) : path_(std::move(path)) {
    std::error_code ignored;
    if (!fs::exists(path_, ignored)) return;
    text_ = read_source(path_, path_.string())->text();
  }

  void restore() const noexcept {
    try {
      std::error_code ignored;
      if (text_) {
        write_file_atomic(path_, *text_);
      } else {
        fs::remove(path_, ignored);
      }
    } catch (const Error&) {
      // The error that led here says what is wrong with the disk.
    }
  }

 private:
  fs::path path_;
  std::optional<std::string> text_;
};

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (!error) return;
  throw Error("file.unwritable", fmt::format("cannot create {}: {}",
                                             folder.string(), error.message()));
}

}  // namespace

void FileChanges::create(fs::path path, std::string text) {
  changes_.push_back({Kind::kCreate, std::move(path), std::move(text)});
}

void FileChanges::write(fs::path path, std::string text) {
  changes_.push_back({Kind::kWrite, std::move(path), std::move(text)});
}

void FileChanges::remove(fs::path path) {
  changes_.push_back({Kind::kRemove, std::move(path), {}});
}

void FileChanges::make(const Change& change) {
  std::error_code error;
  switch (change.kind) {
    case Kind::kCreate:
      make_folder(change.path.parent_path());
      return write_new_file(change.path, change.text);
    case Kind::kWrite:
      return write_file_atomic(change.path, change.text);
    case Kind::kRemove:
      fs::remove(change.path, error);
      if (!error) return;
      throw Error("file.unwritable",
                  fmt::format("cannot remove {}: {}", change.path.string(),
                              error.message()));
  }
}

void FileChanges::apply() const {
  std::vector<Change> ordered = changes_;
  std::stable_sort(
      ordered.begin(), ordered.end(), [](const Change& a, const Change& b) {
        return (a.kind != Kind::kRemove) > (b.kind != Kind::kRemove);
      });
  std::vector<Backup> done;
  try {
    for (const Change& change : ordered) {
      Backup backup(change.path);
      make(change);
      done.push_back(std::move(backup));
    }
  } catch (...) {
    std::for_each(done.rbegin(), done.rend(),
                  [](const Backup& backup) { backup.restore(); });
    throw;
  }
}

}  // namespace manage::migrations_engine
