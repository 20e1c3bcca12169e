// What of the settings is doubtful where a project is deployed.
#pragma once

#include "core/checks.hpp"
#include "settings/settings.hpp"

namespace manage::settings {

/// Tag "security", for --deploy only: Django 5.2's security.W004 to W025, as
/// far as the setting exists here. The settings outlive the list.
void add_checks(CheckList& list, const Settings& settings);

}  // namespace manage::settings
