#include "commands/shell_text_editor.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cstring>

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

/// While the editor runs, Ctrl-C is the editor's; afterwards the terminal is as
/// it was, whatever the editor left.
class TerminalHandedOver {
 public:
  TerminalHandedOver() : saved_(::tcgetattr(STDIN_FILENO, &modes_) == 0) {
    struct sigaction ignore {};
    ignore.sa_handler = SIG_IGN;
    sigemptyset(&ignore.sa_mask);
    ::sigaction(SIGINT, &ignore, &interrupt_);
    ::sigaction(SIGQUIT, &ignore, &quit_);
  }
  TerminalHandedOver(const TerminalHandedOver&) = delete;
  TerminalHandedOver& operator=(const TerminalHandedOver&) = delete;
  ~TerminalHandedOver() {
    if (saved_) ::tcsetattr(STDIN_FILENO, TCSADRAIN, &modes_);
    ::sigaction(SIGINT, &interrupt_, nullptr);
    ::sigaction(SIGQUIT, &quit_, nullptr);
  }

 private:
  termios modes_{};
  bool saved_;
  struct sigaction interrupt_ {};
  struct sigaction quit_ {};
};

/// By the shell, since the variables hold command lines ("code --wait").
pid_t start(const std::string& editor, const std::string& path,
            const std::map<std::string, std::string>& variables) {
  const std::string line = editor + " \"$@\"";
  const char* arguments[] = {"sh", "-c",         line.c_str(),
                             "sh", path.c_str(), nullptr};
  std::vector<std::string> texts;
  for (const auto& [key, value] : variables) texts.push_back(key + "=" + value);
  std::vector<char*> environment;
  for (std::string& text : texts) environment.push_back(text.data());
  environment.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  // What we ignore it shall not.
  sigset_t defaults;
  sigemptyset(&defaults);
  for (const int one : {SIGINT, SIGQUIT, SIGPIPE}) sigaddset(&defaults, one);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
  pid_t child = 0;
  const int problem =
      ::posix_spawn(&child, "/bin/sh", nullptr, &attributes,
                    const_cast<char* const*>(arguments), environment.data());
  posix_spawnattr_destroy(&attributes);
  if (problem != 0) throw failed("cannot run /bin/sh", problem);
  return child;
}

/// Its end; a SIGTERM is handed on.
int wait_for(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0) {
    if (errno != EINTR) throw failed("cannot wait for the editor", errno);
    if (cli::interruption() == SIGTERM) ::kill(child, SIGTERM);
  }
  return status;
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
  int status = 0;
  {
    const TerminalHandedOver handed_over;
    status = wait_for(start(editor, file.path(), context.environment()));
  }
  context.check_interrupted();
  if (WIFSIGNALED(status)) {
    throw Error("shell.editor", fmt::format("{} was ended by {}", editor,
                                            strsignal(WTERMSIG(status))))
        .hint("nothing is run");
  }
  if (WEXITSTATUS(status) != 0) {
    throw Error("shell.editor", fmt::format("{} failed with exit code {}",
                                            editor, WEXITSTATUS(status)))
        .hint("nothing is run; set VISUAL or EDITOR to another editor");
  }
  if (!file.was_saved()) return std::nullopt;
  return read_source(file.path(), file.path())->text();
}

}  // namespace manage::commands
