// One small mistake for each id of Django's that has no longer story elsewhere.
#include <catch2/catch.hpp>

#include "models_text.hpp"

using namespace manage;
using namespace manage::orm;

namespace {

struct Row {
  std::string id;     ///< the only one that is reported
  std::string place;  ///< line:column, after a line "models:"
  std::string models;
};

/// A model, its fields and options in a line each: "  A: {fields: {…}, meta:
/// {…}}".
std::string model(const std::string& name, const std::string& fields,
                  const std::string& meta = "") {
  return "  " + name + ": {fields: {" + fields + "}, meta: {" + meta + "}}\n";
}

const std::string kText = "{type: TextField}";
const std::string kTo = "type: ForeignKey, on_delete: CASCADE, to: ";
const std::string kMany = "type: ManyToManyField, to: ";

const std::vector<Row> kFieldRows = {
    {"fields.E131", "2:71",
     model("A", "a: {type: DecimalField, max_digits: 2, decimal_places: -1}")},
    {"fields.E133", "2:71",
     model("A", "a: {type: DecimalField, decimal_places: 0, max_digits: 0}")},
    {"fields.E140", "2:54",
     model("A", "a: {type: FilePathField, allow_files: false}")},
    {"fields.E201", "2:50",
     model("A", "a: {type: FileField, primary_key: true}")},
    {"fields.E202", "2:48", model("A", "a: {type: FileField, upload_to: /a}")},
    {"fields.E305", "2:16",
     model("A", "a: {" + kTo + "B, related_name: x, related_query_name: q}, " +
                    "b: {" + kTo +
                    "B, related_name: y, related_query_name: q}") +
         model("B", "n: " + kText)},
    {"fields.E306", "2:79",
     model("A", "a: {" + kTo + "B, related_name: a-b}") +
         model("B", "n: " + kText)},
    {"fields.E308", "2:85",
     model("A", "a: {" + kTo + "B, related_query_name: b_}") +
         model("B", "n: " + kText)},
    {"fields.E309", "2:85",
     model("A", "a: {" + kTo + "B, related_query_name: b__c}") +
         model("B", "n: " + kText)},
    {"fields.E312", "2:16",
     model("A", "a: {" + kTo + "B, to_field: x}") + model("B", "n: " + kText)},
};

/// Through models of many-to-many relations from A to B.
const std::vector<Row> kThroughRows = {
    {"fields.E333", "2:16",
     model("A", "a: {" + kMany + "self, through: T}") +
         model("T", "a: {" + kTo + "A, related_name: +}, b: {" + kTo +
                        "A, related_name: +}, c: {" + kTo +
                        "A, related_name: +}")},
    {"fields.E334", "2:16",
     model("A", "a: {" + kMany + "B, through: T}") + model("B", "n: " + kText) +
         model("T", "a: {" + kTo + "A, related_name: +}, b: {" + kTo +
                        "A, related_name: +}, c: {" + kTo + "B}")},
    {"fields.E336", "2:16",
     model("A", "a: {" + kMany + "B, through: T}") + model("B", "n: " + kText) +
         model("T", "a: {" + kTo + "A}")},
    {"fields.E337", "2:78",
     model("A", "a: {" + kMany + "B, through: T, through_fields: [a]}") +
         model("B", "n: " + kText) +
         model("T", "a: {" + kTo + "A}, b: {" + kTo + "B}")},
    {"fields.E338", "2:16",
     model("A", "a: {" + kMany + "B, through: T, through_fields: [a, x]}") +
         model("B", "n: " + kText) +
         model("T", "a: {" + kTo + "A}, b: {" + kTo + "B}")},
    {"fields.E339", "2:16",
     model("A", "a: {" + kMany + "B, through: T, through_fields: [a, n]}") +
         model("B", "n: " + kText) +
         model("T", "a: {" + kTo + "A}, b: {" + kTo + "B}, n: " + kText)},
};

const std::vector<Row> kModelRows = {
    {"models.E014", "2:56", model("A", "a: " + kText, "ordering: {a: 1}")},
    {"models.E016", "3:78",
     model("A", "a: " + kText) + "  B: {inherits: A, fields: {b: " + kText +
         "}, meta: {unique_together: [[a, b]]}}\n"},
    {"models.E017", "3:42",
     model("A", "a: " + kText) +
         "  B: {inherits: A, proxy: true, fields: {b: " + kText + "}}\n"},
    {"models.E021", "2:84",
     model("A", "b: {" + kTo + "B}",
           "ordering: [b], order_with_respect_to: b") +
         model("B", "n: " + kText)},
    {"models.E023", "2:3", model("A_", "a: " + kText)},
    {"models.E030", "3:76",
     model("A", "a: " + kText, "indexes: [{fields: [a], name: i}]") +
         model("B", "a: " + kText, "indexes: [{fields: [a], name: i}]")},
    {"models.E031", "2:104",
     model("A", "a: " + kText,
           "constraints: [{type: UniqueConstraint, fields: [a], name: c}, "
           "{type: UniqueConstraint, fields: [id], name: c}]")},
    {"models.E032", "3:104",
     model("A", "a: " + kText,
           "constraints: [{type: UniqueConstraint, fields: [a], name: c}]") +
         model("B", "a: " + kText,
               "constraints: [{type: UniqueConstraint, fields: [a], name: "
               "c}]")},
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.id, row.models);
    std::string found = problems("models:\n" + row.models);
    CHECK(found.starts_with(row.id + " shop/models.yaml:" + row.place));
    for (std::size_t line = found.find('\n'); line + 1 < found.size();
         line = found.find('\n', line + 1)) {
      CHECK(found.substr(line + 1).starts_with(row.id + " "));
    }
  }
}

}  // namespace

TEST_CASE("each mistake in a field has its id and place") { check(kFieldRows); }

TEST_CASE("each mistake about a through model has its id and place") {
  check(kThroughRows);
}

TEST_CASE("each mistake in a model has its id and place") { check(kModelRows); }

TEST_CASE("a model that another one stands in for is not to be named") {
  ModelsContext context;
  context.auth_user_model = "shop.Person";
  Diagnostics found;
  read_models(
      model_files({{"shop", "models:\n" +
                                model("User", "n: " + kText,
                                      "swappable: auth_user_model") +
                                model("Person", "n: " + kText) +
                                model("Post", "by: {" + kTo + "User}")}}),
      context, found);
  CHECK(told(found.all()) ==
        "fields.E301 shop/models.yaml:4:19: shop.Post.by points to shop.User, "
        "which shop.person replaces (use to: auth_user_model)\n");
}
