// What can be typed: the tables behind the parser, the help and the suggestions.
#include <array>

#include "cli/arguments.h"

namespace meshdeck::cli {
namespace {

constexpr auto kCommon = std::to_array<OptionSpec>({
    {"context", 0, Takes::Value, "NAME", "context of the kubeconfig; else its current one"},
    {"kubeconfig", 0, Takes::Value, "FILE", "else $KUBECONFIG, else ~/.kube/config"},
    {"namespace", 'n', Takes::Value, "NS", "only this namespace; repeatable"},
    {"all-namespaces", 'A', Takes::Nothing, "", "every namespace (the default)"},
    {"demo", 0, Takes::Optional, "MESH", "a private demonstration mesh: bookinfo, boutique or fleet:N"},
    {"prometheus", 0, Takes::Value, "URL", "else found in the cluster, else the pods are scraped"},
    {"istiod", 0, Takes::Value, "HOST:PORT", "else found in the cluster"},
    {"window", 0, Takes::Value, "TIME", "how far back rates reach: 30s, 10m, 1h"},
    {"refresh", 0, Takes::Value, "TIME", "telemetry is asked for this often at most; never more than a tenth of the server's time"},
    {"time", 0, Takes::Value, "TIME", "telemetry of that moment: UNIX seconds or RFC 3339"},
    {"read-only", 0, Takes::Nothing, "", "refuse every write"},
    {"output", 'o', Takes::Value, "FORMAT", "form of the result"},
    {"quiet", 'q', Takes::Nothing, "", "errors only on standard error"},
    {"help", 'h', Takes::Nothing, "", "this text"},
    {"version", 0, Takes::Nothing, "", "version of the program"},
});

constexpr auto kGraph = std::to_array<OptionSpec>({
    {"type", 't', Takes::Value, "TYPE", "workload, app, versionedApp (the default) or service"},
    {"node", 0, Takes::Value, "NODE", "NS/WORKLOAD or NS/service:NAME and its neighbours only"},
    {"idle-edges", 0, Takes::Nothing, "", "also edges without traffic in the window"},
    {"inject-services", 0, Takes::Nothing, "", "a service node between caller and workload"},
    {"operations", 0, Takes::Nothing, "", "a node for each request_operation that telemetry tells apart"},
    {"box", 0, Takes::Value, "KINDS", "boxes: none or app,namespace,cluster (cytoscape: app, else none)"},
    {"rates", 0, Takes::Value, "WHAT", "http=none|requests,grpc=none|requests|sent|received|total,tcp=none|sent|received|total"},
    {"find", 0, Takes::Value, "EXPR", "only what matches: \"err > 2 and ns = shop\", plaintext, p95 > 1s"},
    {"hide", 0, Takes::Value, "EXPR", "without what matches"},
    {"labels", 0, Takes::Value, "WHAT", "of a picture's calls: rate (the default), share, p50, p95, p99, throughput or off"},
    {"scale", 0, Takes::Value, "N", "pixels of a PNG for one of the map (2)"},
    {"dark", 0, Takes::Nothing, "", "a picture in the window's dark colours"},
    {"output-file", 0, Takes::Value, "FILE", "write the result there instead of to standard output"},
});

constexpr auto kDiff = std::to_array<OptionSpec>({
    {"set-weights", 0, Takes::Words, "HOST SUBSET=W...", "give the routes of HOST these weights; repeatable"},
    {"route", 0, Takes::Value, "NAME|INDEX", "which route of HOST, when several could be meant"},
    {"files-only", 0, Takes::Nothing, "", "do not ask any cluster"},
});

constexpr auto kApply = std::to_array<OptionSpec>({
    {"set-weights", 0, Takes::Words, "HOST SUBSET=W...", "give the routes of HOST these weights; repeatable"},
    {"route", 0, Takes::Value, "NAME|INDEX", "which route of HOST, when several could be meant"},
    {"dry-run", 0, Takes::Optional, "server|client", "write nothing; server: let the API server judge"},
    {"yes", 'y', Takes::Nothing, "", "do not ask"},
    {"wait-proxies", 0, Takes::Value, "TIME", "how long to wait for the proxies (30s)"},
    {"rollback-on", 0, Takes::Value, "breach", "watch the golden signals after it and take it back when they breach"},
    {"watch", 0, Takes::Value, "TIME", "how long --rollback-on watches (5m)"},
    {"allow-owned", 0, Takes::Nothing, "", "write although a controller will undo it"},
});

constexpr auto kRollback = std::to_array<OptionSpec>({
    {"dry-run", 0, Takes::Optional, "server|client", "write nothing; server: let the API server judge"},
    {"yes", 'y', Takes::Nothing, "", "do not ask"},
    {"wait-proxies", 0, Takes::Value, "TIME", "how long to wait for the proxies (30s)"},
    {"allow-owned", 0, Takes::Nothing, "", "write although a controller will undo it"},
});

constexpr auto kRoute = std::to_array<OptionSpec>({
    {"from", 0, Takes::Value, "WHO", "NS/WORKLOAD, NS/gateway:NAME or outside (a client without a proxy)"},
    {"method", 'X', Takes::Value, "METHOD", "of the request (GET)"},
    {"header", 'H', Takes::Value, "'K: V'", "a header of the request; repeatable"},
    {"source-principal", 0, Takes::Value, "ID", "identity of the caller instead of its workload's"},
    {"requests", 0, Takes::Value, "FILE", "many requests at once: a JSON list"},
    {"files-only", 0, Takes::Nothing, "", "do not ask any cluster"},
    {"mesh-config", 0, Takes::Value, "FILE", "Istio's mesh config, else the cluster's or Istio's defaults"},
    {"mesh-networks", 0, Takes::Value, "FILE", "Istio's mesh networks"},
});

constexpr auto kTest = std::to_array<OptionSpec>({
    {"files-only", 0, Takes::Nothing, "", "do not ask any cluster"},
    {"mesh-config", 0, Takes::Value, "FILE", "Istio's mesh config, else the cluster's or Istio's defaults"},
    {"mesh-networks", 0, Takes::Value, "FILE", "Istio's mesh networks"},
});

constexpr auto kAnalyze = std::to_array<OptionSpec>({
    {"only", 0, Takes::Value, "CODE,...", "only these codes; repeatable"},
    {"all-checks", 0, Takes::Nothing, "", "also the checks that are off by default"},
    {"files-only", 0, Takes::Nothing, "", "do not ask any cluster"},
    {"mesh-config", 0, Takes::Value, "FILE", "Istio's mesh config, else the cluster's or Istio's defaults"},
    {"mesh-networks", 0, Takes::Value, "FILE", "Istio's mesh networks"},
});

constexpr auto kTextAndJson = std::to_array<std::string_view>({"text", "json"});
constexpr auto kTestOutputs = std::to_array<std::string_view>({"text", "json", "junit", "tap"});
constexpr auto kAnalyzeOutputs = std::to_array<std::string_view>({"text", "json", "sarif", "github"});
constexpr auto kGraphOutputs = std::to_array<std::string_view>(
    {"text", "json", "dot", "mermaid", "cytoscape", "csv", "csv-nodes", "png", "svg", "pdf"});

constexpr std::array<CommandSpec, 8> kCommands{{
    {"graph", "[OPTIONS]", "The service graph: who calls whom, how much, how well, over mTLS or not.", kGraph,
     kGraphOutputs, false},
    {"analyze", "[FILE|DIR|-]... [--only CODE,...] [--all-checks]",
     "Check the mesh's config: what is broken, hidden or without effect. Exit code 1 on an error.", kAnalyze,
     kAnalyzeOutputs, true},
    {"route", "[--from WHO] URL [-X METHOD] [-H 'K: V']... [FILE|DIR|-]... | --requests FILE [FILE|DIR|-]...",
     "What becomes of a request: which rule it hits, where it ends, and why the other rules did not match.", kRoute,
     kTextAndJson, true},
    {"test", "EXPECTATIONS.yaml... [FILE|DIR|-]...",
     "Check expectations on routes, splits and policies without a cluster. Exit code 1 when one fails.", kTest,
     kTestOutputs, true},
    {"diff", "[FILE|DIR|-]... [--set-weights HOST SUBSET=W...]",
     "What a change would do: sentences, weights, predicted traffic, YAML. Exit code 1 when something differs.", kDiff,
     kTextAndJson, true},
    {"apply", "[FILE|DIR|-]... [--set-weights HOST SUBSET=W...]",
     "Preview a change, write it guarded and journalled, and watch it arrive in the proxies.", kApply, kTextAndJson,
     true},
    {"rollback", "ID", "Take a journalled change back, unless somebody changed the object since.", kRollback,
     kTextAndJson, true},
    {"journal", "[ID]", "What was changed, by whom, when, and what became of it.", {}, kTextAndJson, true},
}};

} // namespace

std::span<const CommandSpec> commandSpecs() {
    return kCommands;
}

const CommandSpec* commandSpec(std::string_view name) {
    for (const CommandSpec& spec : kCommands) {
        if (spec.name == name) {
            return &spec;
        }
    }
    return nullptr;
}

std::span<const OptionSpec> commonOptions() {
    return kCommon;
}

} // namespace meshdeck::cli
