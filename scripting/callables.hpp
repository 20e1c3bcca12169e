// Defaults, validators and `clean` of models that are functions of the
// project's own.
//
//   function isbn(value)        what is wrong: a text, or a text and a code;
//     if #value ~= 13 then return "has 13 digits" end     nothing: it is good
//   end
//   function clean(book)        nothing, a text about the whole record, or
//     if book.price < book.cost then return {price = "below its cost"} end
//   end                         a table of texts by field
//   function number() return sequence.next() end        a default
#pragma once

#include <functional>

#include "orm/callables.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

class ScriptCallables : public orm::Callables {
 public:
  /// `state` gives the state when a function is first needed.
  explicit ScriptCallables(std::function<State&()> state)
      : state_(std::move(state)) {}

  orm::Value make(const orm::Callable& function) override;
  std::vector<orm::Invalid> validate(const orm::Callable& function,
                                     const orm::Value& value) override;
  std::vector<orm::Invalid> clean(const orm::Callable& function,
                                  orm::Record& record) override;

 private:
  std::function<State&()> state_;
};

}  // namespace manage::scripting
