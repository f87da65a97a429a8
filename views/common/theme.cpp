#include "common/theme.h"

#include <QFile>
#include <QFontDatabase>
#include <QFontInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

// The resource lives in a static library, whose initialiser the linker would drop; it must be named outside a namespace.
void initMeshdeckViewsResources() {
    Q_INIT_RESOURCE(views);
}

namespace meshdeck::views {
namespace {

QColor colour(const QJsonObject& object, const char* key) {
    return QColor(object.value(QLatin1String(key)).toString());
}

template <std::size_t N>
std::array<QColor, N> colours(const QJsonObject& object, const std::array<const char*, N>& keys) {
    std::array<QColor, N> result;
    for (std::size_t i = 0; i < N; ++i) {
        result[i] = colour(object, keys[i]);
    }
    return result;
}

QJsonObject child(const QJsonObject& object, const char* key) {
    return object.value(QLatin1String(key)).toObject();
}

ChangeColours changeColours(const QJsonObject& o) {
    return {colour(o, "added"), colour(o, "removed"), colour(o, "changed"), colour(o, "moved")};
}

ContextColours contextColours(const QJsonObject& o) {
    return {colour(o, "production"), colour(o, "staging"), colour(o, "development"), colour(o, "demo")};
}

void readSurfaces(Theme& theme, const QJsonObject& root) {
    const QJsonObject surface = child(root, "surface");
    theme.surface = {colour(surface, "window"), colour(surface, "canvas"), colour(surface, "panel"),
                     colour(surface, "raised"), colour(surface, "input"),  colour(surface, "inset")};
    const QJsonObject line = child(root, "line");
    theme.line = {colour(line, "hair"), colour(line, "edge"), colour(line, "strong"), colour(line, "grid")};
    const QJsonObject text = child(root, "text");
    theme.text = {colour(text, "primary"), colour(text, "secondary"), colour(text, "tertiary"),
                  colour(text, "disabled"), colour(text, "onAccent")};
    const QJsonObject accent = child(root, "accent");
    theme.accent = {colour(accent, "base"), colour(accent, "hover"), colour(accent, "tint"), colour(accent, "focus")};
}

void readMeanings(Theme& theme, const QJsonObject& root) {
    constexpr std::array<const char*, 5> kHealth{"healthy", "degraded", "failing", "idle", "unknown"};
    theme.health = colours(child(root, "health"), kHealth);
    theme.healthText = colours(child(root, "healthText"), kHealth);
    theme.healthTint = colours(child(root, "healthTint"), kHealth);
    theme.protocol = colours(child(root, "protocol"), std::array<const char*, 3>{"http", "grpc", "tcp"});
    theme.change = changeColours(child(root, "change"));
    theme.changeText = changeColours(child(root, "changeText"));
    theme.changeTint = changeColours(child(root, "changeTint"));
    theme.context = contextColours(child(root, "context"));
    theme.contextTint = contextColours(child(root, "contextTint"));
    const QJsonObject selection = child(root, "selection");
    theme.selectionOutline = colour(selection, "outline");
    theme.selectionFill = colour(selection, "fill");
    const QJsonObject security = child(root, "security");
    theme.security = {colour(security, "mtls"), colour(security, "plaintext"), colour(security, "denied"),
                      colour(security, "mixed"), colour(security, "unknown")};
    for (const QJsonValue value : root.value(QLatin1String("version")).toArray()) {
        theme.version.emplace_back(value.toString());
    }
    for (const QJsonValue value : root.value(QLatin1String("namespace")).toArray()) {
        const QJsonObject entry = value.toObject();
        theme.namespaces.push_back({colour(entry, "fill"), colour(entry, "line")});
    }
}

QString firstInstalled(const QJsonArray& families, const QString& fallback) {
    for (const QJsonValue family : families) {
        if (QFontDatabase::hasFamily(family.toString())) {
            return family.toString();
        }
    }
    return fallback;
}

Theme readTheme(ThemeKind kind) {
    initMeshdeckViewsResources();
    QFile file(QStringLiteral(":/meshdeck/palettes/tokens.json"));
    Theme theme;
    theme.kind = kind;
    if (!file.open(QIODevice::ReadOnly)) {
        qWarning("The palette is missing from the program");
        return theme;
    }
    const QJsonObject root = QJsonDocument::fromJson(file.readAll()).object();
    const QJsonObject values = child(root, kind == ThemeKind::Dark ? "dark" : "light");
    readSurfaces(theme, values);
    readMeanings(theme, values);
    const QJsonObject type = child(root, "type");
    theme.family = firstInstalled(type.value(QLatin1String("family")).toArray(), QStringLiteral("sans-serif"));
    theme.mono = firstInstalled(type.value(QLatin1String("mono")).toArray(), QStringLiteral("monospace"));
    return theme;
}

// visual.md 8: lines a pixel wider and strong, no tints, tertiary text as secondary.
Theme withHighContrast(Theme theme) {
    theme.highContrast = true;
    theme.extraLine = 1;
    theme.line.grid = theme.line.edge;
    theme.line.hair = theme.line.edge = theme.line.strong;
    theme.text.tertiary = theme.text.secondary;
    theme.text.secondary = mixed(theme.text.primary, theme.text.secondary, 0.5);
    theme.text.disabled = mixed(theme.text.tertiary, theme.surface.panel, 0.75);
    theme.healthTint.fill(theme.surface.panel);
    theme.changeTint = {theme.surface.panel, theme.surface.panel, theme.surface.panel, theme.surface.panel};
    theme.contextTint = {theme.surface.panel, theme.surface.panel, theme.surface.panel, theme.surface.panel};
    for (NamespaceColours& box : theme.namespaces) {
        box = {theme.surface.canvas, theme.line.strong};
    }
    return theme;
}

} // namespace

QColor Theme::versionColour(int index) const {
    return version.empty() ? text.secondary : version[static_cast<std::size_t>(std::max(0, index)) % version.size()];
}

QFont Theme::font(double pixels, int weight) const {
    QFont font(family);
    // DejaVu is a tenth wider than the fonts the sizes were chosen for; its condensed cut has their width.
    const bool wide = family.startsWith(QLatin1String("DejaVu"));
    font.setPixelSize(static_cast<int>(pixels + (wide ? 0 : 0.5))); // whole pixels: Qt 6.4 knows no others
    if (wide) {
        font.setStretch(QFont::SemiCondensed);
        font.setLetterSpacing(QFont::PercentageSpacing, 98);
    }
    font.setWeight(static_cast<QFont::Weight>(weight));
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

QFont Theme::monoFont(double pixels) const {
    QFont font(mono);
    font.setStyleHint(QFont::Monospace);
    font.setPixelSize(static_cast<int>(pixels + 0.5));
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

const Theme& theme(ThemeKind kind, bool highContrast) {
    static const Theme dark = readTheme(ThemeKind::Dark);
    static const Theme light = readTheme(ThemeKind::Light);
    if (highContrast) {
        static const Theme strongDark = withHighContrast(dark);
        static const Theme strongLight = withHighContrast(light);
        return kind == ThemeKind::Dark ? strongDark : strongLight;
    }
    return kind == ThemeKind::Dark ? dark : light;
}

QColor mixed(const QColor& over, const QColor& under, double share) {
    const auto mix = [share](int a, int b) { return static_cast<int>(a * share + b * (1 - share) + 0.5); };
    return {mix(over.red(), under.red()), mix(over.green(), under.green()), mix(over.blue(), under.blue())};
}

} // namespace meshdeck::views
