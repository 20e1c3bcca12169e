// Texts beyond ASCII.
#include "script.hpp"

using namespace manage;
using namespace manage::scripting;

TEST_CASE("letters have cases in every alphabet") {
  Script script;
  CHECK(script.show("u.lower 'ÄÖÜ ΣΔ Ж', u.upper 'äß éж', ('É'):lower()") ==
        "äöü σδ ж\tÄß ÉЖ\tÉ");
  CHECK(script.show("u.len 'é', #'é', u.len '日本', u.len ''") == "1\t2\t2\t0");
  CHECK(script.show("'[' .. u.trim '\\u{a0} \\t a b \\u{3000}' .. ']'") ==
        "[a b]");
}

TEST_CASE("what looks the same can be made the same") {
  Script script;
  CHECK(script.show("u.len(u.normalize 'e\\u{301}'), u.len(u.normalize('é', "
                    "'NFD')), u.normalize('ﬁ①', 'NFKC')") == "1\t2\tfi1");
  CHECK(script.error("u.normalize('a', 'NFX')").find("script.argument") == 0);
  CHECK(script.error("u.lower '\\xff'").find("script.encoding") == 0);
}

TEST_CASE("slugs are Django's") {
  Script script;
  // From django.utils.text.slugify of Django 3.2 to 5.2.
  CHECK(script.show("u.slug 'Hello, World!  & --x_', u.slug 'Ärger für Zoë', "
                    "u.slug '日本', u.slug ' __a  b-- '") ==
        "hello-world-x\targer-fur-zoe\t\ta-b");
}
