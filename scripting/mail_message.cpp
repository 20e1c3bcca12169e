#include "scripting/mail_message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <set>
#include <string_view>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::scripting {

namespace {

using View = std::string_view;
using Words = std::vector<std::string>;

constexpr View kCrLf = "\r\n";
constexpr View kBlanks = " \t";
constexpr std::size_t kLine = 78;         // RFC 5322: lines should be
constexpr std::size_t kEncodedLine = 76;  // RFC 2047 and 2045: and must be
constexpr std::size_t kHardLine = 998;    // RFC 5322: lines must be
/// What cannot be folded; leaves room in a hard line for a header's name.
constexpr std::size_t kLongestWord = 900;
constexpr std::size_t kLongestName = 76;
constexpr std::size_t kLongestAddress = 254;  // RFC 5321, without its brackets
constexpr std::size_t kLongestType = 200;

bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}
bool is_printable(char c) { return is_ascii(c) && !is_control(c); }
bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
         (c >= 'a' && c <= 'z');
}

/// For messages: a terminal gets no control characters from here.
std::string shown(View text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), is_control, '?');
  return out;
}

// -- What is refused ---------------------------------------------------------

void check_utf8(View text, View what) {
  if (!text::invalid_utf8(text)) return;
  throw Error("mail.encoding", fmt::format("{} is not UTF-8", what))
      .hint("decode it first, or attach it as a file");
}

/// Whoever may write a line break into a header may write headers.
void check_line(View text, View what) {
  if (text.find_first_of(View("\r\n\0", 3)) != View::npos) {
    throw Error("mail.header",
                fmt::format("{} has a line break or a NUL", what))
        .hint("write it on one line");
  }
  check_utf8(text, what);
}

/// What is wrong with an address, or nothing. A little stricter than RFC 5322:
/// no quoted local parts and no comments.
View fault_of(View address) {
  constexpr View kSpecials = "()<>[]:;@\\,\"";
  const std::size_t at = address.rfind('@');
  if (at == View::npos) return "it has no @";
  for (char c : address) {
    if (c == ' ' || is_control(c)) {
      return "it has a blank or a control character";
    }
    if (!is_ascii(c)) return "it is not ASCII";
  }
  View local = address.substr(0, at), domain = address.substr(at + 1);
  if (local.empty()) return "there is nothing before its @";
  if (domain.empty()) return "there is nothing after its @";
  if (local.find('@') != View::npos) return "it has more than one @";
  // [192.0.2.1] and [IPv6:2001:db8::1] are domains too.
  const bool literal = domain.starts_with('[') && domain.ends_with(']');
  if (literal) domain = domain.substr(1, domain.size() - 2);
  if (local.find_first_of(kSpecials) != View::npos ||
      domain.find_first_of(literal ? "()<>[]@\\,\"" : kSpecials) !=
          View::npos) {
    return "it has one of ( ) < > [ ] : ; \\ , \"";
  }
  if (address.size() > kLongestAddress) return "it is too long";
  return {};
}

void check_address(View address) {
  const View fault = fault_of(address);
  if (fault.empty()) return;
  throw Error("mail.address", fmt::format("\"{}\" is no e-mail address: {}",
                                          shown(address), fault))
      .hint(fault == "it is not ASCII"
                ? "write its domain in the form that begins with xn--"
                : "write it as ann@example.org or Ann <ann@example.org>");
}

bool is_reserved(View name) {
  constexpr View kReserved[] = {"date",    "from",         "to",
                                "cc",      "bcc",          "reply-to",
                                "subject", "mime-version", "message-id"};
  const std::string lower = text::lower(name);
  return lower.starts_with("content-") ||
         std::count(std::begin(kReserved), std::end(kReserved), lower) > 0;
}

void check_own_header(View name, View value) {
  check_line(name, "the name of a header");
  // RFC 5322's ftext: printable, but neither a blank nor a colon.
  const bool good = std::all_of(name.begin(), name.end(), [](char c) {
    return is_printable(c) && c != ' ' && c != ':';
  });
  if (!good || name.empty() || name.size() > kLongestName) {
    throw Error("mail.header",
                fmt::format("\"{}\" is no name of a header", shown(name)))
        .hint("write it as X-Name: letters, digits and hyphens");
  }
  if (is_reserved(name)) {
    throw Error("mail.header",
                fmt::format("the header {} is not one's own", name))
        .hint("it is made of the message's other parts");
  }
  check_line(value, fmt::format("the header {}", name));
}

bool is_token(View text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alnum(c) || View("!#$%&'*+-.^_`{|}~").find(c) != View::npos;
  });
}

