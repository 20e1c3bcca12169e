#include "migrations_engine/head.hpp"

#include <fmt/format.h>

#include "core/text.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::migrations_engine {

namespace {

/// git's marker of that character: seven of it, alone or before a blank.
bool is_marker(std::string_view line, char character) {
  return line.starts_with(std::string(7, character)) &&
         (line.size() == 7 || line[7] == ' ');
}

}  // namespace

std::optional<Head> read_head(const orm::AppConfig& app) {
  std::shared_ptr<const SourceFile> file = app.source->read(kHeadFile);
  if (!file) return std::nullopt;
  Head head;
  head.file = file;
  std::vector<std::string>* side = nullptr;
  // diff3 style shows the common ancestor too, which nobody wants.
  std::vector<std::string> ignored;
  int number = 0;
  for (const std::string& line : text::split(file->text(), '\n')) {
    ++number;
    std::string name(text::trim(line));
    if (is_marker(name, '<')) {
      if (head.conflict_line == 0) head.conflict_line = number;
      side = &head.current;
    } else if (is_marker(name, '|')) {
      side = &ignored;
    } else if (is_marker(name, '=')) {
      side = &head.incoming;
    } else if (is_marker(name, '>')) {
      side = nullptr;
    } else if (!name.empty()) {
      head.names.push_back(name);
      if (side) side->push_back(name);
    }
  }
  return head;
}

void check_head(const orm::AppConfig& app, const MigrationGraph& graph) {
  std::optional<Head> head = read_head(app);
  if (!head) return;
  if (head->conflict_line > 0) {
    throw Error("migrations.head",
                fmt::format("two branches added migrations to {}", app.label))
        .at({head->file, head->conflict_line, 1})
        .hint(fmt::format("`manage rebasemigration {}` puts yours after the "
                          "others",
                          app.label));
  }
  std::vector<MigrationKey> leaves = graph.leaves(app.label);
  if (leaves.size() > 1) return;
  std::string leaf = leaves.empty() ? "" : leaves.front().name;
  if (leaf.empty() && head->names.empty()) return;
  if (head->names == std::vector<std::string>{leaf}) return;
  std::string named =
      head->names.empty() ? "no migration" : text::join(head->names, ", ");
  throw Error("migrations.head",
              leaf.empty()
                  ? fmt::format("HEAD names {}, but {} has no migrations",
                                named, app.label)
                  : fmt::format("HEAD names {}, but the last migration of {} "
                                "is {}",
                                named, app.label, leaf))
      .at({head->file, 1, 1})
      .hint(
          "if a migration is missing, bring its file back; otherwise delete "
          "HEAD, and makemigrations writes it anew");
}

void check_heads(const Loader& loader) {
  for (const orm::AppConfig& app : loader.apps().all()) {
    check_head(app, loader.graph());
  }
}

void write_head(FileChanges& changes, const orm::Apps& apps,
                const MigrationKey& leaf) {
  changes.write(migration_path(leaf, apps).parent_path() / "HEAD",
                leaf.name + "\n");
}

}  // namespace manage::migrations_engine
