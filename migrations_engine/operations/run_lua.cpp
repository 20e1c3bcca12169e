#include "migrations_engine/operations/run_lua.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/text.hpp"
#include "migrations_engine/code_runner.hpp"

namespace manage::migrations_engine {

namespace {

constexpr std::string_view kNoop = "noop";

/// One line that ends in .lua.
bool is_file_name(std::string_view text) {
  return text.ends_with(".lua") && text.find('\n') == std::string_view::npos;
}

/// The text as a program whose lines have the numbers of the migration's.
std::shared_ptr<const SourceFile> inline_program(const yaml::Node& node) {
  // A block begins on the line after its mark.
  const bool block = node.text.find('\n') != std::string::npos;
  const int before = std::max(0, node.line - (block ? 0 : 1));
  return std::make_shared<SourceFile>(
      node.file ? node.file->name() : "RunLua",
      std::string(static_cast<std::size_t>(before), '\n') + node.text);
}

RunLua::Code read_code(const yaml::Node& node, std::string_view key,
                       ArgumentReader& arguments) {
  RunLua::Code code;
  code.text = yaml::to_text(node, arguments.what(key), arguments.diagnostics())
                  .value_or("");
  if (!is_file_name(code.text)) {
    code.program = inline_program(node);
    return code;
  }
  if (!arguments.source()) return code;
  const bool beside = code.text.find('/') == std::string::npos &&
                      code.text.find('\\') == std::string::npos;
  const std::string path = "migrations/" + code.text;
  if (beside) code.program = arguments.source()->read(path);
  if (!code.program) {
    arguments.diagnostics().add(
        "migrations.file", node.pos(),
        fmt::format("{}: there is no {}/{}", arguments.what(key),
                    arguments.app(), path),
        "the file stands in the same folder as the migration");
  }
  return code;
}

/// Whether the text may define that function: `function NAME`, `NAME =`.
bool names(std::string_view text, std::string_view function) {
  const auto is_part = [&](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 ||
            text[at] == '_');
  };
  for (std::size_t at = text.find(function); at != std::string_view::npos;
       at = text.find(function, at + 1)) {
    if ((at > 0 && is_part(at - 1)) || is_part(at + function.size())) continue;
    const std::string_view before = text::trim(text.substr(0, at));
    const std::string_view after =
        text::trim(text.substr(at + function.size()));
    if (before.ends_with("function") || after.starts_with('=')) return true;
  }
  return false;
}

}  // namespace

RunLua::RunLua(Code code, std::optional<Code> reverse, bool elidable,
               std::optional<bool> atomic)
    : code_(std::move(code)),
      reverse_(std::move(reverse)),
      elidable_(elidable),
      atomic_(atomic) {}

std::shared_ptr<Operation> RunLua::read(ArgumentReader& arguments) {
  Code code;
  if (const yaml::Node* node = arguments.require("code")) {
    code = read_code(*node, "code", arguments);
  }
  std::optional<Code> reverse;
  const yaml::Node* node = arguments.get("reverse_code");
  if (node && node->is_scalar() && node->text == kNoop) {
    reverse.emplace();
  } else if (node && !node->is_null()) {
    reverse = read_code(*node, "reverse_code", arguments);
  }
  const bool elidable = arguments.flag("elidable", false);
  std::optional<bool> atomic;
  if (arguments.get("atomic")) atomic = arguments.flag("atomic", true);
  return std::make_shared<RunLua>(std::move(code), std::move(reverse), elidable,
                                  atomic);
}

Data RunLua::to_data() const {
  DataMap data{{"code", code_.text}};
  if (reverse_) {
    data.set("reverse_code",
             reverse_->text.empty() ? std::string(kNoop) : reverse_->text);
  }
  if (elidable_) data.set("elidable", true);
  if (atomic_) data.set("atomic", *atomic_);
  return data;
}

const RunLua::Code& RunLua::code_for(bool backwards) const {
  return backwards && reverse_ ? *reverse_ : code_;
}

bool RunLua::reversible() const {
  // What the program defines, only the program knows; that it does not define
  // it, everybody can see.
  return reverse_ || !code_.program ||
         names(code_.program->text(), "backwards");
}

void RunLua::database_forwards(std::string_view, orm::SchemaEditor& editor,
                               const ProjectState&, const ProjectState&) const {
  editor.run_sql(fmt::format("-- {}: this cannot be written as SQL",
                             is_file_name(code_.text) ? code_.text : "RunLua"),
                 {});
}

void RunLua::database_backwards(std::string_view app, orm::SchemaEditor& editor,
                                const ProjectState& from,
                                const ProjectState& to) const {
  if (!reversible()) {
    throw Error("migrations.irreversible",
                "this RunLua has no function backwards, so it cannot be undone")
        .at(pos)
        .hint(
            "add backwards(apps, schema), or `reverse_code: noop` if nothing "
            "needs undoing");
  }
  if (reverse_ && reverse_->text.empty()) return;
  database_forwards(app, editor, from, to);
}

void RunLua::check_code(CodeRunner* runner) const {
  if (!runner) {
    throw Error("migrations.code", "there is nothing here that can run RunLua")
        .at(pos);
  }
  for (const Code* code : {&code_, reverse_ ? &*reverse_ : &code_}) {
    if (code->program) runner->check(code->program);
  }
}

void RunLua::run_code(const CodeContext& context) const {
  check_code(context.runner);
  const Code& code = code_for(context.backwards);
  if (!code.program) {
    throw Error("migrations.code",
                fmt::format("the file {} was not read", code.text))
        .at(pos);
  }
  CodeContext own = context;
  own.by_name = context.backwards && !reverse_;
  context.runner->run(code.program, own);
}

std::vector<std::shared_ptr<const SourceFile>> RunLua::files() const {
  std::vector<std::shared_ptr<const SourceFile>> found;
  const auto add = [&](const Code& code) {
    if (code.program && is_file_name(code.text)) found.push_back(code.program);
  };
  add(code_);
  if (reverse_) add(*reverse_);
  return found;
}

}  // namespace manage::migrations_engine
