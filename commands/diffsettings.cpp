#include "commands/diffsettings.hpp"

#include "cli/context.hpp"
#include "cli/options.hpp"
#include "cli/secrets.hpp"
#include "core/yaml.hpp"

namespace manage::commands {

void configure_diffsettings(CLI::App& app, DiffsettingsOptions& options) {
  cli::add_flag(app, "--all", options.all,
                "Show the settings that have their default value too");
  cli::add_flag(app, "--origin", options.origin,
                "Show where each value comes from");
  cli::add_flag(app, "--reveal", options.reveal,
                "Show secrets instead of masking them");
}

ExitCode run_diffsettings(const DiffsettingsOptions& options,
                          cli::Context& context) {
  const settings::Settings& settings = context.settings();
  cli::Output& out = context.out();
  DataList list;
  for (const settings::SettingValue& setting : settings.values) {
    if (setting.is_default && !options.all) continue;
    auto shown = [&](const Data& value) {
      return options.reveal ? value : cli::masked(value, setting.secret);
    };
    std::string text =
        setting.key + ": " + yaml::write_flow(shown(setting.value));
    out.line(
        {text,
         {options.origin ? "  # " + setting.origin : "", cli::Style::kDim}});
    list.emplace_back(Document{{"key", setting.key},
                               {"value", shown(setting.value)},
                               {"default", shown(setting.default_value)},
                               {"is_default", setting.is_default},
                               {"origin", setting.origin}});
  }
  if (list.empty()) out.note("every setting has its default value");
  out.document() = {{"root", settings.root.string()},
                    {"env", settings.env},
                    {"settings", std::move(list)}};
  return ExitCode::kDone;
}

}  // namespace manage::commands
