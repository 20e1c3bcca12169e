// send_mail of scripts, through what the settings email_* say.
//
//   send_mail{subject="Welcome", body="…", to="ann@example.org"}
//
// Keys: subject, body, html, from (default_from_email), to, cc, bcc, reply_to
// (a text or a list each), headers (a table), attachments: a list of
// {name="a.csv", type="text/csv", content="…"} or {path="reports/a.csv"}.
//
// email_backend: smtp sends to email_host, with TLS as email_use_tls (STARTTLS)
// or email_use_ssl says; console prints the message to standard output; file
// writes it into the folder email_file_path. In a dry run it is printed only.
//
// Errors: those of mail_message.hpp, and "mail.failed".
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "scripting/lua.hpp"
#include "scripting/mail_message.hpp"
#include "settings/settings.hpp"

namespace manage::scripting {

struct MailSettings {
  enum class Backend { kSmtp, kConsole, kFile };
  Backend backend = Backend::kConsole;
  std::filesystem::path folder;
  std::string host = "localhost", user, password;
  std::int64_t port = 25;
  bool starttls = false, tls = false;
  std::string certificate, key;  ///< files of the client's own
  double timeout = 60;           ///< seconds
  std::string from = "webmaster@localhost";
};

MailSettings mail_settings(const settings::Settings& settings);

/// Sends one message; `print` is the console, `check` throws to give up.
void send(const MailMessage& message, const MailSettings& settings,
          const std::function<void(std::string_view)>& print,
          const std::function<void()>& check);

/// The function send_mail.
void define_mail(lua_State* lua);

}  // namespace manage::scripting
