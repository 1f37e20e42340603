// The few names of Abseil that the headers of WebRTC's noise suppressor mention, in terms of the C++17 library, so that
// Abseil need not be had.  None is on the processing path.
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>

#define ABSL_NULLABILITY_COMPATIBLE
#define absl_nonnull
#define absl_nullable

namespace absl {
using string_view = std::string_view;
template <class T> using Nonnull = T;
template <class T> using Nullable = T;
template <bool B, class T = void> using enable_if_t = std::enable_if_t<B, T>;
template <class T> using underlying_type_t = std::underlying_type_t<T>;
template <class T> struct HasAbslStringify : std::false_type {};
template <class T> std::string StrCat(const T&) { return {}; }
template <class Signature> class AnyInvocable;
template <class R, class... A> class AnyInvocable<R(A...) &&> {};
}  // namespace absl
