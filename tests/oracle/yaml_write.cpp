// Reads one text in hexadecimal per line and prints, in hexadecimal too, the
// YAML of a document that has it as a key and as a value in every position:
// `yaml_write < texts`.
#include <fmt/format.h>

#include <charconv>
#include <iostream>
#include <string>

#include "core/yaml.hpp"

using namespace manage;

namespace {

std::string from_hex(std::string_view digits) {
  std::string text;
  for (std::size_t at = 0; at + 1 < digits.size(); at += 2) {
    unsigned byte = 0;
    std::from_chars(digits.data() + at, digits.data() + at + 2, byte, 16);
    text += static_cast<char>(byte);
  }
  return text;
}

std::string to_hex(std::string_view text) {
  std::string digits;
  for (char c : text) {
    digits += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return digits;
}

Data document(const std::string& text) {
  return DataMap{
      {text, text},
      {"list", DataList{text, DataList{text}, DataMap{{text, text}}}},
      {"table", DataMap{{"row", DataMap{{text, DataList{text, "x"}}}}}}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << to_hex(yaml::write(document(from_hex(line)))) << '\n';
  }
}
