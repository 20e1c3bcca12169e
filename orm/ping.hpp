// Whether a database can be connected to yet, for those who wait for it.
#pragma once

#include "settings/settings.hpp"

namespace manage::orm {

/// Whether a server answers there and takes connections, whoever asks; a SQLite
/// file always does. Takes two seconds at most unless options.connect_timeout
/// says otherwise.
bool ping(const settings::DatabaseConfig& config);

}  // namespace manage::orm
