// The layers of settings, each a YAML map whatever it was read from.
//
// A node's SourceFile tells its layer and its origin: a value that does not
// come from a file has a SourceFile without text, named "environment
// MANAGE_DEBUG" or "--set debug", so that messages cannot show a secret.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/yaml.hpp"
#include "settings/dotenv.hpp"

namespace manage::settings {

/// In order of strength; the built-in defaults are the schema's.
enum class Layer {
  kBase,
  kEnv,
  kLocal,
  kSecretFile,
  kEnvironment,
  kOption,
};

/// Keeps what nodes point to, and knows the layer of each.
class Sources {
 public:
  const SourceFile& add(Layer layer, std::shared_ptr<const SourceFile> file);
  /// A source without text.
  const SourceFile& add(Layer layer, std::string name);
  Layer layer_of(const yaml::Node& node) const;

 private:
  std::vector<std::shared_ptr<const SourceFile>> files_;
  std::unordered_map<const SourceFile*, Layer> layers_;
};

/// The process environment, and behind it the .env file.
struct Variables {
  std::map<std::string, std::string> environment;
  std::map<std::string, DotenvEntry> dotenv;

  /// nullptr if it is set in neither.
  const std::string* find(const std::string& name) const;
};

/// Reads layers; what is wrong goes to the diagnostics, and a value that is
/// wrong is left out.
class LayerReader {
 public:
  LayerReader(std::filesystem::path root, Sources& sources,
              Diagnostics& diagnostics);

  /// settings/NAME.yaml; empty if there is no such file.
  yaml::Node file(Layer layer, const std::string& name);
  /// MANAGE_A__B=value.
  yaml::Node environment(const Variables& variables);
  /// MANAGE_A__B_FILE=path, over the files in `secrets_dir`. A folder that was
  /// not `chosen` by the user need not exist.
  yaml::Node secret_files(const Variables& variables,
                          const std::filesystem::path& secrets_dir,
                          bool chosen);
  /// --set a.b=value. Throws a usage error for what is not KEY=VALUE.
  yaml::Node options(const std::vector<std::string>& assignments);

 private:
  struct Assignment {
    std::string path;  ///< dotted; the last name may end in + or -
    std::string value;
    const SourceFile* origin = nullptr;
    int line = 0;
  };

  void check_known(const yaml::Node& map, const std::string& section);
  /// Whether the schema has it; else a diagnostic with `shown` and the near
  /// ones of `names`.
  bool is_known(const Assignment& assignment, const std::string& shown,
                std::string hint);
  void assign(yaml::Node& layer, const Assignment& assignment);
  void assign_variable(yaml::Node& layer, const std::string& name,
                       const Assignment& assignment);
  std::optional<yaml::Node> value(const Assignment& assignment);
  void read_secret(yaml::Node& layer, const std::string& path,
                   const std::filesystem::path& file);

  std::filesystem::path root_;
  Sources& sources_;
  Diagnostics& diagnostics_;
};

/// `key`, `key+` and `key-` of a layer all concern `key`.
std::string_view without_suffix(std::string_view key);

}  // namespace manage::settings
