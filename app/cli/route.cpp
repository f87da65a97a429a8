#include "cli/route.h"

#include <ostream>

#include "cli/config_input.h"
#include "cli/manifest_files.h"
#include "cli/report.h"
#include "cli/route_writers.h"
#include "policy/expectations/request_json.h"
#include "policy/expectations/result_json.h"
#include "policy/request_path.h"

namespace meshdeck::cli {
namespace {

using config::Json;

// "k: v" of -H.
Status addHeader(const std::string& text, Json& headers) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos || colon == 0) {
        return fail(ErrorKind::InvalidArgument, "\"" + text + "\" is no header", "-H 'name: value'");
    }
    std::string value = text.substr(colon + 1);
    value.erase(0, value.find_first_not_of(' '));
    const std::string name = text.substr(0, colon);
    if (headers.contains(name)) {
        Json& known = headers[name];
        known = known.is_array() ? known : Json::array({known});
        known.push_back(value);
    } else {
        headers[name] = value;
    }
    return {};
}

// The words of the command line as one request of the same form as in a file.
Result<Json> requestOfWords(const Arguments& arguments, const std::string& url) {
    Json request = {{"url", url}};
    Json headers = Json::object();
    for (const std::string& header : arguments.values("header")) {
        if (const Status added = addHeader(header, headers); !added) {
            return tl::unexpected(added.error());
        }
    }
    if (!headers.empty()) {
        request["headers"] = std::move(headers);
    }
    const std::pair<const char*, const char*> texts[] = {{"from", "from"}, {"method", "method"},
                                                         {"source-principal", "sourcePrincipal"}};
    for (const auto& [option, field] : texts) {
        if (const auto value = arguments.value(option)) {
            request[field] = *value;
        }
    }
    return request;
}

Result<std::vector<Json>> requestsOfFile(const std::string& path, std::istream* in) {
    const auto files = readManifests({path}, in);
    if (!files) {
        return tl::unexpected(files.error());
    }
    auto json = config::parseJson(files->front().source->text);
    if (!json) {
        return fail(json.error().kind, path + ": " + json.error().what, json.error().hint);
    }
    if (json->is_object() && json->contains("requests")) {
        json = Json((*json)["requests"]);
    }
    if (!json->is_array()) {
        return fail(ErrorKind::InvalidArgument, path + ": is no list of requests", "[{\"from\": \"shop/web\", \"url\": \"http://...\"}]");
    }
    return std::vector<Json>(json->begin(), json->end());
}

Result<std::vector<policy::Request>> readAll(const std::vector<Json>& written, const policy::RequestContext& context,
                                             bool numbered) {
    std::vector<policy::Request> requests;
    for (std::size_t i = 0; i < written.size(); ++i) {
        auto request = policy::readRequest(written[i], context);
        if (!request) {
            const std::string where = numbered ? "requests[" + std::to_string(i) + "]: " : "";
            return fail(request.error().kind, where + request.error().what, request.error().hint);
        }
        requests.push_back(std::move(*request));
    }
    return requests;
}

Json withName(const policy::Request& request, Json result) {
    Json named = Json::object();
    if (!request.name.empty()) {
        named["name"] = request.name;
    }
    named.update(result);
    return named;
}

void print(const std::vector<policy::Request>& requests, const policy::Simulator& simulator, bool many,
           const Arguments& arguments, const Streams& streams) {
    Json results = Json::array();
    for (const policy::Request& request : requests) {
        const policy::RequestResult result = simulator.run(request);
        if (arguments.output == "json") {
            results.push_back(withName(request, policy::resultJson(result)));
        } else {
            streams.out << routeText(request, result, useColour(streams.outIsTerminal));
        }
    }
    if (arguments.output == "json") {
        Json document = {{"schema", "meshdeck.route/1"}};
        if (many) {
            document["results"] = std::move(results);
        } else {
            document.update(results.front());
        }
        streams.out << document.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
    }
}

} // namespace

int runRoute(const Arguments& arguments, const Streams& streams, const Hooks& hooks, std::istream* in) {
    const auto file = arguments.value("requests");
    if (!file && arguments.positional.empty()) {
        return reportError({ErrorKind::InvalidArgument, "there is no request", "meshdeck route --from shop/web http://reviews:9080/", {}},
                           streams);
    }
    Result<std::vector<Json>> written = std::vector<Json>{};
    if (file) {
        written = requestsOfFile(*file, in);
    } else {
        auto one = requestOfWords(arguments, arguments.positional.front());
        written = one ? Result<std::vector<Json>>(std::vector<Json>{std::move(*one)}) : tl::unexpected(one.error());
    }
    if (!written) {
        return reportError(written.error(), streams);
    }
    ConfigWish wish;
    wish.paths.assign(arguments.positional.begin() + (file ? 0 : 1), arguments.positional.end());
    wish.defaultNamespace = firstNamespace(arguments, "default");
    const auto input = readConfigInput(arguments, wish, in, streams, hooks);
    if (!input) {
        return reportError(input.error(), streams);
    }
    for (const NotRead& missing : input->notRead) {
        note(missing.reason, arguments.quiet, streams);
    }
    const auto requests = readAll(*written, {*input->world, wish.defaultNamespace, false}, file.has_value());
    if (!requests) {
        return reportError(requests.error(), streams);
    }
    print(*requests, policy::Simulator(input->world), file.has_value(), arguments, streams);
    return kDone;
}

} // namespace meshdeck::cli
