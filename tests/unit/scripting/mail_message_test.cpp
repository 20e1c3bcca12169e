// Messages as whole texts; Python's email package read those back once.
#include "scripting/mail_message.hpp"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "core/error.hpp"
#include "core/text.hpp"

using namespace manage;
using namespace manage::scripting;

namespace {

constexpr const char* kId = "1.abc@example.org";

MailMessage letter() {
  MailMessage message;
  message.subject = "Your order";
  message.body = "Thank you.\n";
  message.from = "shop@example.org";
  message.to = {"ann@example.org"};
  return message;
}

std::string sent(const MailMessage& message) {
  return compose(message, *DateTime::parse("2026-01-31 12:30:15"), kId);
}

/// With LF, so that it compares with literals; every line end was CR LF.
std::string composed(const MailMessage& message) {
  const std::string text = sent(message);
  std::string lines = text::replace_all(text, "\r\n", "\n");
  CHECK(lines.find('\r') == std::string::npos);
  CHECK(text::replace_all(lines, "\n", "\r\n") == text);
  return lines;
}

/// The lines of one header and those folded under it.
std::string header_of(const MailMessage& message, const std::string& name) {
  std::string found;
  for (const std::string& line : text::split(composed(message), '\n')) {
    if (!found.empty() && !line.starts_with(' ')) break;
    if (!found.empty() || line.starts_with(name + ":")) found += line + "\n";
  }
  return found;
}

/// From the empty line on.
std::string body_of(const MailMessage& message) {
  const std::string text = composed(message);
  return text.substr(text.find("\n\n") + 2);
}

template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.code() + ": " + error.message();
  }
  return "none";
}

std::string refused(const MailMessage& message) {
  return error_of([&] { sent(message); });
}

std::string repeat(const std::string& text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

}  // namespace

TEST_CASE("a plain message") {
  MailMessage message = letter();
  message.from = "The shop <shop@example.org>";
  message.to = {"Ann <ann@example.org>", "bob@example.org"};
  message.cc = {"\"Doe, \\\"J\\\"\" <doe@example.org>"};
  message.reply_to = {"J. Roe <help@example.org>"};
  message.headers = {{"X-Shop", "1"}, {"Sender", "a@example.org"}};
  message.body = "Dear Ann,\r\rthank\nyou.";
  CHECK(composed(message) ==
        R"(Date: Sat, 31 Jan 2026 12:30:15 +0000
From: The shop <shop@example.org>
To: Ann <ann@example.org>, bob@example.org
Cc: "Doe, \"J\"" <doe@example.org>
Reply-To: "J. Roe" <help@example.org>
Subject: Your order
Message-ID: <1.abc@example.org>
MIME-Version: 1.0
X-Shop: 1
Sender: a@example.org
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Dear Ann,

thank
you.
)");
}

TEST_CASE("dates before 1970 and at midnight") {
  auto date = [](const char* moment) {
    const std::string text = compose(letter(), *DateTime::parse(moment), kId);
    return text.substr(0, text.find("\r\n"));
  };
  CHECK(date("1969-12-31 23:59:59.5") ==
        "Date: Wed, 31 Dec 1969 23:59:59 "
        "+0000");
  CHECK(date("2024-02-29 00:00:00") == "Date: Thu, 29 Feb 2024 00:00:00 +0000");
}

TEST_CASE("umlauts in subject, names and body are encoded") {
  MailMessage message = letter();
  message.subject = "Ihre Bestellung über zwölf schöne Bücher und mehr";
  message.from = "Läden & Söhne <shop@example.org>";
  message.to = {"Jürgen Groß <jg@example.org>", "bob@example.org"};
  message.body = "Grüße = 1 €\nEnde \n\tder\t";
  CHECK(composed(message) ==
        R"(Date: Sat, 31 Jan 2026 12:30:15 +0000
From: =?utf-8?B?TMOkZGVuICYgU8O2aG5l?= <shop@example.org>
To: =?utf-8?B?SsO8cmdlbiBHcm/Dnw==?= <jg@example.org>, bob@example.org
Subject: =?utf-8?B?SWhyZSBCZXN0ZWxsdW5nIMO8YmVyIHp3w7ZsZiBzY2jDtm5lIEI=?=
 =?utf-8?B?w7xjaGVyIHVuZCBtZWhy?=
Message-ID: <1.abc@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe =3D 1 =E2=82=AC
Ende=20
	der=09
)");
}

