// What the shell offers for the beginning of a word.
#include "scripting/completion.hpp"

#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

std::string offered(const std::string& line) {
  static Script script;
  const Completion found = complete(script.state, line);
  return text::join(found.words, " ");
}

}  // namespace

TEST_CASE("globals, words of Lua and methods are offered") {
  CHECK(offered("Boo") == "Book BoolAnd BoolOr");
  CHECK(offered("for a in Aut") == "Author");
  CHECK(offered("local x = ret") == "return");
  CHECK(offered("Book:fi") == "field_names filter first");
  CHECK(offered("Book:filter{title='x'}:get_") == "get_or_create");
  CHECK(offered("json.en") == "encode");
  CHECK(offered("models.") == "shop");
  CHECK(offered("Nothing") == "");
}

TEST_CASE("fields are offered along relations, with lookups") {
  CHECK(offered("Book:filter{tit") == "title");
  CHECK(offered("Book:filter{author__na") == "author__name");
  CHECK(offered("Book:filter{author__name__st") == "author__name__startswith");
  CHECK(offered("Author:filter{books__tags__wo") == "books__tags__word");
  CHECK(offered("Book:exclude(Q{title='x'} | Q{pric") == "price");
  CHECK(offered("Book:order_by(\"-pri") == "price");
  CHECK(offered("Book:values('ti") == "title");
  CHECK(offered("Book:filter{author=Author:get{na") == "name");
  CHECK(offered("Book:filter{nothing__a") == "");
}
