// The rows of django_content_type: one for each model.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "orm/signals.hpp"

namespace manage::contrib {

/// contenttypes.contenttype.
orm::ModelKey content_type_key();

using ContentTypeIds = std::map<orm::ModelKey, std::int64_t>;

/// Every row of the table.
ContentTypeIds read_content_types(orm::Connection& connection,
                                  const orm::ModelSet& models);

/// Those of `wanted` that have no row, in their order.
std::vector<orm::ModelKey> missing_content_types(
    const ContentTypeIds& known,
    const std::vector<const orm::ModelDef*>& wanted);

/// Makes the rows that are missing. Another run may do the same meanwhile.
/// REQUIRES: the table is there; the connection is in a transaction.
void create_content_types(const orm::MigrateEvent& event,
                          const std::vector<const orm::ModelDef*>& wanted);

/// Gives the content type of a renamed model the new name, so that what points
/// to it (permissions, generic keys) stays with the model. If there is one of
/// the new name already, both stay as they are.
void rename_content_type(const orm::ModelRenamedEvent& event);

}  // namespace manage::contrib
