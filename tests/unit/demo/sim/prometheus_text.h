// A strict reader of Prometheus' text format for tests: samples by name and labels, or why the text is not valid.
#pragma once

#include <charconv>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace meshdeck::demo {

using SampleLabels = std::map<std::string, std::string>;

struct PrometheusText {
    std::map<std::string, std::string> types;
    std::map<std::string, std::map<SampleLabels, double>> samples; // by name as written, with _bucket and so on
    std::vector<std::string> faults;

    explicit PrometheusText(const std::string& text) {
        std::size_t at = 0;
        while (at < text.size()) {
            const std::size_t end = text.find('\n', at);
            if (end == std::string::npos) {
                faults.push_back("no line feed at the end");
                return;
            }
            line(text.substr(at, end - at));
            at = end + 1;
        }
    }

    // Sum over the samples of a name whose labels include the given ones.
    [[nodiscard]] double sum(const std::string& name, const SampleLabels& wanted = {}) const {
        double total = 0;
        const auto found = samples.find(name);
        if (found != samples.end()) {
            for (const auto& [labels, value] : found->second) {
                total += includes(labels, wanted) ? value : 0;
            }
        }
        return total;
    }
    [[nodiscard]] static bool includes(const SampleLabels& labels, const SampleLabels& wanted) {
        for (const auto& [key, value] : wanted) {
            const auto found = labels.find(key);
            if (found == labels.end() || found->second != value) {
                return false;
            }
        }
        return true;
    }

private:
    static bool nameOk(const std::string& name) {
        return !name.empty() &&
               name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:") ==
                   std::string::npos &&
               !(name[0] >= '0' && name[0] <= '9');
    }
    // The family that a TYPE line announced for this sample.
    [[nodiscard]] bool announced(const std::string& name) const {
        if (types.contains(name)) {
            return true;
        }
        for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
            if (name.ends_with(suffix)) {
                const auto family = types.find(name.substr(0, name.size() - suffix.size()));
                return family != types.end() && family->second == "histogram";
            }
        }
        return false;
    }
    void line(const std::string& text) {
        if (text.starts_with("# TYPE ")) {
            const std::size_t space = text.find(' ', 7);
            const std::string name = text.substr(7, space - 7);
            if (!nameOk(name) || !types.emplace(name, text.substr(space + 1)).second) {
                faults.push_back("type given twice or bad: " + text);
            }
            return;
        }
        std::size_t at = text.find_first_of("{ ");
        const std::string name = text.substr(0, at);
        SampleLabels labels;
        if (at == std::string::npos || !nameOk(name) || !announced(name)) {
            faults.push_back("bad name: " + text.substr(0, 80));
            return;
        }
        if (text[at] == '{' && !readLabels(text, at, labels)) {
            faults.push_back("bad labels: " + text);
            return;
        }
        double value = 0;
        const char* first = text.data() + at + 1;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(first, last, value);
        if (error != std::errc{} || end != last || !samples[name].emplace(labels, value).second) {
            faults.push_back("bad value or sample given twice: " + text);
        }
    }
    static bool readLabels(const std::string& text, std::size_t& at, SampleLabels& labels) {
        ++at;
        while (at < text.size() && text[at] != '}') {
            const std::size_t equals = text.find("=\"", at);
            if (equals == std::string::npos) {
                return false;
            }
            const std::string key = text.substr(at, equals - at);
            std::string value;
            at = equals + 2;
            while (at < text.size() && text[at] != '"') {
                if (text[at] == '\\') {
                    ++at;
                }
                value += text[at++];
            }
            ++at;
            if (at < text.size() && text[at] == ',') {
                ++at;
            }
            if (!nameOk(key) || !labels.emplace(key, value).second) {
                return false;
            }
        }
        return at + 1 < text.size() && text[++at] == ' ';
    }
};

} // namespace meshdeck::demo
