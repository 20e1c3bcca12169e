// The small languages of settings on any bytes: .env files, database URLs and
// ${} in values. The first byte chooses one.
#include <cstdlib>

#include "core/text.hpp"
#include "settings/database_url.hpp"
#include "settings/dotenv.hpp"
#include "settings/interpolate.hpp"

using namespace manage;

namespace {

void read_dotenv(std::string text) {
  Diagnostics diagnostics;
  auto file = std::make_shared<SourceFile>(".env", std::move(text));
  for (const auto& [name, entry] : settings::parse_dotenv(*file, diagnostics)) {
    if (name.empty() || text::invalid_utf8(entry.value)) std::abort();
  }
}

void read_url(const std::string& url) {
  std::string masked = settings::mask_url(url);
  try {
    settings::DatabaseUrl parsed = settings::parse_database_url(url);
    bool in_range = parsed.port >= 0 && parsed.port <= 65535;
    if (!in_range || text::invalid_utf8(parsed.name)) std::abort();
    // The password, as it stands in the URL, is gone from the masked form.
    if (parsed.password && masked.find(":********@") == std::string::npos) {
      std::abort();
    }
  } catch (const Error&) {
  }
}

void fill_in(std::string_view text) {
  settings::Variables variables;
  variables.environment = {{"A", "value"}, {"E", ""}};
  Diagnostics diagnostics;
  auto filled = settings::interpolate(text, variables, {}, diagnostics);
  if (filled.has_value() == diagnostics.has_errors()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes,
                                      std::size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char*>(bytes) + 1, size - 1);
  switch (bytes[0]) {
    case 'd':
      read_dotenv(std::move(text));
      break;
    case 'u':
      read_url(text);
      break;
    default:
      fill_in(text);
  }
  return 0;
}
