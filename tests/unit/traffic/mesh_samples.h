// Samples of a small mesh, written by the names that matter to a test.
#pragma once

#include <memory>
#include <string>

#include "traffic/graph_builder.h"

namespace meshdeck::traffic::test {

// Makes samples by the names that matter: everything else is filled in as Istio would.
class Mesh {
public:
    Sample& add(Reporter reporter, const std::string& from, const std::string& to, double value) {
        Sample& sample = samples.samples.emplace_back();
        sample.reporter = reporter;
        sample.value = value;
        setEnd(sample, from, Label::SourceWorkloadNamespace, Label::SourceWorkload, Label::SourceCanonicalService,
               Label::SourceCanonicalRevision, Label::SourceCluster);
        setEnd(sample, to, Label::DestinationWorkloadNamespace, Label::DestinationWorkload,
               Label::DestinationCanonicalService, Label::DestinationCanonicalRevision, Label::DestinationCluster);
        const std::string ns = to.substr(0, to.find('/'));
        const std::string app = appOf(to);
        set(sample, Label::DestinationServiceNamespace, ns);
        set(sample, Label::DestinationServiceName, app);
        set(sample, Label::DestinationService, app + "." + ns + ".svc.cluster.local");
        set(sample, Label::RequestProtocol, "http");
        set(sample, Label::ResponseCode, "200");
        set(sample, Label::ResponseFlags, "-");
        return sample;
    }
    void set(Sample& sample, Label label, const std::string& text) {
        sample.labels[static_cast<std::size_t>(label)] = samples.strings.intern(text);
    }

    SampleSet samples;

private:
    // "shop/web-v1": namespace, workload, and from it app and version.
    static std::string appOf(const std::string& name) {
        const std::string workload = name.substr(name.find('/') + 1);
        return workload.substr(0, workload.rfind('-'));
    }
    void setEnd(Sample& sample, const std::string& name, Label ns, Label workload, Label app, Label version,
                Label cluster) {
        const std::string full = name.substr(name.find('/') + 1);
        set(sample, ns, name.substr(0, name.find('/')));
        set(sample, workload, full);
        set(sample, app, appOf(name));
        set(sample, version, full.substr(full.rfind('-') + 1));
        set(sample, cluster, "c");
    }
};

inline GraphOptions workloads() {
    GraphOptions options;
    options.type = mesh::GraphType::Workload;
    return options;
}

inline const mesh::Node* nodeNamed(const mesh::Graph& graph, const std::string& name) {
    for (const mesh::Node& node : graph.nodes) {
        if (node.workload == name || (node.workload.empty() && node.service == name)) {
            return &node;
        }
    }
    return nullptr;
}

inline const mesh::Edge* edgeBetween(const mesh::Graph& graph, const std::string& from, const std::string& to) {
    for (const mesh::Edge& edge : graph.edges) {
        if (&graph.nodes[edge.source] == nodeNamed(graph, from) && &graph.nodes[edge.target] == nodeNamed(graph, to)) {
            return &edge;
        }
    }
    return nullptr;
}

inline double rate(const mesh::Graph& graph, const std::string& from, const std::string& to) {
    const mesh::Edge* edge = edgeBetween(graph, from, to);
    return edge != nullptr ? edge->rates.total : -1;
}

// Objects as the cluster would send them, by kind, namespace and name.
class Objects {
public:
    void put(const std::string& group, const std::string& kind, const std::string& ns, const std::string& name,
             const std::string& spec) {
        auto resource = std::make_shared<mesh::Resource>();
        resource->ref = {group, kind, ns, name};
        resource->apiVersion = group + "/v1";
        resource->json = std::make_shared<const std::string>(R"({"spec":)" + spec + "}");
        table[resource->ref] = resource;
    }

    mesh::ResourceTable table;
};

} // namespace meshdeck::traffic::test
