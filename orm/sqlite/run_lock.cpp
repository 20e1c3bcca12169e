#include "orm/sqlite/run_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::orm {

namespace {

constexpr std::size_t kLongestEntry = 300;
constexpr int kMostLinks = 40;

/// Where a name leads, also if there is no file yet.
std::filesystem::path target_of(std::filesystem::path name) {
  std::error_code failed;
  for (int i = 0; i < kMostLinks; ++i) {
    if (!std::filesystem::is_symlink(name, failed)) break;
    const auto next = std::filesystem::read_symlink(name, failed);
    if (failed) break;
    name = name.parent_path() / next;
  }
  const auto target = std::filesystem::weakly_canonical(name, failed);
  return failed ? name : target;
}

}  // namespace

SqliteRunLock::SqliteRunLock(const settings::DatabaseConfig& config,
                             const LockUser& user) {
  database_ = target_of(config.name);
  path_ = database_.string() + ".manage-lock";
  entry_ = fmt::format("{}, {}, since {} UTC\n", user.command, this_process(),
                       user.since.text());
  open();
}

// The file stays: another run may have opened it and wait for its lock, while a
// third one would make a new file and hold that one's at the same time.
SqliteRunLock::~SqliteRunLock() {
  // So that a later holder who cannot write is not taken for this one.
  bool emptied = held_ && ::ftruncate(descriptor_, 0) == 0;
  static_cast<void>(emptied);
  close();
}

void SqliteRunLock::open() {
  constexpr int kFlags = O_CLOEXEC | O_NOFOLLOW;
  // Before there is a database, the mode that SQLite will give it.
  const mode_t mode = ::access(database_.c_str(), F_OK) == 0 ? 0600 : 0644;
  descriptor_ = ::open(path_.c_str(), kFlags | O_RDWR | O_CREAT | O_EXCL, mode);
  if (descriptor_ >= 0) {
    adopt_permissions();
    return;
  }
  descriptor_ = ::open(path_.c_str(), kFlags | O_RDWR);
  // Somebody else's file can be locked, if not written.
  if (descriptor_ < 0) descriptor_ = ::open(path_.c_str(), kFlags | O_RDONLY);
  if (descriptor_ >= 0) return;
  throw Error("migrations.lock", fmt::format("the file {} cannot be opened: {}",
                                             path_, std::strerror(errno)))
      .hint(
          "migrate locks it against other runs: the folder must be writable, "
          "and the file be the database user's");
}

void SqliteRunLock::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void SqliteRunLock::adopt_permissions() const {
  struct stat database {};
  if (::stat(database_.c_str(), &database) != 0) return;
  // Only root may give it away, and only root has to.
  bool given = ::geteuid() != 0 ||
               ::fchown(descriptor_, database.st_uid, database.st_gid) == 0;
  if (given) ::fchmod(descriptor_, database.st_mode & 0666);
}

bool SqliteRunLock::is_same_file() const {
  struct stat open {
  }, here{};
  return ::fstat(descriptor_, &open) == 0 &&
         ::stat(path_.c_str(), &here) == 0 && open.st_ino == here.st_ino &&
         open.st_dev == here.st_dev;
}

bool SqliteRunLock::try_hold() {
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK || errno == EINTR) return false;
    throw Error("migrations.lock",
                fmt::format("the file {} cannot be locked: {}", path_,
                            std::strerror(errno)))
        .hint("is it on a file system that knows no locks?");
  }
  if (!is_same_file()) {
    // Deleted since it was opened: the lock of a file that nobody else sees.
    close();
    open();
    return false;
  }
  bool written = ::ftruncate(descriptor_, 0) == 0 &&
                 ::pwrite(descriptor_, entry_.data(), entry_.size(), 0) ==
                     static_cast<ssize_t>(entry_.size());
  static_cast<void>(written);  // else the others do not learn who it is
  return held_ = true;
}

std::string SqliteRunLock::holder() {
  char entry[kLongestEntry];
  ssize_t size = ::pread(descriptor_, entry, sizeof entry, 0);
  if (size <= 0) return {};
  std::string_view text(entry, static_cast<std::size_t>(size));
  return std::string(text::trim(text.substr(0, text.find('\n'))));
}

void SqliteRunLock::check() {
  if (is_same_file()) return;
  throw Error(
      "migrations.lock-lost",
      fmt::format("the lock of this run is gone: somebody deleted {}", path_))
      .hint("what was applied stays; start it again");
}

}  // namespace manage::orm
