// The 63 exchanges that a real kube-apiserver had, one test each: what it answered is what we answer, over a TLS
// socket. Revisions, uids and times differ by nature and are mapped; everything else that differs is listed below with
// its reason.
#include <algorithm>
#include <fstream>
#include <regex>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/demo/api/test_cluster.h"

namespace meshdeck::demo::api::test {

namespace {

struct Exchange {
    std::string name;
    std::string as;
    std::string method;
    std::string path;
    Headers headers;
    std::string body;
    int status = 0;
    std::map<std::string, std::string> answerHeaders;
    std::string answerBody;
};

enum class Comparison {
    Equal,       // the same JSON
    ServedLess,  // all we say is also in the recording: it serves kinds we do not
    MembersOnly, // the same member names
    StatusOnly,
};

struct Difference {
    const char* name;
    Comparison comparison;
    const char* reason;
};

constexpr Difference kDifferences[] = {
    {"version", Comparison::MembersOnly, "our own version, not the recorded server's build"},
    {"aggregated discovery, core", Comparison::ServedLess, "fewer kinds are served"},
    {"aggregated discovery, groups", Comparison::ServedLess, "fewer groups and kinds are served"},
    {"old discovery of one group", Comparison::ServedLess, "the order of the CRDs' creation is not ours"},
    {"may I patch: no", Comparison::StatusOnly, "the managedFields of a review that is not stored are left out"},
    {"may I list: yes", Comparison::StatusOnly, "the managedFields of a review that is not stored are left out"},
    {"rules review", Comparison::StatusOnly, "our viewer may read more kinds than the recorded one"},
    {"watch with initial events, refused by old storage", Comparison::StatusOnly,
     "our storage can stream lists, as that of current servers"},
    {"CRDs by name only", Comparison::StatusOnly, "fewer CRDs, without their managedFields"},
};

Comparison comparisonOf(const std::string& name) {
    for (const Difference& difference : kDifferences) {
        if (name == difference.name) {
            return difference.comparison;
        }
    }
    return Comparison::Equal;
}

std::string bodyText(const Json& body) {
    if (body.is_null()) {
        return {};
    }
    return body.is_string() ? body.get<std::string>() : textOf(body);
}

std::vector<Exchange> loadExchanges() {
    std::ifstream file(MESHDECK_TEST_DATA "/recorded/kube-apiserver.json");
    std::stringstream text;
    text << file.rdbuf();
    const Json document = parseJson(text.str()).value_or(Json::object());
    std::vector<Exchange> exchanges;
    for (const Json& entry : document.value("exchanges", Json::array())) {
        Exchange exchange;
        exchange.name = entry["name"];
        exchange.as = entry["as"];
        exchange.method = entry["request"]["method"];
        exchange.path = entry["request"]["path"];
        for (const auto& header : entry["request"]["headers"].items()) {
            exchange.headers.emplace_back(header.key(), header.value().get<std::string>());
        }
        exchange.body = bodyText(entry["request"]["body"]);
        exchange.status = entry["response"]["status"];
        for (const auto& header : entry["response"]["headers"].items()) {
            exchange.answerHeaders[header.key()] = header.value().get<std::string>();
        }
        exchange.answerBody = bodyText(entry["response"]["body"]);
        exchanges.push_back(std::move(exchange));
    }
    return exchanges;
}

const std::vector<Exchange>& exchanges() {
    static const std::vector<Exchange> all = loadExchanges();
    return all;
}

const Exchange& named(const std::string& name) {
    for (const Exchange& exchange : exchanges()) {
        if (exchange.name == name) {
            return exchange;
        }
    }
    static const Exchange none;
    return none;
}

// The recorded server's objects as they were at the beginning, out of its own lists.
std::vector<Json> recordedObjects() {
    std::vector<Json> objects;
    for (const char* ns : {"bookinfo", "istio-system"}) {
        objects.push_back({{"apiVersion", "v1"}, {"kind", "Namespace"}, {"metadata", {{"name", ns}}}});
    }
    for (const char* list :
         {"list of services", "list of deployments", "list of VirtualServices", "list of DestinationRules"}) {
        const Json body = parseJson(named(list).answerBody).value_or(Json::object());
        const std::string kind = body["kind"];
        for (Json item : body["items"]) {
            item["apiVersion"] = body["apiVersion"];
            item["kind"] = kind.substr(0, kind.size() - 4);
            objects.push_back(std::move(item));
        }
    }
    return objects;
}

// Sends what was recorded, with the revisions, uids and continue tokens that this server gave out in their place.
class Replay {
public:
    Replay()
        : m_cluster(recordedObjects())
        , m_client(m_cluster.client()) {}

