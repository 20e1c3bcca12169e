#include "migrations_engine/rebase.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/file.hpp"
#include "core/text.hpp"
#include "migrations_engine/head.hpp"
#include "migrations_engine/merge.hpp"
#include "migrations_engine/reference_checks.hpp"
#include "migrations_engine/text_edits.hpp"
#include "migrations_engine/writer.hpp"

namespace manage::migrations_engine {

namespace fs = std::filesystem;

namespace {

using Renames = std::map<MigrationKey, MigrationKey>;

/// git's folder of the work tree that holds `folder`; empty outside of one.
fs::path git_folder(fs::path folder) {
  std::error_code ignored;
  for (; !folder.empty(); folder = folder.parent_path()) {
    fs::path git = folder / ".git";
    if (fs::is_directory(git, ignored)) return git;
    if (fs::is_regular_file(git, ignored)) {
      // A linked work tree: one line that says where the folder is.
      constexpr std::string_view kKey = "gitdir:";
      std::string text = read_source(git, git.string())->text();
      if (!text.starts_with(kKey)) return {};
      return folder / text::trim(std::string_view(text).substr(kKey.size()));
    }
    if (folder == folder.parent_path()) break;
  }
  return {};
}

/// In a merge one's own branch is what is checked out; in a rebase that is
/// what one's own commits are put on.
bool is_merging(const orm::AppConfig& app) {
  std::optional<fs::path> folder = app.source->folder();
  if (!folder) return false;
  fs::path git = git_folder(fs::absolute(*folder));
  std::error_code ignored;
  return !git.empty() && fs::exists(git / "MERGE_HEAD", ignored);
}

std::vector<std::string> names_of(const std::vector<Branch>& branches) {
  std::vector<std::string> names;
  for (const Branch& branch : branches) names.push_back(branch.leaf.name);
  return names;
}

/// What HEAD says about the branch that moves: its name, or what stays.
std::optional<std::size_t> moving_by_head(const orm::AppConfig& app,
                                          const std::vector<Branch>& branches) {
  std::optional<Head> head = read_head(app);
  if (!head) return std::nullopt;
  auto index =
      [&](const std::vector<std::string>& names) -> std::optional<std::size_t> {
    if (names.size() != 1) return std::nullopt;
    for (std::size_t i = 0; i < branches.size(); ++i) {
      if (branches[i].leaf.name == names.front()) return i;
    }
    return std::nullopt;
  };
  if (head->conflict_line > 0) {
    return index(is_merging(app) ? head->current : head->incoming);
  }
  std::optional<std::size_t> stays = index(head->names);
  if (!stays) return std::nullopt;
  return 1 - *stays;
}

std::size_t moving_branch(const orm::AppConfig& app,
                          const std::vector<Branch>& branches,
                          const std::optional<std::string>& leaf) {
  std::string both = text::join(names_of(branches), " and ");
  if (!leaf) {
    if (auto found = moving_by_head(app, branches)) return *found;
    throw usage_error(
        fmt::format("{} ends in {}, and HEAD does not say which is yours",
                    app.label, both),
        fmt::format("name the one to move: `manage rebasemigration {} {}`",
                    app.label, branches.back().leaf.name));
  }
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < branches.size(); ++i) {
    if (branches[i].leaf.name == *leaf) return i;
    if (branches[i].leaf.name.starts_with(*leaf)) found.push_back(i);
  }
  if (found.size() == 1) return found.front();
  throw usage_error(
      fmt::format("{} is {} of the two ends of {}", *leaf,
                  found.empty() ? "none" : "a prefix of both", app.label),
      fmt::format("they are {}", both));
}

/// The name behind its number.
std::string bare_name(const std::string& name) {
  std::size_t digits = name.find_first_not_of("0123456789");
  if (digits == 0 || digits == std::string::npos || name[digits] != '_') {
    return name;
  }
  return name.substr(digits + 1);
}

class Rebaser {
 public:
  Rebaser(const Loader& loader, const Branch& moving, const Branch& staying)
      : loader_(loader), moving_(moving) {
    rebase_.onto = staying.leaf;
    int number = parse_number(staying.leaf.name);
    for (const MigrationPtr& one : moving.migrations) {
      MigrationKey to{one->key.app, fmt::format("{:04}_{}", ++number,
                                                bare_name(one->key.name))};
      rebase_.moves.push_back({one->key, to});
      renames_[one->key] = std::move(to);
    }
  }

  Rebase run() {
    for (const MigrationPtr& one : moving_.migrations) refuse_squashed(*one);
    rehearse();
    for (const MigrationPtr& one : loader_.files()) edit(*one);
    collect();
    return std::move(rebase_);
  }

 private:
  static void refuse_squashed(const Migration& migration) {
    if (migration.replaces.empty()) return;
    throw Error("migrations.rebase",
                fmt::format("{} is a squashed migration: it cannot be moved",
                            migration.key.text()))
        .at({migration.file, 0, 0})
        .hint("delete what it replaces and its `replaces:` first");
  }

  const MigrationKey& renamed(const MigrationKey& key) const {
    auto found = renames_.find(key);
    return found == renames_.end() ? key : found->second;
  }

