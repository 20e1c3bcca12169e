// E-mail messages as they are sent (RFC 5322 and MIME). Nothing is sent here.
// Pure functions, thread-safe; texts are UTF-8.
//
//   message     := headers [own headers] entity
//   entity      := body
//                | multipart/alternative { body html }
//                | multipart/mixed { body-or-alternative attachment… }
//   body, html  := 7bit, or quoted-printable where that is not enough
//   attachment  := base64
//
// A mailbox is written "ann@example.org", "Ann <ann@example.org>" or
// "\"Doe, Ann\" <ann@example.org>".
//
// Errors:
//   mail.recipients  nobody would get it
//   mail.address     no e-mail address: no "@", blanks, not ASCII (there is no
//                    SMTPUTF8: a domain is written in its xn-- form)
//   mail.header      a line break or NUL where one would add headers; a header
//                    that has no good name, or that compose writes itself
//   mail.encoding    not UTF-8
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/datetime.hpp"

namespace manage::scripting {

struct MailAttachment {
  std::string name;  ///< of the file, as the reader sees it; may be empty
  /// May have parameters: "text/csv; charset=utf-8". Neither multipart nor
  /// message, which may not be base64.
  std::string type = "application/octet-stream";
  std::string content;  ///< any bytes
};

struct MailMessage {
  std::string subject;
  std::string body;  ///< its line ends may be LF, CR or CR LF
  std::string html;  ///< the same for those who prefer it; empty: none
  std::string from;
  std::vector<std::string> to, cc, bcc, reply_to;
  /// Of one's own, in this order: "X-Shop", "List-Unsubscribe".
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<MailAttachment> attachments;
};

/// The address alone: "Ann <ann@example.org>" gives ann@example.org.
std::string address_of(const std::string& mailbox);

/// For the envelope: the addresses of to, cc and bcc, each once and never none.
std::vector<std::string> recipients(const MailMessage& message);

/// The message as it is sent, lines ended by CR LF. `moment` is its Date (UTC),
/// `id` its Message-ID without the angle brackets. bcc does not appear. The
/// same arguments give the same bytes.
std::string compose(const MailMessage& message, DateTime moment,
                    const std::string& id);

}  // namespace manage::scripting
