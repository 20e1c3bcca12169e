// One change of the models: what a migration file is a list of.
//
// Operations are immutable values. Each knows how to change a state, how to
// have the schema editor change a database forwards and backwards, how to say
// what it does, and how it folds into a later operation. The rules of names,
// descriptions and folding are Django 5.2's.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/data.hpp"
#include "core/error.hpp"
#include "core/file_source.hpp"
#include "core/yaml.hpp"
#include "migrations_engine/state.hpp"
#include "orm/schema_editor.hpp"

namespace manage::migrations_engine {

class CodeRunner;
class Operation;
struct CodeContext;
using OperationPtr = std::shared_ptr<const Operation>;
using Operations = std::vector<OperationPtr>;
/// Of models of one app, in lower case.
using ModelNames = std::set<std::string, std::less<>>;

/// What becomes of an operation and a later one.
struct Reduction {
  enum class Kind {
    kBlocked,  ///< neither folds nor may change places
    kPass,     ///< may change places
    kReplace,  ///< the two become `operations`
  };
  Kind kind = Kind::kBlocked;
  Operations operations;

  static Reduction blocked() { return {}; }
  static Reduction pass() { return {Kind::kPass, {}}; }
  static Reduction pass_if(bool may) { return may ? pass() : blocked(); }
  static Reduction replace(Operations operations) {
    return {Kind::kReplace, std::move(operations)};
  }
};

class Operation : public std::enable_shared_from_this<Operation> {
 public:
  virtual ~Operation() = default;

  /// Django's class name: "CreateModel".
  virtual std::string_view type() const = 0;
  /// What it does to the schema: '+' adds, '-' removes, '~' alters, 's' SQL.
  virtual char symbol() const = 0;
  /// "Create model Author".
  virtual std::string describe() const = 0;
  /// Its part of a file name ("author", "remove_post_title"); may be empty.
  virtual std::string fragment() const = 0;
  /// The constructor's arguments, as the migration file holds them.
  virtual Data to_data() const = 0;

  virtual void state_forwards(std::string_view app,
                              ProjectState& state) const = 0;
  /// `from` is the state before the operation, `to` the one after.
  virtual void database_forwards(std::string_view app,
                                 orm::SchemaEditor& editor,
                                 const ProjectState& from,
                                 const ProjectState& to) const = 0;
  /// Undoes it: `from` is the state after the operation, `to` the one before.
  virtual void database_backwards(std::string_view app,
                                  orm::SchemaEditor& editor,
                                  const ProjectState& from,
                                  const ProjectState& to) const = 0;

  virtual bool reversible() const { return true; }
  virtual bool elidable() const { return false; }
  /// The model it is about, in lower case; empty if it is about none.
  virtual std::string model_lower() const { return {}; }
  /// Whether the database refuses it in a transaction.
  virtual bool concurrent() const { return false; }
  /// Whether it begins or ends a transaction by itself.
  virtual bool has_transaction() const { return false; }
  /// What it says against its migration: false, it runs outside a transaction;
  /// true, it is one. nullopt: as its migration.
  virtual std::optional<bool> atomic() const { return std::nullopt; }

  /// Whether it is a program (migrations_engine/code_runner.hpp). In its plan
  /// stands one statement for it, a comment.
  virtual bool is_code() const { return false; }
  /// Before anything is changed: throws if it cannot be run.
  virtual void check_code(CodeRunner*) const {}
  /// Of a program that, interrupted, goes on where it was
  /// (CodeContext::position): what must not change meanwhile. Null: it is none.
  virtual Data position_key() const { return {}; }
  /// REQUIRES: is_code().
  virtual void run_code(const CodeContext&) const {}
  /// The files that it names.
  virtual std::vector<std::shared_ptr<const SourceFile>> files() const {
    return {};
  }

