#include "policy/expectations/expectations.h"

#include "config/yaml.h"
#include "policy/expectations/result_json.h"

namespace meshdeck::policy {
namespace {

using config::Json;

std::string textOf(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

tl::unexpected<Error> wrong(const std::string& file, const std::string& what, std::string hint = {}) {
    return fail(ErrorKind::InvalidArgument, file + ": " + what, std::move(hint));
}

std::vector<std::string> textsOf(const Json& value) {
    std::vector<std::string> texts;
    for (const Json& each : value.is_array() ? value : Json::array({value})) {
        if (each.is_string()) {
            texts.push_back(each.get<std::string>());
        }
    }
    return texts;
}

Result<Expectation> readOne(const std::string& file, std::size_t index, const Json& json) {
    const std::string where = "tests[" + std::to_string(index) + "]";
    if (!json.is_object()) {
        return wrong(file, where + " is no map with name, request and expect");
    }
    for (const auto& [key, value] : json.items()) {
        if (key != "name" && key != "request" && key != "expect") {
            return wrong(file, where + "." + key + ": a test has name, request and expect");
        }
    }
    Expectation expectation;
    expectation.name = textOf(json, "name");
    if (expectation.name.empty()) {
        expectation.name = where;
    }
    const auto request = json.find("request");
    if (request == json.end() || !request->is_object()) {
        return wrong(file, where + " has no request");
    }
    expectation.request = *request;
    if (const auto expect = json.find("expect"); expect != json.end()) {
        expectation.expect = *expect;
    }
    return expectation;
}

Status readDocument(const Json& document, ExpectationFile& file) {
    const auto tests = document.is_object() ? document.find("tests") : document.end();
    if (!document.is_object() || tests == document.end() || !tests->is_array()) {
        return wrong(file.name, "there is no list of tests", "tests: [{name: ..., request: {...}, expect: {...}}]");
    }
    for (const auto& [key, value] : document.items()) {
        if (key == "config") {
            const auto paths = textsOf(value);
            file.config.insert(file.config.end(), paths.begin(), paths.end());
        } else if (key == "meshConfig") {
            file.meshConfig = textOf(document, "meshConfig");
        } else if (key == "namespace") {
            file.defaultNamespace = textOf(document, "namespace");
        } else if (key != "tests") {
            return wrong(file.name, "\"" + key + "\" is not known here", "config, meshConfig, namespace and tests");
        }
    }
    for (std::size_t i = 0; i < tests->size(); ++i) {
        auto one = readOne(file.name, i, (*tests)[i]);
        if (!one) {
            return tl::unexpected(one.error());
        }
        file.tests.push_back(std::move(*one));
    }
    return {};
}

} // namespace

Result<ExpectationFile> readExpectations(const std::string& name, std::string_view yaml) {
    const auto documents = config::parseYaml(yaml);
    if (!documents) {
        return fail(documents.error().kind, name + ": " + documents.error().what, documents.error().hint);
    }
    ExpectationFile file;
    file.name = name;
    for (const Json& document : *documents) {
        if (const Status read = readDocument(document, file); !read) {
            return tl::unexpected(read.error());
        }
    }
    if (documents->empty()) {
        return wrong(name, "the file is empty", "tests: [{name: ..., request: {...}, expect: {...}}]");
    }
    return file;
}

std::string writeExpectations(const ExpectationFile& file) {
    Json document = Json::object();
    if (!file.config.empty()) {
        document["config"] = file.config;
    }
    if (!file.meshConfig.empty()) {
        document["meshConfig"] = file.meshConfig;
    }
    if (!file.defaultNamespace.empty()) {
        document["namespace"] = file.defaultNamespace;
    }
    document["tests"] = Json::array();
    for (const Expectation& each : file.tests) {
        Json test = {{"name", each.name}, {"request", each.request}};
        if (!each.expect.empty()) {
            test["expect"] = each.expect;
        }
        document["tests"].push_back(std::move(test));
    }
    return config::toYaml(document);
}

ExpectationOutcome runExpectation(const Expectation& expectation, const Simulator& simulator,
                                  const std::string& defaultNamespace) {
    ExpectationOutcome outcome;
    outcome.name = expectation.name;
    const RequestContext context{simulator.world(), defaultNamespace.empty() ? "default" : defaultNamespace, true};
    const auto request = readRequest(expectation.request, context);
    if (!request) {
        outcome.error = request.error();
        return outcome;
    }
    const RequestResult result = simulator.run(*request);
    outcome.result = resultJson(result);
    outcome.why = explanation(result);
    auto mismatches = compareResult(expectation.expect, outcome.result);
    if (!mismatches) {
        outcome.error = mismatches.error();
        return outcome;
    }
    outcome.mismatches = std::move(*mismatches);
    return outcome;
}

} // namespace meshdeck::policy