void check_attachment(const MailAttachment& file) {
  check_line(file.name, "the name of an attachment");
  check_line(file.type, "the type of an attachment");
  const View type = file.type;
  const View main = type.substr(0, type.find('/'));
  View sub = type.substr(std::min(main.size() + 1, type.size()));
  sub = text::trim(sub.substr(0, sub.find(';')));
  if (!is_token(main) || !is_token(sub) || type.size() > kLongestType ||
      !std::all_of(type.begin(), type.end(), is_printable)) {
    throw Error("mail.header",
                fmt::format("\"{}\" is no type of an attachment", shown(type)))
        .hint("write it as text/csv");
  }
  const std::string lower = text::lower(main);
  if (lower == "multipart" || lower == "message") {
    throw Error("mail.header",
                fmt::format("an attachment cannot be {}", file.type))
        .hint("give it the type application/octet-stream");
  }
}

void check_id(View id) {
  check_line(id, "the Message-ID");
  const bool good = std::all_of(id.begin(), id.end(), [](char c) {
    return is_printable(c) && c != ' ' && c != '<' && c != '>';
  });
  if (good && !id.empty() && id.size() <= kLongestAddress) return;
  throw Error("mail.header", fmt::format("\"{}\" is no Message-ID", shown(id)))
      .hint("write it as text@example.org, without angle brackets");
}

// -- Mailboxes ---------------------------------------------------------------

struct Mailbox {
  std::string name;  ///< may be empty
  std::string address;
};

/// What a quoted string holds, if the whole text is one.
std::optional<std::string> unquoted(View text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') {
    return std::nullopt;
  }
  std::string out;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] == '\\' && ++i == text.size()) return std::nullopt;
    out += text[i];
  }
  return out;
}

Mailbox read_mailbox(View text) {
  check_line(text, "an address");
  text = text::trim(text);
  Mailbox mailbox;
  const std::size_t open = text.rfind('<');
  if (open != View::npos && text.ends_with('>')) {
    const View name = text::trim(text.substr(0, open));
    mailbox.name = unquoted(name).value_or(std::string(name));
    text = text.substr(open + 1, text.size() - open - 2);
  }
  mailbox.address = text;
  check_address(mailbox.address);
  return mailbox;
}

// -- Encodings ---------------------------------------------------------------

/// RFC 4648, without line breaks.
std::string base64(View bytes) {
  constexpr View kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t size = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      group = group << 8 |
              (k < size ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      out += k <= size ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

/// RFC 2047: words of one header, each with the blank before it. `taken` is the
/// length of what stands before the first, "Subject:".
Words encoded_words(View text, std::size_t taken) {
  constexpr View kBegin = " =?utf-8?B?", kEnd = "?=";
  constexpr std::size_t kMost = 45;  // bytes: 60 digits, a word of 72
  constexpr std::size_t kLeast = 6;  // the longest character fits
  const std::size_t used = taken + kBegin.size() + kEnd.size();
  std::size_t room = used < kEncodedLine ? (kEncodedLine - used) / 4 * 3 : 0;
  // Too little is left beside a long name: the words begin on the next line.
  if (room < kLeast) room = kMost;
  Words words;
  while (!text.empty()) {
    std::size_t size = std::min({room, kMost, text.size()});
    while (size < text.size() && (text[size] & 0xC0) == 0x80) --size;
    words.push_back(
        fmt::format("{}{}{}", kBegin, base64(text.substr(0, size)), kEnd));
    text.remove_prefix(size);
    room = kMost;
  }
  return words;
}

/// One line of a text without its end, RFC 2045; appended to `out`.
void add_quoted_printable(View line, std::string& out) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool last = i + 1 == line.size();
    const bool plain = is_blank(c) ? !last : is_printable(c) && c != '=';
    const std::size_t size = plain ? 1 : 3;
    // One column is kept for the "=" of a soft break, unless the line ends.
    if (column + size > kEncodedLine - (last ? 0 : 1)) {
      out += "=\r\n";
      column = 0;
    }
    if (plain) {
      out += c;
    } else {
      out += fmt::format("={:02X}", static_cast<unsigned char>(c));
    }
    column += size;
  }
}

/// Without the line ends, whichever they are. A text that ends with one has an
/// empty last line.
std::vector<View> lines_of(View text) {
  std::vector<View> lines;
  while (true) {
    const std::size_t end = text.find_first_of(kCrLf);
    lines.push_back(text.substr(0, end));
    if (end == View::npos) return lines;
    text.remove_prefix(end + (text.substr(end, 2) == kCrLf ? 2 : 1));
  }
}

// -- Headers -----------------------------------------------------------------

