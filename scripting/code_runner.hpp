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
#include "scripting/callables.hpp"
#include "scripting/environment.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

class LuaCodeRunner : public migrations_engine::CodeRunner {
 public:
  struct World {
    const orm::Apps& apps;        ///< whose modules may be required
    std::function<void()> check;  ///< as State's
    /// Streams, files and mail.
    std::function<void(Environment&)> prepare = nullptr;
    /// More that scripts find, such as settings.
    std::function<void(State&)> define = [](State&) {};
  };

  explicit LuaCodeRunner(World world);
  ~LuaCodeRunner() override;

  void check(const std::shared_ptr<const SourceFile>& code) override;
  void run(const std::shared_ptr<const SourceFile>& code,
           const migrations_engine::CodeContext& context) override;

  struct Run;

 private:
  World world_;
  std::vector<std::unique_ptr<Run>> runs_;
};

}  // namespace manage::scripting
