// libpq is loaded when it is first needed.
#pragma once

namespace manage::orm {

/// To be called before anything of libpq or libpqxx. Throws Error
/// "database.driver" where the library is not installed. Any thread.
void load_libpq();

}  // namespace manage::orm
