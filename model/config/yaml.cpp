#include "config/yaml.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "config/json_read.h"
#include "config/utf8.h"
#include "config/yaml_scalar.h"

namespace meshdeck::config {

namespace {

constexpr std::size_t kMaxNodes = 1'000'000; // a dump of a large cluster is one list
constexpr std::size_t kMaxCopied = 100'000; // through anchors
constexpr std::size_t kMaxKeys = 20'000; // an ordered object looks a key up by walking
constexpr std::string_view kCoreTag = "tag:yaml.org,2002:";

// Thrown inside this file only: the only way out of the parser's callbacks.
struct Stop {
    ErrorKind kind;
    YAML::Mark mark;
    std::string what;
};

struct Level {
    Json value;
    bool map = false;
    bool expectsKey = true;
    std::string key;
    bool mergeKey = false;
    std::vector<Json> merges;
    YAML::anchor_t anchor = 0;
};

// Builds JSON straight from the parser's events: no node graph stands between, so an alias costs what its copy costs
// and is counted before it is made (facts/faults.md row 66).
class Builder final : public YAML::EventHandler {
public:
    void OnDocumentStart(const YAML::Mark& /*mark*/) override {
        m_root = nullptr;
        m_nodes = 0;
        m_levels.clear();
        m_anchors.clear();
    }
    void OnDocumentEnd() override {}
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { take(mark, nullptr, anchor, false); }
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto found = m_anchors.find(anchor);
        if (found == m_anchors.end()) {
            throw Stop{ErrorKind::InvalidArgument, mark, "an alias refers to a node that contains it"};
        }
        count(mark, countCopy(mark, found->second));
        take(mark, found->second, 0, false);
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        take(mark, scalar(mark, tag, value), anchor, tag == "?" && value == "<<");
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value /*style*/) override {
        push(mark, tag, "seq", anchor, Json::array(), false);
    }
    void OnSequenceEnd() override { pop(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value /*style*/) override {
        push(mark, tag, "map", anchor, Json::object(), true);
    }
    void OnMapEnd() override { pop(); }

    [[nodiscard]] Json takeRoot() { return std::move(m_root); }

private:
    static std::size_t countNodes(const Json& value) {
        std::size_t sum = 1;
        if (value.is_structured()) {
            for (const Json& child : value) {
                sum += countNodes(child);
            }
        }
        return sum;
    }

    // Anchors are kept as copies and aliases are copies: both are paid from one budget for the whole text.
    std::size_t countCopy(const YAML::Mark& mark, const Json& value) {
        const std::size_t size = countNodes(value);
        m_copied += size;
        if (m_copied > kMaxCopied) {
            throw Stop{ErrorKind::TooLarge, mark, "anchors and aliases stand for too many values"};
        }
        return size;
    }

    void keepAnchor(const YAML::Mark& mark, YAML::anchor_t anchor, const Json& value) {
        (void)countCopy(mark, value);
        m_anchors[anchor] = value;
    }

    void count(const YAML::Mark& mark, std::size_t more) {
        m_nodes += more;
        if (m_nodes > kMaxNodes) {
            throw Stop{ErrorKind::TooLarge, mark, "the document has more than " + std::to_string(kMaxNodes) + " values"};
        }
    }

    static Json scalar(const YAML::Mark& mark, const std::string& tag, const std::string& value) {
        if (tag == "!" || tag == std::string(kCoreTag) + "str") {
            return value;
        }
        Json resolved = resolvePlainScalar(value);
        if (resolved.is_number_float() && !std::isfinite(resolved.get<double>())) {
            throw Stop{ErrorKind::InvalidArgument, mark, "JSON has no such number"};
        }
        if (tag == "?" || tag.empty()) {
            return resolved;
        }
        const bool fits = (tag == std::string(kCoreTag) + "int" && resolved.is_number_integer()) ||
                          (tag == std::string(kCoreTag) + "float" && resolved.is_number()) ||
                          (tag == std::string(kCoreTag) + "bool" && resolved.is_boolean()) ||
                          (tag == std::string(kCoreTag) + "null" && resolved.is_null());
        if (!fits) {
            throw Stop{ErrorKind::InvalidArgument, mark, "the value does not fit its tag, or the tag is not supported"};
        }
        return resolved;
    }

    void push(const YAML::Mark& mark, const std::string& tag, std::string_view own, YAML::anchor_t anchor, Json empty,
              bool map) {
        if (!tag.empty() && tag != "?" && tag != "!" && tag != std::string(kCoreTag) + std::string(own)) {
            throw Stop{ErrorKind::InvalidArgument, mark, "the tag of this value is not supported"};
        }
        if (m_levels.size() >= static_cast<std::size_t>(kMaxDepth)) {
            throw Stop{ErrorKind::TooLarge, mark, "nested deeper than " + std::to_string(kMaxDepth) + " levels"};
        }
        if (!m_levels.empty() && m_levels.back().map && m_levels.back().expectsKey) {
            throw Stop{ErrorKind::InvalidArgument, mark, "a list or a map cannot be a key"};
        }
        count(mark, 1);
        Level level;
        level.value = std::move(empty);
        level.map = map;
        level.anchor = anchor;
        m_levels.push_back(std::move(level));
    }

    void pop() {
        Level level = std::move(m_levels.back());
        m_levels.pop_back();
        for (const Json& merged : level.merges) { // keys of the map itself win, earlier merges before later ones
            for (const auto& [key, value] : merged.items()) {
                if (!level.value.contains(key)) {
                    level.value[key] = value;
                }
            }
        }
        if (level.anchor != 0) {
            keepAnchor(YAML::Mark::null_mark(), level.anchor, level.value);
        }
        insert({}, std::move(level.value));
    }

    // A scalar or a copied alias arrives: it is a key, or a value.
    void take(const YAML::Mark& mark, Json value, YAML::anchor_t anchor, bool merge) {
        count(mark, 1);
        if (anchor != 0) {
            keepAnchor(mark, anchor, value);
        }
        if (!m_levels.empty() && m_levels.back().map && m_levels.back().expectsKey) {
            takeKey(mark, value, merge);
        } else {
            insert(mark, std::move(value));
        }
    }

    // Keys are text in JSON; Kubernetes' YAML writes the others as JSON would ("on" becomes "true").
    void takeKey(const YAML::Mark& mark, const Json& value, bool merge) {
        Level& level = m_levels.back();
        if (value.is_null() || value.is_structured()) {
            throw Stop{ErrorKind::InvalidArgument, mark, "a key must be text"};
        }
        level.key = value.is_string() ? value.get<std::string>() : value.dump();
        level.mergeKey = merge;
        if (!merge && level.value.contains(level.key)) {
            throw Stop{ErrorKind::InvalidArgument, mark, "a key appears twice in one map"};
        }
        if (level.value.size() >= kMaxKeys) {
            throw Stop{ErrorKind::TooLarge, mark, "a map has more than " + std::to_string(kMaxKeys) + " keys"};
        }
        level.expectsKey = false;
    }

    void insert(const YAML::Mark& mark, Json value) {
        if (m_levels.empty()) {
            m_root = std::move(value);
            return;
        }
        Level& level = m_levels.back();
        if (!level.map) {
            level.value.push_back(std::move(value));
            return;
        }
        level.expectsKey = true;
        if (!level.mergeKey) {
            level.value[level.key] = std::move(value);
            return;
        }
        if (value.is_object()) {
            level.merges.push_back(std::move(value));
            return;
        }
        const bool maps = value.is_array() &&
                          std::all_of(value.begin(), value.end(), [](const Json& item) { return item.is_object(); });
        if (!maps) {
            throw Stop{ErrorKind::InvalidArgument, mark, "a merge key needs a map or a list of maps"};
        }
        level.merges.insert(level.merges.end(), value.begin(), value.end());
    }

    Json m_root;
    std::vector<Level> m_levels;
    std::map<YAML::anchor_t, Json> m_anchors;
    std::size_t m_nodes = 0;  // of this document
    std::size_t m_copied = 0; // of the whole text
};

tl::unexpected<Error> failAt(ErrorKind kind, const YAML::Mark& mark, const std::string& what) {
    const std::string position =
        mark.line < 0 ? ""
                      : "line " + std::to_string(mark.line + 1) + ", column " + std::to_string(mark.column + 1) + ": ";
    return fail(kind, position + what);
}

void addDocument(std::vector<Json>& documents, Json document) {
    if (document.is_null()) {
        return;
    }
    const Json* items = textMember(document, "kind") == "List" ? listMember(document, "items") : nullptr;
    if (items == nullptr) {
        documents.push_back(std::move(document));
        return;
    }
    for (const Json& item : *items) {
        addDocument(documents, item);
    }
}

bool looksLikeJson(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    return first != std::string_view::npos && text[first] == '{';
}

} // namespace

Result<std::vector<Json>> parseYamlDocuments(std::string_view text) {
    if (text.size() > kMaxDocumentBytes) {
        return fail(ErrorKind::TooLarge, "the text is larger than " + std::to_string(kMaxDocumentBytes >> 20U) + " MiB");
    }
    if (const auto bad = firstBadUtf8(text)) {
        return fail(ErrorKind::InvalidArgument, "byte " + std::to_string(*bad + 1) + " of the text is no UTF-8");
    }
    std::vector<Json> documents;
    if (looksLikeJson(text)) { // JSON allows what YAML does not: tabs for indentation
        if (auto json = parseJson(text)) {
            documents.push_back(std::move(*json));
            return documents;
        }
    }
    try {
        std::istringstream stream{std::string(text)};
        YAML::Parser parser(stream);
        Builder builder;
        while (parser.HandleNextDocument(builder)) {
            documents.push_back(builder.takeRoot());
        }
    } catch (const Stop& stop) {
        return failAt(stop.kind, stop.mark, stop.what);
    } catch (const YAML::Exception& e) {
        return failAt(ErrorKind::InvalidArgument, e.mark, e.msg.empty() ? "no valid YAML" : e.msg);
    } catch (const std::exception&) {
        return fail(ErrorKind::InvalidArgument, "no valid YAML");
    }
    return documents;
}

Result<std::vector<Json>> parseYaml(std::string_view text) {
    auto documents = parseYamlDocuments(text);
    if (!documents) {
        return documents;
    }
    std::vector<Json> objects;
    for (Json& document : *documents) {
        addDocument(objects, std::move(document));
    }
    return objects;
}

Json withoutServerFields(Json object) {
    if (!object.is_object()) {
        return object;
    }
    object.erase("status");
    const auto metadata = object.find("metadata");
    if (metadata == object.end() || !metadata->is_object()) {
        return object;
    }
    for (const char* field :
         {"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp", "selfLink"}) {
        metadata->erase(field);
    }
    const auto annotations = metadata->find("annotations");
    if (annotations != metadata->end() && annotations->is_object() &&
        annotations->erase("kubectl.kubernetes.io/last-applied-configuration") > 0 && annotations->empty()) {
        metadata->erase("annotations");
    }
    return object;
}

} // namespace meshdeck::config
