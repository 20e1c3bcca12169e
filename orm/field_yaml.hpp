// Fields as YAML: one reader and one writer, used by models.yaml and by
// migration files alike.
//
// The reader normalises: what equals a default is dropped, references become
// "app.model" (or "auth_user_model"), choices become pairs, default values and
// choices are typed by the field. So field_to_data(read_field(x)) is canonical.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/field_def.hpp"

namespace manage::orm {

/// Where a field stands.
struct FieldContext {
  std::string app;    ///< label of the app whose file it is
  std::string model;  ///< the model, in any case; what `self` means
  SourcePos pos;      ///< of the field's name; nowhere: of its map
  /// The setting: a reference to this model becomes "auth_user_model". Empty:
  /// none does.
  std::string auth_user_model;
  /// models.yaml: takes renamed_from and is held to Django's rules for names
  /// and arguments. History is only held to what its replay needs.
  bool declaration = false;
};

/// The field `name` that a map `{type: …, …}` describes. What is wrong goes to
/// `diagnostics`, each at its place: unknown types and arguments with the
/// nearest names, values of the wrong type. nullopt only without a known type,
/// its own or that of the field it describes.
std::optional<FieldDef> read_field(std::string name, const yaml::Node& node,
                                   const FieldContext& context,
                                   Diagnostics& diagnostics);

/// The map that read_field reads: `type`, then the arguments in the writer's
/// order. renamed_from is not written.
Data field_to_data(const FieldDef& field);

/// CASCADE and its like, as on_delete takes them beside {SET: value}.
const std::vector<std::string>& on_delete_actions();

/// `Model`, `app.Model`, `self` or `auth_user_model` as "app.model" with the
/// model in lower case, or "auth_user_model".
std::string normalise_reference(std::string_view reference,
                                const FieldContext& context);

/// A scalar as a value of that field: text, an integer, a Real with the exact
/// digits, a boolean; dates, times, durations and uuids stay text, bytes are
/// base64. A JSONField takes any node. nullopt and one diagnostic when it is no
/// such value. `what` begins the message.
std::optional<Data> read_field_value(const yaml::Node& node,
                                     const FieldDef& field,
                                     std::string_view what,
                                     Diagnostics& diagnostics);

}  // namespace manage::orm
