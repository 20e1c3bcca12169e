#include "core/data.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace manage {

DataMap::DataMap(std::initializer_list<Entry> entries) : entries_(entries) {}

DataMap DataMap::from_unique(std::vector<Entry> entries) {
  DataMap map;
  map.entries_ = std::move(entries);
  return map;
}

const Data* DataMap::find(std::string_view key) const {
  for (const Entry& entry : entries_) {
    if (entry.first == key) return &entry.second;
  }
  return nullptr;
}

Data* DataMap::find(std::string_view key) {
  return const_cast<Data*>(std::as_const(*this).find(key));
}

void DataMap::set(std::string key, Data value) {
  if (Data* old = find(key)) {
    *old = std::move(value);
  } else {
    entries_.emplace_back(std::move(key), std::move(value));
  }
}

bool DataMap::erase(std::string_view key) {
  return std::erase_if(entries_, [&](const Entry& entry) {
           return entry.first == key;
         }) > 0;
}

bool DataMap::operator==(const DataMap& other) const {
  if (size() != other.size()) return false;
  return std::all_of(begin(), end(), [&](const Entry& entry) {
    const Data* twin = other.find(entry.first);
    return twin && *twin == entry.second;
  });
}

Data::Data(const std::vector<std::string>& texts)
    : value_(DataList(texts.begin(), texts.end())) {}

std::vector<std::string> Data::texts() const {
  std::vector<std::string> found;
  if (const DataList* items = list()) {
    for (const Data& item : *items) {
      if (const std::string* text = item.text()) found.push_back(*text);
    }
  }
  return found;
}

namespace {

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// JSON has fewer forms of a number than YAML: no plus before it, no zeros, and
/// a digit on both sides of the point. What is no number there is a text.
void append_number(std::string& out, std::string_view text) {
  const std::string_view whole = text;
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  while (text.size() > 1 && text[0] == '0' && is_digit(text[1])) {
    text.remove_prefix(1);
  }
  std::string number(text);
  if (number.starts_with('.')) number.insert(0, 1, '0');
  const std::size_t point = number.find('.');
  const bool bare =
      point != std::string::npos &&
      (point + 1 == number.size() || !is_digit(number[point + 1]));
  if (bare) number.insert(point + 1, 1, '0');
  if (number.empty() ||
      number.find_first_not_of("0123456789.eE+-") != std::string::npos) {
    append_quoted(out, whole);
    return;
  }
  if (negative) out += '-';
  out += number;
}

class JsonWriter {
 public:
  JsonWriter(std::string& out, int indent) : out_(out), indent_(indent) {}

  void write(const Data& data) {
    if (data.is_null()) {
      out_ += "null";
    } else if (const bool* flag = data.boolean()) {
      out_ += *flag ? "true" : "false";
    } else if (const std::int64_t* number = data.integer()) {
      fmt::format_to(std::back_inserter(out_), "{}", *number);
    } else if (const Real* real = data.real()) {
      append_number(out_, real->text);
    } else if (const std::string* text = data.text()) {
      append_quoted(out_, *text);
    } else if (const DataList* list = data.list()) {
      write_items('[', ']', *list, [&](const Data& item) { write(item); });
    } else if (const DataMap* map = data.map()) {
      write_items('{', '}', *map, [&](const DataMap::Entry& entry) {
        append_quoted(out_, entry.first);
        out_ += indent_ > 0 ? ": " : ":";
        write(entry.second);
      });
    }
  }

 private:
  template <class Items, class WriteItem>
  void write_items(char open, char close, const Items& items,
                   WriteItem write_item) {
    out_ += open;
    ++depth_;
    bool first = true;
    for (const auto& item : items) {
      if (!first) out_ += ',';
      first = false;
      new_line();
      write_item(item);
    }
    --depth_;
    if (!first) new_line();
    out_ += close;
  }

  void new_line() {
    if (indent_ == 0) return;
    out_ += '\n';
    out_.append(static_cast<std::size_t>(indent_ * depth_), ' ');
  }

  std::string& out_;
  int indent_;
  int depth_ = 0;
};

}  // namespace

std::string to_json(const Data& data, int indent) {
  std::string out;
  JsonWriter(out, indent).write(data);
  return out;
}

}  // namespace manage