  /// The models of its app that it is about. It folds only into operations
  /// about one of these, unless one of the two is elidable.
  virtual ModelNames own_models() const;
  /// The models of its app that it may refer to, its own among them; nullopt
  /// is any of them. When in doubt nullopt: then nothing is moved past it.
  virtual std::optional<ModelNames> mentioned_models(
      std::string_view app) const;
  bool references_model(std::string_view model, std::string_view app) const;
  /// Whether it may refer to the field; when in doubt true.
  virtual bool references_field(std::string_view model, std::string_view field,
                                std::string_view app) const;
  virtual Reduction reduce(const Operation& later, std::string_view app) const;

  /// Where it stands in its file; nowhere if it was generated.
  SourcePos pos;

 protected:
  OperationPtr self() const { return shared_from_this(); }
};

/// Changes the state and names the operation's place in what goes wrong.
void apply_to_state(const Operation& operation, std::string_view app,
                    ProjectState& state);

/// An operation on a model, by name.
class ModelOperation : public Operation {
 public:
  explicit ModelOperation(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  std::string name_lower() const;
  std::string model_lower() const override { return name_lower(); }
  orm::ModelKey key(std::string_view app) const {
    return {std::string(app), name_lower()};
  }

  std::optional<ModelNames> mentioned_models(
      std::string_view app) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 protected:
  bool same_model(const ModelOperation& other) const;

 private:
  std::string name_;
};

/// An operation that sets an option of a model: the later one wins.
class ModelOptionOperation : public ModelOperation {
 public:
  using ModelOperation::ModelOperation;
  Reduction reduce(const Operation& later, std::string_view app) const override;
};

/// An operation on a field of a model, by names.
class FieldOperation : public Operation {
 public:
  FieldOperation(std::string model_name, std::string name)
      : model_name_(std::move(model_name)), name_(std::move(name)) {}
  const std::string& model_name() const { return model_name_; }
  const std::string& name() const { return name_; }
  std::string model_name_lower() const;
  std::string model_lower() const override { return model_name_lower(); }
  orm::ModelKey key(std::string_view app) const {
    return {std::string(app), model_name_lower()};
  }
  /// The new definition; nullptr when the field goes.
  virtual const orm::FieldDef* field() const { return nullptr; }

  std::optional<ModelNames> mentioned_models(
      std::string_view app) const override;
  bool references_field(std::string_view model, std::string_view field,
                        std::string_view app) const override;
  Reduction reduce(const Operation& later, std::string_view app) const override;

 protected:
  bool same_field(const FieldOperation& other) const;

 private:
  std::string model_name_;
  std::string name_;
};

/// An operation on an index or a constraint of a model. As in Django it may
/// refer to anything, so nothing is moved past it.
class IndexOperation : public Operation {
 public:
  explicit IndexOperation(std::string model_name)
      : model_name_(std::move(model_name)) {}
  const std::string& model_name() const { return model_name_; }
  std::string model_name_lower() const;
  std::string model_lower() const override { return model_name_lower(); }
  orm::ModelKey key(std::string_view app) const {
    return {std::string(app), model_name_lower()};
  }

 private:
  std::string model_name_;
};

/// Whether a field of app.model refers to the model `target`, or, when given,
/// to its field `target_field`.
bool field_references(const orm::FieldDef& field, const orm::ModelKey& target,
                      std::optional<std::string_view> target_field = {});

/// Adds the models of the app that the field refers to, or the fields and the
/// bases of the model.
void add_mentioned(const orm::FieldDef& field, std::string_view app,
                   ModelNames& names);
void add_mentioned(const orm::ModelDef& model, std::string_view app,
                   ModelNames& names);

/// Whether a relation names the field of that model in its to_field.
bool names_field(const orm::FieldDef& field, const orm::ModelKey& target,
                 std::string_view target_field);

/// Reads one item of `operations:`. nullptr, and diagnostics, when it is wrong.
/// `source` has the files that operations name; nullptr: they are not read.
OperationPtr read_operation(const yaml::Node& item, std::string_view app,
                            Diagnostics& diagnostics,
                            const FileSource* source = nullptr);
/// The way back: `{CreateModel: {…}}`.
Data operation_to_data(const Operation& operation);

}  // namespace manage::migrations_engine
