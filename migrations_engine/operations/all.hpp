// The table of operations, and how their arguments are read.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "migrations_engine/operation.hpp"

namespace manage::migrations_engine {

/// Reads an operation's arguments; what is wrong goes to the diagnostics, and
/// a default value comes back.
class ArgumentReader {
 public:
  ArgumentReader(const yaml::Node& node, std::string_view operation,
                 std::string_view app, Diagnostics& diagnostics,
                 const FileSource* source);

  bool ok() const { return map_.ok(); }
  void finish() { map_.finish(); }

  /// A required text.
  std::string text(std::string_view key);
  /// A text that must be given, but may be null.
  std::optional<std::string> text_or_null(std::string_view key);
  bool flag(std::string_view key, bool otherwise);
  /// Any node, or nullptr.
  const yaml::Node* get(std::string_view key) { return map_.get(key); }
  const yaml::Node* require(std::string_view key) { return map_.require(key); }
  /// A required `field: {type: …}`, named `name`.
  orm::FieldDef field(std::string_view key, const std::string& name);
  orm::FieldDef field(const yaml::Node& node, const std::string& name);
  /// The flag `not_valid`, which only a field with a foreign key may have.
  bool not_valid(const orm::FieldDef& field);
  /// Required; an index must have a name here.
  orm::IndexDef index(std::string_view key);
  orm::ConstraintDef constraint(std::string_view key);
  /// The arguments of CreateCollation.
  orm::CollationDef collation();
  /// Meta options, indexes and constraints into `model`.
  void options(std::string_view key, orm::ModelDef& model);
  /// A list of lists of field names; also `[a, b]` for one, and null.
  std::vector<std::vector<std::string>> field_lists(std::string_view key);
  std::vector<std::string> texts(std::string_view key);

  std::string_view app() const { return app_; }
  /// Of the files that operations name; nullptr: they are not read.
  const FileSource* source() const { return source_; }
  Diagnostics& diagnostics() { return diagnostics_; }
  std::string what(std::string_view key) const;
  SourcePos pos() const { return map_.node().pos(); }

 private:
  std::string operation_;
  std::string app_;
  Diagnostics& diagnostics_;
  const FileSource* source_;
  yaml::MapReader map_;
};

struct OperationType {
  std::string_view name;
  std::shared_ptr<Operation> (*read)(ArgumentReader&);
};

/// The way back of ArgumentReader::collation.
Data collation_to_data(const orm::CollationDef& collation);

const OperationType* find_operation_type(std::string_view name);
std::vector<std::string> operation_type_names();

}  // namespace manage::migrations_engine
