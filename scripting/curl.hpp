// libcurl, loaded when something is first sent: linked in the usual way it
// would load dozens of libraries at every start.
#pragma once

#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

#include <functional>
#include <string>
#include <string_view>

namespace manage::scripting {

/// Its functions. Throws "http.library" where it is not installed.
struct CurlLibrary {
  decltype(&curl_easy_init) init;
  decltype(&curl_easy_setopt) set;
  decltype(&curl_easy_perform) perform;
  decltype(&curl_easy_getinfo) info;
  decltype(&curl_easy_strerror) error;
  decltype(&curl_easy_cleanup) cleanup;
  decltype(&curl_slist_append) append;
  decltype(&curl_slist_free_all) free_list;

  static const CurlLibrary& get();
};

/// A list of texts as libcurl has them.
class CurlList {
 public:
  CurlList() = default;
  CurlList(const CurlList&) = delete;
  CurlList& operator=(const CurlList&) = delete;
  ~CurlList();
  void add(const std::string& text);
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

/// One transfer. What is asked for between its pieces may throw: the transfer
/// ends, and perform() throws it.
class CurlHandle {
 public:
  CurlHandle();
  CurlHandle(const CurlHandle&) = delete;
  CurlHandle& operator=(const CurlHandle&) = delete;
  ~CurlHandle();

  template <class Value>
  void set(CURLoption option, Value value) {
    library_.set(handle_, option, value);
  }
  void set(CURLoption option, const std::string& value) {
    library_.set(handle_, option, value.c_str());
  }
  template <class Value>
  Value info(CURLINFO what) const {
    Value value{};
    library_.info(handle_, what, &value);
    return value;
  }

  /// Called between pieces.
  std::function<void()> check = [] {};
  /// Of the answer, piece by piece.
  std::function<void(std::string_view)> body = [](std::string_view) {};
  std::function<void(std::string_view)> header = [](std::string_view) {};
  /// What is sent as a body by READFUNCTION.
  std::string_view upload;

  /// CURLE_OK, or what went wrong, with the text in `problem`.
  CURLcode perform(std::string& problem);

 private:
  template <class F>
  bool kept(F&& work) noexcept;
  static std::size_t take_body(char*, std::size_t, std::size_t, void*);
  static std::size_t take_header(char*, std::size_t, std::size_t, void*);
  static std::size_t give(char*, std::size_t, std::size_t, void*);
  static int tell(void*, curl_off_t, curl_off_t, curl_off_t, curl_off_t);

  const CurlLibrary& library_;
  CURL* handle_;
  std::exception_ptr failed_;
};

}  // namespace manage::scripting
