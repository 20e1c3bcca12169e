#include "commands/shell_text_editor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

#include "commands/child_process.hpp"
#include "core/file.hpp"

namespace manage::commands {

namespace {

Error failed(std::string_view what, int problem) {
  return Error("shell.editor",
               fmt::format("{}: {}", what, std::strerror(problem)));
}

std::string variable(const cli::Context& context, const char* name) {
  const auto found = context.environment().find(name);
  return found == context.environment().end() ? std::string() : found->second;
}

/// Of mode 0600, as mkstemps makes it; removed with the object.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& folder, const std::string& text)
      : path_(folder + "/manage-shell.XXXXXX.lua") {
    const int file = ::mkostemps(path_.data(), 4, O_CLOEXEC);
    if (file < 0) throw failed("cannot make a file in " + folder, errno);
    const bool written = ::write(file, text.data(), text.size()) ==
                         static_cast<ssize_t>(text.size());
    const int problem = errno;
    // Long ago, so that whatever is saved is newer.
    const timespec times[] = {{0, 0}, {0, 0}};
    ::futimens(file, times);
    ::close(file);
    if (written) return;
    ::unlink(path_.c_str());
    throw failed("cannot write " + path_, problem);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }
  bool was_saved() const {
    struct stat found {};
    return ::stat(path_.c_str(), &found) == 0 && found.st_mtim.tv_sec != 0;
  }

 private:
  std::string path_;
};

/// Afterwards the terminal is as it was, whatever the editor left.
class RestoreTerminal {
 public:
  RestoreTerminal() : saved_(::tcgetattr(STDIN_FILENO, &modes_) == 0) {}
  RestoreTerminal(const RestoreTerminal&) = delete;
  RestoreTerminal& operator=(const RestoreTerminal&) = delete;
  ~RestoreTerminal() {
    if (saved_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_);
  }

 private:
  termios modes_{};
  bool saved_;
};

/// By the shell, since the variables hold command lines ("code --wait").
ProgramEnd edit(const std::string& editor, const std::string& path,
                const cli::Context& context) {
  const RestoreTerminal after;
  return run_program({"/bin/sh",
                      {"sh", "-c", editor + " \"$@\"", "sh", path},
                      context.environment(),
                      {}});
}

}  // namespace

std::optional<std::string> edited_text(cli::Context& context,
                                       const std::string& text) {
  std::string editor = variable(context, "VISUAL");
  if (editor.empty()) editor = variable(context, "EDITOR");
  if (editor.empty()) editor = "vi";
  std::string folder = variable(context, "TMPDIR");
  if (folder.empty()) folder = "/tmp";
  const TemporaryFile file(folder, text.empty() ? text : text + "\n");
  context.out().flush();
  const ProgramEnd end = edit(editor, file.path(), context);
  if (end.signal == SIGTERM) ::raise(SIGTERM);
  context.check_interrupted();
  if (WIFSIGNALED(end.status)) {
    throw Error("shell.editor", fmt::format("{} was ended by {}", editor,
                                            strsignal(WTERMSIG(end.status))))
        .hint("nothing is run");
  }
  if (WEXITSTATUS(end.status) != 0) {
    throw Error("shell.editor", fmt::format("{} failed with exit code {}",
                                            editor, WEXITSTATUS(end.status)))
        .hint("nothing is run; set VISUAL or EDITOR to another editor");
  }
  if (!file.was_saved()) return std::nullopt;
  return read_source(file.path(), file.path())->text();
}

}  // namespace manage::commands
