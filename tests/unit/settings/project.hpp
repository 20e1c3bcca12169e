// A project in a temporary folder, and its settings as text.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "settings/settings.hpp"

class Project {
 public:
  Project() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "settings-XXXXXX").string();
    root = std::filesystem::canonical(::mkdtemp(pattern.data()));
    options.working_directory = root;
    // The real /run/secrets is not part of a test.
    write("settings/base.yaml", "{}\n");
  }
  Project(const Project&) = delete;
  Project& operator=(const Project&) = delete;
  ~Project() { std::filesystem::remove_all(root); }

  Project& write(const std::string& path, std::string_view text) {
    std::filesystem::create_directories((root / path).parent_path());
    std::ofstream(root / path) << text;
    return *this;
  }

  manage::settings::Settings load() const {
    manage::Diagnostics diagnostics;
    manage::settings::Settings settings =
        manage::settings::load(options, diagnostics);
    manage::settings::throw_if_wrong(diagnostics);
    return settings;
  }

  /// The value of `key` as JSON and its origin: `true
  /// <settings/base.yaml:1:8>`.
  std::string value(const std::string& key) const {
    for (const auto& value : load().values) {
      if (value.key == key) {
        return fmt::format("{} <{}>", manage::to_json(value.value),
                           shown(value.origin));
      }
    }
    return "none";
  }

  /// Each diagnostic on a line: "where code: message (hint)"; or "none".
  std::string errors() const {
    try {
      load();
    } catch (const manage::Error& error) {
      std::string out;
      for (const manage::Diagnostic& d : error.diagnostics()) {
        if (d.where) out += d.where.text() + " ";
        out += d.code + ": " + d.message;
        if (!d.hint.empty()) out += " (" + d.hint + ")";
        out += '\n';
      }
      return shown(out);
    }
    return "none\n";
  }

  std::filesystem::path root;
  manage::settings::LoadOptions options;

 private:
  /// With ROOT for the temporary folder.
  std::string shown(std::string text) const {
    for (std::size_t at = text.find(root.string()); at != std::string::npos;
         at = text.find(root.string())) {
      text.replace(at, root.string().size(), "ROOT");
    }
    return text;
  }
};