  bool moves(const MigrationKey& key) const { return renames_.contains(key); }

  /// What a dependency of `owner` on `key` becomes.
  const MigrationKey& target(const MigrationKey& owner,
                             const MigrationKey& key) const {
    if (moves(key)) return renamed(key);
    return moves(owner) && key.app == owner.app ? rebase_.onto : key;
  }

  /// The whole history in the new order, before a file is touched.
  void rehearse() const {
    const MigrationGraph& graph = loader_.graph();
    MigrationGraph made;
    for (const MigrationKey& key : graph.keys()) {
      auto copy = std::make_shared<Migration>(graph.get(key));
      copy->key = renamed(key);
      made.add(std::move(copy));
    }
    for (const MigrationKey& key : graph.keys()) {
      for (const MigrationKey& parent : graph.parents(key)) {
        made.add_dependency(renamed(key), target(key, parent));
      }
    }
    made.ensure_no_cycles();
    ProjectState state = loader_.empty_state();
    Diagnostics found;
    ReferenceChecks checks(found);
    for (const MigrationKey& key : made.full_plan()) {
      checks.apply(made.get(key), state);
    }
    refuse_impossible(found);
  }

  void refuse_impossible(const Diagnostics& found) const {
    const std::string way_out = fmt::format(
        "nothing was changed: {} would come before it; bring the operation "
        "into line with what that branch did, then rebase again",
        rebase_.onto.text());
    Diagnostics all;
    for (Diagnostic one : found.all()) {
      one.hint = one.hint.empty() ? way_out : one.hint + "; " + way_out;
      all.add(std::move(one));
    }
    all.throw_if_errors();
  }

  void edit(const Migration& migration) {
    // A name in an app that cannot be written leads nowhere of ours.
    if (!loader_.apps().get(migration.key.app).source->folder()) return;
    edit(migration, migration.dependencies, true);
    edit(migration, migration.run_before, false);
    edit(migration, migration.replaces, false);
  }

  void edit(const Migration& owner, const std::vector<Dependency>& list,
            bool repoint) {
    for (const Dependency& one : list) {
      if (one.swappable || one.key.name.starts_with("__")) continue;
      const MigrationKey& to =
          repoint ? target(owner.key, one.key) : renamed(one.key);
      if (to == one.key) continue;
      edits_.replace(migration_path(owner.key, loader_.apps()), one.name_pos,
                     one.key.name, to.name);
    }
  }

  void collect() {
    const orm::Apps& apps = loader_.apps();
    std::map<fs::path, std::string> texts = edits_.texts();
    for (const Rebase::Move& move : rebase_.moves) {
      fs::path old_path = migration_path(move.from, apps);
      auto text = texts.find(old_path);
      std::string content = text != texts.end()
                                ? text->second
                                : loader_.file(move.from)->file->text();
      if (text != texts.end()) texts.erase(text);
      if (move.from == move.to) {
        rebase_.changes.write(old_path, std::move(content));
        continue;
      }
      rebase_.changes.create(migration_path(move.to, apps), std::move(content));
      rebase_.changes.remove(old_path);
    }
    for (auto& [path, text] : texts) {
      rebase_.edited.push_back(path);
      rebase_.changes.write(path, std::move(text));
    }
    write_head(rebase_.changes, apps, rebase_.moves.back().to);
  }

  const Loader& loader_;
  const Branch& moving_;
  Renames renames_;
  TextEdits edits_;
  Rebase rebase_;
};

/// Nothing to move: at most HEAD is behind.
Rebase only_head(const Loader& loader, const orm::AppConfig& app,
                 const MigrationKey& leaf) {
  Rebase rebase;
  rebase.onto = leaf;
  std::optional<Head> head = read_head(app);
  if (head && head->names != std::vector<std::string>{leaf.name}) {
    write_head(rebase.changes, loader.apps(), leaf);
  }
  return rebase;
}

}  // namespace

Rebase plan_rebase(const Loader& loader, std::string_view app_label,
                   const std::optional<std::string>& leaf) {
  const orm::AppConfig& app = loader.apps().get(app_label);
  Conflict conflict = find_conflict(loader, app_label);
  const std::vector<Branch>& branches = conflict.branches;
  if (branches.empty()) {
    throw usage_error(fmt::format("app {} has no migrations", app_label));
  }
  if (branches.size() == 1) {
    return only_head(loader, app, branches.front().leaf);
  }
  if (branches.size() > 2) {
    throw Error(
        "migrations.rebase",
        fmt::format("{} has {} ends, not two: {}", app_label, branches.size(),
                    text::join(names_of(branches), ", ")))
        .hint("join some of them with `manage makemigrations --merge` first");
  }
  std::size_t moving = moving_branch(app, branches, leaf);
  for (std::size_t i : {0, 1}) {
    if (!branches[i].migrations.empty()) continue;
    throw Error(
        "migrations.rebase",
        fmt::format("{} needs {} already, by way of another app",
                    branches[1 - i].leaf.text(), branches[i].leaf.text()))
        .hint("nothing has to move: add that dependency to its file");
  }
  return Rebaser(loader, branches[moving], branches[1 - moving]).run();
}

}  // namespace manage::migrations_engine
