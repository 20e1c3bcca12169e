#include "loaders/csv_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"

namespace manage::loaders {

namespace {

bool is_line_end(int c) { return c == '\n' || c == '\r'; }

/// CR LF counts once.
std::uint64_t count_line_ends(std::string_view text) {
  std::uint64_t count = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool lf = text[i] == '\n' && (i == 0 || text[i - 1] != '\r');
    if (lf || text[i] == '\r') ++count;
  }
  return count;
}

std::array<char, 5> structural_bytes(const CsvDialect& dialect) {
  char delimiter = dialect.delimiter;
  return {delimiter, '\n', '\r', dialect.quote.value_or(delimiter),
          dialect.escape.value_or(delimiter)};
}

CsvDialect normalised(CsvDialect dialect) {
  if (dialect.escape == dialect.quote) dialect.escape.reset();
  return dialect;
}

int as_int(std::optional<char> c) {
  return c ? static_cast<unsigned char>(*c) : -1;
}

void refuse_utf16(std::string_view start, const std::string& name) {
  if (start.substr(0, 2) != "\xFF\xFE" && start.substr(0, 2) != "\xFE\xFF") {
    return;
  }
  throw Error("csv.encoding", name + " is UTF-16 text, not UTF-8")
      .hint("convert it first: iconv -f UTF-16 -t UTF-8");
}

}  // namespace

CsvReader::CsvReader(ByteSource& source, const CsvDialect& dialect,
                     std::size_t block)
    : source_(source),
      dialect_(normalised(dialect)),
      delimiter_(as_int(dialect_.delimiter)),
      quote_(as_int(dialect_.quote)),
      escape_(as_int(dialect_.escape)),
      marks_(structural_bytes(dialect_)),
      block_(std::max<std::size_t>(block, 16)),
      buffer_(block_ + CsvMarks::kPadding),
      capacity_(block_) {}

bool CsvReader::next(CsvRecord& record) {
  if (!started_) start();
  if (rest_of_line_) skip_line();
  while (at_ignored_line()) skip_line();
  if (begin_ == end_) return false;
  while (true) {
    Scan found = scan();
    if (found == Scan::kRecord) {
      deliver(record);
      return true;
    }
    bool too_long = end_ - begin_ >= dialect_.max_record;
    if (found == Scan::kUnterminated || too_long) {
      deliver_damaged(record);
      return true;
    }
    refill();
  }
}

void CsvReader::start() {
  started_ = true;
  // A byte order mark may come in pieces.
  while (end_ < 3 && !source_ended_) refill();
  refuse_utf16(view(begin_, end_), source_.name());
  if (view(begin_, end_).substr(0, 3) == "\xEF\xBB\xBF") begin_ += 3;
  marks_.move_to(begin_);
  for (std::size_t i = 0; i < dialect_.skip_lines; ++i) skip_line();
}

/// Moves what is not yet read to the front and fills the buffer behind it,
/// growing it when the record at hand already fills it.
void CsvReader::refill() {
  std::size_t kept = end_ - begin_;
  if (kept > 0 && begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, kept);
  }
  base_ += begin_;
  begin_ = 0;
  end_ = kept;
  if (end_ == capacity_) {
    capacity_ = std::min(capacity_ * 2, dialect_.max_record + block_);
    buffer_.resize(capacity_ + CsvMarks::kPadding);
  }
  // One read: what a slow pipe has brought is worth looking at.
  std::size_t got = source_.read(buffer_.data() + end_, capacity_ - end_);
  end_ += got;
  source_ended_ = got == 0;
  marks_.seek(buffer_.data(), begin_, end_);
}

bool CsvReader::at_ignored_line() {
  if (begin_ == end_ && !source_ended_) refill();
  if (begin_ == end_) return false;
  if (is_line_end(at(begin_))) return !dialect_.keep_blank_lines;
  return at(begin_) == as_int(dialect_.comment);
}

/// Passes the rest of this line and its end.
void CsvReader::skip_line() {
  rest_of_line_ = false;
  while (true) {
    std::size_t stop = line_end_from(begin_);
    begin_ = stop;
    if (stop == end_ && source_ended_) return;
    bool cut_cr = stop + 1 == end_ && at(stop) == '\r' && !source_ended_;
    if (stop < end_ && !cut_cr) break;
    refill();
  }
  bool crlf = at(begin_) == '\r' && begin_ + 1 < end_ && at(begin_ + 1) == '\n';
  begin_ += crlf ? 2 : 1;
  ++line_;
  marks_.move_to(begin_);
}

