// Functions of the project's own while migrations are planned. Only defaults
// are asked for then.
#pragma once

#include <fmt/format.h>

#include <map>

#include "core/error.hpp"
#include "orm/callables.hpp"

namespace manage::migrations_engine {

class DefaultsOnly : public orm::Callables {
 public:
  std::vector<orm::Invalid> validate(const orm::Callable&,
                                     const orm::Value&) override {
    return {};
  }
  std::vector<orm::Invalid> clean(const orm::Callable&, orm::Record&) override {
    return {};
  }
};

/// Runs nothing: each default is NULL.
class Unasked : public DefaultsOnly {
 public:
  orm::Value make(const orm::Callable&) override {
    asked = true;
    return orm::Null{};
  }

  bool asked = false;
};

/// Asks for the default of each field once, however many statements need it.
class AskedOnce : public DefaultsOnly {
 public:
  /// `callables` outlives it.
  explicit AskedOnce(orm::Callables& callables) : callables_(callables) {}

  orm::Value make(const orm::Callable& function) override {
    const auto key = std::pair(function.name, function.pos.text());
    const auto known = answers_.find(key);
    if (known != answers_.end()) return known->second;
    return answers_.emplace(key, made(function)).first->second;
  }

 private:
  orm::Value made(const orm::Callable& function) {
    try {
      return callables_.make(function);
    } catch (const Error& error) {
      std::vector<Diagnostic> all = error.diagnostics();
      all.front().message = fmt::format("the default {} failed: {}",
                                        function.name, error.message());
      throw Error(std::move(all)).exit(error.exit_code());
    }
  }

  orm::Callables& callables_;
  /// By function and place of who names it.
  std::map<std::pair<std::string, std::string>, orm::Value> answers_;
};

}  // namespace manage::migrations_engine
