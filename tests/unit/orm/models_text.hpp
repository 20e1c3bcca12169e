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
inline ModelSet read_texts(const std::map<std::string, std::string>& texts,
                           const ModelsContext& context = {}) {
  std::vector<ModelsFile> files;
  for (const auto& [app, text] : texts) {
    files.push_back({app, "BigAutoField",
                     std::make_shared<SourceFile>(app + "/models.yaml", text)});
  }
  return read_models(files, context);
}

inline ModelSet read_shop(const std::string& text,
                          const ModelsContext& context = {}) {
  return read_texts({{"shop", text}}, context);
}

/// What an Error says, one line each: "code place: message (hint)".
inline std::string told(const Error& error) {
  std::string lines;
  for (const Diagnostic& one : error.diagnostics()) {
    lines += fmt::format("{} {}: {}", one.code, one.where.text(), one.message);
    if (!one.hint.empty()) lines += fmt::format(" ({})", one.hint);
    lines += "\n";
  }
  return lines;
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

}  // namespace manage::orm
