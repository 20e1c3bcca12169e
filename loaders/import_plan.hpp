// What each column of a file is for: the header matched with the fields of a
// model, before anything is written.
//
// A header names a field by its name, its attribute name ("author_id") or its
// column; "author__email" looks the related row up by that field of its model.
// The four columns that a file of rejected rows has at its end are ignored.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/source.hpp"
#include "loaders/import_options.hpp"
#include "orm/model_def.hpp"
#include "orm/value.hpp"

namespace manage::loaders {

/// The columns that rejected rows get.
inline constexpr std::string_view kRejectColumns[] = {"_line", "_column",
                                                      "_code", "_reason"};

/// The names of a file's columns, and where they stand.
struct FileHeader {
  std::vector<std::string> names;
  std::vector<SourcePos> places;  ///< as many; nowhere without a header line
  SourcePos where;                ///< of the whole line, for errors
  /// Whether kRejectColumns are at the end (they are not among the names).
  bool of_rejects = false;
};

/// What a field gets that no cell gives a value.
struct Fill {
  enum class Kind {
    kNothing,  ///< a row without a value is bad
    kValue,    ///< the same in every row; NULL too
    kCall,     ///< what the default's function gives, anew in every row
  };
  Kind kind = Kind::kNothing;
  orm::Value value;
};

/// A column of the table that is written.
struct PlannedField {
  const orm::FieldDef* field = nullptr;
  /// The field whose type reads the text: `field`, or of a foreign key the
  /// field that the related row is found by.
  const orm::FieldDef* reads = nullptr;

  /// The position in the record; nullopt: `absent` in every row.
  std::optional<std::size_t> cell;
  bool constant = false;  ///< --set-value, kept in `absent`
  std::string header;     ///< what messages call it
  Fill absent;            ///< without a cell
  Fill empty;             ///< for an empty cell that is not quoted

  /// Of a foreign key: the related model, the field its rows are found by and
  /// the field that the column refers to.
  const orm::ModelDef* related = nullptr;
  const orm::FieldDef* lookup = nullptr;
  const orm::FieldDef* target = nullptr;
  bool to_self = false;  ///< it refers to the model that is imported

  bool by_target() const { return lookup == target; }
  bool given() const { return cell.has_value() || constant; }
};

/// Fields that together are unique, all of them written.
struct UniqueKey {
  std::vector<std::size_t> fields;  ///< positions in ImportPlan::fields
  std::string text;                 ///< "email", "zip, city"
};

struct ImportPlan {
  const orm::ModelDef* model = nullptr;
  std::string table;
  std::size_t width = 0;  ///< fields that a record must have
  std::vector<PlannedField> fields;
  std::vector<UniqueKey> unique_keys;
  /// The unique key that finds existing rows, in unique_keys: for updates, and
  /// for --on-conflict skip with --key.
  std::optional<std::size_t> key;
  /// Fields of `fields` that an existing row takes from the file.
  std::vector<std::size_t> updates;
  /// Fields that change whenever something else does (auto_now).
  std::vector<std::size_t> touched;
  /// The primary key, if it is written, and whether the database would number
  /// it by itself.
  std::optional<std::size_t> primary_key;
  bool numbers_itself = false;

  std::vector<std::string> columns() const;
};

/// Throws Error with everything that is wrong: "import.unknown-header",
/// "import.duplicate-header", "import.missing-column", "import.no-key", …, and
/// usage errors for options that name no header or field. `models` and the
/// model outlive the plan.
ImportPlan plan_import(const orm::ModelSet& models, const orm::ModelDef& model,
                       const FileHeader& header, const ImportOptions& options);

/// The one model that the header fits. Throws Error "import.no-model" that
/// lists the candidates if there are none or several.
const orm::ModelDef& guess_model(const orm::ModelSet& models,
                                 const FileHeader& header,
                                 const ImportOptions& options);

}  // namespace manage::loaders
