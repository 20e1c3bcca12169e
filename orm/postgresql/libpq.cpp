// libpq, loaded when a PostgreSQL database is first opened.
//
// Linked in the usual way it would load 22 other libraries (Kerberos, LDAP,
// TLS) at every start, also of commands that need no database: three of the
// four milliseconds of `manage version`. And who only uses SQLite need not have
// it.
//
// Each function that libpqxx or this folder calls stands here under its own
// name and passes the call on. A call before load_libpq() would be a null
// pointer, but every one of them needs a connection first.
#include "orm/postgresql/libpq.hpp"

#include <dlfcn.h>
#include <fmt/format.h>
#include <libpq-fe.h>

#include <mutex>

#include "core/error.hpp"

namespace {

constexpr const char* kLibrary = "libpq.so.5";

void* find(void* library, const char* function) {
  if (void* found = ::dlsym(library, function)) return found;
  throw manage::Error("database.driver",
                      fmt::format("{} has no function {}", kLibrary, function))
      .hint("install a newer one: apt install libpq5");
}

void* open_library() {
  if (void* library = ::dlopen(kLibrary, RTLD_NOW | RTLD_LOCAL)) return library;
  throw manage::Error("database.driver",
                      fmt::format("PostgreSQL's client library cannot be "
                                  "loaded: {}",
                                  ::dlerror()))
      .hint("install it: apt install libpq5");
}

}  // namespace

