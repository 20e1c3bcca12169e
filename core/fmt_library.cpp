// The compiled part of fmt. Debian has it only as a shared library, which costs
// every start of the program the loading of that and of libstdc++.
#include <fmt/format-inl.h>

namespace fmt {
inline namespace v9 {
namespace detail {

template dragonbox::decimal_fp<float> dragonbox::to_decimal(float);
template dragonbox::decimal_fp<double> dragonbox::to_decimal(double);
template thousands_sep_result<char> thousands_sep_impl(locale_ref);
template char decimal_point_impl(locale_ref);
template void buffer<char>::append(const char*, const char*);
template void vformat_to(buffer<char>&, string_view,
                         basic_format_args<FMT_BUFFER_CONTEXT(char)>,
                         locale_ref);
template std::locale locale_ref::get<std::locale>() const;
template locale_ref::locale_ref(const std::locale&);

}  // namespace detail
}  // namespace v9
}  // namespace fmt