/// Looks for the end of the record at begin_, where marks_ stands.
CsvReader::Scan CsvReader::scan() {
  spans_.clear();
  open_quote_.reset();
  after_quote_.reset();
  many_lines_ = false;
  std::size_t position = begin_;
  while (true) {
    // Filled in place: a copy would wait for the writes before it.
    Span& span = spans_.emplace_back();
    span.begin = span.source_begin = position;
    std::size_t stop = end_;
    if (position < end_ && at(position) == quote_) {
      Scan found = scan_quoted(span, stop);
      if (found != Scan::kRecord) return found;
    } else {
      stop = scan_unquoted(span);
    }
    if (stop == end_ && !source_ended_) return Scan::kMore;
    span.source_end = stop;
    if (stop == end_ || at(stop) != delimiter_) {
      return end_record(stop);
    }
    position = stop + 1;
  }
}

/// `stop` becomes the delimiter or line end behind the field.
CsvReader::Scan CsvReader::scan_quoted(Span& span, std::size_t& stop) {
  open_quote_ = marks_.next();
  span.quoted = true;
  span.begin = *open_quote_ + 1;
  Scan cut = source_ended_ ? Scan::kUnterminated : Scan::kMore;
  while (true) {
    std::size_t mark = marks_.next();
    if (mark == end_) return cut;
    int c = at(mark);
    if (c == quote_) {
      if (mark + 1 == end_ && !source_ended_) return Scan::kMore;
      span.end = mark;
      if (mark + 1 == end_ || at(mark + 1) != quote_) break;
      marks_.next();
      span.unescape = true;
    } else if (c == escape_) {
      if (mark + 1 == end_) return cut;
      marks_.move_to(mark + 2);
      span.unescape = many_lines_ = true;
    } else if (c != delimiter_) {
      many_lines_ = true;
    }
  }
  open_quote_.reset();
  stop = span.end + 1;
  if (stop == end_) return Scan::kRecord;
  if (at(stop) != delimiter_ && !is_line_end(at(stop))) {
    after_quote_ = stop;
    stop = line_end_from(stop);
    marks_.move_to(stop);
  }
  marks_.next();
  return Scan::kRecord;
}

/// The delimiter or line end behind the field.
std::size_t CsvReader::scan_unquoted(Span& span) {
  std::size_t mark = marks_.next();
  while (mark != end_) {
    if (at(mark) == escape_) {
      if (mark + 1 == end_) {  // nothing to escape: an ordinary character
        mark = end_;
        break;
      }
      marks_.move_to(mark + 2);
      span.unescape = many_lines_ = true;
    } else if (at(mark) != quote_) {
      break;
    }
    mark = marks_.next();
  }
  span.end = mark;
  return mark;
}

CsvReader::Scan CsvReader::end_record(std::size_t stop) {
  record_end_ = next_begin_ = stop;
  if (stop == end_) return Scan::kRecord;
  next_begin_ = stop + 1;
  if (at(stop) == '\n') return Scan::kRecord;
  if (next_begin_ == end_ && !source_ended_) return Scan::kMore;
  if (next_begin_ < end_ && at(next_begin_) == '\n') {
    marks_.next();
    ++next_begin_;
  }
  return Scan::kRecord;
}

void CsvReader::deliver(CsvRecord& record) {
  record.line = line_;
  record.offset = base_ + begin_;
  record.raw = view(begin_, record_end_);
  record.line_end = view(record_end_, next_begin_);
  record.problem.reset();
  copy_fields(record);
  check(record);
  if (many_lines_) line_ += count_line_ends(record.raw);
  if (!record.line_end.empty()) ++line_;
  begin_ = next_begin_;
}

