#include "scripting/mail.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>

#include "core/error.hpp"
#include "core/file.hpp"
#include "core/random.hpp"
#include "core/text.hpp"
#include "scripting/curl.hpp"
#include "scripting/environment.hpp"
#include "scripting/query_sets.hpp"
#include "scripting/state.hpp"

namespace manage::scripting {

namespace {

DateTime present() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::microseconds>(since).count()};
}

std::string new_id(const std::string& from) {
  const std::string address = address_of(from);
  return random_text(24) + "@" + address.substr(address.rfind('@') + 1);
}

void print_message(const std::string& text,
                   const std::function<void(std::string_view)>& print) {
  print(text::replace_all(text, "\r\n", "\n") + std::string(72, '-') + "\n");
}

void write_message(const std::string& text, const MailSettings& settings) {
  if (settings.folder.empty()) {
    throw Error("mail.failed", "email_backend is file, but no folder is given")
        .hint("set email_file_path");
  }
  std::error_code problem;
  std::filesystem::create_directories(settings.folder, problem);
  // A name of its own for each, in the order in which they were sent.
  std::string moment = present().text();
  for (char& c : moment) {
    if (c == ' ' || c == ':' || c == '+') c = '-';
  }
  write_new_file(settings.folder / (moment + "-" + random_text(8) + ".eml"),
                 text);
}

void transmit(const std::string& text, const MailMessage& message,
              const MailSettings& settings,
              const std::function<void()>& check) {
  CurlHandle handle;
  CurlList to;
  for (const std::string& address : recipients(message)) {
    to.add("<" + address + ">");
  }
  const auto milliseconds = static_cast<long>(settings.timeout * 1000);
  handle.set(CURLOPT_URL,
             fmt::format("{}://{}:{}", settings.tls ? "smtps" : "smtp",
                         settings.host, settings.port));
  handle.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  if (settings.starttls) {
    handle.set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
  }
  if (!settings.certificate.empty()) {
    handle.set(CURLOPT_SSLCERT, settings.certificate);
    handle.set(CURLOPT_SSLKEY, settings.key);
  }
  if (!settings.user.empty()) {
    handle.set(CURLOPT_USERNAME, settings.user);
    handle.set(CURLOPT_PASSWORD, settings.password);
  }
  handle.set(CURLOPT_TIMEOUT_MS, milliseconds);
  handle.set(CURLOPT_MAIL_FROM, "<" + address_of(message.from) + ">");
  handle.set(CURLOPT_MAIL_RCPT, to.get());
  handle.set(CURLOPT_UPLOAD, 1L);
  handle.set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(text.size()));
  handle.upload = text;
  handle.check = check;
  std::string problem;
  if (handle.perform(problem) == CURLE_OK) return;
  throw Error("mail.failed", fmt::format("{}:{} did not take the message: {}",
                                         settings.host, settings.port, problem))
      .hint("the settings email_* say where mail goes");
}

// --- the table that a script gives
// --------------------------------------------

std::string bytes_of(lua_State* lua, const std::string& path) {
  push<std::shared_ptr<OpenFile>>(lua, environment(lua).files.open(path, 'r'));
  std::FILE* file =
      get<std::shared_ptr<OpenFile>>(lua, lua_gettop(lua))->handle();
  std::string bytes;
  char piece[16 * 1024];
  while (const std::size_t count = std::fread(piece, 1, sizeof piece, file)) {
    bytes.append(piece, count);
  }
  const bool failed = std::ferror(file) != 0;
  lua_pop(lua, 1);
  if (failed) throw Error("file.unreadable", "cannot read " + path);
  return bytes;
}

MailAttachment attachment_at(lua_State* lua) {
  const int table = lua_gettop(lua);
  if (!lua_istable(lua, table)) wrong_type(lua, table, "a table");
  MailAttachment made;
  for (const std::string& key : sorted_keys(lua, table)) {
    lua_getfield(lua, table, key.c_str());
    if (key == "name") {
      made.name = text_at(lua, -1);
    } else if (key == "type") {
      made.type = text_at(lua, -1);
    } else if (key == "content") {
      made.content = shown_text(lua, -1);
    } else if (key == "path") {
      const std::string path = text_at(lua, -1);
      made.content = bytes_of(lua, path);
      if (made.name.empty()) {
        made.name = std::filesystem::path(path).filename().string();
      }
    } else {
      throw Error("script.argument", "an attachment has no " + key)
          .hint("name, type, content, path");
    }
    lua_pop(lua, 1);
  }
  return made;
}

