#include "orm/connection.hpp"

namespace manage::orm {

std::unique_ptr<Connection> connect(const settings::Settings& settings,
                                    std::string_view alias) {
  return connect(settings.database(alias));
}

}  // namespace manage::orm
