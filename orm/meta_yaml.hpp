// Meta options, indexes and constraints as YAML: one reader and one writer,
// used by models.yaml and by migration files alike.
//
// Readers check what can be seen without the model's fields; model_checks looks
// at the rest.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "core/error.hpp"
#include "core/yaml.hpp"
#include "orm/model_def.hpp"

namespace manage::orm {

/// How the value of a Meta option is read.
enum class OptionKind {
  kBool,
  kText,
  kTexts,        ///< a list of texts; a single text is a list of one
  kTogether,     ///< a list of lists of texts; one list is a list of one
  kOrdering,     ///< texts or expressions
  kPermissions,  ///< pairs [codename, name]
};

struct OptionSpec {
  std::string_view name;
  OptionKind kind;
  /// Only a label of ours: compared by the autodetector only with
  /// migrations.track_non_db.
  bool label_only = false;
  /// Gone from models, but migrations may still have it.
  bool history_only = false;
};

/// Every Meta option but indexes and constraints, in the writer's order.
const std::vector<OptionSpec>& option_specs();
/// Those that models.yaml takes.
std::vector<OptionSpec> model_option_specs();
/// nullptr if there is none of that name.
const OptionSpec* find_option(std::string_view name);

/// Whose options they are.
enum class MetaSource { kModels, kHistory };

/// The options of a model: `meta` of models.yaml, `options` of CreateModel and
/// AlterModelOptions. Indexes and constraints go to `model`, as do the options.
/// Names are kept as they are: %(class)s is expanded where a model inherits.
void read_meta(const yaml::Node& node, ModelDef& model,
               Diagnostics& diagnostics,
               MetaSource source = MetaSource::kModels);
/// The options, then `indexes` and `constraints` if there are any: what
/// CreateModel's `options` holds.
DataMap meta_to_data(const ModelDef& model);
/// The value of one option, as read_meta reads it.
std::optional<Data> read_option(const OptionSpec& option,
                                const yaml::Node& node,
                                Diagnostics& diagnostics);

/// `{fields: […], name: …}`; `type` only when it is not Index.
std::optional<IndexDef> read_index(const yaml::Node& node,
                                   Diagnostics& diagnostics);
Data index_to_data(const IndexDef& index);

/// `{type: CheckConstraint, condition: {…}, name: …}`.
std::optional<ConstraintDef> read_constraint(const yaml::Node& node,
                                             Diagnostics& diagnostics);
Data constraint_to_data(const ConstraintDef& constraint);

}  // namespace manage::orm