std::vector<std::string> mailboxes_at(lua_State* lua) {
  if (lua_istable(lua, -1)) return texts_at(lua, lua_gettop(lua));
  return {text_at(lua, -1)};
}

void set_key(lua_State* lua, const std::string& key, MailMessage& message) {
  if (key == "subject") {
    message.subject = text_at(lua, -1);
  } else if (key == "body") {
    message.body = text_at(lua, -1);
  } else if (key == "html") {
    message.html = text_at(lua, -1);
  } else if (key == "from") {
    message.from = text_at(lua, -1);
  } else if (key == "to") {
    message.to = mailboxes_at(lua);
  } else if (key == "cc") {
    message.cc = mailboxes_at(lua);
  } else if (key == "bcc") {
    message.bcc = mailboxes_at(lua);
  } else if (key == "reply_to") {
    message.reply_to = mailboxes_at(lua);
  } else if (key == "headers") {
    const int table = lua_gettop(lua);
    for (const std::string& name : sorted_keys(lua, table)) {
      lua_getfield(lua, table, name.c_str());
      message.headers.emplace_back(name, text_at(lua, -1));
      lua_pop(lua, 1);
    }
  } else if (key == "attachments") {
    const int list = lua_gettop(lua);
    const auto count = static_cast<lua_Integer>(lua_rawlen(lua, list));
    for (lua_Integer i = 1; i <= count; ++i) {
      lua_rawgeti(lua, list, i);
      message.attachments.push_back(attachment_at(lua));
      lua_pop(lua, 1);
    }
  } else {
    throw Error("script.argument", "send_mail takes no " + key)
        .hint(text::did_you_mean(
            key, {"subject", "body", "html", "from", "to", "cc", "bcc",
                  "reply_to", "headers", "attachments"}));
  }
}

int send_mail(lua_State* lua) {
  if (!lua_istable(lua, 1)) wrong_type(lua, 1, "a table");
  const Environment& world = environment(lua);
  MailMessage message;
  for (const std::string& key : sorted_keys(lua, 1)) {
    lua_getfield(lua, 1, key.c_str());
    set_key(lua, key, message);
    lua_pop(lua, 1);
  }
  MailSettings settings = world.mail;
  if (message.from.empty()) message.from = settings.from;
  if (world.dry_run) settings.backend = MailSettings::Backend::kConsole;
  State& state = State::of(lua);
  send(message, settings, world.print, [&state] { state.check_interrupted(); });
  return 0;
}

}  // namespace

MailSettings mail_settings(const settings::Settings& settings) {
  using Backend = MailSettings::Backend;
  const auto text = [&](std::string_view key) -> std::string {
    const std::string* found = settings.value(key).text();
    return found ? *found : "";
  };
  const auto flag = [&](std::string_view key) {
    const bool* found = settings.value(key).boolean();
    return found && *found;
  };
  MailSettings made;
  const std::string backend = text("email_backend");
  made.backend = backend == "console" ? Backend::kConsole
                 : backend == "file"  ? Backend::kFile
                                      : Backend::kSmtp;
  if (const std::string folder = text("email_file_path"); !folder.empty()) {
    made.folder = settings.root / folder;
  }
  made.host = text("email_host");
  made.port = *settings.value("email_port").integer();
  made.user = text("email_host_user");
  made.password = text("email_host_password");
  made.starttls = flag("email_use_tls");
  made.tls = flag("email_use_ssl");
  made.certificate = text("email_ssl_certfile");
  made.key = text("email_ssl_keyfile");
  made.from = text("default_from_email");
  const Data& timeout = settings.value("email_timeout");
  if (const std::int64_t* whole = timeout.integer()) {
    made.timeout = static_cast<double>(*whole);
  } else if (const Real* real = timeout.real()) {
    made.timeout = std::strtod(real->text.c_str(), nullptr);
  }
  return made;
}

void send(const MailMessage& message, const MailSettings& settings,
          const std::function<void(std::string_view)>& print,
          const std::function<void()>& check) {
  const std::string text = compose(message, present(), new_id(message.from));
  switch (settings.backend) {
    case MailSettings::Backend::kConsole:
      return print_message(text, print);
    case MailSettings::Backend::kFile:
      return write_message(text, settings);
    case MailSettings::Backend::kSmtp:
      return transmit(text, message, settings, check);
  }
}

void define_mail(lua_State* lua) {
  lua_pushcfunction(lua, wrapped<send_mail>);
  lua_setglobal(lua, "send_mail");
}

}  // namespace manage::scripting
