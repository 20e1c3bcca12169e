// What the built-in apps do when something happens to the project.
#pragma once

#include "orm/signals.hpp"

namespace manage::contrib {

/// post_migrate: content types, then permissions, of every model that lacks
/// them, in one transaction; where there is nothing to do, nothing is locked.
/// model_renamed: the model's content type is renamed with it.
void connect_handlers(orm::Signals& signals);

}  // namespace manage::contrib