/// result, name, parameters, arguments
#define LIBPQ_FUNCTIONS(X)                                                     \
  X(int, PQbackendPID, (const PGconn* a), (a))                                 \
  X(int, PQcancel, (PGcancel * a, char* b, int c), (a, b, c))                  \
  X(void, PQclear, (PGresult * a), (a))                                        \
  X(int, PQclientEncoding, (const PGconn* a), (a))                             \
  X(char*, PQcmdStatus, (PGresult * a), (a))                                   \
  X(char*, PQcmdTuples, (PGresult * a), (a))                                   \
  X(PostgresPollingStatusType, PQconnectPoll, (PGconn * a), (a))               \
  X(PGconn*, PQconnectStart, (const char* a), (a))                             \
  X(PGconn*, PQconnectdb, (const char* a), (a))                                \
  X(PGconn*, PQconnectdbParams,                                                \
    (const char* const* a, const char* const* b, int c), (a, b, c))            \
  X(int, PQconsumeInput, (PGconn * a), (a))                                    \
  X(char*, PQdb, (const PGconn* a), (a))                                       \
  X(char*, PQencryptPassword, (const char* a, const char* b), (a, b))          \
  X(int, PQendcopy, (PGconn * a), (a))                                         \
  X(int, PQenterPipelineMode, (PGconn * a), (a))                               \
  X(char*, PQerrorMessage, (const PGconn* a), (a))                             \
  X(unsigned char*, PQescapeByteaConn,                                         \
    (PGconn * a, const unsigned char* b, size_t c, size_t* d), (a, b, c, d))   \
  X(char*, PQescapeIdentifier, (PGconn * a, const char* b, size_t c),          \
    (a, b, c))                                                                 \
  X(size_t, PQescapeStringConn,                                                \
    (PGconn * a, char* b, const char* c, size_t d, int* e), (a, b, c, d, e))   \
  X(PGresult*, PQexec, (PGconn * a, const char* b), (a, b))                    \
  X(PGresult*, PQexecParams,                                                   \
    (PGconn * a, const char* b, int c, const Oid* d, const char* const* e,     \
     const int* f, const int* g, int h),                                       \
    (a, b, c, d, e, f, g, h))                                                  \
  X(PGresult*, PQexecPrepared,                                                 \
    (PGconn * a, const char* b, int c, const char* const* d, const int* e,     \
     const int* f, int g),                                                     \
    (a, b, c, d, e, f, g))                                                     \
  X(int, PQexitPipelineMode, (PGconn * a), (a))                                \
  X(void, PQfinish, (PGconn * a), (a))                                         \
  X(char*, PQfname, (const PGresult* a, int b), (a, b))                        \
  X(int, PQfnumber, (const PGresult* a, const char* b), (a, b))                \
  X(void, PQfreeCancel, (PGcancel * a), (a))                                   \
  X(void, PQfreemem, (void* a), (a))                                           \
  X(Oid, PQftable, (const PGresult* a, int b), (a, b))                         \
  X(int, PQftablecol, (const PGresult* a, int b), (a, b))                      \
  X(Oid, PQftype, (const PGresult* a, int b), (a, b))                          \
  X(PGcancel*, PQgetCancel, (PGconn * a), (a))                                 \
  X(int, PQgetCopyData, (PGconn * a, char** b, int c), (a, b, c))              \
  X(PGresult*, PQgetResult, (PGconn * a), (a))                                 \
  X(int, PQgetisnull, (const PGresult* a, int b, int c), (a, b, c))            \
  X(int, PQgetlength, (const PGresult* a, int b, int c), (a, b, c))            \
  X(char*, PQgetvalue, (const PGresult* a, int b, int c), (a, b, c))           \
  X(char*, PQhost, (const PGconn* a), (a))                                     \
  X(int, PQisBusy, (PGconn * a), (a))                                          \
  X(int, PQisthreadsafe, (), ())                                               \
  X(int, PQnfields, (const PGresult* a), (a))                                  \
  X(PGnotify*, PQnotifies, (PGconn * a), (a))                                  \
  X(int, PQntuples, (const PGresult* a), (a))                                  \
  X(Oid, PQoidValue, (const PGresult* a), (a))                                 \
  X(const char*, PQparameterStatus, (const PGconn* a, const char* b), (a, b))  \
  X(char*, PQpass, (const PGconn* a), (a))                                     \
  X(char*, PQport, (const PGconn* a), (a))                                     \
  X(PGresult*, PQprepare,                                                      \
    (PGconn * a, const char* b, const char* c, int d, const Oid* e),           \
    (a, b, c, d, e))                                                           \
  X(PGPing, PQpingParams, (const char* const* a, const char* const* b, int c), \
    (a, b, c))                                                                 \
  X(int, PQpipelineSync, (PGconn * a), (a))                                    \
  X(int, PQprotocolVersion, (const PGconn* a), (a))                            \
  X(int, PQputCopyData, (PGconn * a, const char* b, int c), (a, b, c))         \
  X(int, PQputCopyEnd, (PGconn * a, const char* b), (a, b))                    \
  X(void, PQreset, (PGconn * a), (a))                                          \
  X(char*, PQresultErrorField, (const PGresult* a, int b), (a, b))             \
  X(char*, PQresultErrorMessage, (const PGresult* a), (a))                     \
  X(ExecStatusType, PQresultStatus, (const PGresult* a), (a))                  \
  X(int, PQsendQuery, (PGconn * a, const char* b), (a, b))                     \
  X(int, PQsendQueryParams,                                                    \
    (PGconn * a, const char* b, int c, const Oid* d, const char* const* e,     \
     const int* f, const int* g, int h),                                       \
    (a, b, c, d, e, f, g, h))                                                  \
  X(int, PQserverVersion, (const PGconn* a), (a))                              \
  X(int, PQsetClientEncoding, (PGconn * a, const char* b), (a, b))             \
  X(PGVerbosity, PQsetErrorVerbosity, (PGconn * a, PGVerbosity b), (a, b))     \
  X(PQnoticeProcessor, PQsetNoticeProcessor,                                   \
    (PGconn * a, PQnoticeProcessor b, void* c), (a, b, c))                     \
  X(int, PQsocket, (const PGconn* a), (a))                                     \
  X(ConnStatusType, PQstatus, (const PGconn* a), (a))                          \
  X(void, PQtrace, (PGconn * a, FILE * b), (a, b))                             \
  X(PGTransactionStatusType, PQtransactionStatus, (const PGconn* a), (a))      \
  X(unsigned char*, PQunescapeBytea, (const unsigned char* a, size_t* b),      \
    (a, b))                                                                    \
  X(void, PQuntrace, (PGconn * a), (a))                                        \
  X(char*, PQuser, (const PGconn* a), (a))                                     \
  X(const char*, pg_encoding_to_char, (int a), (a))

namespace {

/// Where they are in the library.
struct Functions {
#define X(result, name, parameters, arguments) decltype(&::name) name;
  LIBPQ_FUNCTIONS(X)
#undef X
} functions;

void load() {
  void* library = open_library();
  Functions found;
#define X(result, name, parameters, arguments) \
  found.name = reinterpret_cast<decltype(&::name)>(find(library, #name));
  LIBPQ_FUNCTIONS(X)
#undef X
  functions = found;
}

}  // namespace

extern "C" {
#define X(result, name, parameters, arguments) \
  result name parameters { return functions.name arguments; }
LIBPQ_FUNCTIONS(X)
#undef X
}

namespace manage::orm {

void load_libpq() {
  static std::once_flag loaded;
  std::call_once(loaded, load);
}

}  // namespace manage::orm
