// A tree of plain values: what YAML files, operations, options and results are
// made of once their source no longer matters. Maps keep their order.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace manage {

class Data;

/// A number that is not an integer, kept as it was written so that decimals
/// never pass through a double.
struct Real {
  std::string text;
  bool operator==(const Real&) const = default;
};

/// An ordered map with text keys. Small: look-ups are linear.
class DataMap {
 public:
  using Entry = std::pair<std::string, Data>;

  DataMap() = default;
  DataMap(std::initializer_list<Entry> entries);
  /// REQUIRES: no key twice.
  static DataMap from_unique(std::vector<Entry> entries);

  const Data* find(std::string_view key) const;
  Data* find(std::string_view key);
  /// Replaces the value of `key`, or appends it.
  void set(std::string key, Data value);
  /// Whether there was one.
  bool erase(std::string_view key);

  using Iterator = std::vector<Entry>::const_iterator;

  bool empty() const;
  std::size_t size() const;
  Iterator begin() const;
  Iterator end() const;

  /// Equal whatever the order of the keys.
  bool operator==(const DataMap& other) const;

 private:
  std::vector<Entry> entries_;
};

using DataList = std::vector<Data>;

class Data {
 public:
  using Null = std::monostate;

  Data() = default;  ///< null
  Data(std::nullptr_t) {}
  Data(bool value) : value_(value) {}
  Data(int value) : value_(std::int64_t{value}) {}
  Data(std::int64_t value) : value_(value) {}
  Data(std::size_t value) : value_(static_cast<std::int64_t>(value)) {}
  Data(Real value) : value_(std::move(value)) {}
  Data(const char* value) : value_(std::string(value)) {}
  Data(std::string_view value) : value_(std::string(value)) {}
  Data(std::string value) : value_(std::move(value)) {}
  Data(DataList value) : value_(std::move(value)) {}
  Data(DataMap value) : value_(std::move(value)) {}
  /// A list of texts.
  Data(const std::vector<std::string>& texts);

  bool is_null() const { return std::holds_alternative<Null>(value_); }
  /// The value if it is of that kind, else nullptr.
  const bool* boolean() const { return std::get_if<bool>(&value_); }
  const std::int64_t* integer() const {
    return std::get_if<std::int64_t>(&value_);
  }
  const Real* real() const { return std::get_if<Real>(&value_); }
  const std::string* text() const { return std::get_if<std::string>(&value_); }
  const DataList* list() const { return std::get_if<DataList>(&value_); }
  const DataMap* map() const { return std::get_if<DataMap>(&value_); }
  DataList* list() { return std::get_if<DataList>(&value_); }
  DataMap* map() { return std::get_if<DataMap>(&value_); }

  /// The texts of a list of texts; other elements are left out.
  std::vector<std::string> texts() const;

  bool operator==(const Data& other) const = default;

 private:
  std::variant<Null, bool, std::int64_t, Real, std::string, DataList, DataMap>
      value_;
};

// Here because an Entry is complete only now.
inline bool DataMap::empty() const { return entries_.empty(); }
inline std::size_t DataMap::size() const { return entries_.size(); }
inline DataMap::Iterator DataMap::begin() const { return entries_.begin(); }
inline DataMap::Iterator DataMap::end() const { return entries_.end(); }

/// RFC 8259 text: keys in map order, no spaces unless `indent` > 0.
std::string to_json(const Data& data, int indent = 0);

}  // namespace manage
