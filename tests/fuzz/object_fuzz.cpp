// Whatever a server answers with in place of one object: no crash, and what is read keeps every byte of meaning.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "config/object.h"
#include "config/resource_json.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace meshdeck;
    const auto resource = config::readResource(std::string(reinterpret_cast<const char*>(data), size));
    if (!resource) {
        return 0;
    }
    const auto object = config::readConfig(**resource);
    if (!object) {
        return 0; // simdjson takes a few texts that the stricter parser refuses
    }
    if ((*object)->ref.name.empty() || (*object)->ref.kind != (*resource)->ref.kind) {
        std::abort();
    }
    const auto again = config::withJson(**object, *(*object)->json);
    if (!again || (*again)->json->dump(-1, ' ', false, config::Json::error_handler_t::replace) !=
                      (*object)->json->dump(-1, ' ', false, config::Json::error_handler_t::replace)) {
        std::abort();
    }
    return 0;
}
