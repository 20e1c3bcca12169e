// RunLua: programs of migrations, on the models of their time.
//
//   function forwards(apps, schema)
//     local Book = apps:model("shop.Book")
//     for book in Book:filter{slug=""} do … end
//   end
//
//   apps:model("shop.Book")           a model as it is at this point
//   schema.vendor, schema.alias       "sqlite", "default"
//   schema:execute(sql, {values})     a statement of the user's own
//   progress(done, total, "rows")     how far it is
#pragma once

#include <functional>
#include <string>

#include "migrations_engine/code_runner.hpp"
#include "orm/apps.hpp"
#include "scripting/files.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

class LuaCodeRunner : public migrations_engine::CodeRunner {
 public:
  struct World {
    const orm::Apps& apps;        ///< whose modules may be required
    std::function<void()> check;  ///< as State's
    std::function<void(std::string_view)> print;
    std::function<void(FileAccess&)> allow = nullptr;  ///< files to open
    /// More that scripts find, such as settings.
    std::function<void(State&)> define = [](State&) {};
  };

  explicit LuaCodeRunner(World world) : world_(std::move(world)) {}

  void check(const std::shared_ptr<const SourceFile>& code) override;
  void run(const std::shared_ptr<const SourceFile>& code,
           const migrations_engine::CodeContext& context) override;

 private:
  World world_;
};

}  // namespace manage::scripting
