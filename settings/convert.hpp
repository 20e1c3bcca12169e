// From the merged YAML to typed values: variables are filled in, and every
// value is read as its key's type.
#pragma once

#include <optional>
#include <string>
#include <unordered_set>

#include "core/yaml.hpp"
#include "settings/layers.hpp"
#include "settings/schema.hpp"

namespace manage::settings {

class Converter {
 public:
  Converter(const Sources& sources, const Variables& variables,
            Diagnostics& diagnostics);

  /// Interpolates every text below `node` that stands in a settings file, in
  /// place. From then on `node` may not be moved.
  void fill_in(yaml::Node& node);

  /// The value at `path`; nullopt after a diagnostic "settings.type", or when
  /// its variables could not be filled in.
  std::optional<Data> convert(const Key& key, const std::string& path,
                              const yaml::Node& node);
  /// The value of a key of the user's own.
  std::optional<Data> untyped(const yaml::Node& node) const;
  /// Any scalar that is not null; a variable's value is never null.
  std::optional<std::string> text(const yaml::Node& node,
                                  const std::string& what);

 private:
  /// Whether the text of a scalar came from a variable, a file or the command
  /// line: then it has no quotes that could tell its type.
  bool is_bare(const yaml::Node& node) const;
  bool has_failed(const yaml::Node& node) const;
  std::optional<Data> scalar(const Key& key, const std::string& path,
                             const yaml::Node& node, Diagnostics& problems);
  std::optional<Data> list(const Key& key, const std::string& path,
                           const yaml::Node& node, Diagnostics& problems);
  bool check_item(const Key& key, const std::string& path,
                  const yaml::Node& item, Diagnostics& problems);

  const Sources& sources_;
  const Variables& variables_;
  Diagnostics& diagnostics_;
  std::unordered_set<const yaml::Node*> filled_in_;
  std::unordered_set<const yaml::Node*> failed_;
};

}  // namespace manage::settings
