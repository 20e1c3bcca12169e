#include "cli/output.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "settings/root.hpp"

namespace manage::cli {

namespace {

bool colored(const Globals& globals, const Surroundings& surroundings,
             const Sink& sink) {
  if (globals.color) return *globals.color;
  if (!variable(surroundings, "NO_COLOR").empty()) return false;
  std::string forced = variable(surroundings, "FORCE_COLOR");
  if (!forced.empty()) return forced != "0" && forced != "false";
  return sink.is_terminal() && variable(surroundings, "TERM") != "dumb";
}

/// Names of files are relative to the project, annotations to the repository,
/// of which the project may be a part.
std::string folder_in_repository(const Globals& globals,
                                 const Surroundings& surroundings) {
  std::string repository = variable(surroundings, "GITHUB_WORKSPACE");
  if (repository.empty()) return {};
  try {
    std::filesystem::path root =
        settings::find_root({surroundings.working_directory,
                             globals.project,
                             globals.env,
                             {},
                             surroundings.environment});
    std::filesystem::path folder = root.lexically_relative(repository);
    bool outside = folder.empty() || *folder.begin() == "..";
    return outside || folder == "." ? std::string() : folder.string();
  } catch (const Error&) {
    return {};  // no project, so no files of one
  }
}

}  // namespace

Output::Output(const Globals& globals, const Surroundings& surroundings,
               Progress& progress)
    : globals_(globals),
      out_(surroundings.out),
      err_(surroundings.err),
      progress_(progress),
      github_(globals.github ||
              !variable(surroundings, "GITHUB_ACTIONS").empty()),
      annotation_folder_(github_ ? folder_in_repository(globals, surroundings)
                                 : std::string()),
      out_color_(colored(globals, surroundings, surroundings.out)),
      err_color_(colored(globals, surroundings, surroundings.err)) {}

void Output::write_out(std::string_view text) {
  progress_.hide();
  out_.write(text);
}

void Output::write_err(std::string_view text) {
  progress_.hide();
  // In a log that both streams go to, lines stay in order.
  out_.flush();
  err_.write(text);
  err_.flush();
}

std::string Output::painted(std::initializer_list<Span> spans) const {
  std::string text;
  for (const Span& span : spans) {
    text += paint(out_.is_terminal() ? safe(span.text, true) : span.text,
                  span.style, out_color_);
  }
  return text + "\n";
}

void Output::line(std::string_view text) { line({Span(text)}); }

void Output::line(std::initializer_list<Span> spans) {
  if (!json()) write_out(painted(spans));
}

void Output::say(std::string_view text) { say({Span(text)}); }

void Output::say(std::initializer_list<Span> spans) {
  if (globals_.verbosity > 0) line(spans);
}

void Output::table(const Table& table) { rendered(table.text(out_color_)); }

void Output::rendered(std::string_view text) {
  if (!json()) write_out(text);
}

bool Output::raw(std::string_view bytes) {
  write_out(bytes);
  return !closed();
}

void Output::flush() {
  progress_.hide();
  out_.flush();
  err_.flush();
}

void Output::note(std::string_view text, int verbosity) {
  if (json() || globals_.verbosity < verbosity) return;
  write_err(safe(text, true) + "\n");
}

void Output::aside(std::string_view text) {
  write_err(safe(text, true) + "\n");
}

void Output::report(Diagnostic diagnostic) {
  if (!json()) write_err(render(diagnostic, err_color_));
  warnings_.push_back(std::move(diagnostic));
}

void Output::warn(std::string message, std::string hint) {
  report({"warning", std::move(message), {}, std::move(hint), Level::kWarning});
}

void Output::annotate(const std::vector<Diagnostic>& diagnostics) {
  if (!github_ || diagnostics.empty()) return;
  std::string text = annotations(diagnostics, annotation_folder_);
  if (json()) {
    write_err(text);
  } else {
    write_out(text);
  }
}

void Output::error(const Error& error) {
  if (json()) {
    document_.set("error", to_document(error.diagnostics().front()));
    DataList all;
    for (const Diagnostic& diagnostic : error.diagnostics()) {
      all.emplace_back(to_document(diagnostic));
    }
    if (all.size() > 1) document_.set("errors", std::move(all));
  } else {
    write_err(render(error.diagnostics(), err_color_));
  }
  annotate(error.diagnostics());
}

ExitCode Output::finish(ExitCode code) {
  progress_.hide();
  annotate(warnings_);
  if (json()) {
    DataList warnings;
    for (const Diagnostic& warning : warnings_) {
      warnings.emplace_back(to_document(warning));
    }
    if (!warnings.empty()) document_.set("warnings", std::move(warnings));
    out_.write(to_json(document_, 2) + "\n");
  }
  out_.flush();
  int lost = out_.error();
  if (lost != 0 && lost != EPIPE) {
    Error error("output.failed", fmt::format("cannot write standard output: {}",
                                             std::strerror(lost)));
    write_err(render(error.diagnostics(), err_color_));
    if (code == ExitCode::kDone) code = ExitCode::kFailed;
  }
  err_.flush();
  return code;
}

}  // namespace manage::cli
