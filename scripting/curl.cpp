#include "scripting/curl.hpp"

#include <dlfcn.h>

#include <array>
#include <cstring>
#include <exception>
#include <utility>

#include "core/error.hpp"

namespace manage::scripting {

namespace {

constexpr const char* kLibrary = "libcurl.so.4";

Error missing(const char* what) {
  return Error("http.library", std::string("libcurl cannot be loaded: ") + what)
      .hint("install it: apt install libcurl4");
}

template <class Function>
void find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(::dlsym(library, name));
  if (!function) throw missing(name);
}

CurlLibrary load() {
  void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL);
  if (!library) throw missing(::dlerror());
  CurlLibrary made{};
  decltype(&curl_global_init) start = nullptr;
  find(library, "curl_global_init", start);
  find(library, "curl_easy_init", made.init);
  find(library, "curl_easy_setopt", made.set);
  find(library, "curl_easy_perform", made.perform);
  find(library, "curl_easy_getinfo", made.info);
  find(library, "curl_easy_strerror", made.error);
  find(library, "curl_easy_cleanup", made.cleanup);
  find(library, "curl_slist_append", made.append);
  find(library, "curl_slist_free_all", made.free_list);
  start(CURL_GLOBAL_DEFAULT);
  return made;
}

}  // namespace

const CurlLibrary& CurlLibrary::get() {
  static const CurlLibrary kLoaded = load();
  return kLoaded;
}

CurlList::~CurlList() {
  if (list_) CurlLibrary::get().free_list(list_);
}

void CurlList::add(const std::string& text) {
  curl_slist* longer = CurlLibrary::get().append(list_, text.c_str());
  if (!longer) throw std::bad_alloc();
  list_ = longer;
}

CurlHandle::CurlHandle()
    : library_(CurlLibrary::get()), handle_(library_.init()) {
  if (!handle_) throw std::bad_alloc();
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_WRITEFUNCTION, take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(this));
  set(CURLOPT_HEADERFUNCTION, take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(CURLOPT_READFUNCTION, give);
  set(CURLOPT_READDATA, static_cast<void*>(this));
  set(CURLOPT_XFERINFOFUNCTION, tell);
  set(CURLOPT_XFERINFODATA, static_cast<void*>(this));
  set(CURLOPT_NOPROGRESS, 0L);
}

CurlHandle::~CurlHandle() { library_.cleanup(handle_); }

template <class F>
bool CurlHandle::kept(F&& work) noexcept {
  try {
    work();
    return true;
  } catch (...) {
    failed_ = std::current_exception();
    return false;
  }
}

std::size_t CurlHandle::take_body(char* bytes, std::size_t size,
                                  std::size_t count, void* self) {
  auto& own = *static_cast<CurlHandle*>(self);
  const std::size_t all = size * count;
  return own.kept([&] { own.body({bytes, all}); }) ? all : 0;
}

std::size_t CurlHandle::take_header(char* bytes, std::size_t size,
                                    std::size_t count, void* self) {
  auto& own = *static_cast<CurlHandle*>(self);
  const std::size_t all = size * count;
  return own.kept([&] { own.header({bytes, all}); }) ? all : 0;
}

std::size_t CurlHandle::give(char* into, std::size_t size, std::size_t count,
                             void* self) {
  auto& own = *static_cast<CurlHandle*>(self);
  const std::size_t most = std::min(size * count, own.upload.size());
  std::memcpy(into, own.upload.data(), most);
  own.upload.remove_prefix(most);
  return most;
}

int CurlHandle::tell(void* self, curl_off_t, curl_off_t, curl_off_t,
                     curl_off_t) {
  auto& own = *static_cast<CurlHandle*>(self);
  return own.kept([&] { own.check(); }) ? 0 : 1;
}

CURLcode CurlHandle::perform(std::string& problem) {
  std::array<char, CURL_ERROR_SIZE> text{};
  set(CURLOPT_ERRORBUFFER, text.data());
  const CURLcode code = library_.perform(handle_);
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(nullptr));
  if (failed_) std::rethrow_exception(std::exchange(failed_, nullptr));
  problem = text[0] != '\0' ? text.data() : library_.error(code);
  return code;
}

}  // namespace manage::scripting