    Answer run(const Exchange& exchange) {
        Headers headers = exchange.headers;
        const std::string token = exchange.as == "nobody" ? "wrong" : m_cluster.access().adminToken;
        headers.emplace_back("Authorization", "Bearer " + token);
        Answer answer =
            exchange.path.find("watch=1&resourceVersion=949") != std::string::npos
                ? runWatch(translated(exchange.path), headers)
                : m_client->send(exchange.method, translated(exchange.path), headers, translated(exchange.body));
        learn(parseJson(exchange.answerBody).value_or(Json()), bodyOf(answer));
        return answer;
    }

    // State that an exchange depends on: all before it that are no watches.
    void runUpTo(std::size_t index) {
        for (std::size_t i = 0; i < index; ++i) {
            if (exchanges()[i].path.find("watch=1") == std::string::npos) {
                run(exchanges()[i]);
            }
        }
    }

private:
    // While the recorded watch ran, somebody edited the weights twice and deleted the other VirtualService.
    Answer runWatch(const std::string& path, const Headers& headers) {
        Answer answer = m_client->begin("GET", path, headers);
        for (const char* weights : {"60,40", "50,50"}) {
            const std::string first(weights, 2);
            const std::string second(weights + 3, 2);
            EXPECT_EQ(m_cluster
                          .jsonPatch(kReviewsPath + "?fieldManager=kubectl-edit",
                                     R"([{"op":"replace","path":"/spec/http/0/route/0/weight","value":)" + first +
                                         R"(},{"op":"replace","path":"/spec/http/0/route/1/weight","value":)" + second +
                                         "}]")
                          .status,
                      200);
        }
        EXPECT_EQ(m_cluster.write("DELETE", kVirtualServicesPath + "/bookinfo", "").status, 200);
        while (const std::optional<std::string> line = m_client->nextLine()) {
            answer.body += *line + "\n";
        }
        answer.complete = m_client->endedCleanly();
        return answer;
    }

    std::string translated(std::string text) const {
        for (const auto& [recorded, ours] : m_texts) {
            for (std::size_t at = 0; (at = text.find(recorded, at)) != std::string::npos; at += ours.size()) {
                text.replace(at, recorded.size(), ours);
            }
        }
        for (const auto& [recorded, ours] : m_versions) {
            for (const auto& [from, to] : {std::pair("\"" + recorded + "\"", "\"" + ours + "\""),
                                           std::pair("resourceVersion=" + recorded, "resourceVersion=" + ours)}) {
                const std::size_t at = text.find(from);
                if (at != std::string::npos) {
                    return text.replace(at, from.size(), to); // at most one revision a request
                }
            }
        }
        return text;
    }

    void learn(const Json& recorded, const Json& ours) {
        if (!recorded.is_object() || !ours.is_object()) {
            return;
        }
        const auto pair = [&](const char* field, std::map<std::string, std::string>& map) {
            const std::string from = stringAt(recorded, {"metadata", field});
            const std::string to = stringAt(ours, {"metadata", field});
            if (!from.empty() && !to.empty()) {
                map[from] = to;
            }
        };
        pair("resourceVersion", m_versions);
        pair("uid", m_texts);
        pair("continue", m_texts);
    }

