#include "core/file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace manage {

namespace {

/// Closes on every way out.
struct Descriptor {
  int fd;
  explicit Descriptor(int fd) : fd(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

Error unreadable(const std::string& shown, int error) {
  if (error == ENOENT) {
    return Error("file.missing", fmt::format("{} does not exist", shown));
  }
  return Error("file.unreadable",
               fmt::format("cannot read {}: {}", shown, std::strerror(error)));
}

Error unwritable(const std::filesystem::path& path, int error) {
  if (error == EEXIST) {
    return Error("file.exists",
                 fmt::format("{} exists already", path.string()));
  }
  return Error(
      "file.unwritable",
      fmt::format("cannot write {}: {}", path.string(), std::strerror(error)));
}

void write_all(int fd, std::string_view bytes,
               const std::filesystem::path& path) {
  while (!bytes.empty()) {
    ssize_t done = ::write(fd, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw unwritable(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
}

/// Renames, refusing to replace anything. 0 or an errno.
int rename_new(const char* from, const char* to) {
  if (::renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0) {
    return 0;
  }
  if (errno != EINVAL && errno != ENOSYS) return errno;
  // A file system that does not know the flag: a hard link never replaces.
  if (::link(from, to) != 0) return errno;
  ::unlink(from);
  return 0;
}

int rename_over(const char* from, const char* to) {
  return ::rename(from, to) == 0 ? 0 : errno;
}

/// Writes beside `path` and moves the whole file into place.
void write_beside(const std::filesystem::path& path, std::string_view bytes,
                  int (*move)(const char*, const char*)) {
  std::string temporary = path.string() + ".XXXXXX";
  Descriptor out(::mkostemp(temporary.data(), O_CLOEXEC));
  if (out.fd < 0) throw unwritable(path, errno);
  try {
    write_all(out.fd, bytes, path);
    mode_t mask = ::umask(0);
    ::umask(mask);
    if (::fchmod(out.fd, 0666 & ~mask) != 0 || ::fsync(out.fd) != 0) {
      throw unwritable(path, errno);
    }
    if (int error = move(temporary.c_str(), path.c_str())) {
      throw unwritable(path, error);
    }
  } catch (...) {
    ::unlink(temporary.c_str());
    throw;
  }
}

}  // namespace

std::shared_ptr<const SourceFile> read_source(const std::filesystem::path& path,
                                              std::string shown,
                                              std::uintmax_t max_bytes) {
  Descriptor in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (in.fd < 0) throw unreadable(shown, errno);
  std::string bytes;
  char buffer[65536];
  while (true) {
    ssize_t got = ::read(in.fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw unreadable(shown, errno);
    if (got == 0) break;
    bytes.append(buffer, static_cast<std::size_t>(got));
    if (bytes.size() > max_bytes) {
      throw Error("file.too-large",
                  fmt::format("{} is larger than {} bytes", shown, max_bytes));
    }
  }
  return std::make_shared<SourceFile>(std::move(shown), std::move(bytes));
}

void write_file_atomic(const std::filesystem::path& path,
                       std::string_view bytes) {
  write_beside(path, bytes, rename_over);
}

void write_new_file(const std::filesystem::path& path, std::string_view bytes) {
  write_beside(path, bytes, rename_new);
}

}  // namespace manage
