// Where the bytes of an import come from: a file, a descriptor such as standard
// input, or a text in memory.
//
// A source is read once, front to back, by one thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace manage::loaders {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Up to `size` bytes into `buffer`; 0 only at the end. Throws Error
  /// "file.unreadable", and "interrupted" where stop_when() says so.
  virtual std::size_t read(char* buffer, std::size_t size) = 0;
  /// All bytes there are, if that is known before reading them.
  virtual std::optional<std::uint64_t> size() const = 0;
  /// From another thread: a read that waits for bytes gives up, and this and
  /// every later one returns 0.
  void stop() { stopped_ = true; }
  /// A read that waits for bytes asks `asked` now and then, and throws Error
  /// "interrupted" once it says yes. REQUIRES: callable from any thread.
  void stop_when(std::function<bool()> asked) { asked_ = std::move(asked); }
  /// What messages call it.
  const std::string& name() const { return name_; }

 protected:
  explicit ByteSource(std::string name) : name_(std::move(name)) {}
  bool stopped() const;

 private:
  std::atomic<bool> stopped_ = false;
  std::function<bool()> asked_ = [] { return false; };
  std::string name_;
};

/// Throws Error "file.missing" or "file.unreadable".
std::unique_ptr<ByteSource> file_bytes(const std::filesystem::path& path,
                                       std::string shown);
/// An open descriptor, which stays open: 0 is standard input.
std::unique_ptr<ByteSource> descriptor_bytes(int descriptor, std::string name);
std::unique_ptr<ByteSource> text_bytes(std::string name, std::string text);

}  // namespace manage::loaders
