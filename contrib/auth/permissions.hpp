// The permissions that models have: add, change, delete and view, or what
// meta.default_permissions says, then those of meta.permissions.
#pragma once

#include <string>
#include <vector>

#include "contrib/contenttypes/content_types.hpp"
#include "orm/signals.hpp"

namespace manage::contrib {

/// auth.permission.
orm::ModelKey permission_key();

struct Permission {
  orm::ModelKey model;
  std::string codename;  ///< "add_book"
  std::string name;      ///< "Can add book"
  bool operator==(const Permission&) const = default;
};

/// Those that every model has by default.
std::vector<Permission> default_permissions(const orm::ModelDef& model);
/// Those of meta.permissions.
std::vector<Permission> own_permissions(const orm::ModelDef& model);

/// Those of `wanted` that have no row, in the order of the models. A model
/// without a content type lacks all of them.
std::vector<Permission> missing_permissions(
    orm::Connection& connection, const orm::ModelSet& models,
    const ContentTypeIds& content_types,
    const std::vector<const orm::ModelDef*>& wanted);

/// Makes the rows that are missing. Another run may do the same meanwhile.
/// REQUIRES: the tables and the content types are there; the connection is in a
/// transaction.
void create_permissions(const orm::MigrateEvent& event,
                        const std::vector<const orm::ModelDef*>& wanted);

}  // namespace manage::contrib