TEST_CASE("encoded words are short and hold whole characters") {
  MailMessage message = letter();
  message.subject = repeat("€", 20) + repeat("😀", 13);
  CHECK(header_of(message, "Subject") ==
        "Subject: =?utf-8?B?" + repeat("4oKs", 13) + R"(?=
 =?utf-8?B?4oKs4oKs4oKs4oKs4oKs4oKs4oKs8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA?=
 =?utf-8?B?8J+YgPCfmIDwn5iA8J+YgPCfmIDwn5iA8J+YgA==?=
)");
  // Beside a long name there is no room for one.
  const std::string name = "X-" + repeat("a", 60);
  message.headers = {{name, "ä"}};
  CHECK(header_of(message, name) == name + ":\n =?utf-8?B?w6Q=?=\n");
}

TEST_CASE("a text that would come back changed is encoded") {
  auto subject = [](const std::string& text) {
    MailMessage message = letter();
    message.subject = text;
    return header_of(message, "Subject");
  };
  CHECK(subject("") == "Subject:\n");
  CHECK(subject(" a") == "Subject: =?utf-8?B?IGE=?=\n");
  CHECK(subject("=?utf-8?Q?a?=") ==
        "Subject: =?utf-8?B?PT91dGYtOD9RP2E/PQ==?=\n");
  CHECK(subject("\x1b[1m") == "Subject: =?utf-8?B?G1sxbQ==?=\n");
}

TEST_CASE("long headers are folded before blanks, which stay") {
  MailMessage message = letter();
  message.subject = repeat("0123456789", 6) + " 12345678  twice " +
                    repeat("0123456789", 9) + " end";
  CHECK(header_of(message, "Subject") ==
        "Subject: " + repeat("0123456789", 6) + " 12345678\n  twice\n " +
            repeat("0123456789", 9) + "\n end\n");
  message.to = {"Ann Miller-Hopkinson <ann.miller@example.org>",
                "\"Doe, Bartholomew, the older one\" <doe@example.org>"};
  CHECK(header_of(message, "To") ==
        "To: Ann Miller-Hopkinson <ann.miller@example.org>, "
        "\"Doe, Bartholomew, the\n older one\" <doe@example.org>\n");
  // No line may have a thousand characters.
  message.headers = {{"X-Long", repeat("a", 901)}};
  CHECK(header_of(message, "X-Long").starts_with("X-Long: =?utf-8?B?YWFh"));
}

TEST_CASE("nobody writes headers through a text") {
  const std::string evil = "a\r\nBcc: eve@example.org";
  auto with = [](auto change) {
    MailMessage message = letter();
    change(message);
    return refused(message);
  };
  CHECK(with([&](auto& m) { m.subject = evil; }) ==
        "mail.header: the subject has a line break or a NUL");
  CHECK(with([&](auto& m) { m.subject = "a\rb"; }) ==
        "mail.header: the subject has a line break or a NUL");
  CHECK(with([&](auto& m) { m.subject = std::string("a\0b", 3); }) ==
        "mail.header: the subject has a line break or a NUL");
  for (auto list : {&MailMessage::to, &MailMessage::cc, &MailMessage::bcc,
                    &MailMessage::reply_to}) {
    CHECK(with([&](auto& m) { m.*list = {"a@example.org\n"}; }) ==
          "mail.header: an address has a line break or a NUL");
  }
  CHECK(with([&](auto& m) { m.from = "A\nB <a@example.org>"; }) ==
        "mail.header: an address has a line break or a NUL");
  CHECK(with([&](auto& m) {
          m.headers = {{"X-A", evil}};
        }) == "mail.header: the header X-A has a line break or a NUL");
  CHECK(with([&](auto& m) {
          m.headers = {{evil, "1"}};
        }) == "mail.header: the name of a header has a line break or a NUL");
  CHECK(with([&](auto& m) {
          m.attachments = {{evil, "a/b", ""}};
        }) ==
        "mail.header: the name of an attachment has a line break or a NUL");
  CHECK(with([&](auto& m) {
          m.attachments = {{"a", evil, ""}};
        }) ==
        "mail.header: the type of an attachment has a line break or a NUL");
  CHECK(error_of([&] { compose(letter(), {}, evil); }) ==
        "mail.header: the Message-ID has a line break or a NUL");
  // In the body it is but a line.
  CHECK(with([&](auto& m) { m.body = evil; }) == "none");
}

