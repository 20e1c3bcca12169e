#include "cli/streams.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "cli/interrupt.hpp"
#include "core/error.hpp"

namespace manage::cli {

namespace {

constexpr std::size_t kBufferSize = 64 * 1024;

/// Returns when there is something to read; throws if a signal has come or
/// comes. Signals are let in by ppoll only, so that none slips in between the
/// look at it and the wait.
void wait_for_input(int descriptor) {
  sigset_t stopping, before;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGINT);
  sigaddset(&stopping, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stopping, &before);
  pollfd waiting{descriptor, POLLIN, 0};
  // One that is not open is an error of read(), not a reason to wait.
  if (descriptor >= 0 && interruption() == 0) {
    ::ppoll(&waiting, 1, nullptr, &before);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  throw_if_interrupted();
}

}  // namespace

std::optional<std::string> Input::read_line() {
  std::size_t end;
  while ((end = rest_.find('\n')) == std::string::npos) {
    char bytes[4096];
    std::size_t count = read(bytes);
    if (count == 0) break;
    rest_.append(bytes, count);
  }
  if (rest_.empty()) return std::nullopt;
  std::string line = rest_.substr(0, end);
  rest_.erase(0, end == std::string::npos ? end : end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::size_t DescriptorInput::read(std::span<char> bytes) {
  while (true) {
    wait_for_input(descriptor_);
    ssize_t count = ::read(descriptor_, bytes.data(), bytes.size());
    if (count >= 0) return static_cast<std::size_t>(count);
    if (errno != EINTR) {
      throw Error("input.failed", fmt::format("cannot read standard input: {}",
                                              std::strerror(errno)));
    }
    throw_if_interrupted();
  }
}

bool DescriptorInput::is_terminal() const { return ::isatty(descriptor_) == 1; }

DescriptorSink::DescriptorSink(int descriptor)
    : descriptor_(descriptor), terminal_(::isatty(descriptor) == 1) {}

void DescriptorSink::write(std::string_view bytes) {
  if (error_ != 0) return;
  buffer_ += bytes;
  bool line_done = terminal_ && bytes.find('\n') != std::string_view::npos;
  if (line_done || buffer_.size() >= kBufferSize) flush();
}

void DescriptorSink::flush() {
  std::string_view rest = buffer_;
  while (!rest.empty() && error_ == 0) {
    ssize_t count = ::write(descriptor_, rest.data(), rest.size());
    if (count >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno != EINTR) {
      error_ = errno;
    }
  }
  buffer_.clear();
}

int DescriptorSink::width() const {
  winsize size{};
  if (::ioctl(descriptor_, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return Sink::width();
  }
  return size.ws_col;
}

std::size_t StringInput::read(std::span<char> bytes) {
  std::size_t count = std::min(bytes.size(), text_.size() - at_);
  text_.copy(bytes.data(), count, at_);
  at_ += count;
  return count;
}

std::string variable(const Surroundings& surroundings, const char* name) {
  auto found = surroundings.environment.find(name);
  return found == surroundings.environment.end() ? std::string()
                                                 : found->second;
}

}  // namespace manage::cli
