// Imports told as stories: a shop's tables in a database of their own, texts
// that are imported, and what is there then.
#pragma once

#include <string>
#include <vector>

#include "../orm/databases.hpp"
#include "../orm/models_text.hpp"
#include "core/file.hpp"
#include "loaders/importer.hpp"
#include "orm/schema_editor.hpp"

namespace manage::loaders {

inline const std::string kShop = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 8}
      email: {type: CharField, max_length: 20, unique: true}
      bio: {type: TextField, blank: true}
  Book:
    fields:
      isbn: {type: CharField, max_length: 13, unique: true}
      title: {type: CharField, max_length: 30, null: true}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2, default: 1}
      stock: {type: IntegerField, null: true}
      shelf: {type: CharField, max_length: 2, choices: [A, B], default: A}
    meta:
      constraints:
        - {type: CheckConstraint, condition: {price__gte: 0}, name: price_gte_0}
  Stamp:
    fields:
      code: {type: IntegerField, unique: true}
      made: {type: DateTimeField, auto_now_add: true}
      changed: {type: DateTimeField, auto_now: true}
      token: {type: UUIDField, default: {call: uuid4}}
  Node:
    fields:
      code: {type: CharField, max_length: 5, unique: true}
      parent: {type: ForeignKey, to: self, on_delete: CASCADE, null: true}
  Seat:
    fields:
      hall: {type: CharField, max_length: 5}
      number: {type: IntegerField}
      note: {type: CharField, max_length: 9, blank: true}
    meta: {unique_together: [[hall, number]]}
)";

class ImportStory {
 public:
  explicit ImportStory(settings::Engine engine)
      : database_(engine),
        connection_(database_.open()),
        models_(orm::read_shop(kShop)) {
    orm::Catalog catalog;
    auto editor = connection_->dialect().schema_editor(catalog);
    for (const auto& [key, model] : models_.all()) {
      editor->create_model(*model, models_);
    }
    run(editor->take());
    run(editor->take_deferred());
    options.now = *DateTime::parse("2026-11-20 10:00");
  }

  /// Imports the text into shop.MODEL with `options` and tells what happened:
  /// "2 created, 1 rejected", then one line for each rejected row.
  std::string import(const std::string& model, const std::string& text) {
    std::vector<std::unique_ptr<ByteSource>> files;
    files.push_back(text_bytes("in.csv", text));
    return import_files(model, std::move(files));
  }

  std::string import_files(const std::string& model,
                           std::vector<std::unique_ptr<ByteSource>> files) {
    SilentReporter reporter;
    const orm::ModelDef* found =
        model.empty() ? nullptr
                      : models_.find(orm::ModelKey::parse("shop." + model));
    try {
      report = import_csv({*connection_, models_, found, std::move(files)},
                          options, reporter);
    } catch (const Error& error) {
      return orm::told(error);
    }
    std::string told = told_counts();
    for (const Rejection& rejection : report.rejections) {
      told += fmt::format("\n{}:{} {} {}: {}", rejection.file, rejection.line,
                          rejection.column.empty() ? "-" : rejection.column,
                          rejection.code, rejection.reason);
    }
    return told;
  }

  /// The rows of a query, one line each, values separated by bars.
  std::string rows(const std::string& sql) {
    return orm::rows(*connection_, sql);
  }
  void execute(const std::string& sql) { connection_->execute(sql); }

  ImportOptions options;
  ImportReport report;

 private:
  void run(const std::vector<orm::Statement>& statements) {
    for (const orm::Statement& statement : statements) {
      connection_->execute(statement.sql, statement.parameters);
    }
  }

  std::string told_counts() const {
    std::string text = fmt::format("{} created", report.created);
    auto add = [&](std::uint64_t number, const char* what) {
      if (number > 0) text += fmt::format(", {} {}", number, what);
    };
    add(report.updated, "updated");
    add(report.unchanged, "unchanged");
    add(report.skipped, "skipped");
    add(report.rejected, "rejected");
    if (report.outcome == ImportOutcome::kStopped) text += ", stopped";
    if (report.outcome == ImportOutcome::kOverBudget) text += ", over budget";
    return text;
  }

  orm::TestDatabase database_;
  std::unique_ptr<orm::Connection> connection_;
  orm::ModelSet models_;
};

/// Runs the story on every database there is.
template <class Story>
void on_every_database(const Story& story) {
  for (settings::Engine engine : orm::engines()) {
    INFO(orm::dialect_of(engine).name());
    ImportStory shop(engine);
    story(shop);
  }
}

}  // namespace manage::loaders
