// From Qt's network errors to ours; private to this folder.
#pragma once

#include <QtNetwork/QNetworkReply>
#include <QtNetwork/QSslError>

#include "base/result.h"

namespace meshdeck::sources::http {

// Ok when the reply is a complete HTTP answer of any status.
[[nodiscard]] Status outcomeOf(const QNetworkReply& reply, const QList<QSslError>& sslErrors);

} // namespace meshdeck::sources::http
