#include "core/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace manage {

namespace {

/// More would wait for the memory.
constexpr std::size_t kMaxThreads = 8;
/// A thread costs as much as a small piece of work.
constexpr std::size_t kPiecesPerThread = 4;

std::size_t thread_count(std::size_t pieces) {
  std::size_t processors = std::thread::hardware_concurrency();
  return std::clamp<std::size_t>(
      std::min(processors, pieces / kPiecesPerThread), 1, kMaxThreads);
}

}  // namespace

void parallel_for(std::size_t count,
                  const std::function<void(std::size_t)>& work) {
  std::vector<std::exception_ptr> failures(count);
  std::atomic<std::size_t> next = 0;
  auto take = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        failures[i] = std::current_exception();
      }
    }
  };
  std::vector<std::thread> helpers;
  for (std::size_t i = 1; i < thread_count(count); ++i) {
    try {
      helpers.emplace_back(take);
    } catch (const std::system_error&) {
      break;  // no more threads to be had: those there are do it all
    }
  }
  take();
  for (std::thread& helper : helpers) helper.join();
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace manage