/// One header, folded before words where the line would be too long. Each word
/// begins with its blanks, so that unfolding gives the same text.
std::string header(View name, const Words& words) {
  std::string out = fmt::format("{}:", name);
  std::size_t column = out.size();
  bool first = true, encoded = false;
  for (const std::string& word : words) {
    encoded = encoded || word.starts_with(" =?");
    const std::size_t limit = encoded ? kEncodedLine : kLine;
    // Some readers take a header whose first line is empty for an empty one.
    if (column + word.size() > limit && (!first || encoded)) {
      out += kCrLf;
      column = 0;
    }
    out += word;
    column += word.size();
    first = false;
  }
  return out.append(kCrLf);
}

/// Each with the blanks before it; the first gets one.
Words split_words(View text) {
  Words words;
  std::string blanks = " ";
  while (!text.empty()) {
    const std::size_t begin =
        std::min(text.find_first_not_of(kBlanks), text.size());
    const std::size_t end =
        std::min(text.find_first_of(kBlanks, begin), text.size());
    words.push_back(blanks.append(text.substr(0, end)));
    text.remove_prefix(end);
    blanks.clear();
  }
  return words;
}

/// Whether a text cannot stand in a header as it is: "=?" might be read as an
/// encoded word, and blanks at the ends get lost.
bool needs_encoding(View text) {
  if (text.empty()) return false;
  if (is_blank(text.front()) || is_blank(text.back())) return true;
  if (text.find("=?") != View::npos) return true;
  return !std::all_of(text.begin(), text.end(),
                      [](char c) { return c == '\t' || is_printable(c); });
}

bool is_too_long(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word.size() > kLongestWord;
  });
}

std::string text_header(View name, View text) {
  Words words = split_words(text);
  if (needs_encoding(text) || is_too_long(words)) {
    words = encoded_words(text, name.size() + 1);
  }
  return header(name, words);
}

std::string quoted(View text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out += '"';
}

/// Words of letters that need no quotes, one blank between them.
bool is_phrase(View text) {
  return text.find("  ") == View::npos &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return is_alnum(c) ||
                  View(" !#$%&'*+-/=?^_`{|}~").find(c) != View::npos;
         });
}

Words name_words(View name, std::size_t taken) {
  Words words = split_words(is_phrase(name) ? std::string(name) : quoted(name));
  if (needs_encoding(name) || is_too_long(words)) {
    words = encoded_words(name, taken);
  }
  return words;
}

/// Nothing if there are none: a header without addresses is not allowed.
std::string address_header(View name,
                           const std::vector<std::string>& mailboxes) {
  if (mailboxes.empty()) return {};
  Words words;
  for (const std::string& text : mailboxes) {
    if (!words.empty()) words.back() += ',';
    const Mailbox mailbox = read_mailbox(text);
    for (std::string& word : name_words(mailbox.name, name.size() + 1)) {
      words.push_back(std::move(word));
    }
    words.push_back(mailbox.name.empty()
                        ? " " + mailbox.address
                        : fmt::format(" <{}>", mailbox.address));
  }
  return header(name, words);
}

std::string date_text(DateTime moment) {
  constexpr View kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  constexpr View kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  constexpr std::int64_t kSecond = 1'000'000, kDay = 86'400 * kSecond;
  const std::int64_t rest = (moment.micros % kDay + kDay) % kDay;
  const std::int64_t days = (moment.micros - rest) / kDay;
  const std::int64_t seconds = rest / kSecond;
  const Date date = Date::from_days(days);
  // 1970-01-01 was a Thursday.
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
                     kDays[((days + 3) % 7 + 7) % 7], date.day,
                     kMonths[date.month - 1], date.year, seconds / 3600,
                     seconds / 60 % 60, seconds % 60);
}

// -- Parts: their headers, an empty line and what they hold ------------------

std::string text_part(View subtype, View text) {
  const std::vector<View> lines = lines_of(text);
  const bool plain =
      std::all_of(text.begin(), text.end(),
                  [](char c) { return is_ascii(c) && c != '\0'; }) &&
      std::all_of(lines.begin(), lines.end(),
                  [](View line) { return line.size() <= kHardLine; });
  std::string out = fmt::format(
      "Content-Type: text/{}; charset=utf-8\r\n"
      "Content-Transfer-Encoding: {}\r\n",
      subtype, plain ? "7bit" : "quoted-printable");
  for (View line : lines) {
    out += kCrLf;
    if (plain) {
      out += line;
    } else {
      add_quoted_printable(line, out);
    }
  }
  return out;
}

