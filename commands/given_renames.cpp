#include "commands/given_renames.hpp"

#include <fmt/format.h>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::commands {

GivenRenames::GivenRenames(const std::vector<std::string>& options,
                           const orm::ModelSet& models) {
  for (const std::string& option : options) add(option, models);
}

std::optional<std::string> GivenRenames::old_name(const std::string& new_path) {
  auto found = renames_.find(text::lower(new_path));
  if (found == renames_.end()) return std::nullopt;
  found->second.used = true;
  return found->second.old_name;
}

void GivenRenames::add(const std::string& option, const orm::ModelSet& models) {
  const std::size_t equals = option.find('=');
  const std::vector<std::string> old_parts =
      text::split(option.substr(0, equals), '.');
  const std::vector<std::string> new_parts =
      equals == std::string::npos ? std::vector<std::string>()
                                  : text::split(option.substr(equals + 1), '.');
  const bool model = new_parts.size() == 2 && old_parts.size() == 2;
  const bool field = new_parts.size() == 3 && old_parts.size() == 3;
  if (!model && !field) {
    throw usage_error(fmt::format("--renamed {} is not OLD=NEW", option),
                      "write it as --renamed shop.Author=shop.Writer, or "
                      "--renamed shop.Author.name=shop.Author.full_name");
  }
  const orm::ModelDef* found =
      models.find(orm::ModelKey::parse(new_parts[0] + "." + new_parts[1]));
  if (!found || (field && !found->find_field(new_parts[2]))) {
    throw usage_error(
        fmt::format("--renamed {}: there is no {} {}", option,
                    field ? "field" : "model", option.substr(equals + 1)),
        "the name after = is the new one, as the models have it");
  }
  renames_[text::lower(option.substr(equals + 1))] = {
      option, field ? old_parts[2] : option.substr(0, equals), false};
}

void GivenRenames::require_all_used() const {
  for (const auto& [path, rename] : renames_) {
    if (rename.used) continue;
    throw usage_error(
        fmt::format("--renamed {} changes nothing: what is after = is not new",
                    rename.option),
        "the migrations know it already");
  }
}

}  // namespace manage::commands
