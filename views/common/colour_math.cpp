#include "common/colour_math.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace meshdeck::views {
namespace {

using Triple = std::array<double, 3>;

double toLinear(double channel) {
    return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
}

double toSrgb(double linear) {
    const double c = std::clamp(linear, 0.0, 1.0);
    return c <= 0.0031308 ? 12.92 * c : 1.055 * std::pow(c, 1 / 2.4) - 0.055;
}

Triple linearOf(const QColor& c) {
    return {toLinear(c.redF()), toLinear(c.greenF()), toLinear(c.blueF())};
}

Triple times(const std::array<Triple, 3>& m, const Triple& v) {
    Triple r{};
    for (std::size_t i = 0; i < 3; ++i) {
        r[i] = m[i][0] * v[0] + m[i][1] * v[1] + m[i][2] * v[2];
    }
    return r;
}

double luminance(const QColor& c) {
    const Triple l = linearOf(c);
    return 0.2126 * l[0] + 0.7152 * l[1] + 0.0722 * l[2];
}

Triple labOf(const QColor& c) {
    const Triple xyz = times({{{0.4124564, 0.3575761, 0.1804375},
                               {0.2126729, 0.7151522, 0.0721750},
                               {0.0193339, 0.1191920, 0.9503041}}},
                             linearOf(c));
    const auto f = [](double t) { return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116; };
    const double x = f(xyz[0] / 0.95047), y = f(xyz[1]), z = f(xyz[2] / 1.08883);
    return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

double degrees(double radians) {
    return radians * 180 / std::numbers::pi;
}
double radians(double degrees) {
    return degrees * std::numbers::pi / 180;
}

double hueOf(double a, double b) {
    if (a == 0 && b == 0) {
        return 0;
    }
    const double h = degrees(std::atan2(b, a));
    return h < 0 ? h + 360 : h;
}

double pow7(double x) {
    return std::pow(x, 7);
}

} // namespace

double contrast(const QColor& a, const QColor& b) {
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

QColor seenBy(Sight sight, const QColor& colour) {
    if (sight == Sight::Normal) {
        return colour;
    }
    static constexpr std::array<Triple, 3> kDeutan{
        {{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881}}};
    static constexpr std::array<Triple, 3> kProtan{
        {{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998}}};
    const Triple seen = times(sight == Sight::Deuteranopia ? kDeutan : kProtan, linearOf(colour));
    return QColor::fromRgbF(static_cast<float>(toSrgb(seen[0])), static_cast<float>(toSrgb(seen[1])),
                            static_cast<float>(toSrgb(seen[2])));
}

double ciede2000(const QColor& first, const QColor& second) {
    const Triple p = labOf(first), q = labOf(second);
    const double meanC = (std::hypot(p[1], p[2]) + std::hypot(q[1], q[2])) / 2;
    const double g = 0.5 * (1 - std::sqrt(pow7(meanC) / (pow7(meanC) + pow7(25))));
    const double a1 = p[1] * (1 + g), a2 = q[1] * (1 + g);
    const double c1 = std::hypot(a1, p[2]), c2 = std::hypot(a2, q[2]);
    const double h1 = hueOf(a1, p[2]), h2 = hueOf(a2, q[2]);
    double dh = 0;
    double meanH = h1 + h2;
    if (c1 * c2 != 0) {
        dh = h2 - h1;
        dh += dh > 180 ? -360 : dh < -180 ? 360 : 0;
        meanH = std::abs(h1 - h2) <= 180 ? (h1 + h2) / 2 : (h1 + h2 < 360 ? (h1 + h2 + 360) / 2 : (h1 + h2 - 360) / 2);
    }
    const double dL = q[0] - p[0], dC = c2 - c1, dH = 2 * std::sqrt(c1 * c2) * std::sin(radians(dh / 2));
    const double meanL = (p[0] + q[0]) / 2, mC = (c1 + c2) / 2;
    const double t = 1 - 0.17 * std::cos(radians(meanH - 30)) + 0.24 * std::cos(radians(2 * meanH)) +
                     0.32 * std::cos(radians(3 * meanH + 6)) - 0.20 * std::cos(radians(4 * meanH - 63));
    const double l50 = (meanL - 50) * (meanL - 50);
    const double sL = 1 + 0.015 * l50 / std::sqrt(20 + l50), sC = 1 + 0.045 * mC, sH = 1 + 0.015 * mC * t;
    const double theta = 30 * std::exp(-std::pow((meanH - 275) / 25, 2));
    const double rT = -2 * std::sqrt(pow7(mC) / (pow7(mC) + pow7(25))) * std::sin(radians(2 * theta));
    return std::sqrt(std::pow(dL / sL, 2) + std::pow(dC / sC, 2) + std::pow(dH / sH, 2) +
                     rT * (dC / sC) * (dH / sH));
}

} // namespace meshdeck::views
