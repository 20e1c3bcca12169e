// The history that the statement lists in data/ are about: every operation and
// every kind of change at least once.
#pragma once

#include <functional>
#include <string>

#include "schema_story.hpp"

namespace manage::orm {

/// Fields of two models, from their first migration on.
inline void tell_fields(
    Story& story, const std::function<void(const std::string& title)>& step) {
  story.create("Target",
               "{code: {type: CharField, max_length: 10, unique: true}}");
  step("create target");
  story.create("Item",
               "{qty: {type: PositiveIntegerField},"
               " code: {type: CharField, max_length: 9, unique: true},"
               " t: {type: ForeignKey, to: Target, on_delete: CASCADE}}");
  step("create with unique, check, foreign key");
  story.add("Item", "a", "{type: IntegerField, null: true}");
  step("AddField nullable");
  story.add("Item", "b", "{type: IntegerField, default: 3}");
  step("AddField not null with default");
  story.add("Item", "b2", "{type: BooleanField, default: false}", true);
  step("AddField with one-off default");
  story.add("Item", "t2",
            "{type: ForeignKey, to: Target, null: true, on_delete: CASCADE,"
            " related_name: '+'}");
  step("AddField foreign key null");
  story.add("Item", "s", "{type: SlugField, unique: true, null: true}");
  step("AddField unique slug");
  story.alter("Item", "code",
              "{type: CharField, max_length: 20, unique: true}");
  step("AlterField CharField 9 to 20");
  story.alter("Item", "b", "{type: BigIntegerField, default: 3}");
  step("AlterField int to bigint");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: x}");
  step("AlterField int to char");
  story.alter("Item", "a", "{type: IntegerField, default: 0}");
  step("AlterField null to not null with default");
  story.alter("Item", "a", "{type: IntegerField, null: true}");
  step("AlterField not null to null");
  story.alter("Item", "a", "{type: IntegerField}");
  step("AlterField null to not null without default");
  story.alter("Item", "b",
              "{type: CharField, max_length: 5, default: x, db_index: true}");
  step("AlterField add db_index on char");
  story.alter("Item", "b",
              "{type: CharField, max_length: 5, default: x, unique: true}");
  step("AlterField db_index to unique");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: x}");
  step("AlterField unique to plain");
  story.alter("Item", "qty", "{type: IntegerField}");
  step("AlterField Positive to Integer");
  story.alter("Item", "qty", "{type: PositiveIntegerField}");
  step("AlterField Integer to Positive");
  story.alter("Item", "qty",
              "{type: PositiveIntegerField, help_text: how many}");
  step("AlterField help_text only");
  story.alter("Item", "b", "{type: CharField, max_length: 5, default: y}");
  step("AlterField default only");
  story.alter("Target", "id", "{type: AutoField, primary_key: true}");
  step("AlterField primary key of target");
}

/// Then join tables, indexes, constraints, and the end of the models.
inline void tell_the_rest(
    Story& story, const std::function<void(const std::string& title)>& step) {
  story.add("Item", "tags", "{type: ManyToManyField, to: Target}");
  step("AddField many to many");
  story.unique_together("Item", "[[a, qty]]");
  step("AlterUniqueTogether");
  story.unique_together("Item", "[]");
  step("AlterUniqueTogether remove");
  story.add_index("Item", "{fields: [a, -qty], name: my_idx}");
  step("AddIndex");
  story.add_index("Item",
                  "{fields: [b], name: my_idx2, condition: {a__gt: 1},"
                  " include: [qty], opclasses: [varchar_pattern_ops]}");
  step("AddIndex with condition, include, opclass");
  story.add_index("Item",
                  "{expressions: [{Lower: b}, {desc: a}], name: my_idx3}");
  step("AddIndex on expressions");
  story.add_constraint("Item",
                       "{type: CheckConstraint, condition: {a__gte: 0},"
                       " name: a_gte}");
  step("AddConstraint check");
  story.add_constraint("Item",
                       "{type: UniqueConstraint, fields: [a, b], name: ab_uq}");
  step("AddConstraint unique");
  story.add_constraint("Item",
                       "{type: UniqueConstraint, fields: [a],"
                       " condition: {b: x}, name: a_uq}");
  step("AddConstraint unique with condition");
  story.add_constraint("Item",
                       "{type: UniqueConstraint, fields: [b],"
                       " deferrable: deferred, name: b_uqd}");
  step("AddConstraint unique deferrable");
  story.remove_constraint("Item", "a_uq");
  step("RemoveConstraint unique with condition");
  story.remove_constraint("Item", "a_gte");
  step("RemoveConstraint check");
  story.remove_index("Item", "my_idx");
  step("RemoveIndex");
  story.alter("Item", "tags",
              "{type: ManyToManyField, to: Target, db_table: tagged}");
  step("AlterField many to many, another table");
  story.alter("Item", "tags",
              "{type: ManyToManyField, to: Item, db_table: tagged}");
  step("AlterField many to many, another model");
  story.alter("Item", "qty", "{type: PositiveIntegerField, db_column: amount}");
  step("AlterField another column name");
  story.alter("Item", "s", "{type: SlugField, null: true, db_index: true}");
  step("AlterField unique to index");
  story.alter("Item", "s", "{type: TextField, null: true, db_index: true}");
  step("AlterField varchar to text with index");
  story.alter("Item", "t",
              "{type: OneToOneField, to: Target, on_delete: CASCADE}");
  step("AlterField foreign key to one to one");
  story.alter("Item", "t",
              "{type: OneToOneField, to: Target, on_delete: CASCADE,"
              " db_constraint: false}");
  step("AlterField foreign key without constraint");
  story.alter("Item", "t",
              "{type: ForeignKey, to: Target, to_field: code, null: true,"
              " on_delete: CASCADE}");
  step("AlterField foreign key to another field");
  story.alter("Target", "code",
              "{type: CharField, max_length: 30, unique: true}");
  step("AlterField type of a unique field with a key to it");
  story.remove("Item", "t2");
  step("RemoveField foreign key");
  story.remove("Item", "b2");
  step("RemoveField plain");
  story.remove("Item", "tags");
  step("RemoveField many to many");
  story.alter("Item", "id", "{type: BigIntegerField, primary_key: true}");
  step("AlterField automatic to plain primary key");
  story.alter("Item", "id", "{type: BigAutoField, primary_key: true}");
  step("AlterField plain to automatic primary key");
  story.create("Tree", "{n: {type: IntegerField}}");
  story.create("Leaf",
               "{tree: {type: ForeignKey, to: Tree, on_delete: CASCADE},"
               " next: {type: ForeignKey, to: self, null: true,"
               " on_delete: SET_NULL}}");
  story.add("Tree", "top",
            "{type: ForeignKey, to: Leaf, null: true, on_delete: SET_NULL}");
  step("create two that refer to each other");
  story.alter("Leaf", "id", "{type: AutoField, primary_key: true}");
  step("AlterField primary key with a key to itself");
  story.remove_model("Tree");
  step("DeleteModel that is referred to");
  story.remove_model("Item");
  step("DeleteModel");
}

/// One migration for each step; `step` ends it.
inline void tell_history(
    Story& story, const std::function<void(const std::string& title)>& step) {
  tell_fields(story, step);
  tell_the_rest(story, step);
}

}  // namespace manage::orm
