// Independent pieces of work on all processors.
#pragma once

#include <cstddef>
#include <functional>

namespace manage {

/// Runs work(0) to work(count - 1), several at once, and returns when all are
/// done. Of several exceptions the one of the lowest number is thrown, as if
/// they had run in order; none of the others is skipped for it. `work` may not
/// touch what another piece touches.
void parallel_for(std::size_t count,
                  const std::function<void(std::size_t)>& work);

}  // namespace manage