/// The parameter of an attachment's name, RFC 2231 if it takes more than ASCII.
std::string file_name(View name) {
  if (std::all_of(name.begin(), name.end(), is_printable) &&
      name.find("=?") == View::npos) {
    return fmt::format(" filename={}", quoted(name));
  }
  std::string out = " filename*=UTF-8''";
  for (char c : name) {
    if (is_alnum(c) || View("!#$&+-.^_`|~").find(c) != View::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string attachment_part(const MailAttachment& file) {
  Words disposition = {" attachment"};
  if (!file.name.empty()) {
    disposition.back() += ';';
    disposition.push_back(file_name(file.name));
    if (is_too_long(disposition)) {
      throw Error("mail.header", "the name of an attachment is too long")
          .hint("write at most 255 characters");
    }
  }
  std::string out = header("Content-Type", split_words(text::trim(file.type))) +
                    "Content-Transfer-Encoding: base64\r\n" +
                    header("Content-Disposition", disposition);
  const std::string digits = base64(file.content);
  for (std::size_t i = 0; i < digits.size(); i += kEncodedLine) {
    out.append(kCrLf).append(digits, i, kEncodedLine);
  }
  return digits.empty() ? out.append(kCrLf) : out;
}

/// One that no part holds. "=_" is in no quoted-printable and no base64 text,
/// so only 7bit texts and multiparts within ever need a second try.
std::string boundary_for(const std::vector<std::string>& parts, View id) {
  for (int i = 0;; ++i) {
    std::string boundary = "=_" + text::md5_hex(fmt::format("{} {}", i, id));
    if (std::none_of(parts.begin(), parts.end(), [&](const std::string& part) {
          return part.find(boundary) != std::string::npos;
        })) {
      return boundary;
    }
  }
}

std::string multipart(View subtype, const std::vector<std::string>& parts,
                      View id) {
  const std::string boundary = boundary_for(parts, id);
  std::string out =
      header("Content-Type", {fmt::format(" multipart/{};", subtype),
                              fmt::format(" boundary=\"{}\"", boundary)});
  // The line end before a boundary is the boundary's: parts come back exactly.
  for (const std::string& part : parts) {
    out += fmt::format("\r\n--{}\r\n{}", boundary, part);
  }
  return out += fmt::format("\r\n--{}--", boundary);
}

std::string entity(const MailMessage& message, View id) {
  std::string part = text_part("plain", message.body);
  if (!message.html.empty()) {
    part =
        multipart("alternative", {part, text_part("html", message.html)}, id);
  }
  if (message.attachments.empty()) return part;
  std::vector<std::string> parts = {std::move(part)};
  for (const MailAttachment& file : message.attachments) {
    parts.push_back(attachment_part(file));
  }
  return multipart("mixed", parts, id);
}

void check(const MailMessage& message, View id) {
  check_line(message.subject, "the subject");
  check_id(id);
  for (const auto& [name, value] : message.headers) {
    check_own_header(name, value);
  }
  for (const MailAttachment& file : message.attachments) {
    check_attachment(file);
  }
  check_utf8(message.body, "the body");
  check_utf8(message.html, "the HTML body");
  if (text::trim(message.from).empty()) {
    throw Error("mail.address", "the message has no sender")
        .hint("give from=\"Ann <ann@example.org>\"");
  }
}

}  // namespace

std::string address_of(const std::string& mailbox) {
  return read_mailbox(mailbox).address;
}

std::vector<std::string> recipients(const MailMessage& message) {
  std::vector<std::string> all;
  std::set<std::string> seen;
  for (const auto* list : {&message.to, &message.cc, &message.bcc}) {
    for (const std::string& mailbox : *list) {
      std::string address = address_of(mailbox);
      // The case of a domain means nothing; that of a local part may.
      const std::size_t at = address.rfind('@');
      if (seen.insert(address.substr(0, at) + text::lower(address.substr(at)))
              .second) {
        all.push_back(std::move(address));
      }
    }
  }
  if (all.empty()) {
    throw Error("mail.recipients", "the message has no recipients")
        .hint("give it to, cc or bcc");
  }
  return all;
}

std::string compose(const MailMessage& message, DateTime moment,
                    const std::string& id) {
  check(message, id);
  recipients(message);  // for its errors: bcc is not read below
  std::string out = header("Date", {" " + date_text(moment)});
  out += address_header("From", {message.from});
  out += address_header("To", message.to);
  out += address_header("Cc", message.cc);
  out += address_header("Reply-To", message.reply_to);
  out += text_header("Subject", message.subject);
  out += header("Message-ID", {fmt::format(" <{}>", id)});
  out += "MIME-Version: 1.0\r\n";
  for (const auto& [name, value] : message.headers) {
    out += text_header(name, value);
  }
  out += entity(message, id);
  // A last line without an end would not arrive as one.
  return out.ends_with(kCrLf) ? out : out.append(kCrLf);
}

}  // namespace manage::scripting
