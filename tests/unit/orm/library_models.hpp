// The models that tests of queries ask about; docs/orm.md has them too.
#pragma once

namespace manage::orm {

constexpr const char* kLibraryModels = R"(
models:
  Author:
    fields:
      name: {type: CharField, max_length: 50}
      editor: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: edited}
    meta: {ordering: [name]}
  Book:
    fields:
      title: {type: CharField, max_length: 50}
      author: {type: ForeignKey, to: Author, on_delete: CASCADE, null: true, related_name: books}
      price: {type: DecimalField, max_digits: 6, decimal_places: 2}
      pages: {type: IntegerField, null: true}
      day: {type: DateField, null: true}
      made: {type: DateTimeField, null: true}
      sold: {type: BooleanField, default: false}
      tags: {type: ManyToManyField, to: Tag, related_name: books}
  Tag:
    fields: {word: {type: CharField, max_length: 20}}
)";

}  // namespace manage::orm
