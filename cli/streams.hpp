// Standard input, output and error as values, so that tests run commands
// in-process. Not thread-safe.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace manage::cli {

class Input {
 public:
  virtual ~Input() = default;
  /// Up to bytes.size() bytes; 0 at the end. A signal ends the wait with an
  /// Error "interrupted".
  virtual std::size_t read(std::span<char> bytes) = 0;
  virtual bool is_terminal() const { return false; }
  /// The file descriptor, where there is one.
  virtual std::optional<int> descriptor() const { return std::nullopt; }

  /// The next line without its ending; nullopt at the end. REQUIRES: lines and
  /// bytes are not read in turn.
  std::optional<std::string> read_line();

 private:
  std::string rest_;
};

/// Where text goes. Writing never throws: a reader that went away or a full
/// disk must not stop a migration half-way. What was lost is asked for with
/// error() at the end.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual void write(std::string_view bytes) = 0;
  virtual void flush() {}
  virtual bool is_terminal() const { return false; }
  /// Columns of the terminal.
  virtual int width() const { return 80; }
  /// errno of the first write that failed, or 0. From then on nothing is
  /// written.
  virtual int error() const { return 0; }
};

class DescriptorInput : public Input {
 public:
  explicit DescriptorInput(int descriptor) : descriptor_(descriptor) {}
  std::size_t read(std::span<char> bytes) override;
  bool is_terminal() const override;
  std::optional<int> descriptor() const override { return descriptor_; }

 private:
  int descriptor_;
};

/// Buffers; flushed by lines on a terminal.
class DescriptorSink : public Sink {
 public:
  explicit DescriptorSink(int descriptor);
  ~DescriptorSink() override { flush(); }
  void write(std::string_view bytes) override;
  void flush() override;
  bool is_terminal() const override { return terminal_; }
  int width() const override;
  int error() const override { return error_; }

 private:
  int descriptor_;
  bool terminal_;
  int error_ = 0;
  std::string buffer_;
};

/// For tests.
class StringInput : public Input {
 public:
  explicit StringInput(std::string text, bool terminal = false)
      : text_(std::move(text)), terminal_(terminal) {}
  std::size_t read(std::span<char> bytes) override;
  bool is_terminal() const override { return terminal_; }

 private:
  std::string text_;
  std::size_t at_ = 0;
  bool terminal_;
};

/// For tests.
class StringSink : public Sink {
 public:
  explicit StringSink(bool terminal = false) : terminal_(terminal) {}
  void write(std::string_view bytes) override { text_ += bytes; }
  bool is_terminal() const override { return terminal_; }
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  bool terminal_;
};

/// Everything outside the process that a command may see.
struct Surroundings {
  std::map<std::string, std::string> environment;
  std::filesystem::path working_directory;
  Input& in;
  Sink& out;
  Sink& err;
};

/// The value of a variable, empty if it is not set.
std::string variable(const Surroundings& surroundings, const char* name);

}  // namespace manage::cli
