// Where a command's results and messages go.
//
// Standard output carries results, standard error everything else. With
// `--format json` text is suppressed, and finish() prints the one document the
// command filled. Nothing here throws for a stream that cannot be written;
// finish() turns that into the exit code.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "cli/diagnostics.hpp"
#include "cli/globals.hpp"
#include "cli/progress.hpp"
#include "cli/streams.hpp"
#include "cli/style.hpp"
#include "cli/table.hpp"
#include "core/document.hpp"
#include "core/error.hpp"

namespace manage::cli {

class Output {
 public:
  /// All outlive it.
  Output(const Globals& globals, const Surroundings& surroundings,
         Progress& progress);

  bool json() const { return globals_.format == Format::kJson; }
  bool color() const { return out_color_; }  ///< on standard output
  /// Whether standard output takes no more: a reader such as `head` is gone, or
  /// the disk is full. Commands that only print may stop then.
  bool closed() const { return out_.error() != 0; }

  // Results, on standard output; nothing under --format json.

  /// A line. Characters that could steer a terminal are made visible on a
  /// terminal, and left alone in a file or pipe.
  void line(std::string_view text = {});
  void line(std::initializer_list<Span> spans);
  /// A line that -q leaves out.
  void say(std::string_view text);
  void say(std::initializer_list<Span> spans);
  void table(const Table& table);
  /// Lines as they are: rendered for color() already, and safe to show.
  void rendered(std::string_view text);
  /// Bytes exactly as they are, under --format json too: for commands that
  /// stream data. False if they are lost.
  bool raw(std::string_view bytes);

  /// Before something else writes to the same streams.
  void flush();

  // Messages, on standard error.

  /// A remark, from that verbosity on; nothing under --format json.
  void note(std::string_view text, int verbosity = 1);
  /// What a script prints where standard output is the document's.
  void aside(std::string_view text);
  /// Shown like an error, by its level; under --format json it joins the
  /// document's "warnings". REQUIRES: its level is below an error's.
  void report(Diagnostic diagnostic);
  /// The same, as a warning.
  void warn(std::string message, std::string hint = {});

  /// What the command found or did; printed under --format json.
  Document& document() { return document_; }

  /// Reports what stopped the command: as text, or as the document's "error"
  /// ("errors" too if there are several), and as annotations. Called by run().
  void error(const Error& error);
  /// Prints the document and flushes. What could not be written makes a success
  /// a failure, except that a closed pipe is nobody's loss. Called by run().
  [[nodiscard]] ExitCode finish(ExitCode code);

 private:
  void write_out(std::string_view text);
  void write_err(std::string_view text);
  std::string painted(std::initializer_list<Span> spans) const;
  void annotate(const std::vector<Diagnostic>& diagnostics);

  const Globals& globals_;
  Sink& out_;
  Sink& err_;
  Progress& progress_;
  bool github_;
  std::string annotation_folder_;
  bool out_color_;
  bool err_color_;
  Document document_;
  std::vector<Diagnostic> warnings_;
};

}  // namespace manage::cli
