// The YAML reader on any bytes: it returns a tree or throws Error, and what it
// read is written in a form that reads back as the same and stays the same.
#include <cstdlib>

#include "core/yaml.hpp"

namespace yaml = manage::yaml;

namespace {

manage::Data read(std::string text) {
  return yaml::to_data(yaml::parse("fuzz.yaml", std::move(text)).root);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  manage::Data data;
  std::string written;
  try {
    data = read(std::string(reinterpret_cast<const char*>(bytes), size));
    written = yaml::write(data);
  } catch (const manage::Error&) {
    return 0;
  }
  manage::Data again = read(written);
  if (!(again == data) || yaml::write(again) != written) std::abort();
  return 0;
}
