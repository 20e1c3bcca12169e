// What --renamed says: which new names belong to what was there before.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "orm/model_def.hpp"

namespace manage::commands {

class GivenRenames {
 public:
  /// `options` as given: "shop.Author=shop.Writer",
  /// "shop.Author.name=shop.Author.full_name". Throws a usage error for one of
  /// another form, or whose new name is not in `models`.
  GivenRenames(const std::vector<std::string>& options,
               const orm::ModelSet& models);

  /// The old name of the model "app.Model", with its app, or of the field
  /// "app.Model.field", without its model; nullopt if nothing was said. The
  /// option counts as used then.
  std::optional<std::string> old_name(const std::string& new_path);
  /// Throws a usage error for an option that was never used.
  void require_all_used() const;

 private:
  struct Rename {
    std::string option;  ///< as given
    std::string old_name;
    bool used = false;
  };
  void add(const std::string& option, const orm::ModelSet& models);

  std::map<std::string, Rename> renames_;  ///< by lower-case new path
};

}  // namespace manage::commands