TEST_CASE("own headers have good names and replace none") {
  auto own = [](const std::string& name) {
    MailMessage message = letter();
    message.headers = {{name, "1"}};
    return refused(message);
  };
  CHECK(own("List-Id") == "none");
  for (const char* name :
       {"Date", "from", "TO", "cc", "Bcc", "Reply-To", "Subject", "Message-Id",
        "MIME-Version", "Content-Type", "content-disposition"}) {
    CHECK(own(name) ==
          fmt::format("mail.header: the header {} is not one's own", name));
  }
  for (const char* name : {"", "X A", "X:", "X-Ä", "X\t"}) {
    CHECK(own(name) == fmt::format("mail.header: \"{}\" is no name of a header",
                                   text::replace_all(name, "\t", "?")));
  }
}

TEST_CASE("what is no address is named") {
  auto address = [](const std::string& mailbox) {
    std::string found;
    const std::string error = error_of([&] { found = address_of(mailbox); });
    return error == "none" ? found : error;
  };
  CHECK(address(" ann@example.org ") == "ann@example.org");
  CHECK(address("Ann <ann@example.org>") == "ann@example.org");
  CHECK(address("\"<x>\" <ann@[IPv6:2001:db8::1]>") ==
        "ann@[IPv6:2001:db8::1]");
  auto no = [](const std::string& text, const std::string& why) {
    return fmt::format("mail.address: \"{}\" is no e-mail address: {}", text,
                       why);
  };
  CHECK(address("") == no("", "it has no @"));
  CHECK(address("Ann <ann>") == no("ann", "it has no @"));
  CHECK(address("Ann ann@b") ==
        no("Ann ann@b", "it has a blank or a control character"));
  CHECK(address("a\x1b@b") ==
        no("a?@b", "it has a blank or a control character"));
  CHECK(address("ann@büro.de") == no("ann@büro.de", "it is not ASCII"));
  CHECK(address("@b") == no("@b", "there is nothing before its @"));
  CHECK(address("a@") == no("a@", "there is nothing after its @"));
  CHECK(address("a@b@c") == no("a@b@c", "it has more than one @"));
  CHECK(address("a@b,c") ==
        no("a@b,c", "it has one of ( ) < > [ ] : ; \\ , \""));
  CHECK(address("all:a@b") ==
        no("all:a@b", "it has one of ( ) < > [ ] : ; \\ , \""));
  CHECK(address(repeat("a", 253) + "@b") ==
        no(repeat("a", 253) + "@b", "it is too long"));
  MailMessage message = letter();
  message.from = "";
  CHECK(refused(message) == "mail.address: the message has no sender");
}

TEST_CASE("bcc is in the envelope alone, where each address stands once") {
  MailMessage message = letter();
  message.cc = {"Ann <ann@EXAMPLE.org>", "Bob <bob@example.org>"};
  message.bcc = {"eve@example.org", "bob@example.org"};
  CHECK(recipients(message) == std::vector<std::string>{"ann@example.org",
                                                        "bob@example.org",
                                                        "eve@example.org"});
  message.to = message.cc = {};
  message.bcc = {"eve@example.org"};
  CHECK(composed(message) ==
        R"(Date: Sat, 31 Jan 2026 12:30:15 +0000
From: shop@example.org
Subject: Your order
Message-ID: <1.abc@example.org>
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Thank you.
)");
  message.bcc = {};
  CHECK(refused(message) == "mail.recipients: the message has no recipients");
}

