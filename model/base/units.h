// Numbers that carry their unit in the type (design.md 4.8). A quantity that is not known is std::optional, never zero.
#pragma once

#include <compare>

namespace meshdeck {

template <typename Tag>
struct Quantity {
    double value = 0;

    constexpr Quantity() = default;
    constexpr explicit Quantity(double v) : value(v) {}

    constexpr auto operator<=>(const Quantity&) const = default;
    constexpr Quantity operator+(Quantity o) const { return Quantity(value + o.value); }
    constexpr Quantity operator-(Quantity o) const { return Quantity(value - o.value); }
    constexpr Quantity operator*(double f) const { return Quantity(value * f); }
    constexpr Quantity& operator+=(Quantity o) {
        value += o.value;
        return *this;
    }
};

using Milliseconds = Quantity<struct MillisecondsTag>;
using RequestsPerSecond = Quantity<struct RequestsPerSecondTag>;
using BytesPerSecond = Quantity<struct BytesPerSecondTag>;
using Percent = Quantity<struct PercentTag>; // 0..100
using Bytes = Quantity<struct BytesTag>;
using Cores = Quantity<struct CoresTag>;

} // namespace meshdeck
