#include "loaders/deferred_rows.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "core/error.hpp"

namespace manage::loaders {

namespace {

Error temporary_error() {
  return Error("file.unwritable",
               fmt::format("the temporary file for rows that refer to later "
                           "ones cannot be used: {}",
                           std::strerror(errno)));
}

}  // namespace

void DeferredRows::add(std::string_view record, std::uint64_t line) {
  if (!file_) {
    file_.reset(std::tmpfile());
    // So that no record's first bytes can be taken for a byte order mark.
    if (file_) std::fputc('\n', file_.get());
  }
  if (!file_) throw temporary_error();
  std::fwrite(record.data(), 1, record.size(), file_.get());
  if (std::fputc('\n', file_.get()) == EOF) throw temporary_error();
  lines_.push_back(line);
}

std::unique_ptr<ByteSource> DeferredRows::bytes(std::string name) {
  if (!file_) return text_bytes(std::move(name), {});
  if (std::fflush(file_.get()) != 0) throw temporary_error();
  int descriptor = fileno(file_.get());
  if (::lseek(descriptor, 0, SEEK_SET) != 0) throw temporary_error();
  return descriptor_bytes(descriptor, std::move(name));
}

}  // namespace manage::loaders