    TestCluster m_cluster;
    std::unique_ptr<TlsClient> m_client;
    std::map<std::string, std::string> m_versions;
    std::map<std::string, std::string> m_texts;
};

// Replaces what differs from run to run: revisions, uids, times, continue tokens.
Json normalised(const Json& value, const std::string& key = {}) {
    if (value.is_array()) {
        Json list = Json::array();
        for (const Json& item : value) {
            list.push_back(normalised(item));
        }
        return list;
    }
    if (value.is_object()) {
        Json object = Json::object();
        for (const auto& item : value.items()) {
            object[item.key()] = normalised(item.value(), item.key());
        }
        return sorted(object);
    }
    if (!value.is_string()) {
        return value;
    }
    std::string text = value.get<std::string>();
    if (key == "continue" && !text.empty()) {
        return "<continue>";
    }
    if (key == "resourceVersion") {
        return "<version>";
    }
    static const std::regex uid("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    static const std::regex time("20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z");
    static const std::regex current("current: [0-9]+|\\([0-9]{3,}\\)|(resourceVersion[\\\\\"]+:[\\\\\"]+)[0-9]+");
    text = std::regex_replace(text, uid, "<uid>");
    text = std::regex_replace(text, time, "<time>");
    return std::regex_replace(text, current, "$1<number>");
}

// One value of the aggregated or old discovery is contained in another: objects by member, lists by element.
bool contains(const Json& whole, const Json& part) {
    if (whole.is_object() && part.is_object()) {
        for (const auto& item : part.items()) {
            const auto member = whole.find(item.key());
            if (member == whole.end() || !contains(*member, item.value())) {
                return false;
            }
        }
        return true;
    }
    if (whole.is_array() && part.is_array()) {
        return std::all_of(part.begin(), part.end(), [&](const Json& wanted) {
            return std::any_of(whole.begin(), whole.end(), [&](const Json& item) { return contains(item, wanted); });
        });
    }
    return sameValue(whole, part);
}

std::vector<std::string> memberNames(const Json& object) {
    std::vector<std::string> names;
    for (const auto& item : object.items()) {
        names.push_back(item.key());
    }
    return names;
}

void compareBodies(const std::string& recorded, const std::string& ours, Comparison comparison) {
    const std::optional<Json> wanted = parseJson(recorded);
    const std::optional<Json> got = parseJson(ours);
    if (!wanted) {
        EXPECT_EQ(ours, recorded); // plain text
        return;
    }
    ASSERT_TRUE(got) << ours;
    switch (comparison) {
    case Comparison::Equal:
        EXPECT_EQ(normalised(*got).dump(1), normalised(*wanted).dump(1));
        break;
    case Comparison::ServedLess:
        EXPECT_TRUE(contains(*wanted, *got)) << ours;
        EXPECT_EQ(stringAt(*got, {"kind"}), stringAt(*wanted, {"kind"}));
        break;
    case Comparison::MembersOnly:
        EXPECT_EQ(memberNames(*got), memberNames(*wanted));
        break;
    case Comparison::StatusOnly:
        EXPECT_EQ(stringAt(*got, {"kind"}), stringAt(*wanted, {"kind"}));
        EXPECT_EQ(find(*got, {"status", "allowed"}) != nullptr, find(*wanted, {"status", "allowed"}) != nullptr);
        if (const Json* allowed = find(*wanted, {"status", "allowed"})) {
            EXPECT_EQ(*find(*got, {"status", "allowed"}), *allowed);
            EXPECT_EQ(stringAt(*got, {"status", "reason"}), stringAt(*wanted, {"status", "reason"}));
        }
        break;
    }
}

std::vector<std::string> linesOf(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

// A watch's lines one by one; how often the same bookmark comes again is a matter of timers.
void compareWatches(const std::string& recorded, const std::string& ours) {
    const auto distinct = [](const std::string& text) {
        std::vector<std::string> lines;
        for (const std::string& line : linesOf(text)) {
            const Json event = parseJson(line).value_or(Json());
            std::string normal = normalised(event).dump();
            if (stringAt(event, {"type"}) != "BOOKMARK" || lines.empty() || lines.back() != normal) {
                lines.push_back(std::move(normal));
            }
        }
        return lines;
    };
    EXPECT_EQ(distinct(ours), distinct(recorded));
}

class Recorded : public testing::TestWithParam<std::size_t> {};

TEST_P(Recorded, answersAsTheRealServer) {
    const Exchange& exchange = exchanges()[GetParam()];
    Replay replay;
    replay.runUpTo(GetParam());
    const Answer answer = replay.run(exchange);

    EXPECT_EQ(answer.status, exchange.status) << answer.body;
    EXPECT_TRUE(answer.complete);
    for (const auto& [name, value] : exchange.answerHeaders) {
        EXPECT_EQ(answer.header(name), value) << name;
    }
    const bool refusedByOldStorage = exchange.name == "watch with initial events, refused by old storage";
    if (refusedByOldStorage) {
        EXPECT_THAT(answer.body, testing::HasSubstr("k8s.io/initial-events-end"));
    } else if (exchange.path.find("watch=1") != std::string::npos && exchange.status == 200) {
        compareWatches(exchange.answerBody, answer.body);
    } else {
        compareBodies(exchange.answerBody, answer.body, comparisonOf(exchange.name));
    }
}

INSTANTIATE_TEST_SUITE_P(KubeApiserver, Recorded, testing::Range(std::size_t{0}, exchanges().size()),
                         [](const testing::TestParamInfo<std::size_t>& parameter) {
                             std::string name =
                                 std::to_string(parameter.param) + "_" + exchanges()[parameter.param].name;
                             std::replace_if(
                                 name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
                             return name;
                         });

TEST(RecordedFile, isComplete) {
    EXPECT_EQ(exchanges().size(), 63U);
}

} // namespace

} // namespace meshdeck::demo::api::test
