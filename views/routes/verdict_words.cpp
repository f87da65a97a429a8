#include "routes/verdict_words.h"

#include <algorithm>

#include "base/text.h"
#include "common/safe_label.h"
#include "routes/path_picture.h"

namespace meshdeck::views {
namespace {

using mesh::Health;
using policy::AuthorizationResult;
using policy::MtlsResult;
using policy::RequestResult;
using policy::Verdict;

QString displayOf(const mesh::ResourceRef& ref) {
    return safeText(ref.display());
}

QString statusWords(const RequestResult& result) {
    QString words = result.status ? QString::number(*result.status) : QStringLiteral("no answer: the connection is refused");
    if (!result.responseFlag.empty()) {
        words += QStringLiteral(" (") + safeText(result.responseFlag) + QStringLiteral(")");
    }
    return words;
}

// "reviews, 80 % v3 and 20 % v2"; hosts where they differ.
QString destinationsInWords(const std::vector<policy::DestinationShare>& shares) {
    const bool oneHost = std::ranges::all_of(shares, [&](const auto& each) { return each.host == shares.front().host; });
    QStringList parts;
    for (const auto& share : shares) {
        QString name = share.subset.empty() ? shortHost(share.host) : safeText(share.subset);
        if (!oneHost && !share.subset.empty()) {
            name = shortHost(share.host) + QStringLiteral(" ") + name;
        }
        parts.append(shares.size() == 1 ? name : shareWords(share.percent) + QStringLiteral(" ") + name);
    }
    if (shares.size() == 1) {
        const QString host = shortHost(shares.front().host);
        return shares.front().subset.empty() ? host : host + QStringLiteral(" ") + parts.front();
    }
    const QString last = parts.takeLast();
    const QString list = parts.join(QStringLiteral(", ")) + QStringLiteral(" and ") + last;
    return oneHost ? shortHost(shares.front().host) + QStringLiteral(", ") + list : list;
}

QString endTitle(const TraceAnswer& answer) {
    const RequestResult& result = answer.result;
    const QString status = statusWords(result);
    switch (result.verdict) {
    case Verdict::Routed: {
        const QString whom = result.destinations.empty() ? safeText(result.cluster) : destinationsInWords(result.destinations);
        const bool failed = result.status && *result.status >= 400;
        return failed ? QStringLiteral("%1 after asking %2").arg(status, whom) : QStringLiteral("Answered by ") + whom;
    }
    case Verdict::Denied: return QStringLiteral("Denied: ") + status;
    case Verdict::Redirect: return QStringLiteral("Redirected with %1 to %2").arg(status, safeText(result.location));
    case Verdict::Direct: return QStringLiteral("Answered by the proxy itself with ") + status;
    case Verdict::Fault: return QStringLiteral("Aborted by an injected fault: ") + status;
    case Verdict::NoRoute: return QStringLiteral("No rule takes it: ") + status;
    case Verdict::NoCluster: return QStringLiteral("The destination does not exist: ") + status;
    case Verdict::NoEndpoints: return QStringLiteral("Nobody is ready to answer: ") + status;
    case Verdict::NoListener: return QStringLiteral("Nobody listens there: ") + status;
    case Verdict::NoFilterChain: return QStringLiteral("The listener knows no such connection: ") + status;
    case Verdict::NoVirtualHost: return QStringLiteral("The host is not known here: ") + status;
    case Verdict::TlsRedirect: return QStringLiteral("Sent to HTTPS: ") + status;
    case Verdict::TlsError: return QStringLiteral("TLS fails: ") + status;
    case Verdict::MtlsError: return QStringLiteral("Plaintext into STRICT: ") + status;
    case Verdict::ProtocolError: return QStringLiteral("The protocols do not fit: ") + status;
    case Verdict::CannotTell: return QStringLiteral("Cannot tell what becomes of it");
    }
    return {};
}

Health healthOf(const RequestResult& result) {
    switch (result.verdict) {
    case Verdict::Routed: return result.status && *result.status >= 400 ? Health::Degraded : Health::Healthy;
    case Verdict::Redirect:
    case Verdict::Direct:
    case Verdict::TlsRedirect: return Health::Healthy;
    case Verdict::CannotTell: return Health::Unknown;
    default: return Health::Failing;
    }
}

// What happens on the way beside the answer; reasons in the engine's own words where there is nothing better.
QString sentenceOf(const RequestResult& result) {
    QStringList parts;
    if (result.fault && result.fault->delayMs && result.fault->delayPercent.value_or(0) > 0) {
        parts.append(QStringLiteral("%1 of these requests wait %2 in the client's proxy before they are sent.")
                         .arg(shareWords(*result.fault->delayPercent), safeText(text::latency(Milliseconds(*result.fault->delayMs)))));
    }
    for (const std::string& reason : result.reasons) {
        if (!reason.empty() && reason.find("(fault)") == std::string::npos) {
            QString sentence = safeText(reason);
            sentence[0] = sentence[0].toUpper();
            parts.append(sentence.endsWith(QLatin1Char('.')) ? sentence : sentence + QLatin1Char('.'));
        }
    }
    return parts.join(QLatin1Char(' '));
}

VerdictRow mtlsRow(const RequestResult& result) {
    VerdictRow row{QStringLiteral("mTLS"), {}, {}};
    if (!result.mtls) {
        row.value = QStringLiteral("not asked: no server is reached");
        return row;
    }
    switch (result.mtls->outcome) {
    case MtlsResult::Outcome::Mtls:
        row.value = QStringLiteral("on both sides");
        row.sign = VerdictRow::Sign::Lock;
        break;
    case MtlsResult::Outcome::Plaintext:
        row.value = QStringLiteral("plaintext");
        row.sign = VerdictRow::Sign::OpenLock;
        break;
    case MtlsResult::Outcome::TlsOrigination:
        row.value = QStringLiteral("TLS begun by the client's proxy");
        row.sign = VerdictRow::Sign::Lock;
        break;
    case MtlsResult::Outcome::Refused:
        row.value = QStringLiteral("refused");
        row.sign = VerdictRow::Sign::Denied;
        row.alarming = true;
        break;
    case MtlsResult::Outcome::CannotTell:
        row.value = QStringLiteral("cannot tell");
        break;
    }
    QStringList parts;
    if (!result.mtls->server.empty()) {
        parts.append(QStringLiteral("server ") + safeText(result.mtls->server));
    }
    if (!result.mtls->client.empty()) {
        parts.append(QStringLiteral("client ") + safeText(result.mtls->client));
    }
    row.detail = parts.join(QStringLiteral("; "));
    return row;
}

QString listOf(const std::vector<std::string>& names) {
    QStringList all;
    for (std::size_t i = 0; i < names.size() && i < 3; ++i) {
        all.append(safeText(names[i]));
    }
    return all.join(QStringLiteral(", ")) + (names.size() > 3 ? QStringLiteral(" and %1 more").arg(names.size() - 3) : QString());
}

bool isAction(const policy::ConfigObjectPtr& policy, const std::vector<std::string>& names) {
    return policy && std::ranges::find(names, policy->ref.ns + "/" + policy->ref.name) != names.end();
}

void addPolicyRows(const TraceAnswer& answer, std::vector<VerdictRow>& rows) {
    const auto& decided = answer.result.authorization;
    if (!answer.policies && !decided) {
        rows.push_back({QStringLiteral("Policies"), QStringLiteral("none: no proxy of a server is reached"), {}});
        return;
    }
    const TracePolicies set = answer.policies.value_or(TracePolicies{});
    const bool denied = decided && decided->decision == AuthorizationResult::Decision::Deny;
    VerdictRow deny{QStringLiteral("DENY policies"), {}, {}};
    if (denied && isAction(decided->policy, set.denyNames)) {
        deny = {deny.name, authorizationWords(*decided), safeText(decided->reason), VerdictRow::Sign::Denied, true};
    } else {
        deny.value = set.deny == 0 ? QStringLiteral("none apply") : QStringLiteral("none matches");
        deny.detail = listOf(set.denyNames);
    }
    VerdictRow allow{QStringLiteral("ALLOW policies"), {}, {}};
    if (decided && (denied ? !deny.alarming : isAction(decided->policy, set.allowNames))) {
        allow = {allow.name, authorizationWords(*decided), safeText(decided->reason),
                 denied ? VerdictRow::Sign::Denied : VerdictRow::Sign::None, denied};
    } else if (decided && decided->decision == AuthorizationResult::Decision::CannotTell) {
        allow.value = QStringLiteral("cannot tell");
        allow.detail = safeText(decided->reason);
    } else {
        allow.value = set.allow == 0 ? QStringLiteral("none apply: whoever is not denied may") : QStringLiteral("not asked");
        allow.detail = listOf(set.allowNames);
    }
    rows.push_back(std::move(deny));
    rows.push_back(std::move(allow));
    if (set.custom > 0) {
        rows.push_back({QStringLiteral("CUSTOM policies"), QStringLiteral("%1 ask an outside authorizer").arg(set.custom), {}});
    }
}

void addHiddenRow(const TraceAnswer& answer, std::vector<VerdictRow>& rows) {
    VerdictRow row{QStringLiteral("Hidden by"), QStringLiteral("nothing"), {}};
    if (!answer.sidecarObject.empty()) {
        row.detail = QStringLiteral("the client is narrowed by Sidecar ") + safeText(answer.sidecarObject);
    }
    if (!answer.hidden.empty()) {
        const TraceHidden& first = answer.hidden.front();
        row.value = displayOf(first.object) + (first.by ? QStringLiteral(" is hidden by ") + displayOf(*first.by) : QStringLiteral(" has no effect here"));
        row.detail = safeText(first.why) + (answer.hidden.size() > 1 ? QStringLiteral("; %1 more, see In effect").arg(answer.hidden.size() - 1) : QString());
    }
    rows.push_back(std::move(row));
}

void addRows(const TraceAnswer& answer, VerdictWords& words) {
    const RequestResult& result = answer.result;
    words.rows.push_back(mtlsRow(result));
    addPolicyRows(answer, words.rows);
    addHiddenRow(answer, words.rows);
    VerdictRow mirrors{QStringLiteral("Mirrors"), QStringLiteral("none"), {}};
    if (!result.mirrors.empty()) {
        QStringList to;
        for (const auto& mirror : result.mirrors) {
            to.append(shareWords(mirror.percent) + QStringLiteral(" to ") + shortHost(mirror.host) +
                      (mirror.subset.empty() ? QString() : QStringLiteral(" ") + safeText(mirror.subset)));
        }
        mirrors.value = to.join(QStringLiteral(", "));
    }
    words.rows.push_back(std::move(mirrors));
    VerdictRow unknown{QStringLiteral("Cannot tell"), QStringLiteral("nothing on this path"), QStringLiteral("no EnvoyFilter or WasmPlugin on the way")};
    if (result.verdict == Verdict::CannotTell) {
        unknown.value = result.reasons.empty() ? QStringLiteral("the whole of it") : safeText(result.reasons.front());
        unknown.detail.clear();
    } else if (!answer.warnings.empty()) {
        unknown.value = safeText(answer.warnings.front());
        unknown.detail = answer.warnings.size() > 1 ? QStringLiteral("and %1 more").arg(answer.warnings.size() - 1) : QString();
    }
    words.rows.push_back(std::move(unknown));
    if (answer.live) {
        TraceAnswer before;
        before.result = *answer.live;
        const QString was = endTitle(before);
        const QString is = endTitle(answer);
        words.rows.push_back({QStringLiteral("Without draft"), was == is ? QStringLiteral("the same") : was, {}, VerdictRow::Sign::None, false});
    }
}

} // namespace

QString authorizationWords(const AuthorizationResult& result) {
    const QString policy = result.policy ? safeText(result.policy->ref.name) : QString();
    const QString rule = result.rule ? QStringLiteral("rule %1 of ").arg(*result.rule + 1) : QString();
    switch (result.decision) {
    case AuthorizationResult::Decision::Allow:
        return policy.isEmpty() ? QStringLiteral("allowed: no policy selects it") : QStringLiteral("allowed by ") + rule + policy;
    case AuthorizationResult::Decision::Deny:
        return policy.isEmpty() ? QStringLiteral("denied: no ALLOW rule matches") : QStringLiteral("denied by ") + rule + policy;
    case AuthorizationResult::Decision::CannotTell:
        return QStringLiteral("cannot tell whether it is allowed");
    }
    return {};
}

QString answerWords(const config::Json& result) {
    const std::string verdict = result.value("verdict", "");
    const auto status = result.find("status");
    const QString code = status != result.end() && status->is_number() ? QString::number(status->get<int>()) : QString();
    const auto destinations = result.find("destinations");
    if (verdict == "routed" && destinations != result.end() && !destinations->empty()) {
        QStringList parts;
        for (const auto& each : *destinations) {
            const std::string subset = each.value("subset", "");
            const QString name = subset.empty() ? shortHost(each.value("host", "")) : safeText(subset);
            parts.append(name + QStringLiteral(" ") + shareWords(each.value("percent", 0.0)));
        }
        return parts.join(QStringLiteral(", ")) + (code.isEmpty() || code == QLatin1String("200") ? QString() : QStringLiteral(", ") + code);
    }
    QString words = code.isEmpty() ? safeText(verdict) : code + QStringLiteral(", ") + safeText(verdict);
    if (const auto authorization = result.find("authorization"); verdict == "denied" && authorization != result.end()) {
        const std::string reason = authorization->value("reason", "");
        words = (code.isEmpty() ? QStringLiteral("denied") : code) + (reason.empty() ? QString() : QStringLiteral(", ") + safeText(reason));
    }
    const std::string location = result.value("location", "");
    return location.empty() ? words : words + QStringLiteral(" to ") + safeText(location);
}

VerdictWords verdictWords(const TraceAnswer& answer) {
    VerdictWords words;
    if (answer.problem) {
        words.health = Health::Failing;
        words.title = safeText(answer.problem->what);
        words.sentence = safeText(answer.problem->hint);
        return words;
    }
    words.health = healthOf(answer.result);
    words.title = endTitle(answer);
    words.sentence = sentenceOf(answer.result);
    addRows(answer, words);
    return words;
}

} // namespace meshdeck::views
