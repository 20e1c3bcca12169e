// Models from texts, for tests.
#pragma once

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "orm/models_yaml.hpp"

namespace manage::orm {

/// models.yaml by app label; messages show "shop/models.yaml".
inline std::vector<ModelsFile> model_files(
    const std::map<std::string, std::string>& texts) {
  std::vector<ModelsFile> files;
  for (const auto& [app, text] : texts) {
    files.push_back({app, "BigAutoField",
                     std::make_shared<SourceFile>(app + "/models.yaml", text)});
  }
  return files;
}

inline ModelSet read_texts(const std::map<std::string, std::string>& texts,
                           const ModelsContext& context = {}) {
  Diagnostics diagnostics;
  ModelSet models = read_models(model_files(texts), context, diagnostics);
  diagnostics.throw_if_errors();
  return models;
}

inline ModelSet read_shop(const std::string& text,
                          const ModelsContext& context = {}) {
  return read_texts({{"shop", text}}, context);
}

/// One line each: "code place: message (hint)".
inline std::string told(const std::vector<Diagnostic>& diagnostics) {
  std::string lines;
  for (const Diagnostic& one : diagnostics) {
    lines += fmt::format("{} {}: {}", one.code, one.where.text(), one.message);
    if (!one.hint.empty()) lines += fmt::format(" ({})", one.hint);
    lines += "\n";
  }
  return lines;
}

inline std::string told(const Error& error) {
  return told(error.diagnostics());
}

/// What is wrong with the models; empty if nothing is.
inline std::string problems(const std::map<std::string, std::string>& texts) {
  try {
    read_texts(texts);
    return {};
  } catch (const Error& error) {
    return told(error);
  }
}

inline std::string problems(const std::string& text) {
  return problems({{"shop", text}});
}

/// What is only doubtful, in a project on that database. An error is thrown.
inline std::string doubts(const std::string& text,
                          const Dialect& dialect = sqlite_dialect()) {
  ModelsContext context;
  context.dialect = &dialect;
  Diagnostics diagnostics;
  read_models(model_files({{"shop", text}}), context, diagnostics);
  diagnostics.throw_if_errors();
  return told(diagnostics.all());
}

/// What a project on that database is told about one model with these fields.
inline std::string problems_on(const Dialect& dialect,
                               const std::string& fields) {
  ModelsContext context;
  context.dialect = &dialect;
  Diagnostics diagnostics;
  read_models(
      model_files({{"shop", "models:\n  Item:\n    fields:\n" + fields}}),
      context, diagnostics);
  return told(diagnostics.all());
}

}  // namespace manage::orm
