#include "loaders/byte_source.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace manage::loaders {

namespace {

Error unreadable(const std::string& name, int error_number) {
  return Error("file.unreadable", fmt::format("cannot read {}: {}", name,
                                              std::strerror(error_number)));
}

class DescriptorBytes : public ByteSource {
 public:
  DescriptorBytes(int descriptor, std::string name, bool owned)
      : ByteSource(std::move(name)), descriptor_(descriptor), owned_(owned) {}
  DescriptorBytes(const DescriptorBytes&) = delete;
  DescriptorBytes& operator=(const DescriptorBytes&) = delete;
  ~DescriptorBytes() override {
    if (owned_) ::close(descriptor_);
  }

  std::size_t read(char* buffer, std::size_t size) override {
    while (wait()) {
      ssize_t got = ::read(descriptor_, buffer, size);
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EINTR) throw unreadable(name(), errno);
    }
    return 0;
  }

  std::optional<std::uint64_t> size() const override {
    struct stat status = {};
    if (::fstat(descriptor_, &status) != 0) return std::nullopt;
    if (!S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  /// Until there is something to read; false if nobody wants it any more.
  bool wait() const {
    constexpr int kMilliseconds = 100;
    pollfd watched{descriptor_, POLLIN, 0};
    while (!stopped()) {
      if (::poll(&watched, 1, kMilliseconds) != 0) return !stopped();
    }
    return false;
  }

  int descriptor_;
  bool owned_;
};

class TextBytes : public ByteSource {
 public:
  TextBytes(std::string name, std::string text)
      : ByteSource(std::move(name)), text_(std::move(text)) {}

  std::size_t read(char* buffer, std::size_t size) override {
    size = std::min(size, text_.size() - at_);
    if (size > 0) std::memcpy(buffer, text_.data() + at_, size);
    at_ += size;
    return size;
  }

  std::optional<std::uint64_t> size() const override { return text_.size(); }

 private:
  std::string text_;
  std::size_t at_ = 0;
};

}  // namespace

bool ByteSource::stopped() const {
  if (stopped_) return true;
  if (!asked_()) return false;
  throw Error("interrupted", "interrupted").exit(ExitCode::kInterrupted);
}

std::unique_ptr<ByteSource> file_bytes(const std::filesystem::path& path,
                                       std::string shown) {
  int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0 && errno == ENOENT) {
    throw Error("file.missing", fmt::format("there is no file {}", shown));
  }
  if (descriptor < 0) throw unreadable(shown, errno);
  auto source =
      std::make_unique<DescriptorBytes>(descriptor, std::move(shown), true);
  struct stat status = {};
  if (::fstat(descriptor, &status) == 0 && S_ISDIR(status.st_mode)) {
    throw unreadable(source->name(), EISDIR);
  }
#ifdef POSIX_FADV_SEQUENTIAL
  ::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
#endif
  return source;
}

std::unique_ptr<ByteSource> descriptor_bytes(int descriptor, std::string name) {
  return std::make_unique<DescriptorBytes>(descriptor, std::move(name), false);
}

std::unique_ptr<ByteSource> text_bytes(std::string name, std::string text) {
  return std::make_unique<TextBytes>(std::move(name), std::move(text));
}

}  // namespace manage::loaders
