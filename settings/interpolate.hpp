// ${VAR} in the values of settings files:
//
//     ${VAR}            the variable; an error if it is not set
//     ${VAR:-default}   the default if it is not set or empty
//     ${VAR:?message}   the error `message` if it is not set or empty
//     $$                a dollar
//
// A default may contain further ${}. What a variable holds is not looked at
// again.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "settings/layers.hpp"

namespace manage::settings {

/// The text with its variables; nullopt after a diagnostic
/// "settings.unset-variable" or "settings.interpolation" at `where`.
std::optional<std::string> interpolate(std::string_view text,
                                       const Variables& variables,
                                       const SourcePos& where,
                                       Diagnostics& diagnostics);

}  // namespace manage::settings
