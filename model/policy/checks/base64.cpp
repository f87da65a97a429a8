#include "policy/checks/base64.h"

#include <QByteArray>

namespace meshdeck::policy {

std::optional<std::string> decodeBase64(std::string_view text) {
    QByteArray plain;
    plain.reserve(static_cast<qsizetype>(text.size()));
    for (const char c : text) {
        if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
            plain.append(c);
        }
    }
    const auto decoded = QByteArray::fromBase64Encoding(plain, QByteArray::AbortOnBase64DecodingErrors);
    if (decoded.decodingStatus != QByteArray::Base64DecodingStatus::Ok) {
        return std::nullopt;
    }
    return decoded.decoded.toStdString();
}

} // namespace meshdeck::policy
