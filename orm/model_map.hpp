// Models in the order of their keys, in a row: a state of migrations is copied
// for each of thousands of them, and a row is copied several times as fast as a
// tree.
#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace manage::orm {

struct ModelDef;

/// App label and lower-case model name: how models are found.
struct ModelKey {
  std::string app;
  std::string model;

  /// "app.Model"; the model in any case, the label as it is written.
  static ModelKey parse(std::string_view reference);
  std::string text() const { return app + "." + model; }
  auto operator<=>(const ModelKey&) const = default;
};

class ModelMap {
 public:
  using Entry = std::pair<const ModelKey, std::shared_ptr<const ModelDef>>;

  /// Over entries; does not outlive the next change.
  class Iterator {
   public:
    using iterator_category = std::forward_iterator_tag;
    using value_type = Entry;
    using difference_type = std::ptrdiff_t;
    using pointer = const Entry*;
    using reference = const Entry&;

    const Entry& operator*() const { return **at_; }
    const Entry* operator->() const { return at_->get(); }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    Iterator operator++(int) { return Iterator(at_++); }
    bool operator==(const Iterator&) const = default;

   private:
    friend class ModelMap;
    using Base = std::vector<std::shared_ptr<const Entry>>::const_iterator;
    explicit Iterator(Base at) : at_(at) {}

    Base at_;
  };

  Iterator begin() const { return Iterator(entries_.begin()); }
  Iterator end() const { return Iterator(entries_.end()); }
  std::size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  Iterator find(const ModelKey& key) const;

  /// In place of the one of that key, if there is one.
  void put(ModelKey key, std::shared_ptr<const ModelDef> model);
  void erase(const ModelKey& key);

 private:
  Iterator::Base lower_bound(const ModelKey& key) const;

  std::vector<std::shared_ptr<const Entry>> entries_;
};

}  // namespace manage::orm