void CsvReader::copy_fields(CsvRecord& record) {
  record.fields.resize(spans_.size());
  scratch_.clear();
  bool reserved = false;
  for (std::size_t i = 0; i < spans_.size(); ++i) {
    const Span& span = spans_[i];
    CsvField& field = record.fields[i];
    field.quoted = span.quoted;
    field.source = view(span.source_begin, span.source_end);
    field.text = view(span.begin, span.end);
    if (!span.unescape) continue;
    // Reserved at once, so that earlier views into it stay valid.
    if (!reserved) scratch_.reserve(record.raw.size());
    reserved = true;
    std::size_t from = scratch_.size();
    for (std::size_t at = 0; at < field.text.size(); ++at) {
      char c = field.text[at];
      bool escapes =
          c == dialect_.escape || (span.quoted && c == dialect_.quote);
      if (escapes && at + 1 < field.text.size()) c = field.text[++at];
      scratch_.push_back(c);
    }
    field.text = std::string_view(scratch_).substr(from);
  }
}

void CsvReader::check(CsvRecord& record) const {
  if (after_quote_) {
    record.problem = problem("csv.after-quote",
                             "there is text after the closing quote of a field",
                             *after_quote_);
    return;
  }
  if (record.raw.size() > dialect_.max_field) {
    for (const Span& span : spans_) {
      if (span.source_end - span.source_begin <= dialect_.max_field) continue;
      record.problem = problem("csv.field-too-large", "", span.source_begin);
      record.problem->message =
          fmt::format("the field that begins on line {} has more than {} bytes",
                      record.problem->line, dialect_.max_field);
      return;
    }
  }
  if (record.raw.size() > dialect_.max_record) {
    record.problem = problem(
        "csv.record-too-large",
        fmt::format("the record has more than {} bytes", dialect_.max_record),
        begin_);
    return;
  }
  if (is_plain_ascii(record.raw)) return;
  auto bad = text::invalid_utf8(record.raw).value_or(std::string_view::npos);
  std::size_t nul = record.raw.find('\0');
  if (nul < bad) {
    record.problem = problem("csv.nul", "there is a NUL byte", begin_ + nul);
  } else if (bad != std::string_view::npos) {
    record.problem =
        problem("csv.encoding",
                fmt::format("byte 0x{:02X} at offset {} is not UTF-8",
                            static_cast<unsigned char>(record.raw[bad]),
                            record.offset + bad),
                begin_ + bad);
  }
}

/// The record at begin_ has no end within the limit or the text.
void CsvReader::deliver_damaged(CsvRecord& record) {
  record.fields.clear();
  record.line = line_;
  record.offset = base_ + begin_;
  std::size_t stop = end_;
  if (open_quote_) {
    record.problem = problem("csv.unterminated-quote", "", *open_quote_);
    record.problem->message = fmt::format(
        "the quote opened on line {} is never closed", record.problem->line);
    stop = line_end_from(*open_quote_);
  } else {
    record.problem = problem(
        "csv.record-too-large",
        fmt::format("the record has more than {} bytes", dialect_.max_record),
        begin_);
  }
  rest_of_line_ = stop == end_ && !source_ended_;
  // A CR LF must not be cut in two.
  if (rest_of_line_ && at(stop - 1) == '\r') --stop;
  record.raw = view(begin_, stop);
  line_ += count_line_ends(record.raw);
  begin_ = stop;
  if (stop < end_ && !rest_of_line_) {
    begin_ +=
        at(stop) == '\r' && stop + 1 < end_ && at(stop + 1) == '\n' ? 2 : 1;
    ++line_;
  }
  record.line_end = view(stop, begin_);
  marks_.move_to(begin_);
}

CsvProblem CsvReader::problem(std::string code, std::string message,
                              std::size_t position) const {
  std::string_view before = view(begin_, position);
  std::size_t start = before.find_last_of("\r\n");
  start = start == std::string_view::npos ? 0 : start + 1;
  return {std::move(code), std::move(message), line_ + count_line_ends(before),
          text::length(before.substr(start)) + 1};
}

std::size_t CsvReader::line_end_from(std::size_t position) const {
  std::string_view rest = view(position, end_);
  std::size_t found = rest.find_first_of("\r\n");
  return found == std::string_view::npos ? end_ : position + found;
}

std::string_view CsvReader::view(std::size_t begin, std::size_t end) const {
  return std::string_view(buffer_.data() + begin, end - begin);
}

}  // namespace manage::loaders
