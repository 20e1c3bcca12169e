#include "commands/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "commands/all_checks.hpp"
#include "core/text.hpp"

namespace manage::commands {

namespace {

constexpr std::array kLevels = {Level::kCritical, Level::kError,
                                Level::kWarning, Level::kInfo, Level::kDebug};

std::string option_name(Level level) {
  return text::upper(cli::level_name(level));
}

Level fail_level(const CheckOptions& options) {
  for (Level level : kLevels) {
    if (option_name(level) == options.fail_level) return level;
  }
  return options.deploy ? Level::kWarning : Level::kError;
}

ExitCode list_tags(const CheckList& checks, const CheckOptions& options,
                   cli::Context& context) {
  const std::vector<std::string> tags = checks.tags(options.deploy);
  for (const std::string& tag : tags) context.out().line(tag);
  context.out().document() = {{"tags", tags}};
  return ExitCode::kDone;
}

void require_tags(const CheckList& checks, const CheckOptions& options) {
  std::vector<std::string> known = checks.tags(true);
  for (const std::string& tag : options.tags) {
    if (std::find(known.begin(), known.end(), tag) != known.end()) continue;
    std::string hint = text::did_you_mean(tag, known);
    if (hint.empty()) hint = "the tags are " + text::join(known, ", ");
    throw usage_error("no check has the tag " + tag, std::move(hint));
  }
}

/// What the run is about: the apps that were named, or all.
class Scope {
 public:
  Scope(const CheckOptions& options, const cli::Context::Files& files)
      : entries_(files.settings.installed_apps), models_(files.models) {
    for (const std::string& label : options.apps) {
      labels_.insert(files.apps.get(label).label);
    }
    whole_ = labels_.empty();
    if (!whole_) return;
    for (const std::string& label : files.apps.labels()) labels_.insert(label);
  }

  /// Whether it stands in a file of one of the apps, or of no app.
  bool has(const Diagnostic& issue) const {
    if (whole_ || !issue.where.file) return true;
    const std::string& file = issue.where.file->name();
    auto owner = std::find_if(
        entries_.begin(), entries_.end(), [&](const settings::AppEntry& app) {
          return !app.path.empty() && file.starts_with(app.path + "/");
        });
    return owner == entries_.end() || labels_.count(owner->label) > 0;
  }

  std::vector<std::string> labels() const {
    return {labels_.begin(), labels_.end()};
  }

  std::size_t model_count() const {
    const auto& all = models_.all();
    return static_cast<std::size_t>(
        std::count_if(all.begin(), all.end(), [&](const auto& model) {
          return labels_.count(model.second->app) > 0;
        }));
  }

  /// "2 apps with 5 models".
  std::string text() const {
    return fmt::format("{} with {}", text::count(labels_.size(), "app"),
                       text::count(model_count(), "model"));
  }

 private:
  const std::vector<settings::AppEntry>& entries_;
  const orm::ModelSet& models_;
  std::set<std::string> labels_;
  bool whole_ = false;
};

/// "2 errors, 1 warning, 3 silenced"; empty if there is nothing at all.
std::string summary(const CheckReport& report) {
  std::vector<std::string> parts;
  for (Level level : kLevels) {
    if (std::size_t count = report.count(level)) {
      parts.push_back(text::count(count, std::string(cli::level_name(level))));
    }
  }
  if (report.silenced > 0) {
    parts.push_back(fmt::format("{} silenced", report.silenced));
  }
  return text::join(parts, ", ");
}

void fill_document(const CheckReport& report, const Scope& scope,
                   Document& document) {
  DataList issues;
  for (const Diagnostic& issue : report.issues) {
    Document one = cli::to_document(issue);
    one.set("level", cli::level_name(issue.level));
    issues.emplace_back(std::move(one));
  }
  document = {{"apps", scope.labels()},
              {"models", scope.model_count()},
              {"issues", std::move(issues)},
              {"silenced", report.silenced}};
}

/// Shows what was found, and throws if it is reason to fail.
void tell(const CheckReport& report, Level limit, const Scope& scope,
          cli::Output& out) {
  Diagnostics errors;
  for (const Diagnostic& issue : report.issues) {
    if (issue.level >= Level::kError && issue.level >= limit) {
      errors.add(issue);
    } else {
      out.report(issue);
    }
  }
  settings::throw_if_wrong(errors);
  std::string counts = summary(report);
  if (report.reaches(limit)) {
    throw Error("checks.failed", counts + " in " + scope.text())
        .hint(
            "mend them, or silence them by their ids in "
            "silenced_system_checks");
  }
  out.say(fmt::format("{} in {}", counts.empty() ? "no problems found" : counts,
                      scope.text()));
}

}  // namespace

void configure_check(CLI::App& app, CheckOptions& options) {
  cli::add_argument(app, "app_label", options.apps,
                    "Look at these apps only; all files are read")
      .takes(cli::ValueKind::kApp);
  cli::add_option(app, "--tag,-t", "TAG", options.tags,
                  "Run only the checks with that tag (repeatable)");
  cli::add_flag(app, "--list-tags", options.list_tags, "List the tags");
  cli::add_flag(app, "--deploy", options.deploy,
                "Check too what matters where the project is deployed; then "
                "warnings fail");
  std::vector<std::string> levels;
  for (Level level : kLevels) levels.push_back(option_name(level));
  cli::add_option(app, "--fail-level", "LEVEL", options.fail_level,
                  "From which level on the exit code is 1: CRITICAL, ERROR "
                  "(default), WARNING, INFO, DEBUG")
      .choices(levels);
  cli::add_option(app, "--database", "ALIAS", options.databases,
                  "Check too that this database can be reached (repeatable)")
      .takes(cli::ValueKind::kDatabase);
}

ExitCode run_check(const CheckOptions& options, cli::Context& context) {
  CheckList checks = all_checks(context, options.databases);
  if (options.list_tags) return list_tags(checks, options, context);
  require_tags(checks, options);
  cli::Context::Files files = context.files();
  Scope scope(options, files);
  Diagnostics found;
  for (const Diagnostic& issue :
       checks.run({options.tags, options.deploy}).all()) {
    if (scope.has(issue)) found.add(issue);
  }
  CheckReport report =
      silence(found, files.settings.silenced_system_checks, today(context));
  fill_document(report, scope, context.out().document());
  tell(report, fail_level(options), scope, context.out());
  return ExitCode::kDone;
}

}  // namespace manage::commands
