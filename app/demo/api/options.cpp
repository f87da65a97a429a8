#include "app/demo/api/options.h"

#include <charconv>
#include <cmath>

#include "app/demo/api/json_values.h"

namespace meshdeck::demo::api {

namespace {

bool isMeshName(const std::string& name) {
    if (name == "bookinfo" || name == "boutique") {
        return true;
    }
    return name.starts_with("fleet:") && unsignedOf(std::string_view(name).substr(6)).value_or(0) > 0;
}

std::optional<double> positiveNumber(const std::string& text) {
    double value = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool valid = failure == std::errc() && end == text.data() + text.size() && std::isfinite(value) && value > 0;
    return valid ? std::optional(value) : std::nullopt;
}

bool isFault(const std::string& fault) {
    for (const char* known : {"cut-watch", "expire-versions", "429", "hang", "expired-token", "wrong-ca"}) {
        if (fault == known) {
            return true;
        }
    }
    return fault.starts_with("forbid=") && fault.size() > 7;
}

// Sets the option that takes a value; false when the value is none for it.
bool setValue(Options& options, const std::string& name, const std::string& value) {
    if (name == "--kubeconfig-out") {
        options.kubeconfigOut = value;
        return !value.empty();
    }
    if (name == "--seed") {
        const std::optional<std::uint64_t> seed = unsignedOf(value);
        options.seed = static_cast<std::uint32_t>(seed.value_or(0));
        return seed && *seed <= UINT32_MAX;
    }
    if (name == "--speed") {
        const std::optional<double> speed = positiveNumber(value);
        options.speed = speed.value_or(1);
        return speed.has_value();
    }
    options.faults.push_back(value);
    return isFault(value);
}

bool takesValue(const std::string& name) {
    return name == "--kubeconfig-out" || name == "--seed" || name == "--speed" || name == "--fault";
}

bool setFlag(Options& options, const std::string& name) {
    if (name == "--prometheus") {
        options.prometheus = true;
    } else if (name == "--until-eof") {
        options.untilEof = true;
    } else if (name == "--help" || name == "-h") {
        options.help = true;
    } else {
        return false;
    }
    return true;
}

} // namespace

std::optional<Options> parseOptions(const std::vector<std::string>& arguments, std::string& error) {
    Options options;
    bool meshSeen = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        const std::size_t equals = argument.find('=');
        const std::string name = argument.substr(0, equals);
        if (takesValue(name)) {
            if (equals == std::string::npos && i + 1 == arguments.size()) {
                error = name + " needs a value";
                return std::nullopt;
            }
            const std::string value = equals == std::string::npos ? arguments[++i] : argument.substr(equals + 1);
            if (!setValue(options, name, value)) {
                error = "\"" + value + "\" is no value for " + name;
                return std::nullopt;
            }
        } else if (!argument.starts_with("-") && !meshSeen && isMeshName(argument)) {
            options.mesh = argument;
            meshSeen = true;
        } else if (!setFlag(options, argument)) {
            error = argument.starts_with("-") ? "there is no option " + argument
                                              : "there is no mesh \"" + argument + "\": bookinfo, boutique or fleet:N";
            return std::nullopt;
        }
    }
    return options;
}

std::string helpText() {
    return R"(meshdeck-demo [bookinfo|boutique|fleet:N] [options]

Runs a simulated service mesh on free loopback ports: a Kubernetes API server, istiod's
ADS, the proxies' metrics pages and Jaeger's query API. Prints one JSON line when it is
ready and stays until SIGTERM or SIGINT.

  --kubeconfig-out FILE  write the kubeconfig there (default: a temporary file)
  --seed N               repeat the same mesh and traffic (default 1)
  --speed X              run the mesh's clock X times faster (default 1)
  --prometheus           start Debian's prometheus on a free port to scrape the mesh
  --until-eof            also end when standard input closes
  --help                 this text

Contexts in the kubeconfig: demo-<mesh> (token), demo-<mesh>-cert (client certificate),
demo-<mesh>-viewer (reads one namespace).

For tests, repeatable:
  --fault cut-watch        cut the next watch in the middle of a line
  --fault expire-versions  answer every older resourceVersion with 410
  --fault 429              answer the next request with 429 and Retry-After
  --fault forbid=PLURAL    forbid a kind to everybody
  --fault wrong-ca         serve a certificate of another authority
  --fault expired-token    refuse every token
  --fault hang             read requests and never answer
)";
}

} // namespace meshdeck::demo::api
