// What a request is about: the verb and the resource its path names, as the API server's own RequestInfo has it. The
// permission check works on this before anything is looked up.
#pragma once

#include <string>

#include "app/demo/api/request.h"

namespace meshdeck::demo::api {

struct RequestInfo {
    bool isResource = false; // else path is what counts
    std::string path;
    std::string
        verb; // get list watch create update patch delete deletecollection; of other paths the method in lower case
    std::string group;
    std::string version;
    std::string resource; // plural
    std::string subresource;
    std::string ns;
    std::string name;
    std::string rest; // after "proxy/", with its leading slash
};

[[nodiscard]] RequestInfo requestInfoOf(const Request& request);

} // namespace meshdeck::demo::api
