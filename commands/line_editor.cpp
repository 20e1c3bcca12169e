#include "commands/line_editor.hpp"

#include <histedit.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdio>

#include "cli/interrupt.hpp"

namespace manage::commands {

namespace {

/// How many words are shown where several are meant.
constexpr std::size_t kOffered = 60;

LineEditor* self_of(EditLine* editor) {
  void* self = nullptr;
  el_get(editor, EL_CLIENTDATA, &self);
  return static_cast<LineEditor*>(self);
}

/// How many bytes follow the first of a sign in UTF-8.
int following(unsigned char first) {
  if (first >= 0xf0) return 3;
  if (first >= 0xe0) return 2;
  return first >= 0xc0 ? 1 : 0;
}

/// Waits for input; false after a signal, also after one that comes just before
/// the wait, or together with input: what was typed behind Ctrl-C is of the
/// next line.
bool wait_for_input() {
  sigset_t stopping, before;
  sigemptyset(&stopping);
  sigaddset(&stopping, SIGINT);
  sigaddset(&stopping, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stopping, &before);
  bool ready = false;
  while (!ready && cli::interruption() == 0) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    ready = ::ppoll(&input, 1, nullptr, &before) > 0;
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return cli::interruption() == 0;
}

/// 1, 0 at the end, -1 after a signal.
int read_byte(unsigned char& byte) {
  while (wait_for_input()) {
    const ssize_t count = ::read(STDIN_FILENO, &byte, 1);
    if (count >= 0) return static_cast<int>(count);
    if (errno != EINTR) return -1;
  }
  return -1;
}

std::string common_beginning(const std::vector<std::string>& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    std::size_t same = 0;
    while (same < common.size() && same < word.size() &&
           common[same] == word[same]) {
      ++same;
    }
    common.resize(same);
  }
  return common;
}

void show(const std::vector<std::string>& words) {
  std::string line = "\n";
  for (std::size_t i = 0; i < words.size() && i < kOffered; ++i) {
    line += (i > 0 ? "  " : "") + words[i];
  }
  if (words.size() > kOffered) line += "  …";
  std::fputs((line + "\n").c_str(), stdout);
}

}  // namespace

LineEditor::LineEditor(ShellHistory file, int most, Complete complete)
    : file_(std::move(file)),
      complete_(std::move(complete)),
      editor_(nullptr),
      history_(history_init()) {
  // It counts columns by the locale's characters.
  if (!std::setlocale(LC_CTYPE, "C.UTF-8")) std::setlocale(LC_CTYPE, "");
  HistEvent event;
  ::history(history_, &event, H_SETSIZE, most);
  ::history(history_, &event, H_SETUNIQUE, 1);
  for (const std::string& entry : file_.load(static_cast<std::size_t>(most))) {
    ::history(history_, &event, H_ENTER, entry.c_str());
  }
  editor_ = el_init("manage", stdin, stdout, stderr);
  el_set(editor_, EL_CLIENTDATA, this);
  el_set(editor_, EL_EDITOR, "emacs");
  el_set(editor_, EL_SIGNAL, 0);
  el_set(editor_, EL_HIST, ::history, history_);
  el_set(editor_, EL_PROMPT, &LineEditor::prompt);
  el_set(editor_, EL_GETCFN, &LineEditor::read_sign);
  el_set(editor_, EL_ADDFN, "manage-complete", "Complete the word",
         &LineEditor::complete);
  el_set(editor_, EL_BIND, "^I", "manage-complete", nullptr);
  el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

LineEditor::~LineEditor() {
  el_end(editor_);
  history_end(history_);
}

char* LineEditor::prompt(editline* editor) {
  return self_of(editor)->prompt_.data();
}

int LineEditor::read_sign(editline*, wchar_t* sign) {
  unsigned char byte = 0;
  const int got = read_byte(byte);
  if (got < 1) return got;
  int left = following(byte);
  auto code = static_cast<wchar_t>(left == 0 ? byte : byte & (0x3f >> left));
  for (; left > 0; --left) {
    if (read_byte(byte) < 1) return -1;
    code = (code << 6) | (byte & 0x3f);
  }
  *sign = code;
  return 1;
}

unsigned char LineEditor::complete(editline* editor, int) {
  const LineInfo* info = el_line(editor);
  const std::string_view before(
      info->buffer, static_cast<std::size_t>(info->cursor - info->buffer));
  const auto [begun, words] = self_of(editor)->complete_(before);
  if (words.empty()) return CC_REFRESH_BEEP;
  const std::string more = common_beginning(words).substr(begun);
  if (!more.empty()) {
    el_insertstr(editor, more.c_str());
    return CC_REFRESH;
  }
  if (words.size() == 1) return CC_REFRESH_BEEP;
  show(words);
  return CC_REDISPLAY;
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  prompt_ = prompt;
  int count = 0;
  // Before the prompt is seen: what is typed then is for the editor.
  el_set(editor_, EL_PREP_TERM, 1);
  const char* line = el_gets(editor_, &count);
  if (const int signal = cli::interruption()) {
    el_reset(editor_);
    throw cli::interruption_error(signal);
  }
  if (!line || count <= 0) return std::nullopt;
  std::string text(line, static_cast<std::size_t>(count));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) {
    text.pop_back();
  }
  return text;
}

void LineEditor::remember(const std::string& entry) {
  HistEvent event;
  ::history(history_, &event, H_ENTER, entry.c_str());
  file_.append(entry);
}

}  // namespace manage::commands