TEST_CASE("long lines and NUL make the body quoted-printable") {
  MailMessage message = letter();
  message.body = repeat("a", 998);
  CHECK(body_of(message) == message.body + "\n");
  message.body = repeat("a", 999);
  CHECK(body_of(message) ==
        repeat(repeat("a", 75) + "=\n", 13) + repeat("a", 24) + "\n");
  // A last line may use the column of the soft break; escapes stay whole.
  message.body = std::string(1, '\0') + repeat("b", 73) + "\n" +
                 repeat("c", 73) + "ä\n" + repeat("d", 70) + "ä\n" +
                 repeat("e", 75) + " ";
  CHECK(body_of(message) == "=00" + repeat("b", 73) + "\n" + repeat("c", 73) +
                                "=\n=C3=A4\n" + repeat("d", 70) + "=C3=A4\n" +
                                repeat("e", 75) + "=\n=20\n");
  message.body = "\xff";
  CHECK(refused(message) == "mail.encoding: the body is not UTF-8");
  message.subject = "\xff";
  CHECK(refused(message) == "mail.encoding: the subject is not UTF-8");
}

TEST_CASE("HTML and attachments") {
  MailMessage message = letter();
  message.html = "<p>Thank you, Jürgen.";
  message.attachments = {
      {"list \"1\".csv", "text/csv; charset=utf-8", "a,b\n1,2\n"},
      {"Rechnung für März.pdf", "application/pdf", repeat("%PDF", 15)},
      {"", "application/octet-stream", ""}};
  CHECK(composed(message) ==
        R"(Date: Sat, 31 Jan 2026 12:30:15 +0000
From: shop@example.org
To: ann@example.org
Subject: Your order
Message-ID: <1.abc@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="=_6742ba550832dfad09d9867c9a4495e3"

--=_6742ba550832dfad09d9867c9a4495e3
Content-Type: multipart/alternative;
 boundary="=_3b97d1149fcbe98bf0eecb19db7dbc05"

--=_3b97d1149fcbe98bf0eecb19db7dbc05
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 7bit

Thank you.

--=_3b97d1149fcbe98bf0eecb19db7dbc05
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Thank you, J=C3=BCrgen.
--=_3b97d1149fcbe98bf0eecb19db7dbc05--
--=_6742ba550832dfad09d9867c9a4495e3
Content-Type: text/csv; charset=utf-8
Content-Transfer-Encoding: base64
Content-Disposition: attachment; filename="list \"1\".csv"

YSxiCjEsMgo=
--=_6742ba550832dfad09d9867c9a4495e3
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename*=UTF-8''Rechnung%20f%C3%BCr%20M%C3%A4rz.pdf

JVBERiVQREYlUERGJVBERiVQREYlUERGJVBERiVQREYlUERGJVBERiVQREYlUERGJVBERiVQREYl
UERG
--=_6742ba550832dfad09d9867c9a4495e3
Content-Type: application/octet-stream
Content-Transfer-Encoding: base64
Content-Disposition: attachment


--=_6742ba550832dfad09d9867c9a4495e3--
)");
}

TEST_CASE("a boundary stands in no part") {
  MailMessage message = letter();
  message.html = "<p>";
  auto boundary = [&] {
    const std::string type = header_of(message, "Content-Type");
    return type.substr(type.find("=_"), 34);
  };
  const std::string first = boundary();
  message.body = "--" + first;
  const std::string second = boundary();
  message.html = "--" + second;
  const std::string third = boundary();
  CHECK(first != second);
  CHECK(third != first);
  CHECK(third != second);
}

TEST_CASE("attachments have good types") {
  auto type = [](const std::string& text) {
    MailMessage message = letter();
    message.attachments = {{"a", text, ""}};
    return refused(message);
  };
  CHECK(type("text/csv; charset=utf-8") == "none");
  for (const char* text : {"", "text", "text/", "/csv", "a b/c", "a/ä"}) {
    CHECK(type(text) ==
          fmt::format("mail.header: \"{}\" is no type of an attachment", text));
  }
  CHECK(type("message/rfc822") ==
        "mail.header: an attachment cannot be message/rfc822");
  MailMessage message = letter();
  message.attachments = {{repeat("a", 900), "a/b", ""}};
  CHECK(refused(message) ==
        "mail.header: the name of an attachment is too long");
}
