#include "cli/man.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "core/version.hpp"

namespace manage::cli {

namespace {

/// Text that roff takes as it is: its own characters by their names, and none
/// that it would print as a typographic one.
std::string escaped(std::string_view text) {
  struct Name {
    char character;
    std::string_view name;
  };
  constexpr Name kNames[] = {{'\\', "\\e"},  {'-', "\\-"},   {'\'', "\\(aq"},
                             {'`', "\\(ga"}, {'^', "\\(ha"}, {'~', "\\(ti"},
                             {'"', "\\(dq"}};
  std::string out;
  for (char c : text) {
    std::string_view name;
    for (const Name& one : kNames) {
      if (one.character == c) name = one.name;
    }
    if (name.empty()) {
      out += c;
    } else {
      out += name;
    }
  }
  // At the beginning of a line it would be a request.
  return out.starts_with('.') ? "\\&" + out : out;
}

std::string definition(const Definition& definition) {
  std::string out = fmt::format(
      ".TP\n\\fB{}\\fR\n{}\n", escaped(text::trim(definition.term)),
      definition.meaning.empty() ? "\\&" : escaped(definition.meaning));
  if (definition.details.empty()) return out;
  return out + ".br\n" + escaped(definition.details) + "\n";
}

std::string code_block(const std::string& code) {
  std::string out = ".RS 4\n.nf\n";
  for (const std::string& line : text::split(code, '\n')) {
    out += (line.empty() ? "\\&" : escaped(line)) + "\n";
  }
  return out + ".fi\n.RE\n";
}

std::string section_text(const Section& section, std::string_view untitled) {
  std::string title(section.title.empty() ? untitled : section.title);
  std::string out = fmt::format(".SH {}\n", escaped(text::upper(title)));
  // The first one needs no request: the heading begins a paragraph.
  std::string_view begin = "";
  for (const std::string& paragraph : section.paragraphs) {
    out += std::string(begin) + escaped(paragraph) + "\n";
    begin = ".PP\n";
  }
  if (!section.code.empty()) {
    out += std::string(begin) + code_block(section.code);
  }
  for (const Definition& one : section.definitions) out += definition(one);
  return out;
}

/// The page up to its sections. `name` is the page's: "manage-migrate".
std::string head(std::string_view name, int section, std::string_view summary,
                 std::string_view usage) {
  std::string out = fmt::format(
      ".\\\" Written by `manage help --man`.\n"
      ".TH {} {} \"\" \"manage {}\" \"manage\"\n"
      ".SH NAME\n{} \\- {}\n",
      escaped(text::upper(name)), section, version(), escaped(name),
      escaped(summary));
  if (!usage.empty()) out += fmt::format(".SH SYNOPSIS\n{}\n", escaped(usage));
  return out;
}

struct Reference {
  std::string name;
  int section;
};

std::string see_also(const std::vector<Reference>& references,
                     std::string_view own) {
  std::vector<std::string> names;
  for (const Reference& reference : references) {
    if (reference.name == own) continue;
    names.push_back(fmt::format("\\fB{}\\fR({})", escaped(reference.name),
                                reference.section));
  }
  return ".SH SEE ALSO\n" + text::join(names, ",\n") + "\n";
}

std::string sections_text(const Page& page, std::string_view untitled) {
  std::string out;
  for (const Section& section : page.sections) {
    out += section_text(section, untitled);
  }
  return out;
}

/// manage(1): what there is, and the topics without a page of their own.
std::string main_page(const CommandTable& commands, const Topics& topics,
                      const std::vector<Reference>& references) {
  Page page = overview_page(commands, topics);
  std::string text = head("manage", 1,
                          "does what manage.py does for Django, "
                          "for any project",
                          page.usage);
  text += sections_text(page, "More");
  text += section_text(global_option_section(), "");
  for (const Topic& topic : topics) {
    if (!topic.man.empty()) continue;
    Page more = topic.page();
    text += sections_text(more, more.summary);
  }
  return text + see_also(references, "manage");
}

}  // namespace

std::vector<ManPage> man_pages(const CommandTable& commands,
                               const Topics& topics) {
  std::vector<Reference> formats{{"manage", 1}}, all;
  for (const Command& command : commands.all()) {
    all.push_back({"manage-" + command.name, 1});
  }
  for (const Topic& topic : topics) {
    if (!topic.man.empty()) formats.push_back({topic.man, 5});
  }
  all.insert(all.end(), formats.begin(), formats.end());

  std::vector<ManPage> pages{{"manage.1", main_page(commands, topics, all)}};
  for (const Command& command : commands.all()) {
    std::string name = "manage-" + command.name;
    Page page = command_page(command);
    pages.push_back({name + ".1", head(name, 1, page.summary, page.usage) +
                                      sections_text(page, "More") +
                                      see_also(formats, name)});
  }
  for (const Topic& topic : topics) {
    if (topic.man.empty()) continue;
    Page page = topic.page();
    pages.push_back({topic.man + ".5", head(topic.man, 5, page.summary, "") +
                                           sections_text(page, "Description") +
                                           see_also(formats, topic.man)});
  }
  return pages;
}

}  // namespace manage::cli
